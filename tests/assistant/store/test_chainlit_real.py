"""Our data layer under a real Chainlit: real HTTP, a real socket, two users."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import socketio
from store_fakes import new_id

from assistant.settings import Settings
from assistant.store.store import Store

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Browser:
    """What somebody who is logged in sends."""

    address: str
    cookie: str

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body).encode()
        headers = {"Cookie": self.cookie, "Content-Type": "application/json"}
        request = urllib.request.Request(self.address + path, content, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def threads(self, **chosen: object) -> list[dict[str, Any]]:
        return self.ask("POST", "/project/threads", {"pagination": {"first": 20}, "filter": chosen})[1]["data"]

    def said_in(self, thread: str) -> list[str]:
        steps = self.ask("GET", f"/project/thread/{thread}")[1]["steps"]
        return [s["output"] for s in steps if s["type"].endswith("_message")]

    def say(self, text: str, thread: str | None = None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Ask in a new conversation or go on with one: the answer, when it is kept too, and what was resumed."""
        return asyncio.run(asyncio.wait_for(self._say(text, thread), 60))

    async def _say(self, text: str, thread: str | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        client, said, resumed, begun = socketio.AsyncClient(), asyncio.Queue(), [], [thread]
        client.on("new_message", said.put)
        client.on("resume_thread", resumed.append)
        client.on("first_interaction", lambda first: begun.append(first["thread_id"]))
        auth = {"sessionId": new_id(), "clientType": "webapp", "userEnv": "{}", "threadId": thread or ""}
        way = {"socketio_path": "/ws/socket.io", "transports": ["websocket"]}
        await client.connect(self.address, headers={"Cookie": self.cookie}, auth=auth, **way)
        await client.call("connection_successful")
        message = {"id": new_id(), "threadId": thread or "", "type": "user_message", "name": "x", "output": text, "createdAt": "nu"}
        await client.emit("client_message", {"message": message, "fileReferences": None})
        while (answer := await said.get())["type"] != "assistant_message":
            pass
        while not self._is_kept(begun[-1], {message["id"], answer["id"]}):  # Chainlit stores its messages after it has shown them
            await asyncio.sleep(0.05)
        await client.disconnect()
        return answer, resumed

    def _is_kept(self, thread: str | None, ids: set[str]) -> bool:
        status, kept = self.ask("GET", f"/project/thread/{thread}")
        return status == 200 and kept["name"] is not None and ids <= {s["id"] for s in kept["steps"]}


def browser(address: str, name: str) -> Browser:
    body = urllib.parse.urlencode({"username": name, "password": "x"}).encode()
    with urllib.request.urlopen(f"{address}/login", body, timeout=20) as answer:
        return Browser(address, "; ".join(c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie")))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    command = [sys.executable, str(Path(__file__).with_name("serve_chainlit.py")), str(home)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=home, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.kill()


@pytest.fixture(scope="module")
def eva(address: str) -> Browser:
    return browser(address, "eva")


@pytest.fixture(scope="module")
def kim(address: str) -> Browser:
    return browser(address, "kim")


def test_a_conversation_is_kept_listed_resumed_renamed_rated_and_taken_away(eva: Browser, kim: Browser, home: Path) -> None:
    answer, _ = eva.say("Vem beslutar? Ring 070-174 06 05")
    (thread,) = eva.threads()
    assert thread["name"] == "Vem beslutar? Ring [telefonnummer]"
    talk = thread["id"]
    assert eva.ask("GET", f"/project/thread/{talk}")[0] == 200
    assert eva.ask("PUT", "/project/thread", {"threadId": talk, "name": "Resor"}) == (200, {"success": True})
    assert [t["name"] for t in eva.threads(search="RESOR")] == ["Resor"]

    rating = {"feedback": {"forId": answer["id"], "value": 0, "comment": "Fel"}, "sessionId": new_id()}
    assert kim.ask("PUT", "/feedback", rating)[0] == 500
    status, rated = eva.ask("PUT", "/feedback", rating)
    assert status == 200
    _, resumed = eva.say("Och när?", talk)
    kept = {s["output"]: s for s in resumed[0]["steps"] if s["type"].endswith("_message")}
    assert list(kept) == ["Vem beslutar? Ring [telefonnummer]", answer["output"]]
    assert kept[answer["output"]]["feedback"]["id"] == rated["feedbackId"]
    assert len(eva.ask("GET", f"/project/thread/{talk}")[1]["steps"]) > len(resumed[0]["steps"])

    for method, path, body in (
        ("GET", f"/project/thread/{talk}", None),
        ("PUT", "/project/thread", {"threadId": talk, "name": "Mitt"}),
        ("PUT", "/project/thread/share", {"threadId": talk, "isShared": True}),
        ("DELETE", "/project/thread", {"threadId": talk}),
    ):
        assert kim.ask(method, path, body)[0] in (401, 404)
    assert kim.threads(userId=thread["userId"]) == []

    assert eva.ask("PUT", "/project/thread/share", {"threadId": talk, "isShared": True})[0] == 200
    assert kim.ask("GET", f"/project/share/{talk}")[0] == 404
    assert Browser(eva.address, "").ask("GET", f"/project/share/{talk}")[0] == 401

    assert eva.ask("DELETE", "/project/thread", {"threadId": talk})[0] == 200
    assert eva.threads() == []
    assert eva.ask("GET", f"/project/thread/{talk}")[0] == 404


def test_somebody_elses_conversation_is_not_resumed_and_not_written_to(eva: Browser, kim: Browser, home: Path) -> None:
    eva.say("Vem betalar?")
    (thread,) = eva.threads()
    before = eva.said_in(thread["id"])
    with pytest.raises(socketio.exceptions.ConnectionError):
        kim.say("Hej", thread["id"])
    assert eva.said_in(thread["id"]) == before == ["Vem betalar?", "Svar på: Vem betalar?"]
    assert kim.threads() == []


def test_every_answer_that_was_shown_is_in_the_log(eva: Browser, home: Path) -> None:
    answer, _ = eva.say("Hur ofta?")
    store = Store.open(Settings(home=home))
    kept = store.log.find(answer["id"])
    assert kept is not None
    assert (kept.question, kept.text) == ("Hur ofta?", answer["output"])
    assert kept.person == store.people.key("eva")
    store.close()
