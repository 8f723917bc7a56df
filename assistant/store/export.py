"""What is kept, as lines of JSON: of a period or a topic without anybody's account, or all of one person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, inspect, select

from assistant.store.retention import Kept
from assistant.store.store import Store
from assistant.store.tables import Base, Conversation, Element, Forwarded, Step, Thumb, User
from assistant.store.traces import Traces
from assistant.store.whom import logins, whom

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are within it; None is open."""

    first: date | None = None
    last: date | None = None

    def has(self, time: str) -> bool:
        """Whether a time in ISO form is within."""
        day = date.fromisoformat(time[:10])
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


def of_period(store: Store, period: Period, topic: str | None = None) -> Iterator[Row]:
    """Answers, thumbs, forwarded questions and messages of a period; those that contain `topic` where it is given."""
    for record in store.log.read(period.first, period.last):
        if topic is None or record.says(topic):
            yield _row(Kept.ANSWER_LOG, "answer", record.as_dict())
    for kind, table in (("thumb", Thumb), ("forwarded", Forwarded)):
        for row in _rows(store, table):
            if period.has(row["created"]) and _contains(row, topic):
                yield _row(Kept.FEEDBACK, kind, row)
    for row in _rows(store, Step):
        if period.has(row["created"]) and _contains(row, topic):
            content = {k: v for k, v in row["content"].items() if k != "name"}  # Chainlit's name for who speaks is the account's
            yield _row(Kept.CONVERSATIONS, "message", row | {"content": content})


def of_person(store: Store, identifier: str) -> Iterator[Row]:
    """All of one person, by the name that they log in with: the user, account and logins, conversations, also those taken away, messages,
    answers, thumbs, forwarded questions, and what they have signed: approved questions, words and contacts.

    Raises:
        KnowledgeError: several people have been shown under that name.
    """
    person = whom(store, identifier)
    users = _rows(store, User, User.identifier.in_(person.identifiers))
    for user in users:
        yield {"store": Kept.CONVERSATIONS, "kind": "user", **user}
    for kind, login in logins(store, person):
        yield {"store": "konton", "kind": kind, **login}
    for talk in _rows(store, Conversation, Conversation.user_id.in_([u["id"] for u in users])):
        yield _row(Kept.CONVERSATIONS, "conversation", talk)
        for step in _rows(store, Step, Step.conversation_id == talk["id"]):
            yield _row(Kept.CONVERSATIONS, "message", step)
        for element in _rows(store, Element, Element.conversation_id == talk["id"]):
            yield _row(Kept.CONVERSATIONS, "element", element)
    for record in store.log.of(*person.keys):
        yield _row(Kept.ANSWER_LOG, "answer", record.as_dict())
    for thumb in _rows(store, Thumb, Thumb.person.in_(person.keys)):
        yield _row(Kept.FEEDBACK, "thumb", thumb)
    for forwarded in _rows(store, Forwarded, Forwarded.person.in_(person.keys)):
        yield _row(Kept.FEEDBACK, "forwarded", forwarded)
    for file, line in Traces(store.home).signed(person.names):
        yield {"store": "underskrifter", "kind": "signed", "file": file, "line": line}


def _row(store: Kept, kind: str, values: Row) -> Row:
    """A line: where it is kept, what it is, and its values without the person's key."""
    values = {k: _without_person(v) for k, v in values.items() if k not in ("person", "user_id")}
    return {"store": store, "kind": kind, **values}


def _without_person(value: Any) -> Any:
    return {k: v for k, v in value.items() if k != "person"} if isinstance(value, dict) else value


def _rows(store: Store, table: type[Base], *where: ColumnElement[bool]) -> list[Row]:
    mapped = inspect(table)
    with store.database.reading() as session:
        found = session.execute(select(*mapped.columns).where(*where).order_by(*mapped.primary_key))
        return [dict(row._mapping) for row in found]


def _contains(value: Any, topic: str | None) -> bool:
    """Whether any text in it contains the topic, in whatever case."""
    if topic is None:
        return True
    if isinstance(value, dict):
        return any(_contains(v, topic) for v in value.values())
    if isinstance(value, list | tuple):
        return any(_contains(v, topic) for v in value)
    return isinstance(value, str) and topic.casefold() in value.casefold()
