"""What a model replies is read for what it is, whole or begun, and never breaks anything."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.claims import Proposed
from assistant.proposals import MARKERS, MOST_CLAIMS, read_begun, read_whole, schema
from assistant.spoken import is_swedish

CLAIMS = [{"marker": f"K{n}", "quote": f"Citat {n} med {{klammer}} och ”tecken”.", "text": f"Påstående {n}."} for n in (1, 2, 3)]
WHOLE = json.dumps({"claims": CLAIMS, "completeness": "partial", "missing": ["vad det kostar"]}, ensure_ascii=False)
READ = [Proposed(c["text"], c["marker"], c["quote"]) for c in CLAIMS]


def test_a_whole_reply_is_read() -> None:
    read = read_whole(WHOLE)
    assert read
    assert (list(read.claims), read.completeness, read.missing) == (READ, "partial", ("vad det kostar",))


@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "Här är svaret: {}\nHoppas det hjälper! {{}}", "<think>{{}}</think>\n{}"])
def test_what_stands_around_the_json_is_passed_over(around: str) -> None:
    read = read_whole(around.replace("{{}}", "{ }").replace("{}", WHOLE, 1).replace("{ }", "{}"))
    assert read
    assert list(read.claims) == READ


@given(st.integers(0, len(WHOLE)))
def test_of_a_reply_that_is_still_coming_only_whole_claims_are_read(end: int) -> None:
    begun = read_begun(WHOLE[:end])
    assert begun == READ[: len(begun)]
    assert read_whole(WHOLE[:end]) is None or end == len(WHOLE)


def test_claims_are_read_one_by_one_as_they_come() -> None:
    counts = [len(read_begun(WHOLE[:end])) for end in range(len(WHOLE) + 1)]
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2, 3}


@settings(max_examples=50)
@given(st.text() | st.text('{}[]",:claims01\\u nul'))
def test_nothing_that_a_model_may_say_breaks_the_reading(text: str) -> None:
    for said in (text, WHOLE[:40] + text, '{"claims":' + text):
        read_begun(said)
        read_whole(said)


@settings(max_examples=30)
@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda v: st.lists(v) | st.dictionaries(st.text(), v)))
def test_any_other_json_is_no_reply(value: object) -> None:
    assert read_whole(json.dumps({"claims": [value], "completeness": "complete", "missing": []})) is None
    assert read_begun(json.dumps({"claims": [value, value]})) == []


def test_no_more_is_read_than_an_answer_may_hold() -> None:
    many = json.dumps({"claims": CLAIMS * 10, "completeness": "complete", "missing": ["x" * 9000] * 9})
    read = read_whole(many)
    assert read
    assert (len(read.claims), len(read.missing), max(map(len, read.missing))) == (MOST_CLAIMS, 3, 2000)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Nätverket träffas ofta", "Nätverket träffas ofta."),
        ("Nätverket träffas ofta. [K1]", "Nätverket träffas ofta."),
        ("Nätverket träffas [1] ofta (K2).", "Nätverket träffas ofta."),
        ("- **Nätverket**\nträffas ofta.", "Nätverket träffas ofta."),
        ("## Nätverket träffas [K1, K2] ofta.", "Nätverket träffas ofta."),
        ("Bidraget är 20 000 kronor (högst).", "Bidraget är 20 000 kronor (högst)."),
    ],
)
def test_a_claim_is_one_line_of_prose(typed: str, read: str) -> None:
    reply = read_whole(json.dumps({"claims": [{"marker": "[k1]", "quote": "q", "text": typed}], "completeness": "complete", "missing": []}))
    assert reply
    assert reply.claims == (Proposed(read, "K1", "q"),)


def test_the_schema_is_strict_and_names_the_markers() -> None:
    made = schema()
    claim = made["$defs"]["_Claim"]
    assert claim["properties"]["marker"]["enum"] == list(MARKERS)
    for part in (made, claim):
        assert part["additionalProperties"] is False
        assert set(part["required"]) == part["properties"].keys()


@pytest.mark.parametrize(
    "text",
    [
        "Förvaltningschefen beslutar om tjänsteresor utanför Norden efter samråd.",
        "Vänortsavtal ingås av kommunfullmäktige.",
        "Merisaari, Wiekhafen och Randjõe är vänorter till kommunen.",
        "Högst 600 kronor.",
    ],
)
def test_swedish_is_told_to_be_swedish(text: str) -> None:
    assert is_swedish(text)


@pytest.mark.parametrize(
    "text",
    [
        "The municipal board decides on all journeys abroad.",
        "Der Gemeindevorstand ernennt eine Kontaktperson für jede Partnerstadt.",
        "Kunnanhallitus nimeää yhteyshenkilön jokaiselle ystävyyskaupungille ja päättää matkoista.",
        "Le conseil municipal décide des voyages des élèves vers les villes jumelées.",
    ],
)
def test_other_languages_are_told_from_it(text: str) -> None:
    assert not is_swedish(text)
