"""Training pairs: what the search brings for a question, marked by the sentences that were said to answer it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.settings import Settings
from eval import mining
from eval.mining import Pair, drafted, mined, questions

DOCUMENT = """# Policy för internationellt arbete

Provby kommun. Antagen av kommunfullmäktige 2024-03-04.

## Vänorter

Kommunen ska inte ha fler än fyra vänorter. Kommunstyrelsen beslutar om nya vänorter.

## Resor

Förvaltningschefen godkänner resor utanför Norden. Resenären lämnar en rapport inom tre veckor. Tåg väljs när det går.

## Uppföljning

Samordnaren redovisar arbetet varje år i mars.
"""
LIMIT = "Kommunen ska inte ha fler än fyra vänorter."
APPROVES = "Förvaltningschefen godkänner resor utanför Norden."
NOBODY = "Vad kostar en resa utanför Norden?"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("material")
    (root / "documents").mkdir()
    (root / "questions").mkdir()
    (root / "documents" / "provby.md").write_text(DOCUMENT, encoding="utf-8")
    (root / "documents" / "register.toml").write_text('[[municipality]]\nname = "Provby"\n', encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def pairs(root: Path) -> list[Pair]:
    lines = [
        {"q": "Hur många vänorter får kommunen ha?", "a": [LIMIT]},
        {"q": NOBODY, "a": []},
        {"q": "Vem godkänner resor utanför Norden och när ska rapporten lämnas?", "a": [APPROVES]},
        {"q": "vem godkänner den?", "a": [APPROVES], "h": "Får jag åka på en resa utanför Norden?"},
    ]
    (root / "questions" / "provby.jsonl").write_text("\n".join(json.dumps(x, ensure_ascii=False) for x in lines), encoding="utf-8")
    return list(mined(root, Settings(home=root / "home"), lambda doing, done, total: None))


def test_a_passage_with_a_sentence_that_answers_does_so_and_no_other(pairs: list[Pair]) -> None:
    for sentence in (LIMIT, APPROVES):
        assert any(p.answers and sentence in p.passage for p in pairs)
    assert all(LIMIT in p.passage or APPROVES in p.passage for p in pairs if p.answers)
    assert any(not p.answers and "Kommunstyrelsen beslutar om nya vänorter" in p.passage for p in pairs if "många" in p.question)


def test_nothing_answers_a_question_that_nothing_answers(pairs: list[Pair]) -> None:
    asked = [p for p in pairs if "kostar" in p.question]
    assert asked
    assert not any(p.answers for p in asked)
    assert any(APPROVES in p.passage for p in asked)


def test_a_follow_up_is_read_after_the_words_of_the_question_before(pairs: list[Pair]) -> None:
    asked = [p for p in pairs if "vem godkänner den" in p.question]
    assert asked
    assert all(": vem godkänner den" in p.question for p in asked)


def test_passages_that_do_not_answer_are_bounded(root: Path, pairs: list[Pair], monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum("kostar" in p.question for p in pairs) > 1
    monkeypatch.setattr(mining, "_FALSE", 1)
    fewer = list(mined(root, Settings(home=root / "home"), lambda doing, done, total: None))
    assert sum("kostar" in p.question for p in fewer) == 1
    assert [p for p in fewer if p.answers] == [p for p in pairs if p.answers]


def test_a_question_of_two_parts_is_left_out(pairs: list[Pair]) -> None:
    assert not any("rapport" in p.question for p in pairs)


def test_drafted_questions_are_answered_by_the_statement_that_they_are_drafted_from(root: Path, pairs: list[Pair]) -> None:
    assert pairs
    found = list(drafted(root, Settings(home=root / "home"), lambda doing, done, total: None))
    assert len({p.question for p in found if p.answers}) > 3
    assert any(p.passage.endswith(APPROVES) for p in found if p.answers and "godkänner" in p.question.casefold())


def test_what_stands_before_a_passage_does_not_make_it_answer(pairs: list[Pair]) -> None:
    behind = [p for p in pairs if f"[{APPROVES}] " in p.passage]
    assert behind
    assert not any(p.answers for p in behind)


def test_settled_questions_are_held_against_every_passage_of_their_municipality(root: Path, pairs: list[Pair]) -> None:
    assert pairs
    settled, passages = questions(root, Settings(home=root / "home"), lambda doing, done, total: None)
    asked = {q.text: q for q in settled}
    assert NOBODY not in asked
    assert [passages[n] for n in asked["Hur många vänorter får kommunen ha?"].answers] == [f"Vänorter: {LIMIT}"]
    follow_up = next(q for text, q in asked.items() if text.startswith("vem godkänner den?"))
    assert "resa utanför Norden" in follow_up.text
    assert all(sorted([*q.answers, *q.others]) == list(range(len(passages))) for q in settled)
