"""People who talk with a real chat over its socket, each under a name that a proxy vouches for."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).parents[2]
USER, ROLES = "X-Anvandare", "X-Roller"
QUESTIONS = (
    "Vem utser kontaktpersoner?",
    "Får vi söka Erasmus-medel?",
    "Vad är målet med det internationella arbetet?",
    "Vilka vänorter har kommunen?",
    "Vem beslutar om tjänsteresor utomlands?",
    "Hur många vuxna måste följa med på en elevresa?",
    "hur ofta träfas nätverkt",
)
PATIENCE = 90.0
"""Seconds that somebody waits for an answer before it counts as none."""


@dataclass(frozen=True)
class Chat:
    """A running chat: its address, its home, its process and the file that its watcher writes."""

    address: str
    home: Path
    process: subprocess.Popen[str]
    watch: Path

    def watched(self, since: float, until: float) -> list[dict[str, float]]:
        """What the watcher saw between two times."""
        lines = [json.loads(line) for line in self.watch.read_text("utf-8").splitlines() if line.endswith("}")]
        return [line for line in lines if since <= line["at"] <= until]


def headers(name: str, role: str = "anstalld") -> dict[str, str]:
    """What the proxy says of somebody."""
    return {USER: name, ROLES: role}


@contextmanager
def running(home: Path, *, pause: float | None = None, **more: str) -> Iterator[Chat]:
    """The chat over what is indexed in a home, behind a proxy that vouches for whom it names; `more` are other settings."""
    settings = {
        "HOME": str(home), "AS_OF": "2026-11-22", "PROXIES": "127.0.0.1", "PROXY_USER_HEADER": USER, "PROXY_ROLES_HEADER": ROLES,
        "ROLES": "anstalld=user:Lindhamn, samordnare=coordinator:Lindhamn",
    } | {f"GALLRING_{kept}": "180" for kept in KEPT} | {f"GALLRING_{kept}_BESLUT": "KS 2026 § 9" for kept in KEPT} | more  # fmt: skip
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")}
    environment = clean | {f"ASSISTANT_{k}": v for k, v in settings.items()} | {"PYTHONPATH": str(ROOT)}
    watch = home.parent / f"{home.name}-watch.jsonl"
    command = [sys.executable, str(Path(__file__).with_name("hard_watched.py")), str(watch), *([str(pause)] if pause else [])]
    with (home.parent / f"{home.name}-log").open("w") as log:
        process = subprocess.Popen(command, env=environment, cwd=home.parent, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert process.stdout
            said = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found, said + (home.parent / f"{home.name}-log").read_text()
            yield Chat(found[0], home, process, watch)
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=3)
            process.kill()
            process.communicate()


KEPT = ("SAMTAL", "SVARSLOGG", "ATERKOPPLING", "UTVARDERING", "VERSIONER")


def own_home(sample_home: Path, folder: Path) -> Path:
    """A copy of the home in which the sample is indexed, to write in."""
    home = folder / "home"
    shutil.copytree(sample_home, home)
    return home


@dataclass
class Page:
    """One open page of the chat. `said` holds what its messages say now, by their ids; what comes is read all the time. `thread` is the
    conversation's id once something has been asked."""

    socket: ClientConnection
    session: str
    thread: str = ""
    said: dict[str, str] = field(default_factory=dict)
    actions: list[dict[str, Any]] = field(default_factory=list)
    ended: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    slowly: float = 0.0
    """Seconds between the frames that it reads: a slow line."""

    async def emit(self, *event: Any) -> None:
        await self.socket.send("42" + json.dumps(event))

    async def ask(self, question: str) -> tuple[str, float]:
        """What came of a question, and the seconds until all of it was there. TimeoutError when nothing did."""
        before, began = set(self.said), time.monotonic()
        while not self.ended.empty():
            self.ended.get_nowait()
        await self.send(question)
        await self.until("task_end")
        return "\n".join(text for id_, text in self.said.items() if id_ not in before), time.monotonic() - began

    async def until(self, last: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.ended.get() != last:
                pass

    async def send(self, question: str) -> str:
        """Send a question and wait for nothing; the id of its message."""
        id_ = str(uuid4())
        message = {"id": id_, "output": question, "type": "user_message", "createdAt": "", "name": ""}
        await self.emit("client_message", {"message": message, "fileReferences": []})
        return id_

    async def listen(self) -> None:
        async for frame in self.socket:
            await self._heard(str(frame))
            if self.slowly:
                await asyncio.sleep(self.slowly)

    async def _heard(self, frame: str) -> None:
        if frame == "2":
            await self.socket.send("3")
        elif frame.startswith("42"):
            name, *about = json.loads(frame[2:])
            if name in ("new_message", "update_message") and about[0]["type"] == "assistant_message":
                self.said[about[0]["id"]] = about[0]["output"]
            elif name == "first_interaction":
                self.thread = about[0]["thread_id"]
            elif name == "action":
                self.actions.append(about[0])
            elif name in ("task_end", "clear_call_fn"):
                self.ended.put_nowait(name)


@asynccontextmanager
async def page(chat: Chat, who: str | Mapping[str, str], *, slowly: float = 0.0, **options: Any) -> AsyncIterator[Page]:
    """A page that somebody opens, by the name that the proxy gives or with headers of their own."""
    named = headers(who) if isinstance(who, str) else who
    url = chat.address.replace("http", "ws", 1) + "/ws/socket.io/?EIO=4&transport=websocket"
    async with connect(url, additional_headers=named, open_timeout=PATIENCE, **options) as socket:
        opened = Page(socket, str(uuid4()), slowly=slowly)
        await socket.recv()
        await socket.send("40" + json.dumps({"sessionId": opened.session}))
        await socket.recv()
        listening = asyncio.create_task(opened.listen())
        await opened.emit("connection_successful")
        await opened.until("clear_call_fn")
        try:
            yield opened
        finally:
            listening.cancel()


def answers(home: Path) -> list[Mapping[str, Any]]:
    """The log of answers, oldest first."""
    return [json.loads(line) for path in sorted((home / "log").glob("svar-*.jsonl")) for line in path.read_text("utf-8").splitlines()]
