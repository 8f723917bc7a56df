"""What stands in front of every page: security headers on each response, and no request that another site's page sends.

Plain ASGI, because it must see the chat's socket as well, which FastAPI's own middleware does not.
"""

from __future__ import annotations

import secrets
import traceback
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access import eventlog

PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The chat's own: Chainlit's components set styles in the page, but no script in it and nothing from elsewhere."""
COORDINATOR_POLICY = PAGE_POLICY + "; script-src 'self'; connect-src 'self'"
"""Of pages that show how far a job has come."""

HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_READING = {"GET", "HEAD"}
_LASTING = "/assets/"  # Chainlit's built files carry a hash in their names


class Guard:
    """ASGI middleware: adds HEADERS where the response does not set its own, refuses requests that come from another site, and says
    with a number, and nothing else, that something broke. `public` is the address by which browsers reach us, where it is set."""

    def __init__(self, app: ASGIApp, public: str | None = None) -> None:
        self.app, self.public = app, urlsplit(public or "")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        secure = scope["scheme"] == "https" or self.public.scheme == "https"
        sending = _Sending(send, scope["path"], secure) if scope["type"] == "http" else send
        if _from_elsewhere(scope, self.public.netloc.lower()):
            return await _refuse(scope, receive, sending)
        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            incident = secrets.token_hex(3)
            trace = "".join(traceback.format_tb(error.__traceback__))
            eventlog.note("error", incident=incident, error=type(error).__name__, trace=trace)
            if isinstance(sending, _Sending) and not sending.started:
                await PlainTextResponse(f"Något gick fel. Uppge felnummer {incident} om du anmäler felet.", 500)(scope, receive, sending)


def _from_elsewhere(scope: Scope, public: str) -> bool:
    """Whether a page of another site asks for more than to read: a browser always says so in Origin, a program sends none."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None or (scope["type"] == "http" and scope["method"] in _READING):
        return False
    return urlsplit(origin).netloc.lower() not in {headers.get("host", "").lower(), public} - {""}


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008})
    return await PlainTextResponse("Anropet kommer från en annan webbplats.", 403)(scope, receive, send)


class _Sending:
    """A `send` that adds the headers, and knows whether the answer has begun."""

    def __init__(self, send: Send, path: str, secure: bool) -> None:
        self.send, self.path, self.secure, self.started = send, path, secure, False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.started = True
            headers = MutableHeaders(scope=message)
            if self.path.startswith(_LASTING) and message["status"] == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self.secure:
                headers["Strict-Transport-Security"] = "max-age=31536000"
        await self.send(message)
