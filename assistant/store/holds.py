"""Holds: what must stay although its time is out, since somebody has asked for it or a supervisory authority looks into it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from sqlalchemy import or_, select

from assistant.store.database import now
from assistant.store.store import Store
from assistant.store.tables import Conversation, Forwarded, Hold, Thumb
from knowledge.section import KnowledgeError


@dataclass(frozen=True, slots=True)
class Held:
    """A hold. The id is a conversation's, with all that belongs to it, or that of one answer, thumb or forwarded question."""

    item_id: str
    reason: str
    created: str


def add(store: Store, item_id: str, reason: str) -> None:
    """Hold something from now on. Raises KnowledgeError when nothing with that id is kept: a mistyped id would protect nothing."""
    if not _is_kept(store, item_id):
        raise KnowledgeError(f"Inget med id {item_id} är sparat.", "Kontrollera id:t; assistant export visar vad som är sparat.")
    with store.database.writing() as session:
        session.merge(Hold(item_id=item_id, reason=reason, created=now()))


def remove(store: Store, item_id: str) -> None:
    """Let go. Raises KnowledgeError when there is no such hold."""
    with store.database.writing() as session:
        hold = session.get(Hold, item_id)
        if hold is None:
            raise KnowledgeError(f"{item_id} är inte undantaget från gallring.", "assistant bevara --list visar vad som är det.")
        session.delete(hold)


def listed(store: Store) -> list[Held]:
    """All holds, oldest first."""
    with store.database.reading() as session:
        return [Held(h.item_id, h.reason, h.created) for h in session.scalars(select(Hold).order_by(Hold.created))]


def ids(store: Store) -> Set[str]:
    """The ids of all that is held."""
    return frozenset(h.item_id for h in listed(store))


def _is_kept(store: Store, item_id: str) -> bool:
    with store.database.reading() as session:
        if session.get(Conversation, item_id) is not None:
            return True
        thumb = select(Thumb.id).where(or_(Thumb.id == item_id, Thumb.answer_id == item_id, Thumb.conversation_id == item_id))
        rows = select(Forwarded.id).where(
            or_(Forwarded.id == item_id, Forwarded.answer_id == item_id, Forwarded.conversation_id == item_id)
        )
        if session.scalars(thumb.limit(1)).first() or session.scalars(rows.limit(1)).first():
            return True
    return any(item_id in (r.id, r.conversation) for r in store.log.read())
