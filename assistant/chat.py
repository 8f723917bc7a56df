"""The conversation: Chainlit's callbacks. This and its two neighbours, chat_session and chat_after, are the only door to Chainlit.

Chainlit reads its configuration when it is imported: `web.create_app`, which prepares that, imports this module. `mount` hands this file
to Chainlit, which runs it once more under a name of its own and keeps the callbacks of that run; so nothing here holds state. The desk
hangs on Chainlit's app, and what a conversation remembers is in its session.
"""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import chainlit as cl
from bs4 import BeautifulSoup
from chainlit.context import init_ws_context
from chainlit.server import app as server
from chainlit.server import build_dir, sio
from chainlit.session import WebsocketSession
from chainlit.utils import mount_chainlit
from fastapi import FastAPI

from assistant.answer import Answer, Ask, Turn
from assistant.chat_after import actions, show_replies
from assistant.chat_session import at_work, desk, forget, keep, kindly, of_user, say
from assistant.desk import Desk
from assistant.render import answer_markdown, escape
from knowledge.section import KnowledgeError

LONGEST_QUESTION = 2000
TURNS = 4
"""Earlier exchanges that go with a question."""

TOO_LONG = "Frågan är för lång. Korta den till högst 2 000 tecken och ställ en fråga i taget."
WHICH_MUNICIPALITY = "Vilken kommun gäller din fråga?"
STOPPED = "Du avbröt frågan."


def mount(app: FastAPI, served_by: Desk) -> None:
    """Puts the chat's routes last in `app`; `served_by` serves from now on."""
    server.state.desk = served_by
    if server.middleware_stack is None:
        mount_chainlit(app, __file__, path="/")
    else:  # Chainlit has one app in a process, and it takes no second set of middleware once it has served
        app.mount("/", server)


def bundle() -> tuple[str, str]:
    """The addresses of Chainlit's script and style sheet, whose names change with every version."""
    page = BeautifulSoup((Path(build_dir) / "index.html").read_text(encoding="utf-8"), "html.parser")
    script, style = page.select_one("script[src^='/assets/']"), page.select_one("link[href^='/assets/']")
    if script is None or style is None:
        raise KnowledgeError("Chainlit ser inte ut som väntat.", "Installera de versioner som står i requirements.lock.")
    return str(script["src"]), str(style["href"])


@cl.data_layer
def nothing_is_stored() -> Any:
    """Chainlit would otherwise store conversations wherever DATABASE_URL or LITERAL_API_KEY in the environment says."""
    return None


@cl.set_starter_categories
async def starters(user: cl.User | None, _language: str | None, _profile: str | None) -> list[cl.StarterCategory]:
    """The roles, each with questions that have an answer; none until they have been tried."""
    desk().suggestions.refresh()
    found = desk().suggestions.starters(of_user(user, "municipality"))
    return [cl.StarterCategory(label=role, starters=[cl.Starter(label=q, message=q) for q in qs]) for role, qs in found]


@cl.on_message
@kindly
async def question_typed(message: cl.Message) -> None:
    """Answers at once when the municipality is known; else asks for it first, in one tap."""
    if len(message.content) > LONGEST_QUESTION:
        await say(TOO_LONG)
        return
    await _ask_or_choose(message.content)


@cl.action_callback("fraga")
@kindly
async def suggestion_chosen(action: cl.Action) -> None:
    """Asks a suggested question, as if it had been typed."""
    question = str(action.payload.get("question") or "")[:LONGEST_QUESTION]
    await cl.Message(content=question, type="user_message").send()
    async with at_work():
        await _ask_or_choose(question)


@cl.action_callback("kommun")
@kindly
async def municipality_chosen(action: cl.Action) -> None:
    """Remembers the municipality and answers the question that waits for it."""
    municipalities = await asyncio.to_thread(desk().engine.municipalities)
    name = action.payload.get("name")
    if not isinstance(name, str) or name not in municipalities:
        return
    cl.user_session.set("municipality", name)
    cl.user_session.set("history", ())  # what was asked about another municipality's documents is not what this follows up
    await _close_choice(f"Svaren gäller **{escape(str(name))}**\\.")
    question = forget("waiting")
    if question is not None:
        async with at_work():
            await _answer(question, name, several=True)


@cl.action_callback("byt_kommun")
@kindly
async def municipality_to_change(_action: cl.Action) -> None:
    """Lets the reader ask the latest question again for another municipality."""
    turns = _history()
    await _choose(turns[-1].question if turns else None, await asyncio.to_thread(desk().engine.municipalities))


async def stopped(sid: str) -> None:
    """Stands in for Chainlit's own, which answers in English."""
    session = WebsocketSession.get(sid)
    if session is not None:
        init_ws_context(session)
        if session.current_task:
            session.current_task.cancel()
        await say(STOPPED)


sio.on("stop", stopped)


async def _ask_or_choose(question: str) -> None:
    """Whoever is logged in asks for their own municipality, and nobody is asked to choose where there is but one."""
    own = of_user(cl.user_session.get("user"), "municipality")
    municipalities = await asyncio.to_thread(desk().engine.municipalities)
    chosen = cl.user_session.get("municipality")
    if own or len(municipalities) < 2:
        await _answer(question, own or next(iter(municipalities), None), several=False)
    elif chosen in municipalities:
        await _answer(question, chosen, several=True)
    else:
        await _choose(question, municipalities)


async def _answer(question: str, municipality: str | None, *, several: bool) -> None:
    history = _history()
    answer = await asyncio.to_thread(desk().engine.ask, Ask(question, municipality=municipality, history=history))
    cl.user_session.set("history", (*history, _turn(answer))[-TURNS:])
    message = cl.Message(content=answer_markdown(answer, await asyncio.to_thread(desk().mail, answer)))
    message.actions = actions(answer, message.id, several=several)
    keep(message.id, answer)
    await message.send()
    desk().suggestions.refresh()
    for follow_up in desk().suggestions.follow_ups(answer, [t.question for t in _history()]):
        await cl.Action(name="fraga", payload={"question": follow_up}, label=follow_up, icon="corner-down-right").send(message.id)
    await show_replies()


async def _choose(question: str | None, municipalities: list[str]) -> None:
    """Keeps `question` until a municipality is chosen; an earlier choice that nobody made is taken away."""
    await _close_choice(None)
    cl.user_session.set("waiting", question)
    buttons = [cl.Action(name="kommun", payload={"name": name}, label=name) for name in municipalities]
    cl.user_session.set("choice", await say(WHICH_MUNICIPALITY, buttons))


async def _close_choice(instead: str | None) -> None:
    choice = forget("choice")
    if choice is None:
        return
    await choice.remove_actions()
    if instead is None:
        await choice.remove()
    else:
        choice.content = instead
        await choice.update()


def _turn(answer: Answer) -> Turn:
    return Turn(answer.question, answer.text, answer.status, tuple(c.section_id for c in answer.citations))


def _history() -> tuple[Turn, ...]:
    return cl.user_session.get("history") or ()
