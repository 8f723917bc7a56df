"""A question and a text meet over inflection, compounds, abbreviations and what staff leave out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.swedish import ABBREVIATIONS, STOP_WORDS, fold, index_terms, language, query_terms


def meets(question, text):
    """The summed weight of the question's terms that the text holds."""
    held = set(index_terms(text))
    return sum(weight for term, weight in query_terms(question).items() if term in held)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Vem ansvarar?", "Kommunstyrelsen har ansvaret."),
        ("Finns det vänorter?", "Utbyte med en vänort"),
        ("utbyten", "Ett vänortsutbyte är ett utbyte"),
        ("skolans regler", "En regel för skolorna"),
        ("Vad är KF:s roll?", "Kommunfullmäktige beslutar."),
        ("kommunfullmäktige", "Beslut av KF"),
        ("Europeiska unionen", "EU:s program"),
        ("Får vi söka Erasmus?", "Medel från Erasmus+"),
        ("KS2016.0110", "Dnr KS 2016/0110"),
        ("2016/0110", "Dnr KS2016.0110"),
        ("EU-projekten", "Projekt med stöd av EU"),
        ("Vad gäller 2019?", "Planen för 2016-2019"),
        ("§ 132", "Kommunfullmäktige §132"),
    ],
)
def test_a_question_meets_the_text_that_says_it_otherwise(question, text):
    assert meets(question, text) > 0


def test_the_whole_word_weighs_more_than_its_parts():
    question = "vänortsutbyte"
    assert meets(question, "Vårt vänortsutbyte") > meets(question, "Ett utbyte") > 0
    assert max(query_terms(question).values()) == 1.0


def test_function_words_and_question_words_are_no_terms():
    assert index_terms("Vad är det som vi ska göra och hur?") == []
    assert query_terms("Far vi det nar vi ar har?") == {}
    assert all(word == fold(word) for word in STOP_WORDS)


def test_terms_come_in_order_and_as_often_as_the_words():
    assert index_terms("mål policy mål") == ["mål", "policy", "mål"]


def test_every_abbreviation_is_folded_and_meets_what_it_stands_for():
    for short, long in ABBREVIATIONS.items():
        assert short == fold(short)
        assert meets(short.upper(), long) > 0, short
        assert meets(long, short.upper()) > 0, short


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What does the policy say about exchanges?", "en"),
        ("Who is responsible for twin towns?", "en"),
        ("Vad säger policyn om utbyten?", "sv"),
        ("Erasmus+", "sv"),
        ("Can we apply for EU funding?", "en"),
        ("vem ansvarar for vanorter", "sv"),
        ("policy for internationella kontakter", "sv"),
        ("", "sv"),
    ],
)
def test_an_english_question_is_told_from_a_swedish_one(text, expected):
    assert language(text) == expected


@given(st.text(max_size=300))
def test_any_text_has_terms_and_any_question_weights_of_at_most_one(text):
    assert all(isinstance(term, str) and term for term in index_terms(text))
    assert all(0 < weight <= 1 for weight in query_terms(text).values())


@given(st.lists(st.sampled_from(["vänort", "utbyte", "policy", "EU-projekt", "resor", "skolledare", "KF", "ansvar"]), min_size=1))
def test_a_text_meets_itself_in_every_word(words):
    text = " ".join(words)
    whole = {term for term, weight in query_terms(text).items() if weight == 1.0}
    assert whole <= set(index_terms(text))
