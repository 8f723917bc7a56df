"""Engines made worse on purpose over the sample: the figure that is about the fault falls, and the gate of the project's checks says so."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant import engine as engines
from assistant.answer import Answer, Ask
from assistant.build import build_embedder, build_reader
from assistant.engine import Engine
from assistant.evidence import Model, model
from assistant.scope import Scope
from assistant.settings import Settings
from eval import sets
from eval.accept import AS_OF
from eval.compare import compare
from eval.gate import failures, read_baseline, write_baseline
from eval.run import Run
from eval.running import ask_all
from knowledge.glossary import Glossary, read_glossary
from knowledge.index import IndexReader

SOME = frozenset(
    "lh-or01 lh-or05 lh-or07 lh-or11 lh-co01 lh-kf06 lh-va06 lh-br01 lh-br02 lh-br06 lh-br10 lh-br11 "
    "lh-nm06 lh-nm08 lh-nm13 lh-no01 lh-no06 lh-no17 lh-nd02 lh-ot08".split()
)
"""Questions that the engine answers or is silent on as it should, twelve and eight; none is held out."""


class Altering(Engine):
    """Changes a word of each quote after it was verified."""

    def ask(self, ask: Ask) -> Answer:
        answer = super().ask(ask)
        return replace(answer, citations=tuple(replace(c, quote=f"{c.quote} alltid") for c in answer.citations))


@pytest.fixture(scope="module")
def run_with(sample_home: Path) -> Callable[..., Run]:
    """A run of the questions by an engine over the sample, made of other parts where they are given."""
    cases = [c for c in sets.named("lindhamn").cases() if c.id in SOME]
    assert len(cases) == len(SOME)

    def made(kind: type[Engine] = Engine, *, glossary: Glossary | None = None, deciding: Model | None = None) -> Run:
        embedder = build_embedder(Settings(home=sample_home), threads=1)
        terms = read_glossary() if glossary is None else glossary
        engine = kind(IndexReader(sample_home, embedder.name), embedder, build_reader(), terms, deciding or model(), as_of=AS_OF)
        rows = tuple(ask_all(engine, cases, None, lambda doing, done, total: None))
        return Run("a", "lindhamn", "fit,dev", {}, (), rows)

    return made


@pytest.fixture(scope="module")
def sound(run_with: Callable[..., Run]) -> Run:
    return run_with()


@pytest.fixture(scope="module")
def gate(sound: Run, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Run], list[str]]:
    """What the project's checks would say of a run."""
    path = tmp_path_factory.mktemp("gate") / "baseline.json"
    write_baseline(path, sound)
    return lambda run: failures(run, read_baseline(path))


def value(run: Run, name: str) -> float:
    found = run.figures[name].value
    assert found is not None, name
    return found


def lost(before: Run, after: Run) -> set[str]:
    return {f.cause for f in compare(before, after).flips if not f.won}


def test_the_sound_engine_passes(sound: Run, gate: Callable[[Run], list[str]]) -> None:
    assert gate(sound) == []
    assert value(sound, "correct") >= 0.75
    assert value(sound, "abstained") >= 0.75
    assert value(sound, "bridge_told") >= 0.75
    assert (value(sound, "quote_in_section"), value(sound, "scope_leak")) == (1, 0)


def test_one_that_always_answers_is_seen_in_its_silences(sound: Run, run_with: Any, gate: Any) -> None:
    worse = run_with(deciding=replace(model(), threshold=0.0))
    assert value(worse, "abstained") <= value(sound, "abstained") - 0.5
    assert value(worse, "answered") == 1
    assert lost(sound, worse) == {"should_be_silent"}
    assert any("svarade fast svar saknas" in said for said in gate(worse))


def test_one_that_never_answers_is_seen_in_its_answers(sound: Run, run_with: Any, gate: Any) -> None:
    worse = run_with(deciding=replace(model(), threshold=1.01))
    assert (value(worse, "answered"), value(worse, "abstained")) == (0, 1)
    assert value(worse, "abstention_precision") <= value(sound, "abstention_precision") - 0.3
    assert lost(sound, worse) == {"wrongly_silent"}
    assert any("tyst fast svaret finns" in said for said in gate(worse))


def test_one_with_the_wrong_scope_is_seen_in_the_leaks(run_with: Any, gate: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "scope_of", lambda question, asker, present: Scope((tuple(sorted(present)),), asker))
    worse = run_with()
    assert value(worse, "scope_leak") > 0.1
    assert any(said.startswith("Annan kommuns dokument citerat") for said in gate(worse))


def test_one_without_its_glossary_is_seen_in_the_bridges(sound: Run, run_with: Any, gate: Any) -> None:
    worse = run_with(glossary=Glossary())
    assert value(worse, "bridge_told") == 0
    assert value(worse, "answered") < value(sound, "answered")
    assert any("lh-br" in said for said in gate(worse))


def test_one_whose_sections_are_shuffled_is_seen_in_the_search(
    sound: Run, run_with: Any, gate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = engines.search

    def shuffled(index: Any, query: Any, vector: Any, allowed: Any, limit: int = 10) -> Any:
        hits = search(index, query, vector, allowed, 60)
        random.Random(1).shuffle(hits)
        return hits[:limit]

    monkeypatch.setattr(engines, "search", shuffled)
    worse = run_with()
    assert value(worse, "recall_at_10") <= value(sound, "recall_at_10") - 0.5
    assert value(worse, "reciprocal_rank") <= value(sound, "reciprocal_rank") - 0.5
    assert "not_found" in lost(sound, worse)
    assert any("hittades inte" in said for said in gate(worse))


def test_one_that_alters_quotes_is_seen_in_the_quotes(sound: Run, run_with: Any, gate: Any) -> None:
    worse = run_with(Altering)
    assert value(worse, "quote_in_section") == 0
    assert value(worse, "correct") == value(sound, "correct")
    assert any(said.startswith("Citat ordagranna i avsnittet: 0, ska vara 1") for said in gate(worse))
