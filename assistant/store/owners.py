"""Whose a kept thing is, for the gate: it asks before a request that names one goes on."""

from __future__ import annotations

from sqlalchemy import select

from assistant.store.store import Store
from assistant.store.tables import Step, Thumb


class Owners:
    """Called with a kind ("thread", "step" or "feedback") and an id, gives the owner's identifier; None when there is no such thing."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __call__(self, kind: str, id_: str, /) -> str | None:
        """May block. KnowledgeError when the database fails."""
        talk = id_ if kind == "thread" else self._conversation(kind, id_)
        return self._store.conversations.owner(talk) if talk else None

    def _conversation(self, kind: str, id_: str) -> str | None:
        """The conversation that a step, or the answer under a thumb, belongs to."""
        wanted = {
            "step": select(Step.conversation_id).where(Step.id == id_),
            "feedback": select(Thumb.conversation_id).where(Thumb.id == id_),
        }
        if kind not in wanted:
            return None
        with self._store.database.reading() as session:
            return session.scalar(wanted[kind])
