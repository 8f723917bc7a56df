"""The conversation: Chainlit's callbacks. This and its neighbours (chat_session, chat_after, chat_resume) are a door to Chainlit.

Chainlit reads its configuration when it is imported: `web.create_app`, which prepares that, imports this module. `mount` hands this file
to Chainlit, which runs it once more under a name of its own and keeps the callbacks of that run; so nothing here holds state. The desk
hangs on Chainlit's app, and what a conversation remembers is in its session.
"""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import chainlit as cl
import chainlit.data
from bs4 import BeautifulSoup
from chainlit.context import init_ws_context
from chainlit.server import app as server
from chainlit.server import build_dir, sio
from chainlit.session import WebsocketSession
from chainlit.user import PersistedUser
from chainlit.utils import mount_chainlit
from fastapi import FastAPI

from assistant.access.doors import Doors
from assistant.access.events import guard, keeps, one_at_a_time, owner_of, turn
from assistant.access.ids import OwnerOf
from assistant.access.visitor import Source, current
from assistant.answer import Answer, Ask, Turn
from assistant.chat_after import actions
from assistant.chat_replies import show_replies
from assistant.chat_resume import TURNS, resumed
from assistant.chat_session import asker, at_work, desk, forget, kindly, municipalities, say, visitor
from assistant.chat_waiting import Waiting, unless_stopped
from assistant.desk import Desk
from assistant.forwarding import may_be_forwarded
from assistant.masking import mask
from assistant.render import answer_markdown, escape
from assistant.store.chainlit_layer import DataLayer
from knowledge.section import KnowledgeError

LONGEST_QUESTION = 2000

TOO_LONG = "Frågan är för lång. Korta den till högst 2 000 tecken och ställ en fråga i taget."
WHICH_MUNICIPALITY = "Vilken kommun gäller din fråga?"
STOPPED = "Du avbröt frågan."

__all__ = ["bundle", "keeps", "mount", "owner_of", "resumed"]


def mount(app: FastAPI, served_by: Desk, doors: Doors, kept: OwnerOf) -> None:
    """Puts the chat's routes last in `app`; `served_by` serves from now on, `doors` say who gets in, and `kept` whose a kept thing is."""
    server.state.desk = served_by
    chainlit.data._data_layer, chainlit.data._data_layer_initialized = None, False  # an app before this one had a store of its own
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


@cl.data_layer
def kept_in_our_store() -> DataLayer:
    """Chainlit would otherwise store conversations wherever DATABASE_URL or LITERAL_API_KEY in the environment says."""
    return Layer(desk().store)


class Layer(DataLayer):
    """Our store; what it remembers of somebody's role gives way to what the gate knows of whoever asks."""

    async def get_user(self, identifier: str) -> PersistedUser | None:
        found, who = await super().get_user(identifier), current.get()
        if found and who and who.identifier == identifier:
            found.metadata = {"role": who.role.value, "municipality": who.municipality}
        return found


@cl.set_starter_categories
async def starters(_user: cl.User | None, _language: str | None, _profile: str | None) -> list[cl.StarterCategory]:
    """The roles, each with questions that have an answer; none until they have been tried."""
    desk().suggestions.refresh()
    who = current.get()
    found = desk().suggestions.starters(who.municipality if who else None)
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
    name = action.payload.get("name")
    if not isinstance(name, str) or name not in await municipalities():
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
    await _choose(turns[-1].question if turns else None, await municipalities())


async def stopped(sid: str) -> None:
    """Stands in for Chainlit's own, which answers in English."""
    session = WebsocketSession.get(sid)
    if session is not None:
        init_ws_context(session)
        if session.current_task:
            session.current_task.cancel()
        await say(STOPPED)


sio.on("stop", stopped)


async def _ask_or_choose(typed: str) -> None:
    """Whoever is logged in asks for their own municipality, and nobody is asked to choose where there is but one."""
    masked = mask(typed)
    if masked.notice:
        await say(escape(masked.notice))
    names = await municipalities()
    chosen = cl.user_session.get("municipality")
    if len(names) < 2:
        await _answer(masked.text, next(iter(names), None), several=False)
    elif chosen in names:
        await _answer(masked.text, chosen, several=True)
    else:
        await _choose(masked.text, names)


async def _answer(question: str, municipality: str | None, *, several: bool) -> None:
    """Answers. What is shown has been kept before: an answer that cannot be kept is not shown."""
    message, history = cl.Message(content=""), _history()
    waiting = Waiting(message)

    async def kept() -> Answer:
        async with turn(cl.context.session), waiting:
            answered = await desk().answer(Ask(question, municipality=municipality, history=history), waiting)
            given = replace(answered, id=message.id)  # what is kept of it is found by its message
            await asyncio.to_thread(desk().keeping.answered, given, asker(municipality))
            return given

    with one_at_a_time(cl.context.session):
        answer = await unless_stopped(kept())
    if answer is None:
        return
    cl.user_session.set("history", (*history, _turn(answer))[-TURNS:])
    message.content = answer_markdown(answer, await _mail(answer))
    message.actions = actions(answer, several=several)
    await (message.update() if waiting.shown else message.send())
    desk().suggestions.refresh()
    for follow_up in desk().suggestions.follow_ups(answer, [t.question for t in _history()]):
        await cl.Action(name="fraga", payload={"question": follow_up}, label=follow_up, icon="corner-down-right").send(message.id)
    with suppress(KnowledgeError):  # what was asked has been answered; replies that cannot be read now show later
        await show_replies()


async def _mail(answer: Answer) -> str | None:
    """On a machine that nobody else reaches, the list of what was passed on has no other reader: there an e-mail is prepared as well."""
    alone = visitor().source is Source.LOCAL and may_be_forwarded(answer)
    return await asyncio.to_thread(desk().mail, answer) if alone else None


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
