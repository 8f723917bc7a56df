"""The attacks and paraphrases that the verifier of claims is measured with, and what it makes of some that it was fitted on."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from assistant.build import build_judges
from assistant.claim_checks import Judges
from assistant.claim_rules import rule_fault
from assistant.claims import ClaimVerifier
from assistant.quotes import own_words
from eval.claim_fit import BARS, KINDS, PARAPHRASE, PARTS, Row, Shown, claims_text, passes, rows


@pytest.fixture(scope="module")
def judges() -> Judges:
    return build_judges()


def test_there_are_enough_of_each_kind() -> None:
    written = [r for r in rows() if r.group < "100"]
    counted = Counter(r.kind for r in written)
    assert set(counted) == {*KINDS, PARAPHRASE}
    assert all(counted[kind] >= 40 for kind in KINDS)
    assert sum(counted[kind] for kind in KINDS) >= 400
    assert counted[PARAPHRASE] >= 300


def test_no_section_is_in_two_parts() -> None:
    sections = {part: {r.section for r in rows() if r.part == part} for part in PARTS}
    assert all(sections.values())
    assert not any(sections[a] & sections[b] for a, b in combinations(PARTS, 2))


@pytest.mark.parametrize("row", rows()[::7], ids=lambda row: row.id)
def test_a_quote_stands_in_its_section_unless_it_is_foreign(row: Row) -> None:
    assert (own_words(row.quote, row.section) is None) == (row.kind == "foreign_quote")


def test_rules_stop_every_number_negation_and_modal_of_the_fitting_half(judges: Judges) -> None:
    attacks = [r for r in rows() if r.part == "fitting" and r.kind in ("invented_number", "negation", "modality")]
    assert [r.id for r in attacks if not rule_fault(r.claim, own_words(r.quote, r.section) or "", judges.rules)] == []


def test_what_was_learned_from_is_told_apart(judges: Judges) -> None:
    few = [r for r in rows() if r.part == "fitting"][::9]
    shown = [passes(ClaimVerifier(judges), row) for row in few]
    attacks = [s for s, row in zip(shown, few, strict=True) if row.kind != PARAPHRASE]
    kept = [s for s, row in zip(shown, few, strict=True) if row.kind == PARAPHRASE]
    assert not any(attacks)
    assert sum(kept) >= 0.9 * len(kept)


def test_the_table_says_how_many_were_shown_of_how_many() -> None:
    text = claims_text([Shown("role", "fresh", 1, 20), Shown(PARAPHRASE, "fresh", 9, 10)])
    assert "5.0% (1 av 20;" in text
    assert "90.0% (9 av 10;" in text
    assert len(BARS) == len(KINDS)
