"""Thumbs up and down, with the cause of a thumb down and the words of who wished to say more."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, select

from assistant.masking import mask
from assistant.store.database import Database, now
from assistant.store.record import Record
from assistant.store.tables import Thumb
from knowledge.section import KnowledgeError

LONGEST_WORDS = 2000


class Cause(StrEnum):
    """What was wrong with an answer."""

    WRONG = "fel"
    MISSING = "saknas_nagot"
    WRONG_SECTION = "fel_avsnitt"
    OLD_DOCUMENT = "gammalt_dokument"
    QUOTE_NOT_FOUND = "hittar_inte_citatet"
    HARD_TO_UNDERSTAND = "svart_att_forsta"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One person's thumb on one answer."""

    id: str
    answer_id: str
    up: bool
    cause: Cause | None
    words: str | None
    chosen_role: str | None = None


class Feedback:
    """Thumbs. A person has one on an answer: a new one takes the place of the one before."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self,
        answer: Record,
        person: str | None,
        *,
        up: bool,
        cause: Cause | None = None,
        words: str | None = None,
        chosen_role: str | None = None,
    ) -> str:
        """Keep a thumb on an answer; its id. Words are masked. It is on the disk when this returns.

        Only the person that the answer was given to may have an opinion of it; `person` is a key, None where nobody logs in.

        Raises:
            KnowledgeError: the answer is somebody else's, the words are too long, or it could not be kept: then nobody is thanked.
        """
        if answer.person != person:
            raise not_found()
        if words and len(words) > LONGEST_WORDS:
            raise KnowledgeError("Texten är för lång.", f"Korta den till högst {LONGEST_WORDS} tecken.")
        with self._database.writing() as session:
            thumb = session.scalar(select(Thumb).where(_of(answer.id, person)))
            if thumb is None:
                thumb = Thumb(id=str(uuid.uuid4()), answer_id=answer.id, person=person)
                session.add(thumb)
            thumb.conversation_id, thumb.municipality, thumb.role = answer.conversation, answer.municipality, answer.role
            thumb.chosen_role = chosen_role
            thumb.up, thumb.cause, thumb.words = up, None if up else cause, mask(words).text if words else None
            thumb.created, thumb.answer = now(), answer.as_dict()
            return thumb.id

    def get(self, answer_id: str, person: str | None) -> Opinion | None:
        """The person's thumb on an answer."""
        with self._database.reading() as session:
            thumb = session.scalar(select(Thumb).where(_of(answer_id, person)))
            return _opinion(thumb) if thumb else None

    def of_conversation(self, conversation_id: str, person: str | None) -> dict[str, Opinion]:
        """The person's thumbs in a conversation, by the answer's id."""
        with self._database.reading() as session:
            found = session.scalars(select(Thumb).where(Thumb.conversation_id == conversation_id, Thumb.person == person))
            return {t.answer_id: _opinion(t) for t in found}

    def remove(self, thumb_id: str, person: str | None) -> bool:
        """Take one's own thumb back; whether it was there."""
        with self._database.writing() as session:
            thumb = session.scalar(select(Thumb).where(Thumb.id == thumb_id, Thumb.person == person))
            if thumb is not None:
                session.delete(thumb)
            return thumb is not None


def not_found() -> KnowledgeError:
    """The answer is not there, or somebody else's: which of them is nobody's business."""
    return KnowledgeError("Svaret finns inte.", "Ställ frågan igen.")


def _of(answer_id: str, person: str | None) -> ColumnElement[bool]:
    return (Thumb.answer_id == answer_id) & (Thumb.person == person)


def _opinion(thumb: Thumb) -> Opinion:
    return Opinion(thumb.id, thumb.answer_id, thumb.up, Cause(thumb.cause) if thumb.cause else None, thumb.words, thumb.chosen_role)
