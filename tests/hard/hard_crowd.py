"""A crowd in the chat: people who ask and read, one who floods, and one with a slow line."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, field

import httpx
from hard_talk import QUESTIONS, Chat, Page, headers, page
from websockets.exceptions import ConnectionClosed

FLOODER = "flod"
SLOW = "langsam"
_TABS = 10
_TOLD_WITHIN = 60.0
"""Seconds that a busy machine may take to say what it has to say."""
_EVERY = 0.05
"""Seconds between what the flooder sends in each tab: 200 questions a second in all, were they taken up."""


@dataclass
class Heard:
    """What people met: (when asked by time.time(), seconds until all of the answer was there), and what went wrong."""

    waits: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def between(self, since: float, until: float) -> list[float]:
        """The waits of what was asked between two times."""
        return [seconds for at, seconds in self.waits if since <= at <= until]


@dataclass
class Flood:
    """What the flooder sent, and what came of it."""

    sent: int = 0
    requests: int = 0
    shown: set[str] = field(default_factory=set)

    @property
    def told(self) -> bool:
        """Whether they were told that questions of theirs wait."""
        return any("Du har flera frågor som väntar på svar" in text for text in self.shown)


async def person(chat: Chat, number: int, until: float, think: float, heard: Heard) -> None:
    """Somebody who asks, reads for `think` seconds in the mean, and asks again, until a time (time.monotonic())."""
    chance = random.Random(number)
    await asyncio.sleep(chance.uniform(0, think))
    try:
        async with page(chat, f"person{number}") as opened:
            while time.monotonic() < until:
                await _asked(opened, chance.choice(QUESTIONS), heard)
                await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
    except Exception as error:
        heard.errors.append(f"person {number}: {type(error).__name__}: {error}")


async def _asked(opened: Page, question: str, heard: Heard) -> None:
    at = time.time()
    said, seconds = await opened.ask(question)
    if "**Käll" not in said and "dokument svarar inte" not in said:  # neither an answer nor that there is none
        heard.errors.append(f"{question}: {said[:200] or 'nothing was said'}")
    heard.waits.append((at, seconds))


async def flooder(chat: Chat, until: float, flood: Flood) -> None:
    """One person who sends as fast as they can: questions in many tabs, requests of pages, new connections."""
    await asyncio.gather(*(_tab(chat, until, flood) for _ in range(_TABS)), *(_requests(chat, until, flood) for _ in range(4)))


async def _tab(chat: Chat, until: float, flood: Flood) -> None:
    while time.monotonic() < until:
        with suppress(ConnectionClosed, TimeoutError, OSError):
            async with page(chat, FLOODER) as opened:
                while time.monotonic() < until:
                    async with asyncio.timeout(5):
                        await opened.send(random.choice(QUESTIONS))
                    flood.sent += 1
                    flood.shown.update(opened.said.values())
                    await asyncio.sleep(_EVERY)
                while not flood.told and time.monotonic() < until + _TOLD_WITHIN:
                    await asyncio.sleep(0.1)
                    flood.shown.update(opened.said.values())


async def _requests(chat: Chat, until: float, flood: Flood) -> None:
    async with httpx.AsyncClient(base_url=chat.address, headers=headers(FLOODER), timeout=60) as client:
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                await client.get("/dokument")
                flood.requests += 1


async def slow(chat: Chat, until: float, heard: Heard) -> None:
    """Somebody who reads a frame every half second, and whose requests come a byte at a time."""
    try:
        async with page(chat, SLOW, slowly=0.5, max_queue=1) as opened:
            while time.monotonic() < until:
                await opened.ask(random.choice(QUESTIONS))
                await _dripped(chat)
    except Exception as error:
        heard.errors.append(f"the slow one: {type(error).__name__}: {error}")


async def _dripped(chat: Chat) -> None:
    """A request that takes its time, read slowly too."""
    host, _, port = chat.address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=256)
    lines = ["GET /dokument HTTP/1.1", f"Host: {host}:{port}", "Connection: close", *(f"{k}: {v}" for k, v in headers(SLOW).items())]
    for byte in ("\r\n".join(lines) + "\r\n\r\n").encode():
        writer.write(bytes([byte]))
        await asyncio.sleep(0.01)
    while await reader.read(512):
        await asyncio.sleep(0.01)
    writer.close()


def together(*work: Awaitable[None]) -> None:
    """Run it all at once to its end."""

    async def all_of_it() -> None:
        await asyncio.gather(*work)

    asyncio.run(all_of_it())
