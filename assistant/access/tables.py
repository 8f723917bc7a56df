"""The tables of who gets in, in the store's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, Engine, Float, Index, Integer, MetaData, String, Table
from sqlalchemy.exc import DBAPIError, IntegrityError

from assistant.store.database import Database, trouble_of

metadata = MetaData()

accounts = Table(
    "access_accounts",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("password_hash", String(255), nullable=False),
    Column("role", String(20), nullable=False),
    Column("municipality", String(100), nullable=False),
    Column("created_at", Float, nullable=False),
)
"""Accounts made by the operator. Times are seconds since 1970."""

sessions = Table(
    "access_sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("identifier", String(300), nullable=False, index=True),
    Column("account", String(100)),
    Column("source", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("municipality", String(100), nullable=False),
    Column("name", String(200), nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("checked_at", Float, nullable=False),
    Column("refresh_token", String(8000)),
)
"""Who is logged in. Only a hash of what the cookie holds is kept, so that a copy of the database opens nothing."""

hits = Table(
    "access_hits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(64), nullable=False),
    Column("at", Float, nullable=False, index=True),
    Index("access_hits_key_at", "key", "at"),
)
"""What is counted against a limit. Keys are pseudonyms."""

SLACK = 300
"""Seconds by which a clock may be set back without any of the times kept here being disbelieved."""


def open_database(home: Path, url: str | None = None) -> Engine:
    """The store's database of a home, with these tables made too. KnowledgeError when it cannot be used."""
    return with_tables(Database(home, url).engine)


def with_tables(engine: Engine) -> Engine:
    """The engine, once these tables are in its database. KnowledgeError when they cannot be made."""
    with transaction(engine) as connection:
        metadata.create_all(connection)
    return engine


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """All or nothing. KnowledgeError when the database is locked, full, read-only or broken."""
    try:
        with engine.begin() as connection:
            yield connection
    except IntegrityError:
        raise
    except DBAPIError as error:
        raise trouble_of(error.orig) from error
