"""A disk that is full, a database that is locked, a folder that may not be written: said in Swedish, and nothing is said to be kept."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sqlite3
import stat
import tempfile
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateColumn
from store_fakes import EVA, answer, document, new_id, record

from assistant.settings import Settings
from assistant.store.answer_log import AnswerLog
from assistant.store.conversations import Conversations
from assistant.store.database import Database
from assistant.store.feedback import Feedback
from assistant.store.inbox import Inbox
from assistant.store.store import Store
from assistant.store.tables import SCHEMA, Forwarded, Hold, Schema, Thumb
from knowledge.section import KnowledgeError


def every_write(database: Database) -> list[Callable[[], object]]:
    conversations = Conversations(database)
    step = {"id": new_id(), "threadId": new_id(), "type": "user_message", "output": "Hej"}
    return [
        lambda: Feedback(database).put(record(), "eva-key", up=False, words="Fel år"),
        lambda: Inbox(database).put("Vem?", EVA, "eva-key", searched="vem", nearest=[]),
        lambda: conversations.save_step("eva", step),
        lambda: conversations.remember("eva", {}),
    ]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path)
    yield opened
    opened.close()


def file_of(home: Path) -> Path:
    return home / "store" / "assistant.sqlite"


def test_what_is_committed_is_on_the_disk_and_only_its_owner_may_read_it(database: Database, tmp_path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    with database.reading() as session:
        assert {p: session.execute(text(f"PRAGMA {p}")).scalar() for p in wanted} == wanted
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600


def test_a_locked_database_is_told_and_keeps_nothing(database: Database, tmp_path: Path) -> None:
    impatient = Database(tmp_path, patience=0.05)
    other = sqlite3.connect(file_of(tmp_path))
    other.execute("BEGIN IMMEDIATE")
    for write in every_write(impatient):
        with pytest.raises(KnowledgeError, match=r"något annat skriver just nu\. Försök igen om en stund"):
            write()
    other.rollback()
    other.close()
    with impatient.reading() as session:
        assert session.scalars(select(Thumb)).all() == []
    for write in every_write(impatient):
        write()
    impatient.close()


def test_a_full_database_is_told_and_keeps_nothing(database: Database) -> None:
    @event.listens_for(database.engine, "begin")
    def full(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # it cannot grow from the size that it has

    long = "ö" * 2000
    feedback = Feedback(database)
    kept: list[tuple[str, str]] = []

    def fill() -> None:
        for n in range(100):
            kept.append((f"{n}", feedback.put(record(id=f"{n}"), "eva-key", up=False, words=long)))

    with pytest.raises(KnowledgeError, match=r"disken är full\. Frigör plats"):
        fill()
    assert len(kept) < 10
    for answer_id, thumb_id in kept:
        assert feedback.get(answer_id, "eva-key").id == thumb_id
    assert feedback.get(f"{len(kept)}", "eva-key") is None


def test_a_database_opened_for_reading_only_is_told(database: Database, tmp_path: Path) -> None:
    url = f"sqlite:///file:{file_of(tmp_path)}?mode=ro&uri=true"
    read_only = Database(tmp_path, url)
    for write in every_write(read_only):
        with pytest.raises(KnowledgeError, match=r"får inte skriva.*ASSISTANT_HOME"):
            write()
    read_only.close()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file_of(tmp_path).parent.mkdir()
    file_of(tmp_path).write_bytes(b"inte en databas" * 1000)
    with pytest.raises(KnowledgeError, match="Databasen är skadad"):
        Database(tmp_path)


def test_a_database_of_a_newer_program_is_not_touched(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.get_one(Schema, 1).version = SCHEMA + 1
    with pytest.raises(KnowledgeError, match=r"nyare version.*Uppdatera programmet"):
        Database(tmp_path)


def test_a_database_of_an_older_program_gets_what_is_new_and_keeps_what_it_has(tmp_path: Path) -> None:
    before = Database(tmp_path)
    Inbox(before).put("Vem?", EVA, "eva-key", searched="vem", nearest=[])
    Feedback(before).put(record(), "eva-key", up=False)
    before.close()
    with sqlite3.connect(file_of(tmp_path)) as file:  # as the first version made it
        for table in ("thumbs", "forwarded"):
            file.execute(f"ALTER TABLE {table} DROP COLUMN chosen_role")
        file.execute("DROP TABLE holds")
        file.execute("UPDATE schema_version SET version = 1")
    file.close()
    with ThreadPoolExecutor(6) as threads:
        opened = list(threads.map(lambda _: Database(tmp_path), range(6)))
    teacher = replace(EVA, chosen_role="larare", conversation=new_id())
    Inbox(opened[0]).put("Hur?", teacher, "eva-key", searched="hur", nearest=[])
    with opened[1].reading() as session:
        assert session.scalars(select(Forwarded.chosen_role).order_by(Forwarded.created)).all() == [None, "larare"]
        assert session.scalars(select(Thumb.chosen_role)).all() == [None]
        assert session.scalars(select(Hold)).all() == []
        assert session.scalars(select(Schema.version)).all() == [SCHEMA]
    for database in opened:
        database.close()


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])
def test_a_column_that_is_added_may_be_empty_and_every_database_takes_it(dialect: Dialect) -> None:
    for table in (Thumb, Forwarded):
        assert str(CreateColumn(table.__table__.c.chosen_role).compile(dialect=dialect)) == "chosen_role VARCHAR(40)"


@pytest.mark.parametrize("url", ["inte en adress", "oracle+saknas://x"])
def test_an_address_that_names_no_database_is_told_without_repeating_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(KnowledgeError, match="ASSISTANT_DATABASE") as told:
        Database(tmp_path, url)
    assert url not in str(told.value)


def test_an_error_tells_nobodys_text(database: Database, tmp_path: Path) -> None:
    other = sqlite3.connect(file_of(tmp_path))
    other.execute("CREATE TRIGGER refuse BEFORE INSERT ON thumbs BEGIN SELECT RAISE(ABORT, 'nej'); END")
    other.close()
    words = "Hemliga ord"
    with pytest.raises(KnowledgeError) as told:
        Feedback(database).put(record(), "eva-key", up=False, words=words)
    said = "".join(traceback.format_exception(told.value))
    assert "INSERT INTO thumbs" in said
    assert words not in said


def test_the_settings_may_name_another_database(tmp_path: Path) -> None:
    store = Store.open(Settings(home=tmp_path / "home", database=f"sqlite:///{tmp_path / 'annan.sqlite'}"))
    store.conversations.remember("eva", {})
    store.close()
    assert (tmp_path / "annan.sqlite").exists()
    assert not file_of(tmp_path / "home").exists()


def test_an_error_in_the_middle_keeps_nothing(database: Database) -> None:
    def break_off() -> None:
        with database.writing() as session:
            session.add(Hold(item_id="a", reason="b", created="c"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    with database.reading() as session:
        assert session.scalars(select(Hold)).all() == []


def test_several_that_open_a_new_database_at_once_find_it_whole(tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as threads:
        opened = list(threads.map(lambda _: Database(tmp_path), range(6)))
    for database in opened:
        with database.reading() as session:
            assert session.scalars(select(Schema.version)).all() == [SCHEMA]
        database.close()


def test_threads_that_read_and_then_write_wait_for_each_other(database: Database) -> None:
    def add_one(n: int) -> None:
        with database.writing() as session:
            before = len(session.scalars(select(Hold)).all())
            session.add(Hold(item_id=str(n), reason=str(before), created="nu"))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add_one, range(80)))
    with database.reading() as session:
        assert sorted(int(h.reason) for h in session.scalars(select(Hold))) == list(range(80))


def in_a_process(work: Callable[..., None], *arguments: object) -> list[str]:
    """What a process of its own says, so that its limits are nobody else's."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=work, args=(theirs, *arguments))
    process.start()
    theirs.close()
    process.join()
    assert process.exitcode == 0
    said: list[str] = ours.recv()
    ours.close()
    return said


def said_by(*attempts: Callable[[], object]) -> list[str]:
    said = []
    for attempt in attempts:
        try:
            attempt()
            said.append("sparat")
        except KnowledgeError as error:
            said.append(error.reason)
    return said


def write_to_a_full_disk(out: Connection, home: Path) -> None:
    store = Store.open(Settings(home=home))
    log, versions = AnswerLog(home), store.versions
    log.add(record(id="före"))
    (path,) = (home / "log").glob("svar-*")
    size = path.stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 400, resource.RLIM_INFINITY))
    said = said_by(
        lambda: log.add(record(text="ö" * 3000)),
        lambda: versions.keep(document("ö" * 3000)),
        lambda: store.answered(answer(text="ö" * 3000), EVA, [document("ö" * 3000)]),
    )
    said.append("som förut" if path.stat().st_size == size else "halva raden kvar")
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    log.add(record(id="efter"))
    out.send([*said, *(r.id for r in log.read()), *(p.name for p in (home / "versions").iterdir())])
    store.close()


def test_a_disk_that_fills_in_the_middle_of_a_line_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    full = "Det gick inte att spara: disken är full."
    assert in_a_process(write_to_a_full_disk, tmp_path) == [full, full, full, "som förut", "före", "efter"]


def write_where_one_may_not(out: Connection, home: Path) -> None:
    kept = record()
    with tempfile.TemporaryDirectory() as elsewhere:
        Store.open(Settings(home=Path(elsewhere))).close()  # imports what it needs while it may
    if os.geteuid() == 0:  # who may write everywhere gives that up
        os.setgid(65534)
        os.setuid(65534)
    said = said_by(
        lambda: AnswerLog(home).add(kept),
        lambda: Store.open(Settings(home=home)),
        lambda: Store.open(Settings(home=home / "ny")),
    )
    out.send(said)


def test_a_folder_that_may_not_be_written_is_told() -> None:
    with tempfile.TemporaryDirectory() as made:
        home = Path(made)
        Store.open(Settings(home=home)).close()
        AnswerLog(home).add(record())
        paths = [home, *home.rglob("*")]
        for path in paths:
            path.chmod(0o555 if path.is_dir() else 0o444)
        try:
            said = in_a_process(write_where_one_may_not, home)
        finally:
            for path in paths:
                path.chmod(0o755)
    assert "får inte skriva" in said[1]
    assert "får inte skriva" in said[2]
    assert "går inte att skriva i mappen" in said[0] or "får inte skriva" in said[0]
