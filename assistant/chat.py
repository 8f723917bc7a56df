"""The conversation: Chainlit's callbacks, and the only door to Chainlit.

Chainlit reads its configuration when it is imported: `web.create_app`, which prepares that, imports this module. `mount` hands this file
to Chainlit, which runs it once more under a name of its own and keeps the callbacks of that run; so nothing here holds state. The desk
hangs on Chainlit's app, and what a conversation remembers is in its session.
"""

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
from pathlib import Path
from typing import Any, ParamSpec, cast
from urllib.parse import quote as percent

import chainlit as cl
from bs4 import BeautifulSoup
from chainlit.context import init_ws_context
from chainlit.server import app as server
from chainlit.server import build_dir, sio
from chainlit.session import WebsocketSession
from chainlit.utils import mount_chainlit
from fastapi import FastAPI

from assistant.answer import Answer, Ask, Turn
from assistant.copying import plain_text
from assistant.desk import Desk
from assistant.feedback import CAUSES, LONGEST_WORDS, Opinion
from assistant.forwarding import may_be_forwarded
from assistant.render import FORWARD, answer_markdown, escape
from assistant.role_path import asks_for_role
from knowledge.section import KnowledgeError

LONGEST_QUESTION = 2000
TURNS = 4
"""Earlier exchanges that go with a question."""

TOO_LONG = "Frågan är för lång. Korta den till högst 2 000 tecken och ställ en fråga i taget."
WHICH_MUNICIPALITY = "Vilken kommun gäller din fråga?"
FAILED = "Något gick fel när frågan skulle besvaras. Försök igen om en stund. Uppge felnummer {incident} om du anmäler felet."
STOPPED = "Du avbröt frågan."
FORWARDED = "Frågan är skickad till den som samordnar det internationella arbetet. Svaret kommer i den här konversationen."
GONE = "Det går inte att göra det med ett svar från en tidigare session. Ställ frågan igen."
THANKS = "Tack. Din återkoppling är sparad."
WHAT_WAS_WRONG = "Vad var det som inte hjälpte?"
THANKS_FOR_CAUSE = "Tack. Vi har sparat: {cause}."
REPLY = "**Svar på din fråga** {question}\n\n{text}"
ROLE_STEPS = "Kommunens dokument svarar på {answered} av {all} steg i **Min roll**\\. [Öppna Min roll](/min-roll?kommun={municipality})"
SITE = "\ue000"
"""Stands for the address of the site in a text to copy: only the browser knows it (see chat.js)."""
KEPT_ANSWERS = 20
"""Answers that a conversation can still be asked to pass on, copy or judge."""

log = logging.getLogger(__name__)
P = ParamSpec("P")


def mount(app: FastAPI, desk: Desk) -> None:
    """Puts the chat's routes last in `app`; `desk` serves from now on."""
    server.state.desk = desk
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


@cl.set_starter_categories
async def starters(user: cl.User | None, _language: str | None, _profile: str | None) -> list[cl.StarterCategory]:
    """The roles, each with questions that have an answer; none until they have been tried."""
    _desk().suggestions.refresh()
    found = _desk().suggestions.starters(_of_user(user, "municipality"))
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
    async with _at_work():
        await _ask_or_choose(question)


@cl.action_callback("vidare")
@kindly
async def to_be_forwarded(action: cl.Action) -> None:
    """Passes a question on, with the asker's name only where that was the button."""
    forwarding, answer = _desk().forwarding, _kept(action)
    if forwarding is None or answer is None:
        await say(escape(GONE))
        return
    user = cl.user_session.get("user")
    name = (user.display_name or user.identifier) if user and action.payload.get("named") else None
    role, conversation = _of_user(user, "role"), _conversation()
    passed_on = await asyncio.to_thread(_desk().passed_on, answer, role=role, name=name, conversation=conversation)
    await asyncio.to_thread(forwarding.put, passed_on)
    await action.remove()
    await say(escape(FORWARDED))


@cl.action_callback("till_hjalp")
@kindly
async def helped(action: cl.Action) -> None:
    """Keeps a thumb up."""
    if await _judge(action, helpful=True):
        await action.remove()
        await say(escape(THANKS))


@cl.action_callback("inte_till_hjalp")
@kindly
async def did_not_help(action: cl.Action) -> None:
    """Keeps a thumb down at once, and asks for the cause in one tap."""
    if await _judge(action, helpful=False):
        await action.remove()
        buttons = [cl.Action(name="orsak", payload=action.payload | {"cause": key}, label=words) for key, words in CAUSES.items()]
        cl.user_session.set("causes", await say(escape(WHAT_WAS_WRONG), buttons))


@cl.action_callback("orsak")
@kindly
async def cause_chosen(action: cl.Action) -> None:
    """Keeps the cause, and offers to add words."""
    cause = str(action.payload.get("cause"))
    if cause not in CAUSES or not await _judge(action, helpful=False, cause=cause):
        return
    asked = _forget("causes")
    if asked is not None:
        await asked.remove_actions()
    add = cl.Action(name="kommentar", payload=action.payload, label="Skriv mer", icon="pencil")
    await say(escape(THANKS_FOR_CAUSE.format(cause=CAUSES[cause].lower())), [add])


@cl.action_callback("kommentar")
@kindly
async def words_added(action: cl.Action) -> None:
    """Keeps the words that the page asked for (see chat.js) with the opinion that they belong to."""
    words, cause = str(action.payload.get("words") or "").strip()[:LONGEST_WORDS], str(action.payload.get("cause"))
    if words and await _judge(action, helpful=False, cause=cause if cause in CAUSES else None, words=words):
        await action.remove()
        await say(escape(THANKS))


@cl.action_callback("min_roll")
@kindly
async def role_wanted(action: cl.Action) -> None:
    """Tells how far the documents fill the role path, with the way to it."""
    municipality = str(action.payload.get("municipality"))
    if municipality in await asyncio.to_thread(_desk().engine.municipalities):
        path = await asyncio.to_thread(_desk().role_paths.of, municipality)
        await action.remove()
        answered = len(path.steps) - len(path.gaps)
        await say(ROLE_STEPS.format(answered=answered, all=len(path.steps), municipality=percent(municipality)))


@cl.action_callback("kommun")
@kindly
async def municipality_chosen(action: cl.Action) -> None:
    """Remembers the municipality and answers the question that waits for it."""
    municipalities = await asyncio.to_thread(_desk().engine.municipalities)
    name = action.payload.get("name")
    if not isinstance(name, str) or name not in municipalities:
        return
    cl.user_session.set("municipality", name)
    cl.user_session.set("history", ())  # what was asked about another municipality's documents is not what this follows up
    await _close_choice(f"Svaren gäller **{escape(str(name))}**\\.")
    question = _forget("waiting")
    if question is not None:
        async with _at_work():
            await _answer(question, name, several=True)


@cl.action_callback("byt_kommun")
@kindly
async def municipality_to_change(_action: cl.Action) -> None:
    """Lets the reader ask the latest question again for another municipality."""
    turns = _history()
    await _choose(turns[-1].question if turns else None, await asyncio.to_thread(_desk().engine.municipalities))


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


async def _ask_or_choose(question: str) -> None:
    municipalities = await asyncio.to_thread(_desk().engine.municipalities)
    known = _of_user(cl.user_session.get("user"), "municipality") or cl.user_session.get("municipality")
    if len(municipalities) > 1 and known not in municipalities:
        await _choose(question, municipalities)
    else:
        await _answer(question, known if len(municipalities) > 1 else next(iter(municipalities), None), several=len(municipalities) > 1)


async def _answer(question: str, municipality: str | None, *, several: bool) -> None:
    desk, history = _desk(), _history()
    answer = await asyncio.to_thread(desk.engine.ask, Ask(question, municipality=municipality, history=history))
    cl.user_session.set("history", (*history, _turn(answer))[-TURNS:])
    message = cl.Message(content=answer_markdown(answer, await asyncio.to_thread(desk.mail, answer)))
    message.actions = _actions(answer, message.id, several=several)
    _keep(message.id, answer)
    await message.send()
    desk.suggestions.refresh()
    for follow_up in desk.suggestions.follow_ups(answer, [t.question for t in _history()]):
        await cl.Action(name="fraga", payload={"question": follow_up}, label=follow_up, icon="corner-down-right").send(message.id)
    await _show_replies()


def _actions(answer: Answer, message: str, *, several: bool) -> list[cl.Action]:
    """What can be done with an answer, the most helpful first. `message` is the id that it is kept under."""
    desk, payload, made = _desk(), {"message": message}, []
    if desk.forwarding is not None and may_be_forwarded(answer):
        made.append(cl.Action(name="vidare", payload=payload, label=FORWARD, icon="send"))
        if cl.user_session.get("user"):
            made.append(cl.Action(name="vidare", payload=payload | {"named": True}, label=f"{FORWARD} med mitt namn", icon="send"))
    if answer.municipality and asks_for_role(answer.question):
        made.append(cl.Action(name="min_roll", payload={"municipality": answer.municipality}, label="Min roll steg för steg", icon="map"))
    if answer.citations:
        text = plain_text(answer, SITE)
        made.append(cl.Action(name="kopiera", payload={"text": text}, label="Kopiera svar med källor", icon="clipboard"))
    if desk.feedback is not None:
        made.append(cl.Action(name="till_hjalp", payload=payload, label="Till hjälp", icon="thumbs-up"))
        made.append(cl.Action(name="inte_till_hjalp", payload=payload, label="Inte till hjälp", icon="thumbs-down"))
    if several and not _of_user(cl.user_session.get("user"), "municipality"):
        made.append(cl.Action(name="byt_kommun", payload={}, label="Byt kommun", icon="repeat"))
    return made


async def _judge(action: cl.Action, *, helpful: bool, cause: str | None = None, words: str = "") -> bool:
    """Whether the opinion of an answer was kept; the reader is told when it cannot be."""
    feedback, answer = _desk().feedback, _kept(action)
    if feedback is None or answer is None:
        await say(escape(GONE))
        return False
    await asyncio.to_thread(feedback.put, Opinion(answer, helpful, _conversation(), cause, words))
    return True


async def _show_replies() -> None:
    """What the coordinator has replied in the meantime."""
    forwarding = _desk().forwarding
    for reply in await asyncio.to_thread(forwarding.replies, _conversation()) if forwarding else ():
        link = f"\n\n[Läs avsnittet]({percent(reply.url, safe='/%#')})" if reply.url and reply.url.startswith("/dokument/") else ""
        await say(REPLY.format(question=escape(reply.question), text=escape(reply.text)) + link)


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


@asynccontextmanager
async def _at_work() -> AsyncIterator[None]:
    """What Chainlit does for a typed message: the reader sees that work goes on."""
    await cl.context.emitter.task_start()
    try:
        yield
    finally:
        await cl.context.emitter.task_end()


def _desk() -> Desk:
    return cast(Desk, server.state.desk)


def _conversation() -> str:
    return str(cl.context.session.thread_id)


def _of_user(user: cl.User | None, name: str) -> str | None:
    """What the login says of somebody: "municipality" or "role"."""
    value = user.metadata.get(name) if user else None
    return value if isinstance(value, str) else None


def _keep(message: str, answer: Answer) -> None:
    kept = {**(cl.user_session.get("answers") or {}), message: answer}
    cl.user_session.set("answers", dict(list(kept.items())[-KEPT_ANSWERS:]))


def _kept(action: cl.Action) -> Answer | None:
    """The answer that a button belongs to."""
    return (cl.user_session.get("answers") or {}).get(action.payload.get("message"))


def _turn(answer: Answer) -> Turn:
    return Turn(answer.question, answer.text, answer.status, tuple(c.section_id for c in answer.citations))


def _history() -> tuple[Turn, ...]:
    return cl.user_session.get("history") or ()


def _forget(name: str) -> Any:
    value = cl.user_session.get(name)
    cl.user_session.set(name, None)
    return value
