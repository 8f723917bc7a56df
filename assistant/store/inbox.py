"""Questions that were passed on to the coordinator, and what came back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from assistant.masking import mask
from assistant.store.database import Database, now
from assistant.store.record import Asker
from assistant.store.tables import Forwarded
from knowledge.section import KnowledgeError

ANSWERED_BY = "Frågan besvaras nu av avsnittet {headings}."


@dataclass(frozen=True, slots=True)
class Reply:
    """What the coordinator replied to a question. `section_id` is the section that answers now, where there is one."""

    id: str
    question: str
    text: str
    section_id: str | None
    replied: str
    read: bool


class Inbox:
    """Forwarded questions of all municipalities; a coordinator reaches those of one's own only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        question: str,
        asker: Asker,
        person: str | None,
        *,
        searched: str,
        nearest: Sequence[Mapping[str, Any]],
        name: str | None = None,
        answer_id: str | None = None,
    ) -> str:
        """Pass a question on; its id. Question and search are masked; `name` only when the asker ticked it.

        Passing the same answer's question on twice keeps one.

        Raises:
            KnowledgeError: it could not be kept; the asker must not be told that it was passed on.
        """
        with self._database.writing() as session:
            if answer_id:
                before = session.scalar(select(Forwarded).where(Forwarded.answer_id == answer_id, Forwarded.person == person))
                if before is not None:
                    before.name = name
                    return before.id
            row = Forwarded(
                id=str(uuid.uuid4()),
                answer_id=answer_id,
                conversation_id=asker.conversation,
                person=person,
                municipality=asker.municipality,
                role=asker.role,
                chosen_role=asker.chosen_role,
                created=now(),
                question=mask(question).text,
                searched=mask(searched).text,
                nearest=[dict(n) for n in nearest],
                name=name,
            )
            session.add(row)
            return row.id

    def reply(self, item_id: str, municipality: str, text: str, *, section_id: str | None = None) -> None:
        """A coordinator's reply to a question of their own municipality. A later one takes its place and is unread again.

        Raises:
            KnowledgeError: there is no such question in that municipality.
        """
        with self._database.writing() as session:
            row = session.scalar(select(Forwarded).where(Forwarded.id == item_id, Forwarded.municipality == municipality))
            if row is None:
                raise KnowledgeError("Frågan finns inte.", "Läs in listan på nytt.")
            row.reply, row.section_id, row.replied, row.read = text, section_id, now(), None

    def answered_by(self, item_id: str, municipality: str, section_id: str, headings: Sequence[str]) -> None:
        """Tell the asker that a mended document answers now. Raises KnowledgeError as `reply`."""
        self.reply(item_id, municipality, ANSWERED_BY.format(headings=f"”{' › '.join(headings)}”"), section_id=section_id)

    def replies(self, conversation_id: str, person: str | None) -> list[Reply]:
        """What has come back to the person in a conversation, oldest first."""
        with self._database.reading() as session:
            mine = (Forwarded.conversation_id == conversation_id) & (Forwarded.person == person)
            rows = session.scalars(select(Forwarded).where(mine, Forwarded.reply.is_not(None)).order_by(Forwarded.replied))
            return [Reply(r.id, r.question, r.reply or "", r.section_id, r.replied or "", r.read is not None) for r in rows]

    def passed_on(self, conversation_id: str, person: str | None) -> set[str]:
        """The answers of a conversation whose questions the person has passed on."""
        with self._database.reading() as session:
            mine = (Forwarded.conversation_id == conversation_id) & (Forwarded.person == person)
            return {a for a in session.scalars(select(Forwarded.answer_id).where(mine)) if a}

    def unread(self, person: str | None) -> list[str]:
        """The conversations in which a reply waits that the person has not seen."""
        with self._database.reading() as session:
            waiting = (Forwarded.person == person) & Forwarded.reply.is_not(None) & Forwarded.read.is_(None)
            return [c for c in session.scalars(select(Forwarded.conversation_id).where(waiting).distinct()) if c]

    def mark_read(self, item_id: str, person: str | None) -> None:
        """The person has seen the reply; nothing happens when the question is somebody else's."""
        with self._database.writing() as session:
            row = session.scalar(select(Forwarded).where(Forwarded.id == item_id, Forwarded.person == person))
            if row is not None and row.reply is not None:
                row.read = row.read or now()
