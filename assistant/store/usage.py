"""How the assistant is used in one municipality, as counts in which nobody can be told."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from assistant.courtesy import courtesy
from assistant.store.record import Record
from assistant.store.store import Store
from assistant.store.tables import Forwarded, Settled, Thumb
from assistant.store.worklist import SMALLEST_GROUP, told


@dataclass(frozen=True, slots=True)
class Usage:
    """Counts of a period; None where they would be of fewer than five people.

    `days_to_mend` is the median number of days from a silent answer until the coordinator dealt with it, over `mended` of them.
    """

    asked: int | None
    answered: int | None
    partial: int | None
    unanswered: int | None
    days_to_mend: float | None
    mended: int | None


def usage(store: Store, municipality: str, first: date | None = None, last: date | None = None, *, per_person: bool = True) -> Usage:
    """How a municipality's staff used the assistant. Without `per_person`, where nobody logs in, a group is counted in questions."""
    records = [r for r in store.log.read(first, last) if r.municipality == municipality and not courtesy(r.question)]
    who = [r.person if per_person else r.id for r in records]
    by_status = told((r.status, person) for r, person in zip(records, who, strict=True))
    enough = len(set(who)) >= SMALLEST_GROUP
    counts = {status: by_status.get(status, 0) for status in ("answered", "partial", "unanswered")}
    days = _days_to_mend(store, municipality, [r for r in records if r.status == "unanswered"], per_person=per_person)
    return Usage(
        len(records) if enough else None, **counts, days_to_mend=statistics.median(days) if days else None, mended=len(days) or None
    )


def _days_to_mend(store: Store, municipality: str, silent: list[Record], *, per_person: bool) -> list[int]:
    """For each silent answer that was dealt with how many days it took; none where they are of fewer than five people."""
    mended = _mended(store, municipality)
    found = [(r.person if per_person else r.id, r.time[:10], mended[r.id][:10]) for r in silent if r.id in mended]
    if len({person for person, _, _ in found}) < SMALLEST_GROUP:
        return []
    return [max(0, (date.fromisoformat(then) - date.fromisoformat(asked)).days) for _, asked, then in found]


def _mended(store: Store, municipality: str) -> Mapping[str, str]:
    """Answer → the local time at which the coordinator first dealt with it, in its own right, as a thumb or as a forwarded question."""
    times: dict[str, str] = {}

    def note(answer_id: str | None, time: str | None) -> None:
        if answer_id and time:
            local = datetime.fromisoformat(time).astimezone().isoformat()
            times[answer_id] = min(times.get(answer_id, local), local)

    with store.database.reading() as session:
        settled = {s.item_id: s.settled for s in session.scalars(select(Settled).where(Settled.municipality == municipality))}
        for item_id, time in settled.items():
            note(item_id, time)
        for row in session.scalars(select(Forwarded).where(Forwarded.municipality == municipality)):
            note(row.answer_id, row.replied)
            note(row.answer_id, settled.get(row.id))
        for thumb in session.scalars(select(Thumb).where(Thumb.municipality == municipality)):
            note(thumb.answer_id, settled.get(thumb.id))
    return times
