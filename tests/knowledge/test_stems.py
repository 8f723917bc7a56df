"""The forms of a word meet in one stem, and different words do not."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.stems import stem

_LISTS = "\n".join(
    line for line in (Path(__file__).parent / "stems.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
)
FAMILIES, PAIRS = ([line.split() for line in part.strip().splitlines()] for part in _LISTS.removeprefix("[same]").split("[different]"))


@pytest.mark.parametrize(
    "forms",
    [
        "ansvar ansvaret ansvarar ansvarig",
        "skola skolan skolor skolorna",
        "regel regeln regler reglerna",
        "strategi strategin strategier",
        "barn barnet barnen",
        "Rektor rektorn REKTORER",
    ],
)
def test_the_forms_of_a_word_have_one_stem(forms):
    assert len({stem(form) for form in forms.split()}) == 1


def test_nearly_all_listed_forms_meet_and_hardly_any_different_words():
    for half in (0, 1):
        met = [stem(form) == stem(family[0]) for family in FAMILIES[half::2] for form in family[1:]]
        confused = [stem(one) == stem(other) for one, other in PAIRS[half::2]]
        assert sum(met) / len(met) >= 0.93, half
        assert sum(confused) <= 2, half


@given(st.text(max_size=40))
def test_any_word_has_a_stem(word):
    assert isinstance(stem("".join(c for c in word if not "\ud800" <= c <= "\udfff")), str)
