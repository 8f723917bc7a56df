"""The events of the chat's socket, guarded: which are served, to whom, how often, and nothing in them that the client may not choose.

Chainlit registers its handlers when it is imported; `guard` puts ours before them. One of the doors to Chainlit.
"""

# mypy: allow-untyped-calls

from __future__ import annotations

import asyncio
import secrets
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from chainlit.context import init_ws_context
from chainlit.message import Message
from chainlit.server import app as server
from chainlit.server import sio
from chainlit.session import WebsocketSession

from assistant.access import eventlog, visitor
from assistant.access.doors import Doors, TooManyError
from assistant.access.ids import OwnerOf, is_uuid
from assistant.access.limits import OneAtATime
from assistant.access.rules import EVENTS, Event, Kind
from assistant.access.turns import Turns
from assistant.access.visitor import Source, Visitor
from assistant.render import escape
from knowledge.section import KnowledgeError

LONGEST_TEXT = 10_000
"""Characters of a message that go on to the chat, which refuses far shorter ones in words."""

ANSWERED_STILL = "Du får svar ändå, men det är inte säkert att samtalet sparas."

Handler = Callable[..., Awaitable[Any]]


def guard(doors: Doors, kept: OwnerOf | None) -> None:
    """Guards every handler that Chainlit has now. `doors` and `kept` count from now on; handlers are guarded once."""
    server.state.doors, server.state.kept = doors, kept
    server.state.busy = getattr(server.state, "busy", None) or OneAtATime()
    server.state.turns = getattr(server.state, "turns", None) or Turns()
    handlers = sio.handlers["/"]
    for name, handler in handlers.items():
        if not hasattr(handler, "guards"):
            handlers[name] = _guarded(name, handler)


def owner_of(kind: Kind, id_: str) -> str | None:
    """Whose a connection is, or what is kept; None for nobody's, and for what is kept when nothing is."""
    if kind == "session":
        session = WebsocketSession.get_by_id(id_)
        return session.user.identifier if session and session.user else None
    if kind == "transport":
        who = visitor.of(sio.environ.get(id_, {}).get("asgi.scope", {}))
        return who.identifier if who else None
    kept = cast("OwnerOf | None", server.state.kept)
    return kept(kind, id_) if kept else None


def keeps() -> bool:
    """Whether conversations are kept."""
    return server.state.kept is not None


def visitor_of(session: Any) -> Visitor | None:
    """Who is at the other end of a connection, as the gate found when it was opened."""
    return visitor.of((session.environ or {}).get("asgi.scope", {}))


async def is_open(session: Any) -> bool:
    """Whether a page is connected to a session now, and whoever opened it is still who they were."""
    scope = (session.environ or {}).get("asgi.scope", {})
    return bool(sio.manager.is_connected(session.socket_id, "/")) and await visitor.is_still(scope)


def one_at_a_time(session: Any) -> Any:
    """A context in which one question of the session's conversation is answered; KnowledgeError when one is already."""
    return server.state.busy(session.thread_id)


def turn(session: Any) -> Any:
    """An async context entered when it is the turn of whoever sits at a session; WaitingError when they have too much in hand."""
    return server.state.turns.turn(_in_turn(session))


def _in_turn(session: Any) -> str:
    """Who waits for whom: all of a person's conversations for each other; on the open machine, where all are one, each for itself."""
    who = visitor_of(session)
    return who.identifier if who and who.source is not Source.LOCAL else str(session.thread_id)


def _guarded(name: str, handler: Handler) -> Handler:
    need = EVENTS.get(name, Event.CLOSED)
    serve = {Event.CONNECT: _connect, Event.OWN: _own, Event.QUESTION: _question, Event.CLOSED: _closed}[need]

    async def guarded(sid: str, *sent: Any) -> Any:
        try:
            return await serve(handler, sid, *sent)
        except ConnectionRefusedError:
            raise ConnectionRefusedError("refused") from None
        except Exception as error:
            trace = "".join(traceback.format_tb(error.__traceback__))
            eventlog.note("socket_error", incident=secrets.token_hex(3), on=name, error=type(error).__name__, trace=trace)
            return None

    guarded.guards = name  # type: ignore[attr-defined]
    return guarded


async def _connect(handler: Handler, sid: str, environ: dict[str, Any], auth: object = None, *_more: Any) -> Any:
    """Opens a connection under ids that are UUIDs; a conversation that is not the visitor's own is not gone on with."""
    who = visitor.of(environ.get("asgi.scope", {}))
    said = auth if isinstance(auth, dict) else {}
    session_id, thread_id = said.get("sessionId"), said.get("threadId")
    if who is None or not is_uuid(session_id):
        raise ConnectionRefusedError
    if thread_id and not await _own_thread(str(thread_id), str(session_id), who):
        eventlog.note("thread_refused", who=_doors().key(who.identifier))
        thread_id = None
    clean = {"sessionId": session_id, "threadId": thread_id or "", "clientType": "webapp", "userEnv": None, "chatProfile": None}
    return await handler(sid, environ, clean)


async def _own(handler: Handler, sid: str, *_sent: Any) -> Any:
    if WebsocketSession.get(sid) is not None:
        await handler(sid)


async def _question(handler: Handler, sid: str, payload: object = None, *_more: Any) -> None:
    session = WebsocketSession.get(sid)
    who = visitor_of(session) if session else None
    if session is None or who is None:
        return
    try:
        _unless_busy(session)  # first, since it costs nothing: whoever floods is held back before anything is written or looked up
        clean = await asyncio.to_thread(_clean, payload, session.thread_id, who)
        if clean is None:
            eventlog.note("message_refused", who=_doors().key(who.identifier))
            return
        await _count(session, who)
        _unless_busy(session)
    except KnowledgeError as error:
        if isinstance(error, TooManyError):
            server.state.turns.over(_in_turn(session), error)
        if server.state.turns.to_be_told(session.id):
            await _say(session, f"{error.reason} {error.remedy}")
        return
    await handler(sid, clean)


async def _count(session: WebsocketSession, who: Visitor) -> None:
    """Counts the question; TooManyError when it is one too many. Where the database fails, an answer is given all the same: it is kept in
    the log, which is no part of the database."""
    try:
        await _doors().count_question(who)
    except TooManyError:
        raise
    except KnowledgeError as error:
        eventlog.note("not_counted", who=_doors().key(who.identifier), why=error.reason)
        await _say(session, f"{error.reason} {ANSWERED_STILL}")


async def _say(session: WebsocketSession, text: str) -> None:
    init_ws_context(session)
    await Message(content=escape(text)).send()


def _unless_busy(session: WebsocketSession) -> None:
    """KnowledgeError when a question of the conversation is being answered, or too many of the person's wait; the chat holds both then."""
    with one_at_a_time(session):
        server.state.turns.check(_in_turn(session))


async def _closed(_handler: Handler, sid: str, *_sent: Any) -> None:
    session = WebsocketSession.get(sid)
    who = visitor_of(session) if session else None
    eventlog.note("event_closed", who=_doors().key(who.identifier) if who else None)


def _clean(payload: object, thread_id: str, who: Visitor) -> dict[str, Any] | None:
    """The message with its text and a new id of its own, the rest ours; None when it is no message. May block."""
    message = payload.get("message") if isinstance(payload, dict) else None
    said = message if isinstance(message, dict) else {}
    id_, text = said.get("id"), said.get("output")
    if not is_uuid(id_) or UUID(str(id_)).version != 4 or not isinstance(text, str) or not _is_new(str(id_)):
        return None
    now = datetime.now(UTC).isoformat()
    ours = {
        "id": id_,
        "threadId": thread_id,
        "name": who.identifier,
        "type": "user_message",
        "output": text[:LONGEST_TEXT],
        "createdAt": now,
    }
    return {"message": ours, "fileReferences": None}


def _is_new(step: str) -> bool:
    """Whether nothing is kept under an id. Where the database cannot tell, nothing can be overwritten: it asks whose a step is itself."""
    try:
        return owner_of("step", step) is None
    except KnowledgeError:
        return True


async def _own_thread(thread_id: str, session_id: str, who: Visitor) -> bool:
    """Whether a conversation is kept as the visitor's own, or is the one that this very connection of theirs has begun."""
    session = WebsocketSession.get_by_id(session_id)
    begun = session is not None and session.thread_id == thread_id and owner_of("session", session_id) == who.identifier
    return is_uuid(thread_id) and (begun or await asyncio.to_thread(owner_of, "thread", thread_id) == who.identifier)


def _doors() -> Doors:
    return cast(Doors, server.state.doors)
