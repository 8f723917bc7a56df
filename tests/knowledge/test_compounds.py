"""Compounds are taken apart, and words that are none are left whole."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.compounds import split_compound

_LISTS = "\n".join(
    line for line in (Path(__file__).parent / "compounds.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
)
COMPOUNDS, OTHERS = (part.split() for part in _LISTS.removeprefix("[compounds]").split("[others]"))


def score(compounds, others):
    """Precision and recall of the cuts: right where the last part is the list's."""
    cuts = [(word.partition("+")[2], split_compound(word.replace("+", ""))) for word in compounds]
    right = sum(parts[-1] == last and len(parts) > 1 for last, parts in cuts)
    made = sum(len(parts) > 1 for _, parts in cuts) + sum(len(split_compound(word)) > 1 for word in others)
    return right / made, right / len(compounds)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("verksamhetsberättelse", ("verksamhet", "berättelse")),
        ("vänortsutbyte", ("vänort", "utbyte")),
        ("vänort", ("vän", "ort")),
        ("skolledare", ("skola", "ledare")),
        ("tjänsteresa", ("tjänst", "resa")),
        ("kommunstyrelsen", ("kommun", "styrelsen")),
        ("ungdomsutbyten", ("ungdom", "utbyten")),
        ("omvärldsbevakning", ("omvärld", "bevakning")),
        ("årsredovisning", ("år", "redovisning")),
        ("eu-projekt", ("eu", "projekt")),
        ("internationaliseringsarbete", ("internationalisering", "arbete")),
    ],
)
def test_a_compound_gives_its_parts_without_joining_letters(word, parts):
    assert split_compound(word) == parts


@pytest.mark.parametrize("word", ["samarbete", "policy", "internationell", "ansvara", "resultat", "förening", "läraren", "planering", ""])
def test_a_word_that_is_no_compound_stays_whole(word):
    assert split_compound(word) == (word,)


def test_nearly_all_listed_compounds_are_cut_right_and_hardly_any_other_word():
    for half in (0, 1):
        precision, recall = score(COMPOUNDS[half::2], OTHERS[half::2])
        assert precision >= 0.96, half
        assert recall >= 0.96, half


def test_the_lists_are_as_long_as_the_figures_say():
    assert (len(COMPOUNDS), len(OTHERS)) == (277, 175)


@given(st.text(alphabet="abdeiklmnorstuvåäö-", max_size=40))
def test_the_last_part_is_always_the_end_of_the_word(word):
    parts = split_compound(word)
    assert parts
    assert word.rstrip("-").endswith(parts[-1].rstrip("-"))


def test_a_word_without_end_costs_nothing():
    assert split_compound("a" * 100_000) == ("a" * 100_000,)
