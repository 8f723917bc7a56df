"""While a language model writes: sources as they are found, claims as they are verified, in the message that becomes the answer."""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeVar

import chainlit as cl

from assistant.answer import Citation
from assistant.prompts import say
from assistant.render import waiting_markdown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Heard:
    """What is known of an answer so far."""

    doing: str = ""
    sources: tuple[Citation, ...] = ()
    claims: tuple[tuple[str, Citation], ...] = ()


async def unless_stopped(work: Coroutine[Any, Any, T]) -> T | None:
    """What the work gives, None when the person stopped it, whether the question was typed or chosen with a button."""
    task: asyncio.Task[T] = asyncio.create_task(work)
    cl.context.session.current_task = task  # what the button for stopping stops
    try:
        return await task
    except asyncio.CancelledError:
        if not task.cancelled():
            task.cancel()
            raise
        return None


class Waiting:
    """A listener that shows what it hears in a message. Its methods as a listener are called from another thread.

    Used as a context, in which the engine is asked. Where that ends with an error, or because the person stopped it, what has been written
    is taken away, since it was not kept; the sources stay.
    """

    def __init__(self, message: cl.Message) -> None:
        self._message = message
        self._heard = Heard(say("writing"))  # first, so that a screen reader does not take the sources for the answer
        self._loop = asyncio.get_running_loop()
        self._news = asyncio.Event()
        self._gone = Event()
        self._task: asyncio.Task[None] | None = None
        self.shown = False

    def sources(self, citations: Sequence[Citation]) -> None:
        self._hear(lambda h: Heard(h.doing, tuple(citations), h.claims))

    def doing(self, what: str) -> None:
        self._hear(lambda h: Heard(what, h.sources, h.claims))

    def claim(self, text: str, citation: Citation) -> None:
        self._hear(lambda h: Heard(h.doing, h.sources, (*h.claims, (text, citation))))

    def stopped(self) -> bool:
        return self._gone.is_set()

    async def __aenter__(self) -> Waiting:
        self._task = asyncio.create_task(self._show())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, _error: object, _trace: object) -> None:
        assert self._task
        self._gone.set()
        self._news.set()
        await self._task  # a message half sent could not be changed
        if kind is not None and self.shown:
            self._message.content = waiting_markdown(say("unfinished"), self._heard.sources, ())
            await self._message.update()

    def _hear(self, change: Callable[[Heard], Heard]) -> None:
        self._heard = change(self._heard)
        self._loop.call_soon_threadsafe(self._news.set)

    async def _show(self) -> None:
        while await self._news.wait() and not self._gone.is_set():
            self._news.clear()
            heard = self._heard
            self._message.content = waiting_markdown(heard.doing, heard.sources, heard.claims)
            if self.shown:
                await self._message.update()
            else:
                self.shown = True
                await self._message.send()
