"""Promise 11: the database locked, full, gone or restarted under a running chat: it goes on, and thanks for nothing that is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_engine import two_municipalities
from serving import OPENED, Socket, said, serving
from sqlalchemy import event
from sqlalchemy.pool import Pool

from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.feedback import Feedback
from assistant.store.store import Store
from assistant.web import create_app
from knowledge.section import KnowledgeError

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]
NOT_SURE = "inte säkert att samtalet sparas"


def file_of(home: Path) -> Path:
    return home / "store" / "assistant.sqlite"


@contextmanager
def locked(home: Path) -> Iterator[None]:
    other = sqlite3.connect(file_of(home), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


_filled: set[Path] = set()


@contextmanager
def full(home: Path) -> Iterator[None]:
    """No connection may let the file grow."""
    _filled.add(home)
    try:
        yield
    finally:
        _filled.clear()


@pytest.fixture(autouse=True)
def disk_that_can_fill() -> Iterator[None]:
    def at_most(connection: Any, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count={1 if _filled else 2**30}").close()

    event.listen(Pool, "checkout", at_most)
    yield
    event.remove(Pool, "checkout", at_most)


@contextmanager
def gone(home: Path) -> Iterator[None]:
    """The folder of the database is moved away, as when a disk is taken out, and comes back."""
    away = home / "borta"
    os.rename(home / "store", away)
    try:
        yield
    finally:
        os.rename(away, home / "store")


@contextmanager
def restored(home: Path) -> Iterator[None]:
    """A copy from before is put in the place of the file, while the chat runs."""
    copy = home / "kopia.sqlite"
    with sqlite3.connect(file_of(home)) as now, sqlite3.connect(copy) as then:
        now.backup(then)
    now.close()
    then.close()
    for path in (home / "store").glob("assistant.sqlite*"):
        path.unlink()
    shutil.move(copy, file_of(home))
    yield


TROUBLES: dict[str, tuple[Callable[[Path], Any], str | None]] = {
    "låst": (locked, "något annat skriver just nu"),
    "full": (full, "disken är full"),
    "borta": (gone, "går inte att öppna"),
    "återställd från en kopia": (restored, None),
}
"""What befalls the database, and the words that tell it; None where nobody need notice."""


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setitem(Database.__init__.__kwdefaults__, "patience", 0.2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        app = create_app(two_municipalities(), Settings(home=tmp_path), added=[])
    with serving(app) as running:
        yield running
        while OPENED:
            OPENED.pop().close()


class Talk:
    """A conversation on the open machine."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, headers={"Origin": address})
        self.socket = Socket(address, {})
        self.socket.emit("connection_successful")
        self.socket.heard("clear_call_fn")

    def ask(self, question: str) -> list[list[Any]]:
        """The events of an answer; the first time the municipality is chosen on the way."""
        self.socket.ask(question)
        events = self.socket.heard("task_end", seconds=15)
        choice = next((e[1] for e in events if e[0] == "action" and e[1]["name"] == "kommun"), None)
        if choice:
            self.press(choice)
            events += self.socket.heard("task_end", seconds=15)
        return events

    def press(self, button: dict[str, Any]) -> httpx.Response:
        return self._client.post("/project/action", json={"sessionId": self.socket.session, "action": button}, timeout=30)

    def close(self) -> None:
        self._client.close()


def button(events: list[list[Any]], name: str) -> dict[str, Any]:
    return next(e[1] for e in reversed(events) if e[0] == "action" and e[1]["name"] == name)


@pytest.mark.parametrize("trouble", TROUBLES)
def test_the_chat_goes_on_and_thanks_for_nothing_that_is_not_kept(
    trouble: str, address: str, tmp_path: Path, amount: Amount, figure: Figure
) -> None:
    befalls, words = TROUBLES[trouble]
    times, talk = amount(5, 1), Talk(address)
    first = button(talk.ask("Vem har ansvar?"), "till_hjalp")
    answered, thanked, pressed = 0, [], [first]
    for number in range(times):
        with befalls(tmp_path):
            during = talk.ask(f"Vem har ansvar, {number}?")
            heard = said(during)
            answered += "Så står det" in heard
            if trouble in ("låst", "borta"):  # one that is full may still have room for the little that counts a question
                assert words is not None
                assert NOT_SURE in heard
            assert NOT_SURE not in heard or (words is not None and words in heard)
            thumb = button(during, "till_hjalp")
            pressed.append(thumb)
            told = talk.press(thumb)
            thanks = said(talk.socket.heard(seconds=0.5))
            if "Tack" in thanks:
                thanked.append(thumb)
            elif words is not None:
                assert told.status_code == 503 or words in thanks, (told.text, thanks)
        events = talk.ask(f"Vem har ansvar sedan, {number}?")
        assert "Så står det" in said(events)
        assert NOT_SURE not in said(events)
        thumb = button(events, "till_hjalp")
        pressed.append(thumb)
        assert talk.press(thumb).status_code == 200
        assert "Tack" in said(talk.socket.heard(seconds=1))
        thanked.append(thumb)
    talk.close()
    store = Store.open(Settings(home=tmp_path))
    key = store.people.key("lokal")
    ids = [t["payload"]["message"] for t in thanked]
    kept = [i for i in ids if store.feedback.get(i, key)]
    logged = [r.id for r in store.log.read()]
    store.close()
    figure(11, f"databasen {trouble}: frågor som besvarades under tiden", f"{answered} av {times}")
    figure(11, f"databasen {trouble}: tackade för återkoppling som inte fanns kvar", f"{len(ids) - len(kept)}")
    assert answered == times
    assert kept == ids
    assert {t["payload"]["message"] for t in pressed} <= set(logged)


def test_what_is_written_when_the_file_is_lost_is_refused_and_no_empty_one_is_made(tmp_path: Path) -> None:
    from store_fakes import record

    database = Database(tmp_path)
    feedback = Feedback(database)
    feedback.put(record(id="1"), "eva-key", up=True)
    for path in (tmp_path / "store").glob("assistant.sqlite*"):
        path.unlink()
    with pytest.raises(KnowledgeError, match=r"går inte att öppna.*säkerhetskopia"):
        feedback.put(record(id="2"), "eva-key", up=True)
    assert not file_of(tmp_path).exists()
    database.close()


def test_a_server_that_was_restarted_is_connected_to_anew(tmp_path: Path) -> None:
    """What PostgreSQL does to its connections when it is restarted, done to SQLite's: they are closed under the program."""
    from store_fakes import record

    database = Database(tmp_path)
    feedback = Feedback(database)
    feedback.put(record(id="1"), "eva-key", up=True)
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.close()
    if database.engine.dialect.name == "sqlite":  # its driver tells a closed connection by an error of another kind than a lost one
        database.engine.dispose()
    feedback.put(record(id="2"), "eva-key", up=True)
    assert feedback.get("2", "eva-key")
    database.close()
