"""A conversation that somebody goes on with: what was said shows again, with what can still be done, and replies that came since.

Registered when `chat` imports it.
"""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
from datetime import date

import chainlit as cl
from chainlit.types import ThreadDict

from assistant.chat_after import actions
from assistant.chat_replies import show_replies, watch_replies
from assistant.chat_session import asker, desk, kindly, municipalities
from assistant.keeping import turn
from assistant.store.record import Asker, Record

TURNS = 4
"""Earlier exchanges that go with a question."""


@cl.on_chat_resume
@kindly
async def resumed(thread: ThreadDict) -> None:
    """Takes up a conversation where it was: follow-up questions, the municipality, and the buttons under its answers."""
    me = asker()
    records = await asyncio.to_thread(desk().keeping.conversation, me, date.fromisoformat(thread["createdAt"][:10]))
    names = await municipalities()
    cl.user_session.set("history", tuple(turn(r) for r in records[-TURNS:]))
    cl.user_session.set("municipality", records[-1].municipality if records else None)
    for name in ("waiting", "choice", "causes"):  # what Chainlit has kept of the session before is text, no longer what it was
        cl.user_session.set(name, None)
    passed_on = await asyncio.to_thread(desk().keeping.passed_on, me)
    await _buttons(records, me, passed_on, several=len(names) > 1)
    steps = thread.get("steps") or []
    steps += [message.to_dict() for message in await show_replies()]  # the page shows the conversation as it is listed here
    thread["steps"] = steps
    if passed_on:
        await watch_replies()


async def _buttons(records: list[Record], me: Asker, passed_on: set[str], *, several: bool) -> None:
    judged = await asyncio.to_thread(desk().keeping.judged, me)
    for record in records:
        given = await asyncio.to_thread(desk().keeping.given, record)
        for action in actions(given, several=several, judged=record.id in judged, passed_on=record.id in passed_on):
            await action.send(record.id)
