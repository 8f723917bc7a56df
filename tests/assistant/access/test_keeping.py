"""What the running chat keeps, for whom, and what it says when it cannot: over real HTTP, a real socket and a real database."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from serving import GALLRING, PASSWORD, Serve, Socket, said
from sqlalchemy import event
from sqlalchemy.pool import Pool

from assistant.answer import Ask
from assistant.settings import Settings
from assistant.store.database import Database
from assistant.store.record import Asker
from assistant.store.store import Store
from assistant.web import create_app
from knowledge.section import KnowledgeError

ROOT = Path(__file__).parents[3]
SHOWN = 100
THERE: list[Any] = []
"""Those who are there, for leaving after the test."""


@pytest.fixture(autouse=True)
def everybody_leaves() -> Iterator[None]:
    yield
    while THERE:
        THERE.pop().leave()


class Person:
    """Somebody who is logged in, with one conversation open."""

    def __init__(self, address: str, name: str | None = None, **auth: Any) -> None:
        self.client = httpx.Client(base_url=address, headers={"Origin": address})
        THERE.append(self)
        if name:
            assert self.client.post("/logga-in", data={"namn": name, "losenord": PASSWORD}).status_code == 303
        cookie = "; ".join(f"{n}={v}" for n, v in self.client.cookies.items())
        self.socket = Socket(address, {"Cookie": cookie} if cookie else {}, **auth)
        self.socket.emit("connection_successful")
        self.socket.heard("clear_call_fn")

    def leave(self) -> None:
        self.client.close()
        self.socket.close()

    def ask(self, question: str) -> list[list[Any]]:
        self.socket.ask(question)
        return self.socket.heard("task_end")

    def press(self, button: dict[str, Any]) -> httpx.Response:
        return self.client.post("/project/action", json={"sessionId": self.socket.session, "action": button})

    def conversations(self) -> list[dict[str, Any]]:
        answer = self.client.post("/project/threads", json={"pagination": {"first": 20}, "filter": {}})
        assert answer.status_code == 200
        return list(answer.json()["data"])


def button(events: list[list[Any]], name: str) -> dict[str, Any]:
    """The latest of the buttons of that name."""
    return next(e[1] for e in reversed(events) if e[0] == "action" and e[1]["name"] == name)


def store_of(home: Path) -> Store:
    return Store.open(Settings(home=home))


def answered_and_judged(person: Person, number: int) -> str:
    """The id of an answer that has been shown, with a thumb on it that the server has said is kept."""
    events = person.ask(f"Vem har ansvar, {number}?")
    thumb = button(events, "till_hjalp" if number % 2 else "inte_till_hjalp")
    assert "Så står det" in said(events)
    assert person.press(thumb).status_code == 200
    THERE.remove(person)
    person.leave()
    return str(thumb["payload"]["message"])


def test_a_hundred_shown_answers_and_thumbs_outlive_a_kill(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "tests" / "browser" / "serve.py"), str(tmp_path), "one"]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = re.search(r"http://127\.0\.0\.1:\d+", server.stdout.readline())
            assert address
            shown = [answered_and_judged(Person(address[0]), n) for n in range(SHOWN)]
        finally:
            server.kill()
    store = store_of(tmp_path)
    key = store.people.key("lokal")
    assert [r.id for r in store.log.read()] == shown
    assert [o.up for i in shown if (o := store.feedback.get(i, key))] == [bool(n % 2) for n in range(SHOWN)]
    store.close()


@contextmanager
def locked(home: Path) -> Iterator[None]:
    connection = sqlite3.connect(home / "store" / "assistant.sqlite", isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.close()


@contextmanager
def every_connection(pragma: str) -> Iterator[None]:
    def take(connection: Any, *_: object) -> None:
        connection.execute(pragma).close()

    event.listen(Pool, "checkout", take)
    try:
        yield
    finally:
        event.remove(Pool, "checkout", take)


TROUBLES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "locked": (locked, "något annat skriver just nu"),
    "read-only": (lambda _: every_connection("PRAGMA query_only=ON"), "får inte skriva"),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_database_that_takes_nothing_is_told_and_nobody_is_thanked(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setitem(Database.__init__.__kwdefaults__, "patience", 0.2)
    anna = Person(serve(), "anna")
    thumb = button(anna.ask("Vem har ansvar?"), "till_hjalp")
    begin, words = TROUBLES[trouble]
    with begin(tmp_path):
        answer = anna.press(thumb)
        anna.socket.ask("Vem har ansvar nu?")
        heard = said(anna.socket.heard(seconds=1.5))
    assert answer.status_code == 503
    assert words in answer.json()["detail"]
    assert words in heard
    assert "inte säkert att samtalet sparas" in heard
    assert "Så står det" in heard  # the log of answers is no part of the database
    assert "Tack" not in heard
    store = store_of(tmp_path)
    assert [r.question for r in store.log.read()] == ["Vem har ansvar?", "Vem har ansvar nu?"]
    assert store.feedback.get(thumb["payload"]["message"], store.people.key("konto:anna")) is None
    store.close()


def test_words_that_a_full_disk_does_not_take_are_not_thanked_for(serve: Serve, tmp_path: Path) -> None:
    anna = Person(serve(), "anna")
    thumb = button(anna.ask("Vem har ansvar?"), "inte_till_hjalp")
    assert anna.press(thumb).status_code == 200
    anna.socket.heard(seconds=1)
    words = {"name": "kommentar", "payload": thumb["payload"] | {"words": "😀" * 1000}}  # more than a page of the database holds
    with every_connection("PRAGMA max_page_count=1"):  # what is less than it has counts as that
        anna.press(thumb | words)
        heard = said(anna.socket.heard(seconds=1))
    assert "disken är full" in heard
    assert "Tack" not in heard
    store = store_of(tmp_path)
    opinion = store.feedback.get(thumb["payload"]["message"], store.people.key("konto:anna"))
    assert opinion is not None
    assert opinion.words is None
    store.close()


def test_an_answer_that_cannot_be_written_down_is_not_shown(serve: Serve, tmp_path: Path) -> None:
    anna = Person(serve(), "anna")
    (tmp_path / "log").write_text("här går det inte att skriva")
    heard = said(anna.ask("Vem har ansvar?"))
    assert "Det gick inte att" in heard
    assert "Så står det" not in heard


def test_what_names_a_person_is_taken_out_and_the_person_is_told(serve: Serve, tmp_path: Path) -> None:
    anna = Person(serve(), "anna")
    heard = said(anna.ask("Vem har ansvar? Ring 070-123 45 67."))
    assert "Vi tog bort telefonnummer ur din text" in heard.replace("\\", "")
    assert "Så står det" in heard
    store = store_of(tmp_path)
    (record,) = store.log.read()
    store.close()
    assert record.question == "Vem har ansvar? Ring [telefonnummer]."
    kept = b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    assert b"070-123" not in kept


def test_a_conversation_is_its_owners_alone_who_may_rename_it_and_take_it_away(serve: Serve) -> None:
    address = serve()
    anna, bo = Person(address, "anna"), Person(address, "bo")
    anna.ask("Vem har ansvar?")
    (talk,) = anna.conversations()
    assert bo.conversations() == []
    assert bo.client.get(f"/project/thread/{talk['id']}").status_code == 404
    assert bo.client.request("DELETE", "/project/thread", json={"threadId": talk["id"]}).status_code == 404
    assert anna.client.put("/project/thread", json={"threadId": talk["id"], "name": "Ansvar"}).status_code == 200
    assert [t["name"] for t in anna.conversations()] == ["Ansvar"]
    assert anna.client.get(f"/thread/{talk['id']}").status_code == 200
    assert anna.client.request("DELETE", "/project/thread", json={"threadId": talk["id"]}).status_code == 200
    assert anna.conversations() == []
    assert anna.client.get(f"/thread/{talk['id']}").status_code == 404


def test_a_forwarded_question_is_replied_to_and_the_reply_meets_the_asker(serve: Serve) -> None:
    address = serve()
    anna, karin, nils = Person(address, "anna"), Person(address, "karin"), Person(address, "nils")
    events = anna.ask("Vad kostar en fika?")
    assert anna.press(button(events, "vidare")).status_code == 200
    anna.socket.close()  # or the reply would show at once
    assert nils.client.get("/samordnare/inkorg").status_code == 403
    listed = karin.client.get("/samordnare/inkorg").text
    assert "Vad kostar en fika?" in listed
    assert "anna" not in listed
    place = re.search(r"/samordnare/inkorg/[0-9a-f-]{36}", listed)
    assert place
    form = {"kommun": "Ekvik", "gor": "avsnitt", "avsnitt": f"{address}/dokument/ekvik/internationell-strategi-2021#ansvar"}
    assert karin.client.post(place[0], data=form | {"avsnitt": "/dokument/norrö/internationell-strategi-2021#ansvar"}).status_code == 400
    assert karin.client.post(place[0], data=form).status_code == 303
    assert "Vad kostar en fika?" not in karin.client.get("/samordnare/inkorg").text
    assert "Du har fått svar" in anna.client.get("/").text
    (talk,) = anna.conversations()
    again = Person(address, "anna", threadId=talk["id"])
    heard = again.socket.heard("resume_thread")
    steps = heard[-1][1]["steps"]
    assert "Frågan besvaras nu av avsnittet ”Ansvar”" in steps[-1]["output"].replace("\\", "")
    assert [e[1]["name"] for e in heard if e[0] == "action"] == ["till_hjalp", "inte_till_hjalp"]
    assert "Du har fått svar" not in anna.client.get("/").text


def looking_every(monkeypatch: pytest.MonkeyPatch, seconds: float) -> Any:
    """Chainlit may be imported only when a server has configured it."""
    from assistant import chat_replies

    monkeypatch.setattr(chat_replies, "EVERY", seconds)
    return chat_replies


def passed_on(person: Person, question: str) -> None:
    assert person.press(button(person.ask(question), "vidare")).status_code == 200
    person.socket.heard("new_message", 10)


REPLY_OF_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from assistant.settings import Settings
from assistant.store.store import Store
store = Store.open(Settings(home=Path(sys.argv[1])))
for item in store.worklist.items("Ekvik"):
    store.inbox.reply(item.id, "Ekvik", f"Svar på {item.question}")
"""


def test_a_reply_that_another_process_writes_shows_in_the_open_conversation_once_and_to_its_asker_only(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = serve()
    looking_every(monkeypatch, 0.2)
    anna, bo = Person(address, "anna"), Person(address, "bo")
    passed_on(anna, "Vad kostar en fika?")
    passed_on(bo, "Vad kostar en bulle?")
    command = [sys.executable, "-c", REPLY_OF_ANOTHER_PROCESS, str(tmp_path)]
    subprocess.run(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, timeout=60)
    for person, own, other in ((anna, "fika", "bulle"), (bo, "bulle", "fika")):
        shown = said(person.socket.heard("new_message", 10) + person.socket.heard(seconds=1))
        assert shown.count(f"Svar på Vad kostar en {own}") == 1
        assert other not in shown
    assert "Du har fått svar" not in anna.client.get("/").text


def test_a_reply_that_nobody_is_there_to_see_waits(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Person(serve(), "anna")
    looking_every(monkeypatch, 0.1)
    passed_on(anna, "Vad kostar en fika?")
    anna.socket.close()
    store = store_of(tmp_path)
    store.inbox.reply(store.worklist.items("Ekvik")[0].id, "Ekvik", "Tjugo kronor.")
    time.sleep(1)
    assert len(store.inbox.unread(store.people.key("konto:anna"))) == 1
    store.close()


def test_who_has_logged_out_elsewhere_is_shown_no_reply(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = Person(serve(), "anna")
    looking_every(monkeypatch, 0.1)
    passed_on(anna, "Vad kostar en fika?")
    anna.client.post("/logga-ut")
    store = store_of(tmp_path)
    store.inbox.reply(store.worklist.items("Ekvik")[0].id, "Ekvik", "Tjugo kronor.")
    assert "Tjugo kronor" not in said(anna.socket.heard(seconds=1))
    assert len(store.inbox.unread(store.people.key("konto:anna"))) == 1
    store.close()


def test_looking_for_replies_ends_with_the_session_and_outlives_a_busy_database(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = Person(serve(), "anna")
    chat_replies = looking_every(monkeypatch, 0.1)
    anna.ask("Vem har ansvar?")
    assert anna.socket.session not in chat_replies._watched  # nothing to wait for
    passed_on(anna, "Vad kostar en fika?")
    store = store_of(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(type(store.inbox), "replies", lambda *_: (_ for _ in ()).throw(KnowledgeError("Upptaget.", "Vänta.")))
        time.sleep(0.5)
    store.inbox.reply(store.worklist.items("Ekvik")[0].id, "Ekvik", "Tjugo kronor.")
    store.close()
    assert "Tjugo kronor" in said(anna.socket.heard("new_message", 10))
    assert anna.socket.session in chat_replies._watched
    monkeypatch.setattr(chat_replies.WebsocketSession, "get_by_id", classmethod(lambda *_: None))
    until = time.monotonic() + 5
    while anna.socket.session in chat_replies._watched and time.monotonic() < until:
        time.sleep(0.05)
    assert anna.socket.session not in chat_replies._watched


def test_the_role_that_was_chosen_goes_with_what_is_passed_on_and_judged(serve: Serve, tmp_path: Path) -> None:
    anna = Person(serve(), "anna")
    for question, name, said_role in (
        ("Vad kostar en fika?", "vidare", "Rektor eller chef"),
        ("Vad kostar en bulle?", "vidare", "Kungen"),
        ("Vad kostar en kaka?", "vidare", None),
        ("Vem har ansvar?", "inte_till_hjalp", "Lärare"),
    ):
        pressed = button(anna.ask(question), name)
        anna.press(pressed | {"payload": pressed["payload"] | {"role": said_role}})
        told = said(anna.socket.heard(seconds=0.5)).replace("\\", "")
        assert ("Rollen som du har valt, rektor eller chef, följer med frågan." in told) == (said_role == "Rektor eller chef")
    store = store_of(tmp_path)
    assert {i.question: (i.role, i.chosen_role) for i in store.worklist.items("Ekvik")} == {
        "Vad kostar en fika?": ("user", "rektor_chef"),
        "Vad kostar en bulle?": ("user", None),
        "Vad kostar en kaka?": ("user", None),
        "Vem har ansvar?": ("user", "larare"),
    }
    store.close()


def test_the_name_goes_with_a_question_only_by_the_button_that_says_so(serve: Serve, tmp_path: Path) -> None:
    anna = Person(serve(), "anna")
    buttons = [e[1] for e in anna.ask("Vad kostar en fika?") if e[0] == "action" and e[1]["name"] == "vidare"]
    assert [b["label"] for b in buttons] == ["Skicka frågan vidare", "Skicka frågan vidare med mitt namn"]
    anna.press(buttons[1])
    other = Person(str(anna.client.base_url).rstrip("/"), "bo")
    other.press(button(other.ask("Vad kostar en bulle?"), "vidare") | {"payload": buttons[0]["payload"]})  # another's answer
    store = store_of(tmp_path)
    assert [(i.question, i.name) for i in store.worklist.items("Ekvik") if i.why == "forwarded"] == [("Vad kostar en fika?", "anna")]
    store.close()


def test_what_is_past_its_time_goes_when_the_chat_starts(tmp_path: Path) -> None:
    from fake_engine import FakeEngine

    settings = Settings(home=tmp_path, gallring_svarslogg=30)
    store = Store.open(settings)
    answer = FakeEngine().ask(Ask("Vem har ansvar?"))
    record = store.answered(answer, Asker("lokal", "Ekvik"), [])
    store.log.add(replace(record, id="2", time=(datetime.now().astimezone() - timedelta(days=40)).isoformat()))
    assert len(list(store.log.read())) == 2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        app = create_app(FakeEngine(), settings)
    with TestClient(app, base_url="http://127.0.0.1"):
        until = time.monotonic() + 10
        while len(list(store.log.read())) == 2 and time.monotonic() < until:
            time.sleep(0.02)
    assert [r.id for r in store.log.read()] == [answer.id]
    store.close()


@pytest.mark.parametrize("reached", [{"host": "0.0.0.0"}, {"public_url": "https://fraga.ekvik.example"}, {"proxies": "127.0.0.9"}])
def test_others_are_not_served_before_it_is_decided_how_long_things_are_kept(with_people: Path, reached: dict[str, str]) -> None:
    from fake_engine import FakeEngine

    with pytest.raises(KnowledgeError) as told:
        create_app(FakeEngine(), Settings(home=with_people, **reached))
    assert "ASSISTANT_GALLRING_SAMTAL_BESLUT" in told.value.reason
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        create_app(FakeEngine(), Settings(home=with_people, **GALLRING, **reached))
