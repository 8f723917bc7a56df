"""Question sets: what is right is read, and what is wrong is told with its line and its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from eval_fakes import NEAR_MISS, WHO, row, write_questions

from assistant.answer import Turn
from eval.cases import Gold, load, of_split
from knowledge.section import KnowledgeError


def test_a_question_comes_out_as_the_file_has_it(tmp_path: Path) -> None:
    history = [{"question": "Vem utser kontaktpersonen?", "status": "answered", "section_ids": ["a/b#c"]}]
    asked = row("f1", "och hur länge?", history=history, gold=[{"municipality": None, "sections": ["*"]}], facts=["år"], split="dev")
    (case,) = load(write_questions(tmp_path / "q.jsonl", asked))
    assert case.gold == (Gold(None, ("*",)),)
    assert case.ask.history == (Turn("Vem utser kontaktpersonen?", "", "answered", ("a/b#c",)),)
    assert (case.ask.id, case.ask.municipality, case.split) == ("f1", "Björkhult", "dev")


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    path = write_questions(tmp_path / "q.jsonl", WHO, NEAR_MISS)
    path.write_text("\ufeff" + path.read_text("utf-8").replace("\n", "\r\n\r\n"), encoding="utf-8")
    assert [c.id for c in load(path)] == ["k1", "n1"]


def test_a_question_without_a_split_belongs_to_the_one_given(tmp_path: Path) -> None:
    cases = load(write_questions(tmp_path / "q.jsonl", WHO, NEAR_MISS | {"split": "fit"}), "heldout")
    assert [c.split for c in cases] == ["heldout", "fit"]
    assert [c.id for c in of_split(cases, "fit")] == ["n1"]
    with pytest.raises(KnowledgeError, match="Delarna i frågefilen är: fit, heldout"):
        of_split(cases, "dev")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"fact": ["x"]}, "nyckeln ”fact” är okänd"),
        ({"facts": "x"}, "”facts” har ett värde av fel slag"),
        ({"facts": ["(oj"]}, "går inte att söka efter"),
        ({"gold": []}, "saknar facit"),
        ({"gold": [{"municipality": "Björkhult", "sections": []}]}, "gold saknar rubriker"),
        ({"abstain": True}, "ska inte besvaras"),
        ({"status": "ok"}, "”status” har ett värde av fel slag"),
        ({"reason": "because"}, "”reason” har ett värde av fel slag"),
        ({"validity": "old"}, "”validity” har ett värde av fel slag"),
        ({"question": None}, "”question” har ett värde av fel slag"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, wrong: dict[str, object], said: str) -> None:
    path = write_questions(tmp_path / "q.jsonl", NEAR_MISS, WHO | wrong)
    with pytest.raises(KnowledgeError, match=r"q\.jsonl, rad 2: .*") as error:
        load(path)
    assert said in error.value.reason
    assert error.value.remedy


def test_a_missing_key_an_unreadable_line_and_an_empty_file_are_told(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    for text, said in (
        ('{"id": "a"}', "nyckeln ”question” saknas"),
        ("{oj", "raden är inte JSON"),
        ("[]", "fel slag"),
        ("\n", "inga frågor"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(KnowledgeError, match=said):
            load(path)
    with pytest.raises(KnowledgeError, match="går inte att läsa"):
        load(tmp_path / "finns-inte.jsonl")


def test_the_same_id_or_the_same_question_twice_is_told(tmp_path: Path) -> None:
    for again, said in (
        (NEAR_MISS | {"id": "k1"}, "samma id k1"),
        (WHO | {"id": "k9", "question": "vem  utser KONTAKTPERSONEN?"}, "samma fråga"),
    ):
        with pytest.raises(KnowledgeError, match=rf"rad 2: {said} står redan på rad 1"):
            load(write_questions(tmp_path / "q.jsonl", WHO, again))
