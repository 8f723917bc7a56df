"""A real server in a thread of this process, and a plain client of the chat's socket."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import uvicorn
from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from assistant.access.visitor import Role
from assistant.store.retention import Kept

GALLRING = {f"gallring_{kept}": 180 for kept in Kept} | {f"gallring_{kept}_beslut": "KS 2026 § 9" for kept in Kept}
"""What must be decided before others are served."""

PASSWORD = "ett långt lösenord"
PEOPLE = {
    "anna": (Role.USER, "Ekvik"),
    "bo": (Role.USER, "Ekvik"),
    "nils": (Role.USER, "Norrö"),
    "karin": (Role.COORDINATOR, "Ekvik"),
    "lost": (Role.COORDINATOR, "Ekvik"),
}
Serve = Callable[..., str]
"""serve(people=True, **settings) → the address of a real server (see conftest)."""

OPENED: list[Any] = []
"""Connections of a test, for closing after it."""


@contextmanager
def serving(app: FastAPI) -> Iterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, lifespan="off", proxy_headers=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        listener.close()


class Socket:
    """The chat's socket as a program of somebody's own would speak it."""

    def __init__(self, address: str, headers: dict[str, str], *, source: str = "127.0.0.1", **auth: Any) -> None:
        url = address.replace("http", "ws", 1) + "/ws/socket.io/?EIO=4&transport=websocket"
        self.session = auth.setdefault("sessionId", str(uuid4()))
        self._connection = connect(url, additional_headers=headers, source_address=(source, 0), open_timeout=10)
        self.wire = self._connection.__enter__()
        OPENED.append(self)
        self.wire.recv(timeout=10)  # the transport is open
        self.wire.send("40" + json.dumps(auth))
        answer = str(self.wire.recv(timeout=10))
        self.refused = answer.startswith("44")

    def emit(self, event: str, *sent: Any) -> None:
        self.wire.send("42" + json.dumps([event, *sent]))

    def ask(self, text: str, **message: Any) -> None:
        said = {"id": str(uuid4()), "output": text, "type": "user_message", "createdAt": "x", "name": "x"} | message
        self.emit("client_message", {"message": said, "fileReferences": []})

    def heard(self, until: str | None = None, seconds: float = 5) -> list[list[Any]]:
        """The events that come until one of that name, or until nothing has come for `seconds`."""
        events: list[list[Any]] = []
        try:
            while True:
                frame = str(self.wire.recv(timeout=seconds))
                if frame == "2":
                    self.wire.send("3")
                elif frame.startswith("42"):
                    events.append(json.loads(frame[2:]))
                    if events[-1][0] == until:
                        return events
        except (TimeoutError, ConnectionClosed):
            return events

    def closed(self) -> bool:
        """Whether the server closes the socket."""
        try:
            while True:
                self.wire.recv(timeout=5)
        except TimeoutError:
            return False
        except ConnectionClosed:
            return True

    def close(self) -> None:
        if self in OPENED:
            OPENED.remove(self)
        self._connection.__exit__(None, None, None)


def said(events: list[list[Any]]) -> str:
    """All that the messages among the events say."""
    return "\n".join(event[1]["output"] for event in events if event[0] in ("new_message", "update_message"))
