"""Words are taken whole, folded, with their place."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.words import bare, fold, tokens


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("EU:s och SKR:s program", ["eu", "och", "skr", "program"]),
        ("Erasmus+ eller Erasmus+-medel", ["erasmus+", "eller", "erasmus+", "medel"]),
        ("§ 132 och §7", ["§ 132", "och", "§ 7"]),
        ("Dnr KS2016.0110, KS 2016/0110", ["dnr", "ks2016.0110", "ks 2016/0110"]),
        ("avsnitt 1.2 den 2016-06-20 eller 1.1.2020", ["avsnitt", "1.2", "den", "2016-06-20", "eller", "1.1.2020"]),
        ("skol- och EU-projekt", ["skol-", "och", "eu-projekt"]),
        ("3:e stycket", ["3:e", "stycket"]),
        ("skriv till namn.namnsson@exempel.se.", ["skriv", "till", "namn.namnsson@exempel.se"]),
        ("vän\u00adort, va\u0308nort", ["vänort", "vänort"]),
        ("Syfte: mål", ["syfte", "mål"]),
        ("", []),
    ],
)
def test_words_are_whole(text, words):
    assert [token.word for token in tokens(text)] == words


def test_a_word_knows_its_place():
    text = "Enligt EU:s regler"
    assert [text[token.start : token.end] for token in tokens(text)] == ["Enligt", "EU:s", "regler"]


def test_folding_gives_one_form():
    assert fold("VÄN\u00adORT") == fold("va\u0308nort") == "vänort"
    assert bare("årsmöte") == "arsmote"


@given(st.text(max_size=300))
def test_any_text_has_words_in_order_that_are_folded(text):
    found = tokens(text)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(token.word and token.word == fold(token.word) and 0 <= token.start < token.end <= len(text) for token in found)
