"""The attacks and paraphrases that the verifier of claims is measured with, and what its rules alone make of the fitting half."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.build import build_judge
from assistant.claim_checks import rule_fault
from assistant.claim_judge import Judge
from assistant.quotes import own_words
from eval.claim_fit import BARS, KINDS, PARAPHRASE, Row, Shown, claims_text, rows


@pytest.fixture(scope="module")
def judge() -> Judge:
    return build_judge()


def test_there_are_enough_of_each_kind() -> None:
    written = [r for r in rows() if r.group < "100"]
    counted = Counter(r.kind for r in written)
    assert set(counted) == {*KINDS, PARAPHRASE}
    assert all(counted[kind] >= 40 for kind in KINDS)
    assert sum(counted[kind] for kind in KINDS) >= 400
    assert counted[PARAPHRASE] >= 300


def test_the_halves_share_no_section() -> None:
    held, fitting = ({r.section for r in rows() if r.held_out is half} for half in (True, False))
    assert held
    assert fitting
    assert not held & fitting


@pytest.mark.parametrize("row", rows()[::7], ids=lambda row: row.id)
def test_a_quote_stands_in_its_section_unless_it_is_foreign(row: Row) -> None:
    assert (own_words(row.quote, row.section) is None) == (row.kind == "foreign_quote")


def test_rules_stop_every_number_negation_and_modal_of_the_fitting_half(judge: Judge) -> None:
    attacks = [r for r in rows() if not r.held_out and r.kind in ("invented_number", "negation", "modality")]
    assert [r.id for r in attacks if not rule_fault(r.claim, own_words(r.quote, r.section) or "", judge)] == []


def test_the_table_says_how_many_were_shown_of_how_many() -> None:
    text = claims_text([Shown("role", True, 1, 20), Shown(PARAPHRASE, True, 9, 10)])
    assert "5.0% (1 av 20;" in text
    assert "90.0% (9 av 10;" in text
    assert len(BARS) == len(KINDS)
