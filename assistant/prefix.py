"""The path under which a reverse proxy shows the service, as in https://intranat.ekvik.example/assistenten.

Within the program every address begins with "/": routes, rules, templates and what is stored know no prefix. It is taken away from each
request and put before each address of ours that goes out: in a page's links and forms, in redirects and in cookies. Scripts read it from
the page (`root_of` in base.html), and the chat's script puts it before links in answers.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access.rules import rule_for
from knowledge.section import KnowledgeError

_LINK = re.compile(rb'(?<=\s)(href|src|action|formaction|data-progress)="/(?!/)')
"""An address of ours in a page. Text on a page holds no quotation mark of this kind: the templates escape it."""
_COOKIE_PATH = re.compile(r"(?i)(;\s*path=)/")


def prefix_of(public_url: str | None) -> str:
    """The path of the address that browsers reach us by, without a slash at its end; "" for none. KnowledgeError for a page of our own."""
    prefix = urlsplit(public_url or "").path.rstrip("/")
    if prefix and rule_for("GET", prefix) is not None:
        raise KnowledgeError(
            f"ASSISTANT_PUBLIC_URL slutar med {prefix}, som är en av assistentens egna sidor.",
            "Välj en annan sökväg, till exempel /assistenten.",
        )
    return prefix


class Prefix:
    """ASGI middleware. A proxy may leave the prefix in the path it passes on or take it away: both are understood."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app, self.prefix = app, prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        sending = _Sending(send, self.prefix) if scope["type"] == "http" else send
        await self.app(self._within(scope), receive, sending)

    def _within(self, scope: Scope) -> Scope:
        path: str = scope["path"]
        if path != self.prefix and not path.startswith(f"{self.prefix}/"):
            return scope
        raw = scope.get("raw_path") or b""
        known = raw.removeprefix(self.prefix.encode()) or b"/"
        return {**scope, "path": path.removeprefix(self.prefix) or "/", "raw_path": known}


class _Sending:
    """A `send` that puts the prefix before our own addresses. A page is held until all of it is there, for its length changes."""

    def __init__(self, send: Send, prefix: str) -> None:
        self.send, self.prefix = send, prefix
        self.start: MutableMapping[str, Any] | None = None
        self.page = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            _put_before(headers, self.prefix)
            if headers.get("content-type", "").startswith("text/html"):
                self.start = message
                return
        elif self.start is not None and message["type"] == "http.response.body":
            self.page += message.get("body", b"")
            if message.get("more_body"):
                return
            message = await self._finished()
        await self.send(message)

    async def _finished(self) -> Message:
        assert self.start is not None
        body = _LINK.sub(rb'\1="' + self.prefix.encode() + b"/", self.page)
        MutableHeaders(scope=self.start)["content-length"] = str(len(body))
        start, self.start = self.start, None
        await self.send(start)
        return {"type": "http.response.body", "body": body}


def _put_before(headers: MutableHeaders, prefix: str) -> None:
    """The prefix in a redirect to a page of ours and in the path of each cookie."""
    where = headers.get("location", "")
    if where.startswith("/") and not where.startswith("//"):
        headers["location"] = prefix + where
    cookies = headers.getlist("set-cookie")
    if cookies:
        del headers["set-cookie"]
    for cookie in cookies:
        headers.append("set-cookie", _COOKIE_PATH.sub(rf"\1{prefix}/", cookie))
