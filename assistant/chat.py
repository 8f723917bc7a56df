"""The conversation: Chainlit's callbacks, and the only door to Chainlit.

Chainlit reads its configuration when it is imported: `web.create_app`, which prepares that, imports this module. `mount` hands this file
to Chainlit, which runs it once more under a name of its own and keeps the callbacks of that run; so nothing here holds state. The engine
hangs on Chainlit's app, and what a conversation remembers is in its session.
"""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
import logging
import secrets
import traceback
from collections.abc import Awaitable, Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, cast

import chainlit as cl
from bs4 import BeautifulSoup
from chainlit.context import init_ws_context
from chainlit.server import app as server
from chainlit.server import build_dir, sio
from chainlit.session import WebsocketSession
from chainlit.utils import mount_chainlit
from fastapi import FastAPI

from assistant.access.doors import Doors
from assistant.access.events import guard, keeps, one_at_a_time, owner_of, visitor_of
from assistant.access.ids import OwnerOf
from assistant.answer import Answer, Ask, Turn
from assistant.render import answer_markdown, escape
from assistant.web import EngineLike
from knowledge.section import KnowledgeError

LONGEST_QUESTION = 2000
TURNS = 4
"""Earlier exchanges that go with a question."""

TOO_LONG = "Frågan är för lång. Korta den till högst 2 000 tecken och ställ en fråga i taget."
WHICH_MUNICIPALITY = "Vilken kommun gäller din fråga?"
FAILED = "Något gick fel när frågan skulle besvaras. Försök igen om en stund. Uppge felnummer {incident} om du anmäler felet."
STOPPED = "Du avbröt frågan."

__all__ = ["bundle", "keeps", "mount", "owner_of"]

log = logging.getLogger(__name__)
P = ParamSpec("P")


def mount(app: FastAPI, engine: EngineLike, doors: Doors, kept: OwnerOf | None) -> None:
    """Puts the chat's routes last in `app`; `engine` answers from now on, and `doors` and `kept` say to whom."""
    server.state.engine = engine
    if server.middleware_stack is None:
        mount_chainlit(app, __file__, path="/")
    else:  # Chainlit has one app in a process, and it takes no second set of middleware once it has served
        app.mount("/", server)
    guard(doors, kept)  # last: loading this file registers a handler of ours


def bundle() -> tuple[str, str]:
    """The addresses of Chainlit's script and style sheet, whose names change with every version."""
    page = BeautifulSoup((Path(build_dir) / "index.html").read_text(encoding="utf-8"), "html.parser")
    script, style = page.select_one("script[src^='/assets/']"), page.select_one("link[href^='/assets/']")
    if script is None or style is None:
        raise KnowledgeError("Chainlit ser inte ut som väntat.", "Installera de versioner som står i requirements.lock.")
    return str(script["src"]), str(style["href"])


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


@cl.data_layer
def nothing_is_stored() -> Any:
    """Chainlit would otherwise store conversations wherever DATABASE_URL or LITERAL_API_KEY in the environment says."""
    return None


@cl.on_message
@kindly
async def question_typed(message: cl.Message) -> None:
    """Answers at once when there is but one municipality or one is chosen; else asks for it first, in one tap."""
    if len(message.content) > LONGEST_QUESTION:
        await say(TOO_LONG)
        return
    municipalities = await _municipalities()
    if len(municipalities) > 1 and cl.user_session.get("municipality") not in municipalities:
        await _choose(message.content, municipalities)
    else:
        await _answer(message.content, municipalities)


@cl.action_callback("kommun")
@kindly
async def municipality_chosen(action: cl.Action) -> None:
    """Remembers the municipality and answers the question that waits for it."""
    municipalities = await _municipalities()
    name = action.payload.get("name")
    if name not in municipalities:
        return
    cl.user_session.set("municipality", name)
    cl.user_session.set("history", ())  # what was asked about another municipality's documents is not what this follows up
    await _close_choice(f"Svaren gäller **{escape(str(name))}**\\.")
    question = _forget("waiting")
    if question is not None:
        await cl.context.emitter.task_start()  # what Chainlit does for a typed message: the reader sees that work goes on
        try:
            await _answer(question, municipalities)
        finally:
            await cl.context.emitter.task_end()


@cl.action_callback("byt_kommun")
@kindly
async def municipality_to_change(_action: cl.Action) -> None:
    """Lets the reader ask the latest question again for another municipality."""
    turns = _history()
    await _choose(turns[-1].question if turns else None, await _municipalities())


async def stopped(sid: str) -> None:
    """Stands in for Chainlit's own, which answers in English."""
    session = WebsocketSession.get(sid)
    if session is not None:
        init_ws_context(session)
        if session.current_task:
            session.current_task.cancel()
        await say(STOPPED)


sio.on("stop", stopped)


async def say(markdown: str, actions: list[cl.Action] | None = None) -> cl.Message:
    message = cl.Message(content=markdown, actions=actions or [])
    await message.send()
    return message


async def _answer(question: str, municipalities: list[str]) -> None:
    several = len(municipalities) > 1
    municipality = cl.user_session.get("municipality") if several else next(iter(municipalities), None)
    history = _history()
    with one_at_a_time(cl.context.session):
        answer = await asyncio.to_thread(_engine().ask, Ask(question, municipality=municipality, history=history))
    cl.user_session.set("history", (*history, _turn(answer))[-TURNS:])
    await say(answer_markdown(answer), [cl.Action(name="byt_kommun", payload={}, label="Byt kommun")] if several else None)


async def _choose(question: str | None, municipalities: list[str]) -> None:
    """Keeps `question` until a municipality is chosen; an earlier choice that nobody made is taken away."""
    await _close_choice(None)
    cl.user_session.set("waiting", question)
    buttons = [cl.Action(name="kommun", payload={"name": name}, label=name) for name in municipalities]
    cl.user_session.set("choice", await say(WHICH_MUNICIPALITY, buttons))


async def _close_choice(instead: str | None) -> None:
    choice = _forget("choice")
    if choice is None:
        return
    await choice.remove_actions()
    if instead is None:
        await choice.remove()
    else:
        choice.content = instead
        await choice.update()


async def _municipalities() -> list[str]:
    """Those that the reader may ask for: the one that their login gives them, else all that have documents."""
    who = visitor_of(cl.context.session)
    return [who.municipality] if who and who.municipality else await asyncio.to_thread(_engine().municipalities)


def _engine() -> EngineLike:
    return cast(EngineLike, server.state.engine)


def _turn(answer: Answer) -> Turn:
    return Turn(answer.question, answer.text, answer.status, tuple(c.section_id for c in answer.citations))


def _history() -> tuple[Turn, ...]:
    return cl.user_session.get("history") or ()


def _forget(name: str) -> Any:
    value = cl.user_session.get(name)
    cl.user_session.set(name, None)
    return value
