"""What can be done with an answer: pass its question on, judge it, copy it, go to the role path. Registered when `chat` imports it."""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
from urllib.parse import quote as percent

import chainlit as cl

from assistant.answer import Answer
from assistant.chat_session import conversation, desk, forget, kept, kindly, of_user, say
from assistant.copying import plain_text
from assistant.feedback import CAUSES, LONGEST_WORDS, Opinion
from assistant.forwarding import may_be_forwarded
from assistant.render import FORWARD, escape
from assistant.role_path import asks_for_role

FORWARDED = "Frågan är skickad till den som samordnar det internationella arbetet. Svaret kommer i den här konversationen."
GONE = "Det går inte att göra det med ett svar från en tidigare session. Ställ frågan igen."
THANKS = "Tack. Din återkoppling är sparad."
WHAT_WAS_WRONG = "Vad var det som inte hjälpte?"
THANKS_FOR_CAUSE = "Tack. Vi har sparat: {cause}."
REPLY = "**Svar på din fråga** {question}\n\n{text}"
ROLE_STEPS = "Kommunens dokument svarar på {answered} av {all} steg i **Min roll**\\. [Öppna Min roll](/min-roll?kommun={municipality})"
SITE = "\ue000"
"""Stands for the address of the site in a text to copy: only the browser knows it (see chat.js)."""


def actions(answer: Answer, message: str, *, several: bool) -> list[cl.Action]:
    """What can be done with an answer, the most helpful first. `message` is the id that it is kept under."""
    payload, made = {"message": message}, []
    if desk().forwarding is not None and may_be_forwarded(answer):
        made.append(cl.Action(name="vidare", payload=payload, label=FORWARD, icon="send"))
        if cl.user_session.get("user"):
            made.append(cl.Action(name="vidare", payload=payload | {"named": True}, label=f"{FORWARD} med mitt namn", icon="send"))
    if answer.municipality and asks_for_role(answer.question):
        made.append(cl.Action(name="min_roll", payload={"municipality": answer.municipality}, label="Min roll steg för steg", icon="map"))
    if answer.citations:
        text = plain_text(answer, SITE)
        made.append(cl.Action(name="kopiera", payload={"text": text}, label="Kopiera svar med källor", icon="clipboard"))
    if desk().feedback is not None:
        made.append(cl.Action(name="till_hjalp", payload=payload, label="Till hjälp", icon="thumbs-up"))
        made.append(cl.Action(name="inte_till_hjalp", payload=payload, label="Inte till hjälp", icon="thumbs-down"))
    if several:
        made.append(cl.Action(name="byt_kommun", payload={}, label="Byt kommun", icon="repeat"))
    return made


async def _judge(action: cl.Action, *, helpful: bool, cause: str | None = None, words: str = "") -> bool:
    """Whether the opinion of an answer was kept; the reader is told when it cannot be."""
    feedback, answer = desk().feedback, kept(action)
    if feedback is None or answer is None:
        await say(escape(GONE))
        return False
    await asyncio.to_thread(feedback.put, Opinion(answer, helpful, conversation(), cause, words))
    return True


async def show_replies() -> None:
    """What the coordinator has replied in the meantime."""
    forwarding = desk().forwarding
    for reply in await asyncio.to_thread(forwarding.replies, conversation()) if forwarding else ():
        link = f"\n\n[Läs avsnittet]({percent(reply.url, safe='/%#')})" if reply.url and reply.url.startswith("/dokument/") else ""
        await say(REPLY.format(question=escape(reply.question), text=escape(reply.text)) + link)


@cl.action_callback("vidare")
@kindly
async def to_be_forwarded(action: cl.Action) -> None:
    """Passes a question on, with the asker's name only where that was the button."""
    forwarding, answer = desk().forwarding, kept(action)
    if forwarding is None or answer is None:
        await say(escape(GONE))
        return
    user = cl.user_session.get("user")
    name = (user.display_name or user.identifier) if user and action.payload.get("named") else None
    role = of_user(user, "role")
    passed_on = await asyncio.to_thread(desk().passed_on, answer, role=role, name=name, conversation=conversation())
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
    asked = forget("causes")
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
    if municipality in await asyncio.to_thread(desk().engine.municipalities):
        path = await asyncio.to_thread(desk().role_paths.of, municipality)
        await action.remove()
        answered = len(path.steps) - len(path.gaps)
        await say(ROLE_STEPS.format(answered=answered, all=len(path.steps), municipality=percent(municipality)))
