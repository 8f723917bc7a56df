"""What stands in front of every page: security headers on each response, and no request that another site's page sends.

Plain ASGI, because it must see the chat's socket as well, which FastAPI's own middleware does not.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PAGE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The chat's own: Chainlit's components set styles in the page, but no script in it and nothing from elsewhere."""

HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_READING = {"GET", "HEAD"}
_LASTING = "/assets/"  # Chainlit's built files carry a hash in their names


class Guard:
    """ASGI middleware: adds HEADERS where the response does not set its own, and refuses requests that come from another site."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        if _from_elsewhere(scope):
            return await _refuse(scope, receive, send)
        return await self.app(scope, receive, send if scope["type"] == "websocket" else _with_headers(scope["path"], send))


def _from_elsewhere(scope: Scope) -> bool:
    """Whether a page of another site asks for more than to read: a browser always says so in Origin, a program sends none."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None or (scope["type"] == "http" and scope["method"] in _READING):
        return False
    return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008})
    return await PlainTextResponse("Anropet kommer från en annan webbplats.", 403)(scope, receive, _with_headers(scope["path"], send))


def _with_headers(path: str, send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if path.startswith(_LASTING) and message["status"] == 200:
                headers["Cache-Control"] = "public, max-age=31536000, immutable"
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
