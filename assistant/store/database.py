"""The one door to SQLAlchemy's engine: a SQLite file under the home, or the database that ASSISTANT_DATABASE names."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.schema import CreateColumn

from assistant.store import trouble
from assistant.store.tables import SCHEMA, Base, Schema
from knowledge.section import KnowledgeError

PATIENCE = 5.0
"""Seconds to wait while another process writes."""


class Database:
    """Sessions that read and sessions that write. Safe to use from several threads and processes.

    What has been committed is on the disk. Whatever the database refuses is a KnowledgeError; nothing is kept then.
    """

    def __init__(self, home: Path, url: str | None = None, *, patience: float = PATIENCE) -> None:
        """Raises KnowledgeError when it cannot be opened, or a newer version of the program made it."""
        self.engine = _engine(home, url, patience)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = sessionmaker(self.engine.execution_options(writing=True), expire_on_commit=False)
        _prepare(self)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of all tables."""
        with _told(), self._reading.begin() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept, all of them, when the block ends without an error; else none."""
        with _told(), self._writing.begin() as session:
            yield session

    def tidy(self) -> None:
        """Take what was removed out of SQLite's journal too. KnowledgeError when somebody else reads there all the time."""
        if self.engine.dialect.name == "sqlite":
            with _told(), self.engine.connect() as connection:
                hindered, *_ = connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone() or (0,)
            if hindered:
                raise trouble.busy()

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def now() -> str:
    """The time in UTC, in a form that sorts."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _engine(home: Path, url: str | None, patience: float) -> Engine:
    if url is None:
        folder = home / "store"
        with trouble.told():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "assistant.sqlite"
        with trouble.told():
            file.touch(mode=0o600)
        url = f"sqlite:///file:{quote(str(file.resolve()))}?mode=rw&uri=true"  # a file that is lost is never made anew, empty
    try:  # an error must not tell what people wrote; a database that was restarted is connected to anew
        engine = create_engine(url, json_serializer=_json, hide_parameters=True, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:  # the address names a database that no installed library speaks with
        raise KnowledgeError("ASSISTANT_DATABASE anger ingen databas som programmet kan använda.", "Rätta eller ta bort den.") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", partial(_connected, patience))
        event.listen(engine, "begin", _begin)
        event.listen(engine, "checkout", _of_the_same_file)
    return engine


def _json(value: Any) -> str:
    """As it is read, å and ä too; what no database can keep becomes its JSON escape or goes."""
    return json.dumps(value, ensure_ascii=False).replace("\\u0000", "").encode("utf-8", "backslashreplace").decode("utf-8")


def _connected(patience: float, connection: Any, record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # transactions begin where `_begin` says, not where sqlite3 guesses
    connection.create_function("lower", 1, _lower, deterministic=True)  # SQLite's own knows no å, ä, ö
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    record.info["file"] = path, _identity(path)
    for pragma in (f"busy_timeout={int(patience * 1000)}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _of_the_same_file(_connection: object, record: ConnectionPoolEntry, _proxy: object) -> None:
    """A file that was removed or put back takes what is written through an open connection, and loses it: connect anew."""
    path, known = record.info["file"]
    if _identity(path) != known:
        raise DisconnectionError("the file of the database is another, or gone")


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:  # it is gone, or in memory
        return None
    return found.st_dev, found.st_ino


def _lower(text: str | None) -> str | None:
    return None if text is None else str(text).lower()


def _begin(connection: Connection) -> None:
    """Who is going to write takes the right to at once: one who reads first and then writes could be refused without a wait."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def _prepare(database: Database) -> None:
    """Make what is missing: the tables, and the columns that a newer version of the program has added to a table."""
    with database.reading() as session:
        known = session.connection().dialect.has_table(session.connection(), Schema.__tablename__)
        version = session.scalar(select(Schema.version)) if known else None
    if version is None or version < SCHEMA:
        with database.writing() as session:
            Base.metadata.create_all(session.connection())
            session.execute(select(Schema).with_for_update())  # another process may be doing the same
            _add_columns(session.connection())
            session.merge(Schema(id=1, version=SCHEMA))
    elif version > SCHEMA:
        remedy = "Uppdatera programmet, eller ange en annan mapp med ASSISTANT_HOME."
        raise KnowledgeError("Databasen är gjord av en nyare version av programmet.", remedy)


def _add_columns(connection: Connection) -> None:
    there = inspect(connection)
    for table in Base.metadata.sorted_tables:
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                made = CreateColumn(column).compile(dialect=connection.dialect)
                connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {made}"))


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise trouble_of(error.orig) from error
    except SQLAlchemyError as error:
        raise trouble.failed() from error


def trouble_of(error: BaseException | None) -> KnowledgeError:
    """What SQLite says by its codes; another database's words stay in the chain of errors."""
    code = error.sqlite_errorcode & 0xFF if isinstance(error, sqlite3.Error) and hasattr(error, "sqlite_errorcode") else None
    known = {
        sqlite3.SQLITE_FULL: trouble.full,
        sqlite3.SQLITE_READONLY: trouble.read_only,
        sqlite3.SQLITE_CANTOPEN: trouble.unopened,
        sqlite3.SQLITE_PERM: trouble.read_only,
        sqlite3.SQLITE_BUSY: trouble.busy,
        sqlite3.SQLITE_LOCKED: trouble.busy,
        sqlite3.SQLITE_CORRUPT: trouble.broken,
        sqlite3.SQLITE_NOTADB: trouble.broken,
    }
    return known.get(code or -1, trouble.failed)()
