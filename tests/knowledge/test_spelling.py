"""Typing errors are set right against the documents' words, and right words are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.spelling import Vocabulary, correct
from knowledge.words import bare

WORDS = [
    *("kontaktperson", "internationella", "utomlands", "vänort", "årsredovisning", "policy", "strategi", "kommunstyrelsen", "mål"),
    *("verksamhetsberättelse", "tjänsteresa", "ungdomsutbyte", "ansvar", "uppföljning", "europeiska", "regler", "budgeten"),
]
KNOWN = Vocabulary(WORDS)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("kontakperson", "kontaktperson"),
        ("internationela", "internationella"),
        ("utomlans", "utomlands"),
        ("vanort", "vänort"),
        ("arsredovisning", "årsredovisning"),
        ("poilcy", "policy"),
        ("verksamhetsbrätelse", "verksamhetsberättelse"),
        ("Kommunstyrelesn", "kommunstyrelsen"),
        ("tjænsteresa", "tjänsteresa"),
    ],
)
def test_a_mistyped_word_becomes_the_documents_word(written, meant):
    assert correct(written, KNOWN) == meant


@pytest.mark.parametrize(
    "word", ["policy", "resor", "semester", "budgetera", "vänortsresor", "EU", "2016", "mål", "erasmus+", "", "qwrtzxpl"]
)
def test_a_right_word_or_one_like_no_other_is_left_alone(word):
    assert correct(word, KNOWN) is None


def test_common_swedish_helps_where_the_documents_do_not():
    assert correct("utomlans", Vocabulary([])) == "utomlands"


def test_a_plain_set_or_a_function_tells_the_words_too():
    assert correct("vanort", frozenset(WORDS)) == "vänort"
    assert correct("kontakperson", lambda word: word in WORDS) == "kontaktperson"


def test_two_errors_are_too_many_in_a_short_word():
    assert KNOWN.nearest("ploixy", 1) is None
    assert correct("stratgeii", KNOWN) == "strategi"
    assert correct("stratii", KNOWN) != "strategi"


@given(st.sampled_from(WORDS))
def test_missing_dots_come_back(word):
    assert correct(bare(word), KNOWN) == (word if len(word) >= 4 and bare(word) != word else None)


@given(st.sampled_from([word for word in WORDS if len(word) >= 9]), st.data())
def test_a_left_out_letter_is_mended_or_left_but_known_words_never_change(word, data):
    at = data.draw(st.integers(1, len(word) - 1))
    assert correct(word[:at] + word[at + 1 :], KNOWN) in {word, None}
    assert correct(word, KNOWN) is None


@given(st.text(max_size=60))
def test_any_word_can_be_asked_about(word):
    meant = correct(word, KNOWN)
    assert meant is None or meant.isalpha()
