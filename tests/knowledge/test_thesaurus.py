"""The thesaurus parses, and every group of it says something that search does not know already."""

from __future__ import annotations

import tomllib
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

import knowledge
from knowledge.glossary import read_glossary, stems
from knowledge.swedish import STOP_WORDS
from knowledge.words import fold

_FILE = Path(knowledge.__file__).parent / "thesaurus.toml"
CONTENT: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
GROUPS: list[tuple[str, list[str]]] = [(kind, entry["words"]) for kind in ("synonyms", "related") for entry in CONTENT[kind]]


def faulty(is_faulty):
    """The groups that a rule finds fault with, so that a failure names them all."""
    return [words for _, words in GROUPS if is_faulty(words)]


def test_the_file_has_synonyms_related_words_and_cases_and_nothing_else():
    assert set(CONTENT) == {"synonyms", "related", "case"}
    assert all(set(entry) == ({"of", "words"} if kind == "case" else {"words"}) for kind, entries in CONTENT.items() for entry in entries)


def test_a_case_leads_to_what_it_is_a_case_of_and_never_back():
    broader = read_glossary().broader
    assert stems("utomlands")[0] in broader[stems("Norge")[0]]
    assert not {word for words in broader.values() for word in words} & broader.keys()


def test_the_field_is_covered():
    assert len(CONTENT["synonyms"]) >= 350
    assert len(CONTENT["related"]) >= 150


def test_every_group_has_at_least_two_words():
    assert faulty(lambda words: len(words) < 2) == []


def test_no_word_is_empty_or_has_stray_blanks():
    assert faulty(lambda words: any(not stems(word) or word != " ".join(word.split()) for word in words)) == []


def test_an_entry_has_at_most_three_words():
    assert faulty(lambda words: any(len(word.split()) > 3 for word in words)) == []


def test_no_word_stands_twice_in_a_group():
    assert faulty(lambda words: len({fold(word) for word in words}) < len(words)) == []


def test_no_two_groups_of_a_kind_are_alike():
    counted = Counter((kind, frozenset(map(stems, words))) for kind, words in GROUPS)
    assert [group for group, times in counted.items() if times > 1] == []


def test_no_group_of_synonyms_stands_within_another():
    groups = [frozenset(map(stems, entry["words"])) for entry in CONTENT["synonyms"]]
    assert [sorted(one) for one in groups if any(one < other for other in groups)] == []


def test_every_group_joins_words_that_have_different_stems():
    assert faulty(lambda words: len(set(map(stems, words))) < 2) == []


def test_no_form_is_listed_that_the_stemmer_joins_already():
    assert faulty(lambda words: len(set(map(stems, words))) < len(words)) == []


def test_every_group_has_a_single_word_that_search_can_look_for():
    assert faulty(lambda words: not any(len(stems(word)) == 1 for word in words)) == []


def test_no_single_word_is_a_function_word():
    """Search skips them in a question, and as targets they would be found everywhere."""
    assert faulty(lambda words: any(fold(word) in STOP_WORDS for word in words)) == []


def test_no_group_takes_silently_a_step_that_the_answer_must_tell():
    """ "erasmus" leads to "EU-program" by a bridge, which is told: a group with both would hide the step."""
    steps = {(source, (target,)) for bridge in read_glossary().bridges for source in bridge.sources for target in bridge.targets}
    assert steps
    assert faulty(lambda words: bool(steps & set(permutations(map(stems, words), 2)))) == []


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("present", "gåva"),
        ("skriva under", "underteckna"),
        ("lägga ner", "avveckla"),
        ("hoppa av", "avhopp"),
        ("följa upp", "uppföljning"),
        ("fixa", "ordna"),
        ("föräldrar", "vårdnadshavare"),
        ("tjänsteman", "tjänsteperson"),
        ("erlägga", "betala"),
        ("tillsätta", "förordna"),
        ("stå för kostnaden", "bekosta"),
        ("tog emot", "mottagande"),
        ("ta fram", "upprätta"),
        ("gick med", "medlemskap"),
        ("få betalt", "ersättning"),
        ("hålla koll", "omvärldsbevakning"),
        ("plugga", "studera"),
        ("unge", "barn"),
    ],
)
def test_how_staff_ask_and_how_policies_are_worded_meet(asked, written):
    assert any({stems(asked), stems(written)} <= set(map(stems, words)) for kind, words in GROUPS if kind == "synonyms")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("projekt", "samarbete"),
        ("nämnd", "förvaltning"),
        ("barn", "vuxen"),
        ("fullmäktige", "kommunstyrelse"),
        ("tillåten", "förbjuda"),
        ("frivillig", "obligatorisk"),
        ("godkänna", "avslå"),
        ("starta", "avsluta"),
        ("tacka ja", "avböja"),
        ("öka", "minska"),
    ],
)
def test_different_things_are_kept_apart(one, other):
    assert not any({stems(one), stems(other)} <= set(map(stems, words)) for kind, words in GROUPS if kind == "synonyms")
