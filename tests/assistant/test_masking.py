"""What names a person is taken out of a text; what only looks like it stays. The numbers are invented or set aside for examples."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.masking import Kind, mask, mask_all

IDENTITIES = [
    "811218-9876", "8112189876", "19811218-9876", "198112189876", "811218 9876", "811218 - 9876", "811218–9876", "811218\u20119876",
    "811278-9873", "19811278-9873", "811218+9876",
]  # fmt: skip
EMAILS = ["kim@skola.example", "kim.o'hara+resor@intern.kommun.example", "åsa.öberg@kommun-nord.example"]
PHONES = [
    "070-174 06 05", "0701740605", "070 174 06 05", "0701-74 06 05", "+46 70 174 06 05", "+46701740605", "0046701740605",
    "+46 (0)70-174 06 05", "08-465 004 00", "08-46 50 04", "0340-123 45", "0500-49 80 00", "(0980) 319 21", "010-123 45 67",
    "0771-12 34 56", "031–390 06 00", "+358 40 123 4567", "+47 12 34 56 78", "0980319245", "070\u00a0174\u00a006\u00a005",
]  # fmt: skip
OTHERS = [
    "KS 2021/0123", "Dnr KS-2021-001234", "dnr 2023/00456-12", "UKN 2019:0701234567", "KF § 112/2024", "§§ 10–12",
    "2021-06-14", "20210614", "14.06.2021", "08-12-2021", "kl. 0800-1700", "kl 08.00–17.00", "0730-1600", "1 250 000 kr",
    "+10 000 000 kr", "10 000 000", "0,125", "0.123456789", "1995/96", "2021–2027", "SFS 2010:800", "9 kap. 3 §",
    "12 345 elever", "811218-9875", "811318-9876", "556016-0680", "15-årig", "ISO 9001:2015", "1234567890123456",
    "läsåret 2024/2025", "åk 7–9", "punkt 1.2.3", "@kommunen", "a@b", "100 000 000 000", "001234567", "1-2-3-4",
    "0123-4567",
]  # fmt: skip


@pytest.mark.parametrize("number", IDENTITIES)
def test_identity_and_coordination_numbers_are_taken_out_however_they_are_written(number: str) -> None:
    found = mask(f"Kan {number}, åk 9, åka?")
    assert (found.text, found.kinds) == ("Kan [personnummer], åk 9, åka?", (Kind.IDENTITY,))


@pytest.mark.parametrize("address", EMAILS)
def test_email_addresses_are_taken_out_and_the_full_stop_stays(address: str) -> None:
    found = mask(f"Skriv till {address}. Tack!")
    assert (found.text, found.kinds) == ("Skriv till [e-postadress]. Tack!", (Kind.EMAIL,))


@pytest.mark.parametrize("number", PHONES)
def test_telephone_numbers_are_taken_out_however_they_are_grouped(number: str) -> None:
    found = mask(f"Ring mig på {number}, tack")
    assert (found.text, found.kinds) == ("Ring mig på [telefonnummer], tack", (Kind.PHONE,))


@pytest.mark.parametrize("text", OTHERS)
def test_registration_numbers_years_times_amounts_and_paragraphs_stay(text: str) -> None:
    for sentence in (text, f"Vad säger {text}?", f"({text})", f"{text} gäller."):
        assert mask(sentence).text == sentence
        assert mask(sentence).kinds == ()


def test_a_number_before_or_after_a_telephone_number_hides_it_not() -> None:
    assert mask("vi är 0 070-174 06 05 2024").text == "vi är 0 [telefonnummer] 2024"
    assert mask("Tfn:0701740605/0701740606").text.startswith("Tfn:[telefonnummer]")


def test_the_person_is_told_what_was_taken_out() -> None:
    found = mask("811218-9876, kim@skola.example eller 070-174 06 05, kim@skola.example")
    assert found.text == "[personnummer], [e-postadress] eller [telefonnummer], [e-postadress]"
    assert "Vi tog bort e-postadresser, personnummer och telefonnummer ur din text." in found.notice
    assert mask("Vem beslutar om resor?").notice == ""


def test_every_text_in_json_is_masked_and_nothing_else_changed() -> None:
    value = {"fråga": ["kim@skola.example", 8112189876, None, {"n": "070-174 06 05"}], "ja": True}
    assert mask_all(value) == {"fråga": ["[e-postadress]", 8112189876, None, {"n": "[telefonnummer]"}], "ja": True}


def control_digit(nine: str) -> str:
    """The last digit, counted otherwise than in the program: the one for which the sum ends in nought."""
    total = sum(sum(map(int, str(int(d) * f))) for d, f in zip(nine, (2, 1) * 5, strict=False))
    return str(-total % 10)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.booleans(), st.booleans(), st.sampled_from(["", "-", " "]))
def test_every_identity_number_of_the_calendar_is_taken_out(day: date, serial: int, coordination: bool, century: bool, gap: str) -> None:
    nine = f"{day:%y%m}{day.day + 60 * coordination:02d}{serial:03d}"
    number = f"{day:%Y}"[: 2 * century] + nine[:6] + gap + nine[6:] + control_digit(nine)
    assert mask(f"elev {number}.").text == "elev [personnummer]."


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 999), st.integers(1, 9))
def test_a_wrong_control_digit_is_no_identity_number(day: date, serial: int, wrong: int) -> None:
    nine = f"{day:%y%m%d}{serial:03d}"
    text = f"{nine[:6]}-{nine[6:]}{(int(control_digit(nine)) + wrong) % 10}"
    assert Kind.IDENTITY not in mask(text).kinds


PIECES = st.sampled_from([*IDENTITIES, *EMAILS, *PHONES, *OTHERS, " ", ", ", "-", "+", "(", "å", "0", "7", "@", "."])


@given(st.lists(PIECES | st.text(max_size=6), max_size=12).map("".join))
def test_masking_twice_is_masking_once_and_nothing_breaks_it(text: str) -> None:
    once = mask(text)
    assert mask(once.text).text == once.text
    assert bool(once.kinds) == (once.text != text)


@given(st.text(alphabet="abcåäö ,.!?§/:()", max_size=200))
def test_a_text_without_digits_and_addresses_stays_as_it_is(text: str) -> None:
    assert mask(text).text == text


@pytest.mark.parametrize("unit", ["a", "0 ", "070-", "+4", "811218-", "a.", "0(0)", "a@a."])
def test_a_long_text_that_is_made_to_be_slow_is_not(unit: str) -> None:
    began = time.perf_counter()
    mask(unit * 20_000)
    assert time.perf_counter() - began < 2
