"""The coordinator's list: unanswered questions, thumbs down and forwarded questions of one municipality, never with an account."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import select

from assistant.courtesy import courtesy
from assistant.store.answer_log import AnswerLog
from assistant.store.database import Database, now
from assistant.store.tables import Forwarded, Settled, Thumb

SMALLEST_GROUP = 5
"""Counts of fewer people are not told."""

Why = Literal["unanswered", "thumb_down", "forwarded"]
By = Literal["role", "chosen_role", "why", "cause", "reason"]


@dataclass(frozen=True, slots=True)
class Item:
    """Something to look at. `name` is there only for a forwarded question whose asker ticked it; `sections` are those cited or nearest.

    `chosen_role` is what whoever passed it on or judged it says that they are, a key of `starters.role_names`; None where they don't.
    """

    id: str
    why: Why
    answer_id: str | None
    day: date
    municipality: str
    role: str | None
    question: str
    text: str
    sections: tuple[str, ...] = ()
    reason: str | None = None
    cause: str | None = None
    words: str | None = None
    name: str | None = None
    reply: str | None = None
    settled: bool = False
    chosen_role: str | None = None


class Worklist:
    """One list over the log, the thumbs and the inbox."""

    def __init__(self, database: Database, log: AnswerLog) -> None:
        self._database = database
        self._log = log

    def items(self, municipality: str, first: date | None = None, last: date | None = None) -> list[Item]:
        """All of a municipality and a period, latest first.

        An unanswered question that was also forwarded or given a thumb down stands there as that only.
        """
        return [item for item, _ in self._found(municipality, first, last)]

    def settle(self, item_id: str, municipality: str) -> None:
        """One of the municipality's matters is dealt with; nothing happens when it is another's."""
        if any(item.id == item_id for item in self.items(municipality)):
            with self._database.writing() as session:
                session.merge(Settled(item_id=item_id, municipality=municipality, settled=now()))

    def counts(self, municipality: str, by: By, first: date | None = None, last: date | None = None) -> dict[str | None, int | None]:
        """How many matters there are by role, chosen role, why, cause or reason; None for a group of fewer than five people.

        Where only one group is small, the next smallest is hidden too, since it could be worked out from the whole.
        """
        found = self._found(municipality, first, last)
        return told((getattr(item, by), person) for item, person in found)

    def _found(self, municipality: str, first: date | None, last: date | None) -> list[tuple[Item, str | None]]:
        with self._database.reading() as session:
            settled = set(session.scalars(select(Settled.item_id)))
            thumbs = session.scalars(select(Thumb).where(Thumb.municipality == municipality, Thumb.up.is_(False)))
            found = [(t.created, _thumb(t, municipality, t.id in settled), t.person) for t in thumbs]
            rows = session.scalars(select(Forwarded).where(Forwarded.municipality == municipality))
            found += [(r.created, _forwarded(r, municipality, r.id in settled), r.person) for r in rows]
        there = {item.answer_id for _, item, _ in found}
        for r in self._log.read(first, last):
            if r.municipality == municipality and r.status == "unanswered" and r.id not in there and not courtesy(r.question):
                day = date.fromisoformat(r.time[:10])
                item = Item(
                    r.id, "unanswered", r.id, day, municipality, r.role, r.question, r.text, r.nearest, r.reason, settled=r.id in settled
                )
                found.append((r.time, item, r.person))
        found = [f for f in found if (first is None or f[1].day >= first) and (last is None or f[1].day <= last)]
        return [(item, person) for _, item, person in sorted(found, key=lambda f: (f[1].day, f[0]), reverse=True)]


def _thumb(thumb: Thumb, municipality: str, settled: bool) -> Item:
    answer: dict[str, Any] = thumb.answer
    sections = tuple(c["section_id"] for c in answer["citations"]) or tuple(answer["nearest"])
    return Item(
        thumb.id, "thumb_down", thumb.answer_id, _day(thumb.created), municipality, thumb.role, answer["question"], answer["text"],
        sections, answer["reason"], thumb.cause, thumb.words, settled=settled, chosen_role=thumb.chosen_role,
    )  # fmt: skip


def _forwarded(row: Forwarded, municipality: str, settled: bool) -> Item:
    sections = tuple(str(n.get("section_id")) for n in row.nearest)
    return Item(
        row.id, "forwarded", row.answer_id, _day(row.created), municipality, row.role, row.question, row.searched, sections, name=row.name,
        reply=row.reply, settled=settled or row.reply is not None, chosen_role=row.chosen_role,
    )  # fmt: skip


def _day(time: str) -> date:
    return date.fromisoformat(time[:10])


def told(found: Iterable[tuple[Any, Hashable]]) -> dict[str | None, int | None]:
    """How many there are of each group, most first, from pairs of group and person; None for a group of fewer than five people.

    Where only one group is small, the next smallest is hidden too, since it could be worked out from the whole.
    """
    counts: Counter[str | None] = Counter()
    people: dict[str | None, set[Hashable]] = defaultdict(set)
    for group, person in found:
        counts[group] += 1
        people[group].add(person)  # all who are not logged in count as one person: they may be
    small = {group for group in counts if len(people[group]) < SMALLEST_GROUP}
    if len(small) == 1 and len(counts) > 1:
        small.add(min(counts.keys() - small, key=lambda g: counts[g]))
    return {group: None if group in small else n for group, n in counts.most_common()}
