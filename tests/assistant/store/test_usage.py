"""How much the assistant is used, told without pointing anybody out."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from store_fakes import answer, new_id, record, unanswered

from assistant.store.record import Asker
from assistant.store.store import Store
from assistant.store.usage import usage


def ask(store: Store, people: int, status: str = "answered", *, per: int = 1, municipality: str = "Ekvik", start: int = 0) -> list[str]:
    """So many people ask so many questions each; the ids of the answers."""
    ids = []
    for person in range(start, start + people):
        for _ in range(per):
            given = unanswered() if status == "unanswered" else answer(status=status)
            kept = record(given, Asker(f"p{person}", municipality, None, new_id()), f"key-{person}")
            store.log.add(kept)
            ids.append(kept.id)
    return ids


def test_the_answers_of_a_municipality_are_counted_by_what_came_of_them(store: Store) -> None:
    ask(store, 6, per=2)
    ask(store, 5, "partial")
    ask(store, 5, "unanswered")
    ask(store, 9, municipality="Norrö")
    found = usage(store, "Ekvik")
    assert (found.asked, found.answered, found.partial, found.unanswered) == (22, 12, 5, 5)


@pytest.mark.parametrize(("people", "told"), [(4, None), (5, 10)])
def test_nothing_is_told_of_fewer_than_five_people(store: Store, people: int, told: int | None) -> None:
    ask(store, people, per=2)
    assert usage(store, "Ekvik").asked == told


def test_a_small_group_cannot_be_worked_out_from_the_others(store: Store) -> None:
    ask(store, 9)
    ask(store, 6, "partial")
    ask(store, 2, "unanswered")
    found = usage(store, "Ekvik")
    assert (found.asked, found.answered, found.partial, found.unanswered) == (17, 9, None, None)


def test_where_nobody_logs_in_a_group_is_counted_in_questions(store: Store) -> None:
    for _ in range(5):
        store.log.add(record(answer(), Asker(None, "Ekvik"), None))
    assert usage(store, "Ekvik").asked is None
    assert usage(store, "Ekvik", per_person=False).asked == 5


def test_only_the_period_counts(store: Store) -> None:
    ask(store, 5)
    tomorrow = date.today() + timedelta(days=1)
    assert usage(store, "Ekvik", tomorrow).asked is None


def test_the_days_from_silence_to_mending_are_the_middle_of_those_dealt_with(store: Store) -> None:
    days = [0, 1, 3, 3, 10, 30]
    for person, ago in enumerate(days):
        asked = (datetime.now().astimezone() - timedelta(days=ago)).isoformat(timespec="milliseconds")
        kept = record(unanswered(), Asker(f"p{person}", "Ekvik", None, new_id()), f"key-{person}", time=asked)
        store.log.add(kept)
        if person < 5:
            store.worklist.settle(kept.id, "Ekvik")
    found = usage(store, "Ekvik")
    assert (found.days_to_mend, found.mended) == (3, 5)


def test_a_reply_to_a_forwarded_question_mends_its_silence(store: Store) -> None:
    for person, id_ in enumerate(ask(store, 5, "unanswered")):
        asker = Asker(f"p{person}", "Ekvik", None, new_id())
        item = store.inbox.put("Vem betalar visum?", asker, f"key-{person}", searched="", nearest=[], answer_id=id_)
        store.inbox.reply(item, "Ekvik", "Din chef.")
    assert (usage(store, "Ekvik").days_to_mend, usage(store, "Ekvik").mended) == (0, 5)


def test_days_of_four_people_are_not_told(store: Store) -> None:
    for id_ in ask(store, 4, "unanswered"):
        store.worklist.settle(id_, "Ekvik")
    assert usage(store, "Ekvik").days_to_mend is None
