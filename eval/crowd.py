"""Many people at once in a running chat that is open on this machine: python -m eval.crowd http://127.0.0.1:8000.

Each opens a conversation over the chat's own socket, chooses a municipality and asks five questions. One person asks first, alone, in each
of the orders that the others ask in; what the others are answered must be the same, word for word, or it is counted as mixed up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import numpy as np
from websockets.asyncio.client import ClientConnection, connect

QUESTIONS = (
    "Vem utser kontaktpersoner?",
    "Får vi söka Erasmus-medel?",
    "Vad är målet med det internationella arbetet?",
    "Vilka vänorter har kommunen?",
    "Vem beslutar om tjänsteresor utomlands?",
)
LONGEST_WAIT = 60.0
Answers = list[tuple[str, float]]
"""What was answered to each question, and the seconds from question to answer."""


class Person:
    """One page of the chat."""

    def __init__(self, address: str, socket: ClientConnection, session: str, client: httpx.AsyncClient) -> None:
        self._address, self._socket, self._session, self._client = address, socket, session, client

    async def ask(self, question: str, municipality: str) -> tuple[str, float]:
        began = time.perf_counter()
        message = {"id": str(uuid4()), "output": question, "type": "user_message", "createdAt": "", "name": ""}
        await self._emit("client_message", {"message": message, "fileReferences": []})
        shown = await self._until_done()
        choice = next((e for e in shown if e[0] == "action" and e[1]["payload"].get("name") == municipality), None)
        if choice:
            began = time.perf_counter()
            body = {"sessionId": self._session, "action": choice[1]}
            pressed, shown = await asyncio.gather(self._client.post(f"{self._address}/project/action", json=body), self._until_done())
            pressed.raise_for_status()
        return "\n".join(e[1]["output"] for e in shown if e[0] == "new_message" and e[1]["type"] == "assistant_message"), self._at - began

    async def open(self) -> None:
        await self._socket.recv()
        await self._socket.send("40" + json.dumps({"sessionId": self._session}))
        await self._socket.recv()
        await self._emit("connection_successful")
        await self._until_done("clear_call_fn")

    async def _emit(self, *event: Any) -> None:
        await self._socket.send("42" + json.dumps(event))

    async def _until_done(self, last: str = "task_end") -> list[list[Any]]:
        events: list[list[Any]] = []
        while not events or events[-1][0] != last:
            frame = str(await asyncio.wait_for(self._socket.recv(), LONGEST_WAIT))
            if frame == "2":
                await self._socket.send("3")
            elif frame.startswith("42"):
                events.append(json.loads(frame[2:]))
                if events[-1][0] == "new_message":
                    self._at = time.perf_counter()
        return events


async def asked(address: str, questions: Sequence[str], municipality: str) -> Answers:
    """One person's five questions, each when the one before is answered."""
    session = str(uuid4())
    url = address.replace("http", "ws", 1) + "/ws/socket.io/?EIO=4&transport=websocket"
    async with connect(url) as socket, httpx.AsyncClient(timeout=LONGEST_WAIT) as client:
        person = Person(address, socket, session, client)
        await person.open()
        return [await person.ask(question, municipality) for question in questions]


async def crowd(address: str, people: int, municipality: str) -> dict[str, Any]:
    """The figures."""
    orders = [QUESTIONS[n:] + QUESTIONS[:n] for n in range(len(QUESTIONS))]
    alone = [await asked(address, order, municipality) for order in orders]
    began = time.perf_counter()
    work = (asked(address, orders[n % len(orders)], municipality) for n in range(people))
    found = await asyncio.gather(*work, return_exceptions=True)
    lasted = time.perf_counter() - began
    errors = [type(f).__name__ for f in found if isinstance(f, BaseException)]
    pairs: list[tuple[tuple[str, float], tuple[str, float]]] = []
    for n, answers in enumerate(found):
        if not isinstance(answers, BaseException):
            pairs += zip(answers, alone[n % len(orders)], strict=True)
    seconds = [mine[1] for mine, _ in pairs]
    return {
        "people": people,
        "answers": len(pairs),
        "errors": errors,
        "mixed_up": sum(mine[0] != known[0] for mine, known in pairs),
        "alone_seconds": {"p50": _share([a[1] for one in alone for a in one], 50)},
        "seconds": {"p50": _share(seconds, 50), "p95": _share(seconds, 95), "most": _share(seconds, 100)},
        "answers_a_second": round(len(pairs) / lasted, 1),
    }


def _share(seconds: Sequence[float], percent: float) -> float | None:
    return round(float(np.percentile(seconds, percent)), 2) if seconds else None


def main() -> None:
    parser = argparse.ArgumentParser(description="Mät chatten när många frågar samtidigt.")
    parser.add_argument("address", help="adressen till en chatt på den här datorn, öppen utan inloggning")
    parser.add_argument("--people", type=int, choices=range(1, 51), default=50, metavar="ANTAL", help="högst 50")
    parser.add_argument("--municipality", default="Lindhamn", metavar="KOMMUN")
    args = parser.parse_args()
    if urlsplit(args.address).hostname != "127.0.0.1":
        parser.error("adressen ska börja med http://127.0.0.1")
    print(json.dumps(asyncio.run(crowd(args.address, args.people, args.municipality)), ensure_ascii=False))


if __name__ == "__main__":
    main()
