"""The tables. Times are UTC in ISO form, which sorts as text; nothing here that PostgreSQL would not take."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

SCHEMA = 3
"""Raised when a table or a column is added; a column that is added may be NULL, for the rows that are there (see database.py)."""


class Words(TypeDecorator[str]):
    """Text that people wrote. What no database can keep, lone surrogates and NUL, becomes "?" and nothing."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, str: Words}  # noqa: RUF012


class Schema(Base):
    """One row: the version of the tables."""

    __tablename__ = "schema_version"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int] = mapped_column(Integer)


class User(Base):
    """Somebody who has logged in, as Chainlit needs it. Accounts with passwords are not here."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    identifier: Mapped[str] = mapped_column(String(320), unique=True)
    about: Mapped[dict[str, Any]]
    created: Mapped[str] = mapped_column(String(32))


class Conversation(Base):
    """One user's conversation. `deleted` is when its owner took it away: nobody sees it from then on."""

    __tablename__ = "conversations"
    __table_args__ = (Index("conversations_by_owner", "user_id", "created"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str | None]
    about: Mapped[dict[str, Any]]
    tags: Mapped[list[Any]]
    created: Mapped[str] = mapped_column(String(32))
    updated: Mapped[str] = mapped_column(String(32), index=True)
    deleted: Mapped[str | None] = mapped_column(String(32))


class Step(Base):
    """A message of a conversation, or a step on the way to one. `content` is Chainlit's object; `text` is what is searched."""

    __tablename__ = "steps"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    created: Mapped[str] = mapped_column(String(40))
    text: Mapped[str]
    content: Mapped[dict[str, Any]]


class Element(Base):
    """What hangs on a message, such as a source card. `content` is Chainlit's object."""

    __tablename__ = "elements"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[str | None] = mapped_column(String(36), index=True)
    content: Mapped[dict[str, Any]]


class Thumb(Base):
    """What somebody thought of an answer, with the answer as it was. `person` is a key (see people.py); `chosen_role` see record.Asker."""

    __tablename__ = "thumbs"
    __table_args__ = (UniqueConstraint("answer_id", "person"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    answer_id: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str | None] = mapped_column(String(36), index=True)
    person: Mapped[str | None] = mapped_column(String(32), index=True)
    municipality: Mapped[str | None] = mapped_column(String(100), index=True)
    role: Mapped[str | None] = mapped_column(String(40))
    chosen_role: Mapped[str | None] = mapped_column(String(40))
    created: Mapped[str] = mapped_column(String(32), index=True)
    up: Mapped[bool] = mapped_column(Boolean)
    cause: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str | None]
    answer: Mapped[dict[str, Any]]


class Forwarded(Base):
    """A question that was passed on to the coordinator. `name` only if the asker wished; `read` is when the asker saw the reply."""

    __tablename__ = "forwarded"
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    answer_id: Mapped[str | None] = mapped_column(String(64))
    conversation_id: Mapped[str | None] = mapped_column(String(36), index=True)
    person: Mapped[str | None] = mapped_column(String(32), index=True)
    municipality: Mapped[str | None] = mapped_column(String(100), index=True)
    role: Mapped[str | None] = mapped_column(String(40))
    chosen_role: Mapped[str | None] = mapped_column(String(40))
    created: Mapped[str] = mapped_column(String(32), index=True)
    question: Mapped[str]
    searched: Mapped[str]
    nearest: Mapped[list[Any]]
    name: Mapped[str | None]
    reply: Mapped[str | None]
    section_id: Mapped[str | None]
    replied: Mapped[str | None] = mapped_column(String(32))
    read: Mapped[str | None] = mapped_column(String(32))


class Settled(Base):
    """A matter on the coordinator's list that is dealt with; `item_id` is the answer's, the thumb's or the forwarded question's."""

    __tablename__ = "settled"
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    municipality: Mapped[str | None] = mapped_column(String(100))
    settled: Mapped[str] = mapped_column(String(32))


class ModelUse(Base):
    """The tokens that a language model has used on a day, with those that are set aside for answers being written. Nobody's words."""

    __tablename__ = "model_use"
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    tokens: Mapped[int] = mapped_column(Integer)


class Hold(Base):
    """Something that must not be removed while it stands here: an answer, a thumb, a forwarded question or a whole conversation."""

    __tablename__ = "holds"
    item_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str]
    created: Mapped[str] = mapped_column(String(32))
