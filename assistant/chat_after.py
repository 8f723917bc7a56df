"""What can be done with an answer: pass its question on, judge it, copy it, go to the role path. Registered when `chat` imports it."""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
from dataclasses import replace
from urllib.parse import quote as percent

import chainlit as cl

from assistant.access.visitor import Source
from assistant.answer import Answer
from assistant.chat_replies import watch_replies
from assistant.chat_session import answer_id, asker, desk, forget, kindly, say, visitor
from assistant.copying import plain_text
from assistant.feedback import CAUSES, LONGEST_WORDS, Opinion
from assistant.forwarding import may_be_forwarded
from assistant.render import FORWARD, escape
from assistant.role_path import asks_for_role
from assistant.starters import chosen_role, role_names
from assistant.store.record import Asker
from knowledge.section import KnowledgeError

FORWARDED = "Frågan är skickad till den som samordnar det internationella arbetet. Svaret kommer i den här konversationen."
FORWARDED_HERE = "Frågan står nu i samordnarens lista på den här datorn. Svaret kommer i den här konversationen."
BY_MAIL = "Skicka frågan med e\\-post i stället"
WITH_ROLE = "Rollen som du har valt, {role}, följer med frågan."
THANKS = "Tack. Din återkoppling är sparad."
WHAT_WAS_WRONG = "Vad var det som inte hjälpte?"
THANKS_FOR_CAUSE = "Tack. Vi har sparat: {cause}."
ROLE_STEPS = "Kommunens dokument svarar på {answered} av {all} steg i **Min roll**\\. [Öppna Min roll](/min-roll?kommun={municipality})"
SITE = "\ue000"
"""Stands for the address of the site in a text to copy: only the browser knows it (see chat.js)."""


def actions(answer: Answer, *, several: bool, judged: bool = False, passed_on: bool = False) -> list[cl.Action]:
    """What can be done with an answer, the most helpful first; not what has been done: said what one thinks of it, passed it on."""
    payload, made = {"message": answer.id}, []
    if may_be_forwarded(answer) and not passed_on:
        made.append(cl.Action(name="vidare", payload=payload, label=FORWARD, icon="send"))
        if visitor().source is not Source.LOCAL:
            made.append(cl.Action(name="vidare", payload=payload | {"named": True}, label=f"{FORWARD} med mitt namn", icon="send"))
    if answer.municipality and asks_for_role(answer.question):
        made.append(cl.Action(name="min_roll", payload={"municipality": answer.municipality}, label="Min roll steg för steg", icon="map"))
    if answer.citations:
        text = plain_text(answer, SITE)
        made.append(cl.Action(name="kopiera", payload={"text": text}, label="Kopiera svar med källor", icon="clipboard"))
    if not judged:
        made.append(cl.Action(name="till_hjalp", payload=payload, label="Till hjälp", icon="thumbs-up"))
        made.append(cl.Action(name="inte_till_hjalp", payload=payload, label="Inte till hjälp", icon="thumbs-down"))
    if several:
        made.append(cl.Action(name="byt_kommun", payload={}, label="Byt kommun", icon="repeat"))
    return made


async def _judge(action: cl.Action, *, helpful: bool, cause: str | None = None, words: str = "") -> None:
    """Keeps the opinion of an answer. KnowledgeError when it was not kept."""
    await asyncio.to_thread(desk().keeping.opinion, Opinion(answer_id(action), helpful, cause, words), _asker(action))


def _asker(action: cl.Action, municipality: str | None = None) -> Asker:
    """Who presses a button, with the role that the page says they chose (see chat.js)."""
    return replace(asker(municipality), chosen_role=chosen_role(action.payload.get("role")))


@cl.action_callback("vidare")
@kindly
async def to_be_forwarded(action: cl.Action) -> None:
    """Passes a question on, with the asker's name only where that was the button; by e-mail when it cannot be kept."""
    who = visitor()
    answer = await asyncio.to_thread(desk().keeping.answer, answer_id(action), asker())
    named = who.name if action.payload.get("named") is True else None
    passed_on = await asyncio.to_thread(desk().passed_on, answer, name=named)
    try:
        await asyncio.to_thread(desk().keeping.pass_on, passed_on, _asker(action, answer.municipality))
    except KnowledgeError as error:
        mail = await asyncio.to_thread(desk().mail, answer)
        await say(f"{escape(f'{error.reason} {error.remedy}')}\n\n[{BY_MAIL}]({mail})")
        return
    await action.remove()
    role = _asker(action).chosen_role
    with_role = f" {WITH_ROLE.format(role=role_names()[role].lower())}" if role else ""
    await say(escape((FORWARDED_HERE if who.source is Source.LOCAL else FORWARDED) + with_role))
    await watch_replies()


@cl.action_callback("till_hjalp")
@kindly
async def helped(action: cl.Action) -> None:
    """Keeps a thumb up."""
    await _judge(action, helpful=True)
    await action.remove()
    await say(escape(THANKS))


@cl.action_callback("inte_till_hjalp")
@kindly
async def did_not_help(action: cl.Action) -> None:
    """Keeps a thumb down at once, and asks for the cause in one tap."""
    await _judge(action, helpful=False)
    await action.remove()
    buttons = [cl.Action(name="orsak", payload=action.payload | {"cause": key}, label=words) for key, words in CAUSES.items()]
    cl.user_session.set("causes", await say(escape(WHAT_WAS_WRONG), buttons))


@cl.action_callback("orsak")
@kindly
async def cause_chosen(action: cl.Action) -> None:
    """Keeps the cause, and offers to add words."""
    cause = str(action.payload.get("cause"))
    if cause not in CAUSES:
        return
    await _judge(action, helpful=False, cause=cause)
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
    if words:
        await _judge(action, helpful=False, cause=cause if cause in CAUSES else None, words=words)
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
