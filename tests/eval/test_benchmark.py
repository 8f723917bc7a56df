"""The benchmark's rankers, and the documents that the growth is measured on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from eval_fakes import EVERY, CountingEmbedder
from langchain_text_splitters import RecursiveCharacterTextSplitter
from test_scores import case_of

from assistant.answer import Turn
from assistant.engine import Engine
from eval.benchmark import Benchmark, Ranking, benchmark_text, scope_of, text_of, together
from eval.generate import generate, questions
from eval.rankers import Asked, WholeWords, chunks, rankers
from eval.scale import FakeEmbedder, ask_some, index_all
from knowledge.glossary import read_glossary
from knowledge.read import close_reader
from knowledge.section import EVERYBODY
from knowledge.swedish import stem


def test_every_ranker_keeps_to_the_scope_and_finds_the_obvious(engine: Engine) -> None:
    index, embedder = engine.index(), CountingEmbedder()
    case = case_of(EVERY[0])
    vector = embedder.embed_question(case.question)
    asked = Asked(case.question, vector, vector, scope_of(case, index))
    assert asked.scope == {"Björkhult", EVERYBODY}
    for name, ranker in rankers(index, embedder, read_glossary()).items():
        ids = ranker(asked)
        assert ids, name
        assert len(set(ids)) == len(ids), name
        assert all(i.startswith("bjorkhult/") for i in ids), name
        assert any(i.endswith("#kontaktpersoner") for i in ids), name


def test_without_divided_compounds_a_part_does_not_find_its_whole(engine: Engine) -> None:
    index, scope = engine.index(), {"Stenvik"}
    part, whole = {stem("sekreterare"): 1.0}, {stem("kultursekreteraren"): 1.0}
    assert [i for i, _ in index.lexical(part, scope, 5)] == [i for i, _ in WholeWords(index).lexical(whole, scope, 5)] != []
    assert WholeWords(index).lexical(part, scope, 5) == []
    assert WholeWords(index).lexical(whole, {"Björkhult"}, 5) == []


def test_a_chunk_counts_for_the_section_that_holds_most_of_it(engine: Engine) -> None:
    document = next(d for d in engine.index().documents.values() if d.municipality == "Björkhult")
    small = RecursiveCharacterTextSplitter(chunk_size=60, chunk_overlap=0, add_start_index=True)
    owners = {c.page_content: c.metadata["section"] for c in chunks(document, small)}
    for text, owner in owners.items():
        if "sprider" in text or "redovisar" in text:
            assert owner.endswith("#kontaktpersoner" if "sprider" in text else "#uppfoljning")
    whole = RecursiveCharacterTextSplitter(chunk_size=5_000, chunk_overlap=0, add_start_index=True)
    (chunk,) = chunks(document, whole)
    longest = max(document.sections, key=lambda s: len(s.text))
    assert chunk.metadata["section"] == longest.id


def test_the_figures_of_a_benchmark_are_those_of_its_rankings() -> None:
    found = Benchmark("a", {"recept": (Ranking(1, 1, 2), Ranking(0, 0, 4)), "vår": (Ranking(1, 1, 1), Ranking(1, 0.5, 1))}, 9.0)
    figures = found.figures()
    assert (figures["recept"]["hit_at_1"], figures["recept"]["misses"], figures["vår"]["mrr"]) == (0.5, 1, 0.75)
    assert figures["recept"]["ms"] == 3
    assert together([found, found]).as_dict()["questions"] == 4
    assert "| recept" in benchmark_text(found)


def test_a_follow_up_is_searched_with_the_question_before_it(engine: Engine) -> None:
    case = case_of(EVERY[0])
    assert text_of(replace(case, history=(Turn("Vem?"),))) == f"Vem? {case.question}"
    assert text_of(case) == case.question


def test_the_same_arguments_generate_the_same_documents(tmp_path: Path) -> None:
    for name in ("a", "b"):
        generate(tmp_path / name, 90)
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("a", "b"))
    assert first == second
    assert sum(text.count(b"\n## ") for text in first.values()) == 90
    assert list(questions(5)) == list(questions(5))


def test_fake_vectors_are_of_length_one_and_nearer_for_the_same_words() -> None:
    one, same, other = np.array(FakeEmbedder().embed_documents(["en resa till en vänort", "resa till vänort", "budget för kultur"]))
    assert [np.linalg.norm(v) for v in (one, same, other)] == pytest.approx([1, 1, 1])
    assert one @ same > one @ other
    assert np.isfinite(FakeEmbedder().embed_query("")).all()


def test_growth_is_measured_over_all_the_sections_asked_for(tmp_path: Path) -> None:
    generate(tmp_path / "dokument", 45)
    indexed = index_all(tmp_path / "dokument", tmp_path / "home", FakeEmbedder())
    close_reader()
    assert indexed["sections"] == 45
    assert indexed["passages"] >= 3 * 45
    assert indexed["against_embedder"] is None
    answered = ask_some(tmp_path / "home", FakeEmbedder())
    assert 0 < answered["median_ms"] <= answered["p95_ms"]
