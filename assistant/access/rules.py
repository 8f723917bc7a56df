"""What each route and each event of the socket needs. What is not named here is closed, Chainlit's own routes included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from re import Pattern
from typing import Any, Literal

from starlette.routing import compile_path


class Need(StrEnum):
    """Who may: PUBLIC and OPEN anybody (PUBLIC without even looking who it is), CLOSED nobody."""

    PUBLIC = "public"
    OPEN = "open"
    USER = "user"
    COORDINATOR = "coordinator"
    CLOSED = "closed"


Kind = Literal["thread", "step", "feedback", "session", "transport"]
"""What an id may name: what is kept of a conversation, a page's own connection ("session"), or the socket under it."""


@dataclass(frozen=True, slots=True)
class Id:
    """An id that the client chooses: a UUID, and what it names must be the visitor's own. `name` of a body is a dotted path."""

    place: Literal["path", "query", "body"]
    name: str
    kind: Kind
    required: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A route: `methods` (HEAD goes with GET), `path` as the route itself writes it, and what it needs.

    `chainlit`: Chainlit answers. `kept`: only where conversations are kept. `asks`: counts as a question.
    """

    methods: str
    path: str
    need: Need
    ids: tuple[Id, ...] = ()
    chainlit: bool = False
    kept: bool = False
    asks: bool = False


def _chainlit(methods: str, path: str, *ids: Id, kept: bool = False, asks: bool = False) -> Rule:
    return Rule(methods, path, Need.USER, ids, chainlit=True, kept=kept, asks=asks)


_BODY_THREAD = Id("body", "threadId", "thread")
_PATH_THREAD = Id("path", "thread_id", "thread")
_BODY_SESSION = Id("body", "sessionId", "session")

RULES = (
    Rule("GET", "/", Need.USER),
    Rule("GET", "/thread/{thread_id}", Need.USER, (_PATH_THREAD,), kept=True),
    Rule("GET", "/dokument", Need.USER),
    Rule("GET", "/dokument/{document_id:path}", Need.USER),
    Rule("GET", "/kalla/{document_id:path}", Need.USER),
    Rule("GET", "/original/{document_id:path}", Need.USER),
    Rule("GET", "/avsnitt/{document_id:path}", Need.USER),
    Rule("GET", "/tidigare/{version}", Need.USER),
    Rule("GET", "/min-roll", Need.USER),
    Rule("GET", "/samordnare", Need.COORDINATOR),
    Rule("GET", "/samordnare/inkorg", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/inkorg/{item_id}", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/dokument", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/dokument/{document_id:path}", Need.COORDINATOR),
    Rule("GET", "/samordnare/inlasning", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/ord", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/kontakter", Need.COORDINATOR),
    Rule("GET", "/samordnare/fragor", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/fragor.csv", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/fragor/ny", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/fragor/{question_id}", Need.COORDINATOR),
    Rule("GET", "/samordnare/fragor/{question_id}/andra", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/forslag", Need.COORDINATOR),
    Rule("GET", "/samordnare/forslag/lage", Need.COORDINATOR),
    Rule("POST", "/samordnare/forslag/{question_id}", Need.COORDINATOR),
    Rule("GET POST", "/samordnare/korningar", Need.COORDINATOR),
    Rule("GET", "/samordnare/korningar/lage", Need.COORDINATOR),
    Rule("GET", "/samordnare/korningar/{run_id}", Need.COORDINATOR),
    Rule("GET", "/samordnare/guide", Need.COORDINATOR),
    Rule("GET", "/samordnare/jamfor", Need.COORDINATOR),
    Rule("GET", "/samordnare/tillit", Need.COORDINATOR),
    Rule("GET", "/samordnare/rapport", Need.COORDINATOR),
    Rule("GET", "/samordnare/rapport.docx", Need.COORDINATOR),
    Rule("GET", "/samordnare/rapport.csv", Need.COORDINATOR),
    Rule("GET", "/om", Need.OPEN),
    Rule("GET", "/tillganglighet", Need.OPEN),
    Rule("GET", "/halsa", Need.PUBLIC),
    Rule("GET", "/redo", Need.OPEN),
    Rule("GET", "/statisk/{path:path}", Need.PUBLIC),
    Rule("GET", "/logo", Need.USER),
    Rule("GET POST", "/logga-in", Need.OPEN),
    Rule("GET", "/login", Need.OPEN),
    Rule("GET", "/logga-in/oidc", Need.OPEN),
    Rule("GET", "/logga-in/oidc/svar", Need.OPEN),
    Rule("POST", "/logga-ut", Need.OPEN),
    Rule("POST", "/logout", Need.OPEN),
    Rule("POST", "/set-session-cookie", Need.USER),
    Rule("GET", "/assets/{filename:path}", Need.PUBLIC, chainlit=True),
    _chainlit("GET", "/auth/config"),
    _chainlit("GET", "/user"),
    _chainlit("GET", "/project/translations"),
    _chainlit("GET", "/project/settings"),
    _chainlit("POST", "/project/action", _BODY_SESSION, asks=True),
    _chainlit("GET", "/project/file/{file_id}", Id("query", "session_id", "session")),
    _chainlit("GET POST WEBSOCKET", "/ws/socket.io/"),
    _chainlit("GET POST WEBSOCKET", "/ws/socket.io"),
    _chainlit("POST", "/project/threads", kept=True),
    _chainlit("GET", "/project/thread/{thread_id}", _PATH_THREAD, kept=True),
    _chainlit("GET", "/project/thread/{thread_id}/element/{element_id}", _PATH_THREAD, kept=True),
    _chainlit("PUT DELETE", "/project/thread", _BODY_THREAD, kept=True),
    _chainlit(
        "PUT",
        "/feedback",
        _BODY_SESSION,
        Id("body", "feedback.threadId", "thread"),
        Id("body", "feedback.forId", "step"),
        Id("body", "feedback.id", "feedback", required=False),
        kept=True,
    ),
    _chainlit("DELETE", "/feedback", Id("body", "feedbackId", "feedback"), kept=True),
)
"""The first that fits counts."""

CLOSED = frozenset(
    {
        "GET /openapi.json",
        "GET /docs",
        "GET /docs/oauth2-redirect",
        "GET /redoc",
        "GET /public/{filename:path}",
        "GET /copilot/{filename:path}",
        "POST /login",
        "POST /auth/jwt",
        "POST /auth/header",
        "GET /auth/oauth/{provider_id}",
        "GET /auth/oauth/{provider_id}/callback",
        "POST /auth/oauth/azure-ad-hybrid/callback",
        "GET /project/share/{thread_id}",
        "PUT /project/thread/share",
        "PUT /project/element",
        "DELETE /project/element",
        "POST /project/file",
        "POST /mcp",
        "DELETE /mcp",
        "GET /favicon",
        "GET /avatars/{avatar_id:str}",
        "GET /health",
        "GET /{full_path:path}",
    }
)
"""Chainlit's routes that were looked at and are nobody's here. A route in neither list is closed too, but fails the tests."""


class Event(StrEnum):
    """What an event of the socket needs: CONNECT opens a connection, OWN needs one, QUESTION counts and is cleaned, CLOSED is nobody's."""

    CONNECT = "connect"
    OWN = "own"
    QUESTION = "question"
    CLOSED = "closed"


EVENTS = {
    "connect": Event.CONNECT,
    "connection_successful": Event.OWN,
    "clear_session": Event.OWN,
    "disconnect": Event.OWN,
    "stop": Event.OWN,
    "client_message": Event.QUESTION,
    "edit_message": Event.CLOSED,
    "message_favorite": Event.CLOSED,
    "fetch_favorites": Event.OWN,  # Chainlit's page asks at each connection; favourites are off, so nothing comes
    "window_message": Event.CLOSED,
    "audio_start": Event.CLOSED,
    "audio_chunk": Event.CLOSED,
    "audio_end": Event.CLOSED,
    "chat_settings_change": Event.CLOSED,
    "chat_settings_edit": Event.CLOSED,
}


def rule_for(method: str, path: str) -> tuple[Rule, dict[str, Any]] | None:
    """The rule of a request, with the ids in its path; None when it is closed. A socket's method is WEBSOCKET."""
    method = "GET" if method == "HEAD" else method
    for rule, pattern in _compiled():
        found = pattern.match(path) if method in rule.methods.split() else None
        if found:
            return rule, found.groupdict()
    return None


def chainlit_paths() -> str:
    """A regular expression of every path that Chainlit may answer."""
    patterns = (pattern.pattern.removeprefix("^/").removesuffix("$") for rule, pattern in _compiled() if rule.chainlit)
    return "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern) for pattern in patterns)  # a name may stand once in an expression


@cache
def _compiled() -> tuple[tuple[Rule, Pattern[str]], ...]:
    return tuple((rule, compile_path(rule.path)[0]) for rule in RULES)
