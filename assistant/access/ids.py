"""Ids that a client chooses: UUIDs, and of things that are the visitor's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import parse_qs
from uuid import UUID

from starlette.types import Message, Receive, Scope

from assistant.access.rules import Id, Kind

LARGEST_BODY = 64 * 1024
"""Bytes of a request whose ids are checked."""

LONGEST_PATH, LONGEST_PIECE = 2000, 255
"""Bytes of a path, and of a name in it, that are looked for."""


class OwnerOf(Protocol):
    """Whose a kept thing is: the identifier of the visitor, or None when there is no such thing. Called in a thread; may block."""

    def __call__(self, kind: Kind, id_: str, /) -> str | None: ...


class TooLargeError(Exception):
    """A request's body is larger than LARGEST_BODY."""


def is_uuid(value: object) -> bool:
    """Whether a value is a UUID as programs write it: 36 characters, lower case."""
    try:
        return isinstance(value, str) and str(UUID(value)) == value
    except ValueError:
        return False


def could_name_a_file(path: str) -> bool:
    """Whether every piece of a path could be a file's name, so that asking the disk for it is no error."""
    pieces = path.encode("utf-8", "surrogatepass").split(b"/")
    return path.isprintable() and sum(map(len, pieces)) < LONGEST_PATH and max(map(len, pieces)) <= LONGEST_PIECE


async def all_own(ids: Iterable[Id], found: Mapping[Id, object], identifier: str, owner_of: OwnerOf) -> bool:
    """Whether every id is the visitor's own. An id that may be left out is let through when it is."""
    for wanted in ids:
        value = found.get(wanted)
        if value is None and not wanted.required:
            continue
        if not isinstance(value, str) or not is_uuid(value) or await asyncio.to_thread(owner_of, wanted.kind, value) != identifier:
            return False
    return True


def in_request(ids: Iterable[Id], scope: Scope, path: Mapping[str, Any], body: object) -> dict[Id, object]:
    """What a request says for each id. One that a query names twice is not taken: two readers could each pick another."""
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    found: dict[Id, object] = {}
    for id_ in ids:
        if id_.place == "path":
            found[id_] = path.get(id_.name)
        elif id_.place == "query":
            said = query.get(id_.name, [])
            found[id_] = said[0] if len(said) == 1 else None
        else:
            found[id_] = _inner(body, id_.name)
    return found


async def read_body(receive: Receive) -> bytes:
    """The whole body. TooLargeError when it is."""
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message["type"] == "http.request" and message.get("more_body", False)
        if len(content) > LARGEST_BODY:
            raise TooLargeError
    return content


def giving(content: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that has been read once more."""
    first: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def again() -> Message:
        return first.pop() if first else await receive()

    return again


def read_json(content: bytes) -> object:
    """The body's JSON, None when it is none. A name that stands twice in an object makes it none: two readers could each take another."""
    try:
        return json.loads(content, object_pairs_hook=_unambiguous)
    except (ValueError, RecursionError):
        return None


def _unambiguous(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _inner(body: object, path: str) -> object:
    for name in path.split("."):
        body = body.get(name) if isinstance(body, dict) else None
    return body
