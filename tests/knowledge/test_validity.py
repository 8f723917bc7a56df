"""Whether a document is in force on a day: superseded before expired before review overdue, unknown only where nothing tells."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fakes import document

from knowledge.section import Document, Validity
from knowledge.validity import MANDATE_TURNS, review_due, supersedes, validity

TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2003, 1, 1), date(2050, 12, 31))
MAYBE_DAYS = st.none() | DAYS


def made(title: str = "Policy för resor", **known: object) -> Document:
    return document(title, {"Syfte": "Text."}, **{"kind": "policy", **known})  # type: ignore[arg-type]


def test_a_decided_document_without_an_end_is_in_force() -> None:
    assert validity(made(decided_on=date(2010, 1, 1)), (), TODAY) is Validity.CURRENT


def test_without_any_date_nobody_can_tell() -> None:
    assert validity(made(), (), TODAY) is Validity.UNKNOWN


@pytest.mark.parametrize(("day", "state"), [(date(2024, 12, 31), Validity.CURRENT), (date(2025, 1, 1), Validity.EXPIRED)])
def test_the_last_day_is_still_in_force(day: date, state: Validity) -> None:
    assert validity(made(valid_until=date(2024, 12, 31)), (), day) is state


@pytest.mark.parametrize(("day", "state"), [(date(2025, 6, 7), Validity.CURRENT), (date(2025, 6, 8), Validity.REVIEW_OVERDUE)])
def test_a_review_is_overdue_the_day_after_it_was_due(day: date, state: Validity) -> None:
    assert validity(made(decided_on=date(2023, 6, 7), review_interval_years=2), (), day) is state


def test_a_review_of_a_leap_day_is_due_on_the_twenty_eighth() -> None:
    assert review_due(made(decided_on=date(2024, 2, 29), review_interval_years=1)) == date(2025, 2, 28)


@pytest.mark.parametrize(
    ("decided", "due"),
    [
        (date(2016, 6, 20), date(2018, 10, 15)),
        (date(2022, 10, 14), date(2022, 10, 15)),
        (date(2022, 10, 15), date(2026, 10, 15)),
        (date(2023, 2, 27), date(2026, 10, 15)),
    ],
)
def test_a_review_each_mandate_period_is_due_when_the_next_council_takes_over(decided: date, due: date) -> None:
    assert review_due(made(decided_on=decided, review_interval_years=4, review_each_mandate=True)) == due


@given(DAYS)
def test_a_mandate_review_is_due_after_the_decision_and_within_four_years(decided: date) -> None:
    due = review_due(made(decided_on=decided, review_interval_years=4, review_each_mandate=True))
    assert due in MANDATE_TURNS
    assert decided < due <= decided + timedelta(days=4 * 366)


@given(MAYBE_DAYS, MAYBE_DAYS, st.none() | st.integers(1, 10), DAYS)
def test_what_has_ended_never_comes_into_force_again(decided: date | None, until: date | None, years: int | None, on: date) -> None:
    one = made(decided_on=decided, valid_until=until, review_interval_years=years)
    states = [validity(one, (), on + timedelta(days=n)) for n in (0, 1, 400)]
    order = [Validity.UNKNOWN, Validity.CURRENT, Validity.REVIEW_OVERDUE, Validity.EXPIRED]
    assert [order.index(s) for s in states] == sorted(order.index(s) for s in states)
    assert (states[0] is Validity.UNKNOWN) == (decided is None and until is None)


def test_a_later_decision_of_the_same_title_and_kind_replaces() -> None:
    old, new = made("Policy för resor 2010", decided_on=date(2010, 1, 1)), made("Policy för resor 2020", decided_on=date(2020, 1, 1))
    assert supersedes(new, old, TODAY)
    assert not supersedes(old, new, TODAY)
    assert validity(old, (old, new), TODAY) is Validity.SUPERSEDED


def test_what_is_decided_later_replaces_nothing_yet() -> None:
    old, new = made("Policy för resor 2010", decided_on=date(2010, 1, 1)), made("Policy för resor 2020", decided_on=date(2020, 1, 1))
    assert validity(old, (old, new), date(2019, 12, 31)) is Validity.CURRENT


@pytest.mark.parametrize("stated", ["lindhamn/aldre-strategi", "Äldre strategi"])
def test_a_document_that_is_named_as_replaced_is(stated: str) -> None:
    old = made("Äldre strategi", kind="strategi", decided_on=date(2010, 1, 1), id="lindhamn/aldre-strategi")
    new = made("Ny policy", decided_on=date(2020, 1, 1), replaces=(stated,))
    assert validity(old, (old, new), TODAY) is Validity.SUPERSEDED


def test_another_years_document_of_the_name_is_not_meant() -> None:
    old = made("Strategi för vänorter", decided_on=date(2010, 1, 1))
    assert not supersedes(made("Ny policy", decided_on=date(2020, 1, 1), replaces=("Strategi för vänorter 2015",)), old, TODAY)


def test_neither_a_draft_nor_another_municipality_replaces() -> None:
    old = made("Policy för resor 2010", decided_on=date(2010, 1, 1))
    later = {"decided_on": date(2020, 1, 1), "replaces": (old.id,)}
    assert not supersedes(made("Policy för resor 2020", draft=True, **later), old, TODAY)
    assert not supersedes(made("Policy för resor 2020", municipality="Norrfors", **later), old, TODAY)


def test_a_presentation_of_a_policy_does_not_replace_it() -> None:
    policy = made("Policy för resor", decided_on=date(2010, 1, 1))
    slides = made("Policy för resor", kind="presentation", decided_on=date(2011, 1, 1), id="lindhamn/bilder")
    assert not supersedes(slides, policy, TODAY)


@given(st.lists(st.tuples(DAYS, st.booleans()), min_size=2, max_size=4), DAYS)
def test_two_documents_never_replace_each_other(rows: list[tuple[date, bool]], on: date) -> None:
    many = [
        made("Policy för resor", decided_on=day, id=f"lindhamn/p{n}", replaces=tuple(f"lindhamn/p{m}" for m in range(4)) if names else ())
        for n, (day, names) in enumerate(rows)
    ]
    days = {d.decided_on for d in many}
    if len(days) == len(many):
        assert not any(supersedes(a, b, on) and supersedes(b, a, on) for a in many for b in many)
