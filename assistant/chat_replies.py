"""What the coordinator has replied shows in the open conversation, whichever process wrote it.

A conversation looks for replies only when something has been passed on in it, a small question to the database every few seconds.
"""

# mypy: allow-untyped-calls
# (Chainlit says that it is typed, but its session, messages and emitter are not.)

from __future__ import annotations

import asyncio
import logging
from urllib.parse import quote as percent
from weakref import WeakValueDictionary

import chainlit as cl
from chainlit.context import init_ws_context, local_steps
from chainlit.session import WebsocketSession

from assistant.access.events import is_open
from assistant.chat_session import asker, desk, say
from assistant.render import escape
from knowledge.section import KnowledgeError

EVERY = 5.0
"""Seconds between two looks."""
REPLY = "**Svar på din fråga** {question}\n\n{text}"

log = logging.getLogger(__name__)
_watched: dict[str, asyncio.Task[None]] = {}
"""Session → what looks for its replies. Gone with the session."""
_showing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
"""Conversation → held while its replies are shown, so that each is shown once."""


async def show_replies() -> list[cl.Message]:
    """What the coordinator has replied in the meantime; each is seen when it has been shown."""
    me, shown = asker(), []
    async with _showing.setdefault(me.conversation or "", asyncio.Lock()):
        for reply in await asyncio.to_thread(desk().keeping.replies, me):
            link = f"\n\n[Läs avsnittet]({percent(reply.url, safe='/%#')})" if reply.url and reply.url.startswith("/dokument/") else ""
            shown.append(await say(REPLY.format(question=escape(reply.question), text=escape(reply.text)) + link))
            await asyncio.to_thread(desk().keeping.seen, reply, me)
    return shown


async def watch_replies() -> None:
    """Begin to look for replies in this conversation, unless that is being done; it ends with the session."""
    session = cl.context.session
    if isinstance(session, WebsocketSession) and session.id not in _watched:
        _watched[session.id] = asyncio.create_task(_watch(session))


async def _watch(session: WebsocketSession) -> None:
    init_ws_context(session)  # this task's own: what began it is over when a reply comes
    local_steps.set(None)
    try:
        while WebsocketSession.get_by_id(session.id) is session:
            await asyncio.sleep(EVERY)
            await _look(session)
    except Exception as error:
        log.error("looking for replies ended: %s", type(error).__name__)
    finally:
        _watched.pop(session.id, None)


async def _look(session: WebsocketSession) -> None:
    """Shows what has come, where somebody is there to see it, who is still who they were."""
    try:
        if await is_open(session):
            await show_replies()
    except KnowledgeError:  # the database is busy, or what else is told elsewhere: the next look is soon
        return
