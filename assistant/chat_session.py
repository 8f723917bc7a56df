"""What a conversation in the chat is served with: its session, its desk, and Swedish words for whatever breaks."""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
import logging
import secrets
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any, ParamSpec, cast

import chainlit as cl
from chainlit.server import app as server

from assistant.access.events import visitor_of
from assistant.access.visitor import Visitor
from assistant.desk import Desk
from assistant.render import escape
from assistant.store.record import Asker
from knowledge.section import KnowledgeError

FAILED = "Något gick fel när frågan skulle besvaras. Försök igen om en stund. Uppge felnummer {incident} om du anmäler felet."
log = logging.getLogger(__name__)
P = ParamSpec("P")


def kindly(callback: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
    """Whatever breaks, the reader gets Swedish words, and an incident number for what is in the log (never anybody's text)."""

    @wraps(callback)
    async def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            await callback(*args, **kwargs)
        except KnowledgeError as error:
            await say(escape(f"{error.reason} {error.remedy}"))
        except Exception as error:
            incident = secrets.token_hex(3)
            log.error("incident %s: %s\n%s", incident, type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
            await say(escape(FAILED.format(incident=incident)))

    return guarded


async def say(markdown: str, actions: list[cl.Action] | None = None) -> cl.Message:
    """A message to the reader; what is no markup of ours must be escaped before."""
    message = cl.Message(content=markdown, actions=actions or [])
    await message.send()
    return message


@asynccontextmanager
async def at_work() -> AsyncIterator[None]:
    """What Chainlit does for a typed message: the reader sees that work goes on."""
    await cl.context.emitter.task_start()
    try:
        yield
    finally:
        await cl.context.emitter.task_end()


def desk() -> Desk:
    """What serves every conversation of this process."""
    return cast(Desk, server.state.desk)


def visitor() -> Visitor:
    """Who is at the other end, as the gate found: never what Chainlit has stored of them."""
    who = visitor_of(cl.context.session)
    if who is None:
        raise KnowledgeError("Du är inte inloggad.", "Logga in och försök igen.")
    return who


def asker(municipality: str | None = None) -> Asker:
    """Who asks, as it is kept, in this conversation."""
    who = visitor()
    return Asker(who.identifier, municipality or who.municipality, who.role.value, str(cl.context.session.thread_id))


async def municipalities() -> list[str]:
    """Those that the reader may ask for: the one that their login gives them, else all that have documents."""
    own = visitor().municipality
    return [own] if own else await asyncio.to_thread(desk().engine.municipalities)


def answer_id(action: cl.Action) -> str:
    """The answer that a button belongs to: its message's id."""
    return str(action.payload.get("message"))


def forget(name: str) -> Any:
    """What the session held under a name, which it holds no longer."""
    value = cl.user_session.get(name)
    cl.user_session.set(name, None)
    return value
