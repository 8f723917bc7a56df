"""The role path: filled by the engine from the municipality's own documents, with gaps named."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from fake_engine import FakeEngine, section, strategy, two_municipalities

from assistant.role_path import GENERAL, RolePaths, asks_for_role, general_knowledge, names_of, outlines
from knowledge.section import Document, KnowledgeError


def document(*texts: str) -> Document:
    id_ = "ekvik/x"
    return replace(strategy(), id=id_, sections=tuple(section(id_, f"a{n}", ("Om",), text) for n, text in enumerate(texts)))


def test_each_step_shows_quotes_or_names_the_gap_and_whom_to_ask(tmp_path: Path) -> None:
    path = RolePaths(two_municipalities(), tmp_path).of("Norrö")
    assert [s.title for s in path.steps] == [o.title for o in outlines()]
    assert all(c.municipality == "Norrö" for s in path.steps for c in s.citations)
    assert path.gaps
    assert all("internationella samordnaren" in s.whom[0] for s in path.gaps)


def test_the_eight_things_that_somebody_new_asks_are_steps() -> None:
    assert [o.id for o in outlines()] == ["utses", "forvantas", "samarbeta", "rapportera", "pengar", "natverk", "ord", "borja"]


def test_no_quote_is_shown_twice_in_a_step_and_none_without_a_sentence(sample_engine, tmp_path: Path) -> None:
    path = RolePaths(sample_engine, tmp_path).of("Lindhamn")
    index = sample_engine.index()
    for step in path.steps:
        quotes = [c.quote for c in step.citations]
        assert 1 <= len(quotes) == len(set(quotes)) <= 3, step.title
        assert all(len(q.split()) >= 6 for q in quotes)
        assert all(line.removeprefix("- ") in index.section(c.section_id).text for c in step.citations for line in c.quote.splitlines())
    assert "utser förvaltningens internationella kontaktperson" in path.steps[0].citations[0].quote
    assert {n.name for n in path.names} == {"internationell samordnare", "internationell kontaktperson"}


def test_the_role_is_called_what_the_documents_call_it() -> None:
    found = names_of([document("Den internationella samordnaren och EU-samordnare.", "Internationell samordnare. En krissamordnare.")])
    assert [(n.name, n.times) for n in found] == [("internationell samordnare", 2), ("EU-samordnare", 1)]
    assert found[0].url == "/dokument/ekvik/x#a0"


def test_a_document_that_knows_no_such_role_names_none() -> None:
    assert names_of([document("Nämnden ansvarar. Kontakta personalavdelningen.")]) == ()


def test_general_knowledge_is_the_coordinators_where_there_is_a_file(tmp_path: Path) -> None:
    texts, checked = general_knowledge(tmp_path)
    assert set(texts) <= {o.id for o in outlines()}
    assert checked
    (tmp_path / GENERAL).write_text('checked = "2027-01"\n[steps]\nord = "Ett eget ord."\n', encoding="utf-8")
    assert general_knowledge(tmp_path) == ({"ord": "Ett eget ord."}, "2027-01")


def test_the_page_follows_the_coordinators_file(tmp_path: Path) -> None:
    paths = RolePaths(FakeEngine(), tmp_path)
    before = paths.of("Ekvik")
    assert paths.of("Ekvik") is before
    (tmp_path / GENERAL).write_text('[steps]\nord = "Ett eget ord."\n', encoding="utf-8")
    os.utime(tmp_path / GENERAL, (1, 1))
    assert [s.general for s in paths.of("Ekvik").steps if s.general] == ["Ett eget ord."]


def test_a_file_that_cannot_be_read_is_told_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / GENERAL).write_text("steps = [", encoding="utf-8")
    with pytest.raises(KnowledgeError) as told:
        general_knowledge(tmp_path)
    assert GENERAL in told.value.reason


def test_a_step_without_an_answer_gets_no_text_but_the_marked_general_one(tmp_path: Path) -> None:
    class Silent(FakeEngine):
        def ask(self, ask, /):
            return replace(super().ask(ask), status="unanswered", citations=())

    path = RolePaths(Silent(), tmp_path).of("Ekvik")
    assert path.gaps == path.steps


@pytest.mark.parametrize(
    ("question", "asks"), [("Vad är min roll?", True), ("Vem utser kontaktpersoner?", True), ("Vilka vänorter finns?", False)]
)
def test_the_path_is_offered_to_who_asks_for_the_role(question: str, asks: bool) -> None:
    assert asks_for_role(question) is asks
