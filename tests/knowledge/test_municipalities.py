"""Municipalities are found as staff write them, and nothing else is taken for one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.municipalities import NAMES, find, genitive, own_name, plain_name, same


def found(text, *extra):
    return [(m.name, text[m.start : m.end]) for m in find(text, extra)]


def names(text, *extra):
    return [m.name for m in find(text, extra)]


def test_there_are_290_of_them_each_once():
    assert len(NAMES) == len(set(NAMES)) == 290


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_found_with_its_own_form_its_genitive_and_in_capitals(name):
    for text in (
        f"Vi undrar vad som gäller i {name}.",
        f"Så står det i {genitive(name)} policy.",
        f"Den antogs av {own_name(name)} förra året.",
        own_name(name).upper(),
        f"vad säger {own_name(name).lower()} om det" if name != "Vara" else "i Vara kommun",
    ):
        assert names(text) == [name], text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vad säger Vänersborgs policy?", [("Vänersborg", "Vänersborgs")]),
        ("MELLERUDS KOMMUN", [("Mellerud", "MELLERUDS KOMMUN")]),
        ("Upplands-Bros strategi", [("Upplands-Bro", "Upplands-Bros")]),
        ("upplands bro och upplandsbro", [("Upplands-Bro", "upplands bro"), ("Upplands-Bro", "upplandsbro")]),
        ("Lidingö stads strategi", [("Lidingö", "Lidingö stads")]),
        ("får lidingo söka", [("Lidingö", "lidingo")]),
        ("skovde", [("Skövde", "skovde")]),
        ("Borås stad", [("Borås", "Borås stad")]),
        ("Falu kommun", [("Falun", "Falu kommun")]),
        ("Region Gotlands riktlinjer", [("Gotland", "Region Gotlands")]),
        ("Håbo eller Habo", [("Håbo", "Håbo"), ("Habo", "Habo")]),
        ("Lilla Edets kommun", [("Lilla Edet", "Lilla Edets kommun")]),
        ("Upplands Va\u0308sby", [("Upplands Väsby", "Upplands Va\u0308sby")]),
    ],
)
def test_the_mention_spans_the_name_its_genitive_and_its_form(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Vad gäller i Vara?", "Vara"),
        ("Varas policy är ny.", "Vara"),
        ("Ale kommun har en strategi.", "Ale"),
        ("marks kommun", "Mark"),
        ("Får Lund söka?", "Lund"),
        ("enligt lunds policy", "Lund"),
        ("Lund", "Lund"),
        ("Jämför med Mora.", "Mora"),
    ],
)
def test_a_name_that_is_also_a_word_counts_where_it_is_a_place(text, name):
    assert names(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Vara eller inte vara",
        "det ska vara kommunens mark",
        "Mark får inte säljas.",
        "lund, berg, sala och mark",
        "Handläggare är Anders Lund.",
        "Nora Andersson är ordförande.",
        "MARK OCH VATTEN",
        "Dessa anges i bilagan och are som area",
        "Vad ska vara kommun och vad ska vara region?",
    ],
)
def test_an_ordinary_word_or_a_surname_is_no_municipality(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Västra Götalandsregionen",
        "Västra Götaland",
        "Stockholms län",
        "Region Stockholm",
        "Region Örebro län",
        "Region Jämtland Härjedalen",
        "Uppsala universitet",
        "Luleå tekniska universitet",
        "Högskolan i Skövde",
        "Länsstyrelsen i Kalmar",
        "Göteborgsregionen",
        "Falu rödfärg",
    ],
)
def test_a_county_region_or_university_is_no_municipality(text):
    assert names(text) == []


def test_a_municipality_near_another_body_is_still_one():
    assert names("Inom regionen har Lidingö ett ansvar, liksom Malmös tekniska nämnd och Solnas stiftelser.") == [
        "Lidingö",
        "Malmö",
        "Solna",
    ]


def test_names_beside_the_290_are_found_when_given():
    assert found("Lindhamns kommun och lindhamn", "Lindhamn") == [("Lindhamn", "Lindhamns kommun"), ("Lindhamn", "lindhamn")]
    assert names("Lindhamns kommun") == []
    assert plain_name("lindhamns kommun", ("Lindhamn",)) == "Lindhamn"


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Lidingö", "Lidingö stad"),
        ("Mellerud", "Melleruds kommun"),
        ("Borås", "Borås stad"),
        ("Göteborg", "Göteborgs stad"),
        ("Kalix", "Kalix kommun"),
        ("Gotland", "Region Gotland"),
        ("Falun", "Falu kommun"),
        ("Lindhamn", "Lindhamns kommun"),
        ("alla", "alla"),
    ],
)
def test_a_municipality_has_a_name_of_its_own(name, own):
    assert own_name(name) == own


@pytest.mark.parametrize("name", NAMES)
def test_its_own_name_leads_back_to_it(name):
    assert plain_name(own_name(name)) == name
    assert same(name, own_name(name).lower())


def test_names_are_compared_leniently_but_not_confused():
    assert same("Upplands-Bro", "upplands bro kommun")
    assert same("Lidingö", "lidingo stad")
    assert same("Lindhamn", "Lindhamns kommun")
    assert not same("Håbo", "Habo")
    assert not same("Köping", "Nyköping")
    assert not same("Lindhamn", "Lidingö")


@given(st.text(max_size=300))
def test_any_text_can_be_searched_and_spans_lie_in_it_in_order(text):
    mentions = find(text)
    assert all(0 <= m.start < m.end <= len(text) and m.name in NAMES for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@given(st.sampled_from(NAMES), st.sampled_from(NAMES))
def test_two_named_side_by_side_are_both_found(first, second):
    assert names(f"Samarbete mellan {own_name(first)} och {own_name(second)} pågår.") == [first, second]
