"""Conversations, one owner each. Ids are UUIDs that a browser may have chosen: every function asks whose the conversation is."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from assistant.masking import mask, mask_all
from assistant.store.database import Database, now
from assistant.store.tables import Conversation, Element, Step, Thumb, User
from knowledge.section import KnowledgeError

LONGEST_NAME = 200
MESSAGES = {"user_message", "assistant_message", "system_message"}
STEP_TYPES = MESSAGES | {"run", "tool", "llm", "embedding", "retrieval", "rerank", "undefined"}
_NEVER_KEPT = {"is_shared", "shared_at", "env"}
"""What Chainlit would let anybody read a conversation by, and what a browser sends of its environment."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user who has logged in."""

    id: str
    identifier: str
    about: Mapping[str, Any]
    created: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation. `steps` and `elements` are Chainlit's objects, oldest first; a list of conversations leaves them out."""

    id: str
    name: str | None
    owner: str
    owner_id: str
    about: Mapping[str, Any]
    tags: tuple[str, ...]
    created: str
    steps: tuple[Mapping[str, Any], ...] = ()
    elements: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of somebody's conversations, latest first; `more` is whether there are others after it."""

    talks: tuple[Talk, ...]
    more: bool


class Conversations:
    """The conversations of all users. `owner` is a user's identifier. What is not one's own is as if it were not there.

    What is said by a person is masked before it is kept, and what is kept is on the disk when a function returns. All raise
    KnowledgeError when it could not be kept or the id is no UUID.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def remember(self, identifier: str, about: Mapping[str, Any] | None = None) -> Person:
        """The user, made at the first login; `about` takes the place of what was known."""
        with self._database.writing() as session:
            user = _user(session, identifier)
            if about is not None:
                user.about = dict(about)
            return _person(user)

    def person(self, identifier: str) -> Person | None:
        """The user, or None for one who has never logged in."""
        with self._database.reading() as session:
            user = session.scalar(select(User).where(User.identifier == identifier))
            return _person(user) if user else None

    def owner(self, talk_id: str) -> str | None:
        """Whose conversation it is; None when there is none, or its owner took it away."""
        with self._database.reading() as session:
            return session.scalar(
                select(User.identifier).join(Conversation).where(Conversation.id == talk_id, Conversation.deleted.is_(None))
            )

    def save(
        self,
        owner: str,
        talk_id: str,
        *,
        name: str | None = None,
        about: Mapping[str, Any] | None = None,
        tags: list[str] | None = None,
    ) -> None:
        """Begin a conversation, or change what is given of it: rename it, add to what is known about it."""
        with self._database.writing() as session:
            talk = _own(session, owner, talk_id)
            if name is not None:
                talk.name = mask(name).text[:LONGEST_NAME]
            if about is not None:
                merged = {**talk.about, **mask_all(about)}
                talk.about = {k: v for k, v in merged.items() if v is not None and k not in _NEVER_KEPT}
            if tags is not None:
                talk.tags = list(tags)

    def hide(self, owner: str, talk_id: str) -> None:
        """Take one's conversation away: nobody sees it from now on, and the next `gallra` removes it."""
        with self._database.writing() as session:
            if (talk := _there(session, owner, talk_id)) is not None:
                talk.deleted = now()

    def save_step(self, owner: str, step: Mapping[str, Any]) -> None:
        """Keep a step of one's conversation, which begins with it where needed; one with the same id is changed."""
        talk_id, step_id = _uuid(step.get("threadId")), _uuid(step.get("id"))
        if step.get("type") not in STEP_TYPES:
            raise KnowledgeError("Meddelandet är av ett slag som inte finns.", "Läs in sidan på nytt och försök igen.")
        with self._database.writing() as session:
            talk = _own(session, owner, talk_id)
            row = session.get(Step, step_id) or Step(id=step_id, conversation_id=talk_id, created=_time(step))
            if row.conversation_id != talk_id:
                raise not_found()
            content = {k: v for k, v in step.items() if k not in ("feedback", "generation")}
            row.content = content if step["type"] == "assistant_message" else mask_all(content)
            row.text = str(row.content.get("output") or "") if step["type"] in MESSAGES else ""
            talk.updated = now()
            session.add(row)

    def remove_step(self, owner: str, step_id: str) -> None:
        """Remove a step of one's own with what hangs on it; nothing happens when it is not there."""
        with self._database.writing() as session:
            row = session.get(Step, step_id)
            if row is not None and _there(session, owner, row.conversation_id) is not None:
                for element in session.scalars(select(Element).where(Element.step_id == step_id)):
                    session.delete(element)
                session.delete(row)

    def save_element(self, owner: str, element: Mapping[str, Any]) -> None:
        """Keep what hangs on a message of one's conversation."""
        talk_id, element_id = _uuid(element.get("threadId")), _uuid(element.get("id"))
        with self._database.writing() as session:
            _own(session, owner, talk_id)
            row = session.get(Element, element_id) or Element(id=element_id, conversation_id=talk_id)
            if row.conversation_id != talk_id:
                raise not_found()
            row.step_id, row.content = _uuid(element["forId"]) if element.get("forId") else None, dict(element)
            session.add(row)

    def remove_element(self, owner: str, element_id: str) -> None:
        """Remove an element of one's own; nothing happens when it is not there."""
        with self._database.writing() as session:
            row = session.get(Element, element_id)
            if row is not None and _there(session, owner, row.conversation_id) is not None:
                session.delete(row)

    def element(self, talk_id: str, element_id: str) -> Mapping[str, Any] | None:
        """An element of a conversation that is not taken away."""
        with self._database.reading() as session:
            row = session.get(Element, element_id)
            talk = session.get(Conversation, talk_id)
            return row.content if row and talk and row.conversation_id == talk_id and talk.deleted is None else None

    def talk(self, talk_id: str, owner: str | None = None) -> Talk | None:
        """A conversation with all that was said; None when it is not there, or not the owner's where one is given."""
        with self._database.reading() as session:
            talk = session.get(Conversation, talk_id)
            if talk is None or talk.deleted is not None:
                return None
            user = session.get_one(User, talk.user_id)
            if owner is not None and user.identifier != owner:
                return None
            steps = session.scalars(select(Step).where(Step.conversation_id == talk_id).order_by(Step.created, Step.id))
            elements = session.scalars(select(Element).where(Element.conversation_id == talk_id))
            return _talk(talk, user, tuple(s.content for s in steps), tuple(e.content for e in elements))

    def own(self, owner: str, *, first: int = 20, after: str | None = None, search: str | None = None, up: bool | None = None) -> Page:
        """A page of one's conversations, after the one with the id `after`; with a word in them, or a thumb up or down."""
        with self._database.reading() as session:
            user = session.scalar(select(User).where(User.identifier == owner))
            if user is None:
                return Page((), False)
            chosen = select(Conversation).where(Conversation.user_id == user.id, Conversation.deleted.is_(None))
            if search:
                said = exists().where(Step.conversation_id == Conversation.id, Step.text.icontains(search, autoescape=True))
                chosen = chosen.where(or_(Conversation.name.icontains(search, autoescape=True), said))
            if up is not None:
                chosen = chosen.where(exists().where(Thumb.conversation_id == Conversation.id, Thumb.up.is_(up)))
            last = session.get(Conversation, after) if after else None
            if last is not None and last.user_id == user.id:
                earlier = and_(Conversation.created == last.created, Conversation.id < last.id)
                chosen = chosen.where(or_(Conversation.created < last.created, earlier))
            ordered = chosen.order_by(Conversation.created.desc(), Conversation.id.desc()).limit(first + 1)
            talks = [_talk(t, user) for t in session.scalars(ordered)]
            return Page(tuple(talks[:first]), len(talks) > first)


def not_found() -> KnowledgeError:
    """It is not there, or somebody else's: which of them is nobody's business."""
    return KnowledgeError("Konversationen finns inte.", "Börja en ny konversation.")


def _user(session: Session, identifier: str) -> User:
    user = session.scalar(select(User).where(User.identifier == identifier))
    if user is None:
        user = User(id=str(uuid.uuid4()), identifier=identifier, about={}, created=now())
        session.add(user)
        session.flush()
    return user


def _own(session: Session, owner: str, talk_id: str) -> Conversation:
    """The owner's conversation, begun now when there is none by that id."""
    user, talk = _user(session, owner), session.get(Conversation, _uuid(talk_id))
    if talk is None:
        talk = Conversation(id=talk_id, user_id=user.id, about={}, tags=[], created=now(), updated=now())
        session.add(talk)
        session.flush()
    if talk.user_id != user.id or talk.deleted is not None:
        raise not_found()
    return talk


def _there(session: Session, owner: str, talk_id: str) -> Conversation | None:
    mine = select(Conversation).join(User).where(Conversation.id == talk_id, User.identifier == owner)
    return session.scalar(mine.where(Conversation.deleted.is_(None)))


def _uuid(value: object) -> str:
    """The id as it stands. Raises KnowledgeError for what is no UUID in its usual form."""
    try:
        if str(uuid.UUID(str(value))) == value:
            return value
    except ValueError:
        pass
    raise KnowledgeError("Id:t är inget giltigt id.", "Läs in sidan på nytt och försök igen.")


def _time(step: Mapping[str, Any]) -> str:
    time = step.get("createdAt") or step.get("start")
    return time[:40] if isinstance(time, str) else now()


def _person(user: User) -> Person:
    return Person(user.id, user.identifier, user.about, user.created)


def _talk(talk: Conversation, user: User, steps: tuple[Any, ...] = (), elements: tuple[Any, ...] = ()) -> Talk:
    return Talk(talk.id, talk.name, user.identifier, user.id, talk.about, tuple(talk.tags), talk.created, steps, elements)
