"""Ids from outside are checked: whatever id is sent, nothing is read, changed or written that is not the sender's own."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

import pytest
from hard_ids import hostile_ids
from hard_server import ROOT, chat
from hard_strings import sendable

sys.path.insert(0, str(ROOT / "tests" / "assistant" / "access"))
from serving import GALLRING, PASSWORD, Socket

from assistant.access.accounts import Accounts
from assistant.access.ids import is_uuid
from assistant.access.tables import open_database
from assistant.access.visitor import Role

pytestmark = pytest.mark.timeout(1200)

COUNTED = {"access_hits", "access_sessions"}
"""Tables that every request may touch: how often somebody called, and when they were last seen."""
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Town:
    """A chat that runs, with Anna's things in it. `own` are the ids of those, by name."""

    root: Path
    address: str
    cookies: dict[str, dict[str, str]]
    own: dict[str, str] = field(default_factory=dict)
    wires: dict[str, http.client.HTTPConnection] = field(default_factory=dict)

    def call(self, who: str, method: str, target: str, body: str | None = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        """Status and body. The target goes out as it stands: no client tidies it."""
        wire = self.wires.get(who) or http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        self.wires[who] = wire
        try:
            wire.request(method, target, None if body is None else body.encode(), {**self.cookies[who], **(headers or {})})
            answer = wire.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, OSError):  # the server hung up on it: an address of 40 kB, say
            wire.close()
            del self.wires[who]
            return self._hung_up(who)

    def _hung_up(self, who: str) -> tuple[int, bytes]:
        assert self.call(who, "GET", "/halsa")[0] == 200
        return 400, b""


@pytest.fixture(scope="module")
def town(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    root = tmp_path_factory.mktemp("town")
    home = root / "home"
    shutil.copytree(sample_home, home)
    (root / "hemlig.txt").write_text("Det här ska ingen läsa.", "utf-8")
    engine = open_database(home)
    accounts = Accounts(engine)
    for name, role, place in (("anna", Role.USER, "Lindhamn"), ("bo", Role.USER, "Lindhamn"), ("karin", Role.COORDINATOR, "Norrfors")):
        accounts.add(name, PASSWORD, role=role, municipality=place)
    engine.dispose()
    with chat(home, **GALLRING, as_of="2026-11-22") as address:
        made = Town(root, address, {name: log_in(address, name) for name in ("anna", "bo", "karin")})
        Socket(address, made.cookies["bo"]).close()  # who has been in is known from then on
        wait_until((home / "starters.json").exists)  # written once, some time after the first visit
        anna = Socket(address, made.cookies["anna"])
        made.own = annas_things(made, anna)
        yield made
        for wire in made.wires.values():
            wire.close()


def wait_until(done: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.1)


def log_in(address: str, name: str) -> dict[str, str]:
    wire = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    wire.request("POST", "/logga-in", urlencode({"namn": name, "losenord": PASSWORD}), FORM)
    answer = wire.getresponse()
    answer.read()
    wire.close()
    return {"Cookie": str(answer.headers["set-cookie"]).partition(";")[0]}


def annas_things(town: Town, anna: Socket) -> dict[str, str]:
    """The ids of a conversation of Anna's, the answer in it, the thumb under that, and her connection."""
    anna.emit("connection_successful")
    anna.ask("Vem utser kontaktpersoner?")
    assert "kontaktperson" in str([anna.heard("task_end", 60) for _ in range(2)])  # the first task is the page's own
    status, said = town.call("anna", "POST", "/project/threads", json.dumps({"pagination": {"first": 5}, "filter": {}}), JSON)
    assert status == 200, said
    thread = json.loads(said)["data"][0]["id"]
    kept = json.loads(town.call("anna", "GET", f"/project/thread/{thread}")[1])
    step = next(s["id"] for s in kept["steps"] if s["type"] == "assistant_message")
    feedback = {"sessionId": anna.session, "feedback": {"forId": step, "threadId": thread, "value": 1}}
    status, said = town.call("anna", "PUT", "/feedback", json.dumps(feedback), JSON)
    assert status == 200, said
    anna.close()  # her page; her session stays for an hour
    until = time.monotonic() + 60
    while b"client_type" not in town.call("anna", "GET", f"/project/thread/{thread}")[1]:  # kept when a page is closed
        assert time.monotonic() < until
        time.sleep(0.1)
    return {"thread": thread, "step": step, "feedback": json.loads(said)["feedbackId"], "session": anna.session}


def state(root: Path) -> dict[str, str]:
    """What everything outside the folder of uploads holds: a hash for each file, and the rows of the database's tables."""
    held = {}
    for folder in (root, *(ROOT / package for package in ("assistant", "knowledge", "eval", "prompts"))):
        for path in sorted(
            p for p in folder.rglob("*") if p.is_file() and not {"__pycache__", "uploads"} & set(p.relative_to(folder).parts)
        ):
            own = ".sqlite" in path.name or path.suffix == ".log" or path.name == "starters.json"  # what the program writes in its own time
            content = b"" if own else path.read_bytes()
            if content:  # a lock that somebody who only looks may take is an empty file
                held[str(path)] = hashlib.sha256(content).hexdigest()
    for path in root.rglob("*.sqlite"):
        with closing(sqlite3.connect(path)) as database:
            for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                if table not in COUNTED:
                    held[f"{path}#{table}"] = repr(database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall())
    assert any(name.endswith("#conversations") for name in held)
    return held


Request = tuple[str, str, str, str | None, dict[str, str] | None]
"""Who, method, target, body, headers."""


def requests(id_: str, own: dict[str, str]) -> dict[str, Request]:
    """Every place where the application takes an id, with this one in it and all others right."""
    raw = quote(sendable(id_), safe="/%\\:;=+,()'!*|~-._")  # as hostile as HTTP carries it: what is encoded in it stays as it is
    safe, thread = quote(sendable(id_), safe=""), own["thread"]

    def body(method: str, path: str, **said: Any) -> Request:
        return "bo", method, path, json.dumps(said), JSON

    def form(path: str, **said: str) -> Request:
        return "karin", "POST", path, urlencode({k: sendable(v) for k, v in said.items()}), FORM

    feedback = {"forId": own["step"], "threadId": thread, "value": 0, "comment": "ändrat"}
    found: dict[str, Request] = {
        "conversation's page": ("bo", "GET", f"/thread/{safe}", None, None),
        "conversation": ("bo", "GET", f"/project/thread/{raw}", None, None),
        "conversation, encoded": ("bo", "GET", f"/project/thread/{safe}", None, None),
        "element": ("bo", "GET", f"/project/thread/{thread}/element/{safe}", None, None),
        "rename": body("PUT", "/project/thread", threadId=id_, name="ändrat"),
        "remove": body("DELETE", "/project/thread", threadId=id_),
        "thumb by connection": body("PUT", "/feedback", sessionId=id_, feedback=feedback),
        "thumb by conversation": body("PUT", "/feedback", sessionId=own["session"], feedback=feedback | {"threadId": id_}),
        "thumb by answer": body("PUT", "/feedback", sessionId=own["session"], feedback=feedback | {"forId": id_}),
        "thumb by id": body("PUT", "/feedback", sessionId=own["session"], feedback=feedback | {"id": id_}),
        "remove thumb": body("DELETE", "/feedback", feedbackId=id_),
        "button": body("POST", "/project/action", sessionId=id_, action={"name": "fraga", "payload": {"question": "Vem?"}, "forId": id_,
        "id": id_}),
        "file": ("bo", "GET", f"/project/file/{safe}?session_id={own['session']}", None, None),
        "file by connection": ("bo", "GET", f"/project/file/x?session_id={safe}", None, None),
        "document": ("bo", "GET", f"/dokument/{raw}", None, None),
        "document, encoded": ("bo", "GET", f"/dokument/{safe}", None, None),
        "card": ("bo", "GET", f"/kalla/{safe}?avsnitt={safe}", None, None),
        "card's section": ("bo", "GET", f"/kalla/{DOCUMENT}?avsnitt={safe}", None, None),
        "original": ("bo", "GET", f"/original/{raw}", None, None),
        "section": ("bo", "GET", f"/avsnitt/{DOCUMENT}?ankare={safe}", None, None),
        "section's document": ("bo", "GET", f"/avsnitt/{raw}?ankare=x", None, None),
        "earlier version": ("bo", "GET", f"/tidigare/{raw}", None, None),
        "file of ours": ("bo", "GET", f"/statisk/{raw}", None, None),
        "file of Chainlit's": ("bo", "GET", f"/assets/{raw}", None, None),
        "inbox": ("karin", "GET", f"/samordnare/inkorg/{safe}", None, None),
        "inbox, settled": form(f"/samordnare/inkorg/{safe}", gor="klar"),
        "coordinator's document": ("karin", "GET", f"/samordnare/dokument/{raw}", None, None),
        "coordinator's document, changed": form(f"/samordnare/dokument/{raw}", gor="dra-tillbaka"),
        "uploaded file, removed": form("/samordnare/dokument", gor="ta-bort", fil=id_),
        "uploaded file, back": form("/samordnare/dokument", gor="lagg-tillbaka", fil=id_),
        "uploaded file, named": form("/samordnare/dokument", gor="titel", fil=id_, title="Ny"),
        "question": ("karin", "GET", f"/samordnare/fragor/{safe}", None, None),
        "question to edit": ("karin", "GET", f"/samordnare/fragor/{safe}/andra", None, None),
        "question, changed": form(f"/samordnare/fragor/{safe}", gor="ta-bort"),
        "draft": form(f"/samordnare/forslag/{safe}", gor="godkann"),
        "draft, thrown": form(f"/samordnare/forslag/{safe}", gor="kasta"),
        "draft, fetched": form(f"/samordnare/forslag/{safe}", gor="hamta"),
        "run": ("karin", "GET", f"/samordnare/korningar/{safe}", None, None),
        "transport": ("bo", "POST", f"/ws/socket.io/?EIO=4&transport=polling&sid={safe}", "2", None),
    }  # fmt: skip
    if not raw.strip("/"):
        found = {place: request for place, request in found.items() if raw not in request[2] or "=" in request[2]}
    return found


DOCUMENT = "lindhamn/policy-for-internationellt-arbete-2023"


def refused(place: str, status: int, said: bytes) -> bool:
    """Whether the answer says no. Of an anchor that is nowhere, the script is told that it is nowhere."""
    if place.startswith("section") and status == 200:
        told = json.loads(said)
        return told["now"] is None and told["earlier"] is None
    return 400 <= status < 500 and b"Traceback" not in said and b"Det h\xc3\xa4r ska ingen" not in said


def test_annas_own_ids_are_good(town: Town) -> None:
    """Without this, the next tests would be as green in front of a wall."""
    assert town.call("anna", "GET", f"/project/thread/{town.own['thread']}")[0] == 200
    assert town.call("anna", "GET", f"/thread/{town.own['thread']}")[0] == 200
    assert town.call("bo", "GET", f"/dokument/{DOCUMENT}")[0] == 200


def test_no_hostile_id_in_any_request_is_let_through(
    town: Town, whole: bool, amount: Callable[[int, int], int], figure: Callable[[int, str, str], None]
) -> None:
    ids = hostile_ids(500, list(town.own.values()))[: amount(500, 80)]
    before = state(town.root)
    places = cycle(range(7))
    asked, let_through = Counter[str](), []
    for id_ in ids:
        some = next(places)
        for n, (place, (who, method, target, body, headers)) in enumerate(requests(id_, town.own).items()):
            if not whole and n % 7 != some:
                continue
            status, said = town.call(who, method, target, body, headers)
            asked[place] += 1
            if not refused(place, status, said):
                let_through.append((place, id_[:80], status, said[:200]))
    changed = difference(before, state(town.root))
    figure(
        2,
        "fientliga id:n × ställen där ett id tas emot, insläppta",
        f"{len(ids)} × {len(asked)} ({sum(asked.values())} anrop), {len(let_through)}",
    )
    figure(2, "filer utanför uppladdningsmappen och rader i databasen som ändrades", str(len(changed)))
    assert not let_through, Counter((place, status) for place, _, status, _ in let_through)
    assert changed == []


def test_no_hostile_id_over_the_socket_is_let_through(
    town: Town, amount: Callable[[int, int], int], figure: Callable[[int, str, str], None]
) -> None:
    ids = [i for i in hostile_ids(520, list(town.own.values())) if len(i) < 10_000][: amount(500, 20)]
    before = state(town.root)
    taken = []
    for id_ in ids:
        socket = Socket(town.address, town.cookies["bo"], sessionId=id_)
        if not socket.refused and (not is_uuid(id_) or id_ == town.own["session"]):  # under a UUID of nobody's anybody may begin
            taken.append(("session", id_))
        socket.close()
        socket = Socket(town.address, town.cookies["bo"], sessionId=str(uuid4()), threadId=id_)
        socket.emit("connection_successful")
        if not is_uuid(id_) or id_ == town.own["step"]:  # under a UUID of nobody's message anybody may say something
            socket.emit("client_message", {"message": {"id": id_, "threadId": id_, "output": "x"}, "fileReferences": [{"id": id_}]})
        socket.emit("fetch_favorites")
        heard = str(socket.heard(seconds=0.05))
        if "kontaktperson" in heard or town.own["step"] in heard or "new_message" in heard:
            taken.append(("thread", id_))
        socket.close()
    changed = difference(before, state(town.root))
    figure(2, "fientliga id:n för session, tråd och meddelande över chattens uttag, insläppta", f"{len(ids)}, {len(taken)}")
    assert taken == []
    assert changed == []


def difference(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """What is not as it was, with what it is now."""
    return sorted(
        f"{name}: {before.get(name)} → {after.get(name)}" for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
