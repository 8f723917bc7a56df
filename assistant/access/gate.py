"""The gate before every route and every frame of the socket: who is it, may they, and is what they name their own?"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import parse_qs, quote

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.access import eventlog, visitor
from assistant.access.doors import Doors, TooManyError
from assistant.access.ids import OwnerOf, TooLargeError, all_own, could_name_a_file, giving, in_request, read_body, read_json
from assistant.access.limits import ANONYMOUS
from assistant.access.pace import TooFastError, connections, requests
from assistant.access.passport import with_passport
from assistant.access.ready import is_local
from assistant.access.rules import Need, Rule, rule_for
from assistant.access.visitor import RefusedError, Role, Source, Visitor
from knowledge.section import KnowledgeError

SOCKET_LASTS = 600.0
"""Seconds until a socket that a proxy vouched for is closed; the browser opens it again and the proxy says who it is now."""

_RELOAD = '42["reload",{}]'
"""What has Chainlit's page load itself anew, as it goes over the socket."""

_WORDS = {
    401: "Du är inte inloggad.",
    403: "Du har inte behörighet till det här.",
    404: "Det finns inte, eller är inte ditt.",
    413: "Det du skickade är för stort.",
    429: "Det blev för många anrop.",
    503: "Tjänsten går inte att använda just nu.",
}
_ELSE = "Anropet gick inte att utföra."

Page = Callable[[Scope, int, KnowledgeError], Response]
"""A page in Swedish that says what is wrong; for 404 that it is not there."""


class Stop(Exception):  # noqa: N818 - not an error: an answer that is given early
    """The gate answers itself, with this status and these words."""

    def __init__(self, status: int, error: KnowledgeError) -> None:
        super().__init__(status)
        self.status, self.error = status, error


class Gate:
    """ASGI middleware. `owner_of` knows what is kept, None when nothing is; `page` shows what the gate refuses."""

    def __init__(self, app: ASGIApp, doors: Doors, owner_of: OwnerOf, keeps: Callable[[], bool], page: Page) -> None:
        self.app, self.doors, self.owner_of, self.keeps, self.page = app, doors, owner_of, keeps, page
        self._requests, self._connections = requests(), connections()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        visitor.put(scope, None)
        try:
            rule, receive = await self._let_in(scope, receive)
        except Stop as stop:
            return await self._answer(scope, receive, send, stop)
        if scope["type"] == "websocket":
            receive = self._watched(scope, receive, send)
        if rule.chainlit:
            visitor.let_ask(scope, partial(self._still, scope, visitor.of(scope)))
            scope, send = with_passport(scope, self._passport(scope)), _without_details(scope, send)
        await self.app(scope, receive, send)

    async def _let_in(self, scope: Scope, receive: Receive) -> tuple[Rule, Receive]:
        """The rule by which the request may go on. Stop when it may not."""
        method = "WEBSOCKET" if scope["type"] == "websocket" else scope["method"]
        found = rule_for(method, scope["path"])
        if found is None or found[0].need is Need.CLOSED or (found[0].kept and not self.keeps()):
            raise Stop(404, KnowledgeError(_WORDS[404], ""))
        rule, in_path = found
        if rule.chainlit and not could_name_a_file(scope["path"]):  # Chainlit asks the disk as it is, and breaks
            raise Stop(404, KnowledgeError(_WORDS[404], ""))
        if self.doors.open_here and not is_local(_host(scope)):
            raise Stop(
                403, RefusedError("Tjänsten är öppen utan inloggning och visas bara på den egna datorn.", "Ställ in inloggning, se README.")
            )
        if rule.need is Need.PUBLIC:
            return rule, receive
        who = await self._visitor(scope, rule)
        visitor.put(scope, who)
        await self._in_pace(scope, who)
        if rule.need is Need.COORDINATOR and (who is None or who.role is not Role.COORDINATOR):
            raise Stop(403, RefusedError("Sidan är för samordnare.", "Be den som ansvarar för tjänsten om behörighet om du behöver den."))
        if who is not None:
            receive = await self._checked(scope, receive, rule, in_path, who)
        return rule, receive

    async def _visitor(self, scope: Scope, rule: Rule) -> Visitor | None:
        try:
            who = await self.doors.visitor(scope)
            if who is None and rule.need is Need.OPEN:
                await self._count_anonymous(scope)
        except RefusedError as error:
            if rule.need is not Need.OPEN:
                raise Stop(403, error) from error
            return None
        except TooManyError as error:
            raise Stop(429, error) from error
        except KnowledgeError as error:
            raise Stop(503, error) from error
        if who is None and rule.need is not Need.OPEN:
            raise Stop(401, RefusedError(_WORDS[401], "Logga in och försök igen."))
        return who

    async def _in_pace(self, scope: Scope, who: Visitor | None) -> None:
        """Whoever sends faster than any page does waits, so that the others need not. Stop when the wait would be too long."""
        try:
            await self._requests.kept(who)
            if scope["type"] == "websocket":
                await self._connections.kept(who)
        except TooFastError as error:
            raise Stop(429, error) from error

    async def _count_anonymous(self, scope: Scope) -> None:
        address = (scope.get("client") or ("", 0))[0]
        await self.doors.count(ANONYMOUS, address, "Det har kommit många anrop från din adress.")

    async def _checked(self, scope: Scope, receive: Receive, rule: Rule, in_path: dict[str, Any], who: Visitor) -> Receive:
        """The request's ids are the visitor's own, and it is within their limits."""
        body: object = None
        if any(id_.place == "body" for id_ in rule.ids):
            try:
                content = await read_body(receive)
            except TooLargeError as error:
                raise Stop(413, KnowledgeError(_WORDS[413], "")) from error
            body, receive = read_json(content), giving(content, receive)
        try:
            own = await all_own(rule.ids, in_request(rule.ids, scope, in_path, body), who.identifier, self.owner_of)
            if own and rule.asks:
                await self.doors.count_question(who)
        except TooManyError as error:
            raise Stop(429, error) from error
        except KnowledgeError as error:
            raise Stop(503, error) from error
        if not own or not self._own_transport(scope, who):
            eventlog.note("id_refused", who=self.doors.key(who.identifier), rule=rule.path)
            raise Stop(404, KnowledgeError(_WORDS[404], ""))
        return receive

    def _own_transport(self, scope: Scope, who: Visitor) -> bool:
        """Whether the socket that a request speaks for, if any, was opened by the visitor."""
        said = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("sid", [])
        if not scope["path"].startswith("/ws/") or not said:
            return True
        owners = {self.owner_of("transport", sid) for sid in said}  # in memory: needs no thread
        return owners <= {who.identifier, None}

    def _passport(self, scope: Scope) -> str | None:
        who = visitor.of(scope)
        return self.doors.passport(who) if who else None

    def _watched(self, scope: Scope, receive: Receive, send: Send) -> Receive:
        """Frames of a socket for as long as the one who opened it is who they were; then the socket is closed.

        One that a proxy vouched for is closed when it is old: the browser opens it again. Else the page is loaded anew, and leads to login.
        """
        opened, began = visitor.of(scope), time.monotonic()
        by_proxy = opened is not None and opened.source is Source.PROXY

        async def watching() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            with suppress(TooFastError):  # a frame cannot be refused; those after it are not read before this one is
                await self._requests.kept(opened)
            aged = by_proxy and time.monotonic() - began >= SOCKET_LASTS
            if not aged and await self._still(scope, opened):
                return message
            eventlog.note("socket_closed", who=self.doors.key(opened.identifier) if opened else None)
            if not aged:
                await send({"type": "websocket.send", "text": _RELOAD})
            await send({"type": "websocket.close", "code": 1008})
            return {"type": "websocket.disconnect", "code": 1008}

        return watching

    async def _still(self, scope: Scope, opened: Visitor | None) -> bool:
        try:
            return await self.doors.visitor(scope) == opened
        except KnowledgeError:
            return False

    async def _answer(self, scope: Scope, receive: Receive, send: Send, stop: Stop) -> None:
        found = rule_for_scope(scope)
        if stop.status not in (401, 404):
            eventlog.note("refused", status=stop.status, rule=found.path if found else None)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        await self._response(scope, stop)(scope, receive, send)

    def _response(self, scope: Scope, stop: Stop) -> Response:
        rule = rule_for_scope(scope)
        if rule is not None and (rule.chainlit or scope["method"] not in ("GET", "HEAD")):
            return JSONResponse({"detail": f"{stop.error.reason} {stop.error.remedy}".strip()}, stop.status)
        if stop.status == 401:
            back = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
            return RedirectResponse(f"/logga-in?till={quote(back, safe='/')}", 303)
        return self.page(scope, stop.status, stop.error)


def rule_for_scope(scope: Scope) -> Rule | None:
    found = rule_for("WEBSOCKET" if scope["type"] == "websocket" else scope["method"], scope["path"])
    return found[0] if found else None


def _host(scope: Scope) -> str:
    """The name that the reader's program called us by, without the port. Another site's name may be pointed at this machine."""
    host = Headers(scope=scope).get("host", "")
    return host[1:].partition("]")[0] if host.startswith("[") else host.rpartition(":")[0] or host


def _without_details(scope: Scope, send: Send) -> Send:
    """Chainlit tells the browser what went wrong within; ours says it in fixed words."""
    replaced = False

    async def sending(message: Message) -> None:
        nonlocal replaced
        if message["type"] == "http.response.start" and message["status"] >= 400 and not scope["path"].startswith("/ws/"):
            replaced = True
            await JSONResponse({"detail": _WORDS.get(message["status"], _ELSE)}, message["status"])(scope, _nothing, send)
        if not replaced:
            await send(message)

    return sending


async def _nothing() -> Message:
    return {"type": "http.disconnect"}
