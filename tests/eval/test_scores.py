"""Scores: a right answer is right in all, and each deliberate fault shows in its own score."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from eval_fakes import GIFT, HOW_LONG, NEAR_MISS, POLICY, RULES, WHO

from assistant.answer import Turn, Writing
from assistant.engine import Engine
from eval.cases import Case, Gold
from eval.gold import folded, gold_ids
from eval.scores import of_cost, of_search, of_silence, ranked, score
from eval.summary import Scored, summarise

SOURCES = folded(POLICY + RULES)


def case_of(values: dict[str, Any]) -> Case:
    gold = tuple(Gold(g["municipality"], tuple(g["sections"])) for g in values.get("gold", ()))
    return Case(**values | {"gold": gold, "facts": tuple(values.get("facts", ()))})


CASE = case_of(WHO)


@pytest.fixture
def answer(engine: Engine) -> dict[str, Any]:
    """The engine's own answer to the first question, to be spoilt."""
    found = copy.deepcopy(engine.ask(CASE.ask).as_dict())
    assert found["status"] == "answered"
    return found


def values(case: Case, answer: dict[str, Any], engine: Engine) -> dict[str, float | None]:
    return {s.name: s.value for s in score(case, answer, engine.index(), SOURCES)}


def test_a_right_answer_is_right_in_every_score(engine: Engine, answer: dict[str, Any]) -> None:
    found = values(CASE, answer, engine)
    for name in ("correct", "answered", "section_any", "section_first", "facts", "quote_in_section", "quote_in_sources"):
        assert found[name] == 1, name
    assert found["scope_leak"] == 0
    assert found["reason"] is None


def test_a_silent_answer_to_an_answerable_question_is_wrong_but_leaks_nothing(engine: Engine, answer: dict[str, Any]) -> None:
    found = values(CASE, answer | {"status": "unanswered", "reason": "no_source", "citations": []}, engine)
    assert (found["correct"], found["answered"], found["section_any"], found["facts"]) == (0, 0, 0, 0)
    assert found["scope_leak"] == 0
    assert found["words"] is None
    assert found["quote_in_section"] is None


def test_a_citation_of_another_section_is_seen(engine: Engine, answer: dict[str, Any]) -> None:
    wrong = answer["citations"][0] | {"headings": ["Policy", "Uppföljning"]}
    found = values(CASE, answer | {"citations": [wrong]}, engine)
    assert (found["section_any"], found["section_first"], found["correct"], found["facts"]) == (0, 0, 0, 1)


def test_the_right_section_in_the_second_place_is_cited_but_not_first(engine: Engine, answer: dict[str, Any]) -> None:
    wrong = answer["citations"][0] | {"headings": ["Policy", "Uppföljning"]}
    found = values(CASE, answer | {"citations": [wrong, *answer["citations"]]}, engine)
    assert (found["section_any"], found["section_first"], found["correct"]) == (1, 0, 1)


def test_only_the_first_four_citations_are_read(engine: Engine, answer: dict[str, Any]) -> None:
    wrong = answer["citations"][0] | {"headings": ["Policy", "Uppföljning"], "quote": "Kommunstyrelsen redovisar arbetet varje år i april."}
    found = values(CASE, answer | {"text": "", "citations": [wrong] * 4 + answer["citations"]}, engine)
    assert (found["section_any"], found["facts"]) == (0, 0)


def test_another_municipalitys_document_is_a_leak_and_a_national_one_is_not(engine: Engine, answer: dict[str, Any]) -> None:
    other = answer["citations"][0] | {"municipality": "Stenvik"}
    national = answer["citations"][0] | {"municipality": None}
    assert values(CASE, answer | {"citations": [*answer["citations"], other]}, engine)["scope_leak"] == 1
    assert values(CASE, answer | {"citations": [*answer["citations"], other]}, engine)["correct"] == 0
    assert values(CASE, answer | {"citations": [*answer["citations"], national]}, engine)["scope_leak"] == 0


def test_an_altered_quote_is_not_verbatim(engine: Engine, answer: dict[str, Any]) -> None:
    altered = answer["citations"][0] | {"quote": answer["citations"][0]["quote"].replace("utser", "kan utse")}
    found = values(CASE, answer | {"citations": [answer["citations"][0], altered]}, engine)
    assert (found["quote_in_section"], found["quote_in_sources"]) == (0.5, 0.5)


def test_a_quote_from_another_section_than_the_one_named_is_in_the_sources_only(engine: Engine, answer: dict[str, Any]) -> None:
    moved = answer["citations"][0] | {"quote": "Kommunstyrelsen redovisar arbetet varje år i april."}
    found = values(CASE, answer | {"citations": [moved]}, engine)
    assert (found["quote_in_section"], found["quote_in_sources"]) == (0, 1)


def test_an_empty_quote_stands_nowhere(engine: Engine, answer: dict[str, Any]) -> None:
    assert values(CASE, answer | {"citations": [answer["citations"][0] | {"quote": " – "}]}, engine)["quote_in_section"] == 0


def test_a_fact_that_the_answer_lacks_is_named(engine: Engine, answer: dict[str, Any]) -> None:
    found = {s.name: s for s in score(replace(CASE, facts=("Förvaltningschefen", "fem år")), answer, engine.index())}
    assert found["facts"].value == 0
    assert "fem år" in found["facts"].reason
    assert found["correct"].value == 0
    assert found["quote_in_sources"].value is None


def test_what_must_be_marked_is_looked_for(engine: Engine, answer: dict[str, Any]) -> None:
    asked = replace(CASE, status="answered", reason="no_source", validity="current", notice="conflict")
    found = values(asked, answer, engine)
    assert (found["status"], found["reason"], found["validity"], found["notice"]) == (1, 0, 1, 0)


def test_a_document_that_is_not_in_force_must_be_told(engine: Engine, answer: dict[str, Any]) -> None:
    assert values(CASE, answer, engine)["validity_shown"] is None
    old = answer | {"citations": [answer["citations"][0] | {"validity": "expired"}]}
    assert values(CASE, old, engine)["validity_shown"] == 0
    index, on = engine.index(), date(2020, 1, 1)
    document = replace(index.documents[answer["citations"][0]["document_id"]], valid_until=date(2019, 12, 31))

    expired = SimpleNamespace(
        documents={document.id: document}, names=index.names, section=index.section, document={document.id: document}.get
    )

    def shown(given: dict[str, Any]) -> float | None:
        return next(s.value for s in score(CASE, given, expired, on=on) if s.name == "validity_shown")  # type: ignore[arg-type]

    told = {"notices": [{"kind": "validity", "text": "Dokumentet gäller inte längre."}]}
    assert (shown(old | told), shown(old | {"notices": []}), shown(answer | told)) == (1, 0, 0)


def test_another_municipalitys_rules_leak_also_where_nothing_should_be_answered(engine: Engine, answer: dict[str, Any]) -> None:
    case = case_of(NEAR_MISS)
    other = answer | {"citations": [answer["citations"][0] | {"municipality": "Stenvik"}]}
    assert values(case, other, engine)["scope_leak"] == 1
    assert values(case, answer, engine)["scope_leak"] == 0
    assert values(replace(case, question="Hur mycket får en gåva kosta i Stenvik?"), other, engine)["scope_leak"] == 0
    assert values(replace(case, municipality=None), other, engine)["scope_leak"] == 0


def test_sections_stated_by_id_count_as_gold_and_their_facts_are_literal(engine: Engine, answer: dict[str, Any]) -> None:
    id_ = answer["citations"][0]["section_id"]
    case = replace(CASE, gold=(), section_ids=(id_,), facts=("Rektorn | Förvaltningschefen",), origin="written")
    found = values(case, answer, engine)
    assert (found["correct"], found["section_first"], found["scope_leak"]) == (1, 1, 0)
    assert values(replace(case, facts=("F.rvaltningschefen",)), answer, engine)["facts"] == 0
    assert values(replace(case, section_ids=("bjorkhult/annat#x",)), answer, engine)["correct"] == 0


def test_a_partial_answer_counts_and_a_bridge_that_is_asked_for_is_looked_for(engine: Engine, answer: dict[str, Any]) -> None:
    bridged = replace(CASE, notice="bridge")
    told = answer | {"status": "partial", "notices": [{"kind": "bridge", "text": "Steget."}]}
    assert (values(bridged, told, engine)["bridge_told"], values(bridged, told, engine)["partial"]) == (1, 1)
    assert (values(bridged, answer, engine)["bridge_told"], values(bridged, answer, engine)["partial"]) == (0, 0)
    assert values(CASE, told, engine)["bridge_told"] is None


def test_what_would_have_been_answered_and_what_it_cost_are_told(engine: Engine) -> None:
    said = engine.ask(CASE.ask)
    assert of_silence(CASE, said, engine.index()).value is None
    silent = replace(said, status="unanswered", trace={"best": ["Förvaltningschefen utser en kontaktperson för tre år i taget."]})
    assert of_silence(CASE, silent, engine.index()).value == 1
    assert of_silence(CASE, replace(silent, trace={"best": ["Något annat."]}), engine.index()).value == 0
    assert of_cost(said).value is None
    writing = Writing("liten", "v1", "unverified", tokens_in=100, tokens_out=20)
    assert of_cost(replace(said, writing=writing)).value == 120


def test_a_question_without_an_answer_is_right_when_silent(engine: Engine, answer: dict[str, Any]) -> None:
    case = case_of(NEAR_MISS)
    assert values(case, answer, engine)["abstained"] == 0
    silent = values(case, answer | {"status": "unanswered", "citations": []}, engine)
    assert silent["abstained"] == 1
    assert "correct" not in silent


def test_gold_headings_are_found_in_the_index_and_wrong_ones_are_not(engine: Engine) -> None:
    index = engine.index()
    (ids,) = gold_ids(CASE, index)
    assert {index.section(i).headings[-1] for i in ids} == {"Kontaktpersoner"}  # type: ignore[union-attr]
    assert gold_ids(replace(CASE, section_ids=tuple(ids), gold=()), index) == [ids]
    assert gold_ids(replace(CASE, gold=(Gold("Björkhult", ("Gåvor",)),)), index) == [frozenset()]
    assert gold_ids(replace(CASE, gold=(Gold("Björkhult", ("*",)),)), index) == []


def test_the_search_is_scored_by_the_first_gold_section(engine: Engine) -> None:
    index = engine.index()
    hits = engine.search(CASE.question, CASE.municipality, 10)
    assert {s.name: s.value for s in of_search(CASE, hits, index)} == {"recall_at_10": 1, "reciprocal_rank": 1, "hit_at_1": 1}
    assert {s.name: s.value for s in of_search(CASE, hits[1:], index)} == {"recall_at_10": 0, "reciprocal_rank": 0, "hit_at_1": 0}
    assert all(s.value is None for s in of_search(replace(CASE, history=(Turn(CASE.question),)), hits, index))


def test_a_ranking_is_worth_the_share_of_groups_and_the_first_place() -> None:
    groups = [frozenset({"a", "b"}), frozenset({"c"})]
    assert ranked(["x", "b", "a"], groups) == (0.5, 0.5)
    assert ranked(["c", "b"], groups) == (1.0, 1.0)
    assert ranked(["x"], groups) == (0.0, 0.0)


def test_an_engine_that_always_answers_and_one_that_never_does_are_told_apart(engine: Engine, answer: dict[str, Any]) -> None:
    silent = answer | {"status": "unanswered", "reason": "no_source", "citations": []}
    cases = [CASE, case_of(HOW_LONG), case_of(GIFT), case_of(NEAR_MISS)]

    def figures(given: dict[str, Any]) -> dict[str, float | None]:
        rows = [Scored(c.type, tuple(score(c, given, engine.index()))) for c in cases]
        return {name: figure.value for name, figure in summarise(rows).items()}

    always, never = figures(answer), figures(silent)
    assert always["abstained"] == 0
    assert always["abstention_precision"] is None
    assert (never["abstained"], never["abstention_precision"], never["correct"]) == (1, 0.25, 0)
