"""The pages by which one gets in and out: the login page, the way over a login service, logout; and /redo for operators."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs

import jwt
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from assistant.access import eventlog, visitor
from assistant.access.doors import CALLBACK, Doors, TooManyError
from assistant.access.forwarded import is_direct
from assistant.access.ids import TooLargeError, read_body
from assistant.access.limits import ACCOUNT_TRIES, ADDRESS_TRIES
from assistant.access.oidc import FailedError, Start
from assistant.access.ready import Check
from assistant.access.sessions import LASTS
from assistant.access.visitor import Visitor
from knowledge.section import KnowledgeError

_WRONG = "Namnet eller lösenordet stämmer inte."
_TRIES = "Det har blivit för många försök att logga in."
_HASHING = ThreadPoolExecutor(2, "hashing")  # 64 MB and all of a core each: a flood of tries must not stop everything else
_START = "login"
_START_LASTS = 600


def add_pages(app: FastAPI, pages: Jinja2Templates, doors: Doors, checks: Sequence[Check]) -> None:
    """Adds the pages to `app`; without login they are not there."""
    _add_login(app, pages, doors)
    _add_logout(app, doors)
    _add_oidc(app, pages, doors)

    @app.get("/redo")
    def ready(request: Request) -> JSONResponse:
        """Whether the service can do its work; what is missing is told on this machine only."""
        missing = [said for check in checks for said in check()]
        told: dict[str, Any] = {"status": "inte redo" if missing else "redo"}
        return JSONResponse(told | ({"saknas": missing} if is_direct(request.scope) else {}), 503 if missing else 200)


def _add_login(app: FastAPI, pages: Jinja2Templates, doors: Doors) -> None:
    def form(request: Request, back: str, error: str | None = None, name: str = "", status: int = 200) -> Response:
        context = {"till": back, "error": error, "account": name, "oidc": doors.oidc is not None, "accounts": doors.accounts.any()}
        return pages.TemplateResponse(request, "login.html", context, status_code=status)

    @app.get("/logga-in")
    def login_page(request: Request, till: str = "/") -> Response:
        _only_with_login(doors)
        return _to(till) if visitor.of(request.scope) else form(request, _local(till))

    @app.get("/login")
    def chainlits_login_page() -> Response:
        """Where Chainlit's page goes when the session is over."""
        _only_with_login(doors)
        return _to("/logga-in")

    @app.post("/logga-in")
    async def login(request: Request) -> Response:
        _only_with_login(doors)
        try:
            sent = parse_qs((await read_body(request.receive)).decode("utf-8", "replace"), keep_blank_values=True)
        except TooLargeError:
            raise HTTPException(413) from None
        name, password, back = (sent.get(key, [""])[0] for key in ("namn", "losenord", "till"))
        try:
            account = await _tried(doors, request, name, password)
        except TooManyError as error:
            return await asyncio.to_thread(form, request, _local(back), f"{error.reason} {error.remedy}", name, 429)
        if account is None:
            return await asyncio.to_thread(form, request, _local(back), _WRONG, name, 401)
        return await _welcome(doors, request, account, back)


async def _tried(doors: Doors, request: Request, name: str, password: str) -> Visitor | None:
    """Who logs in by name and password. A try is counted before it is made, so that many at once are no way around the limit."""
    address = request.client.host if request.client else ""
    counted = [
        await doors.count(ADDRESS_TRIES, address, _TRIES),
        await doors.count(ACCOUNT_TRIES, name.strip().casefold()[:200], _TRIES),
    ]
    account = await asyncio.get_running_loop().run_in_executor(_HASHING, doors.accounts.verified, name, password)
    if account is None:
        eventlog.note("login_failed", who=doors.key(f"konto:{name.strip().casefold()[:200]}"), address=doors.key(address))
        return None
    for number in counted:
        await asyncio.to_thread(doors.limits.give_back, number)
    return account.visitor()


async def _welcome(doors: Doors, request: Request, who: Visitor, back: str, **kept: Any) -> Response:
    """Begins a session, under a new token whatever cookie came, and leads on."""
    await _end(doors, request)
    token = await asyncio.to_thread(lambda: doors.sessions.begin(who, **kept))
    eventlog.note("login", who=doors.key(who.identifier), source=who.source.value, role=who.role.value)
    answer = _to(back)
    answer.set_cookie(
        doors.cookie(request.scope), token, max_age=LASTS, path="/", httponly=True, samesite="lax", secure=doors.is_secure(request.scope)
    )
    return answer


def _add_logout(app: FastAPI, doors: Doors) -> None:
    async def out(request: Request, answer: Response) -> Response:
        await _end(doors, request)
        secure = doors.is_secure(request.scope)
        answer.delete_cookie(doors.cookie(request.scope), path="/", httponly=True, samesite="lax", secure=secure)
        return answer

    @app.post("/logga-ut")
    async def logout(request: Request) -> Response:
        return await out(request, _to("/" if doors.open_here else "/logga-in"))

    @app.post("/logout")
    async def chainlits_logout(request: Request) -> Response:
        return await out(request, JSONResponse({"success": True}))


async def _end(doors: Doors, request: Request) -> None:
    token = request.cookies.get(doors.cookie(request.scope))
    who = visitor.of(request.scope)
    if token:
        await asyncio.to_thread(doors.sessions.end, token)
        eventlog.note("logout", who=doors.key(who.identifier) if who else None)


def _add_oidc(app: FastAPI, pages: Jinja2Templates, doors: Doors) -> None:
    def refused(request: Request, error: KnowledgeError) -> Response:
        eventlog.note("login_refused", why=type(error).__name__)
        answer = pages.TemplateResponse(request, "refused.html", {"error": error}, status_code=403)
        answer.delete_cookie(_START, path="/logga-in")
        return answer

    @app.get("/logga-in/oidc")
    async def to_service(request: Request, till: str = "/") -> Response:
        if doors.oidc is None:
            raise HTTPException(404)
        start = Start.new()
        try:
            answer = RedirectResponse(await doors.oidc.address(start), 303)
        except KnowledgeError as error:
            return refused(request, error)
        kept = {"state": start.state, "nonce": start.nonce, "verifier": start.verifier, "till": _local(till)}
        signed = jwt.encode({**kept, "aud": CALLBACK, "exp": int(time.time()) + _START_LASTS}, doors.secret, algorithm="HS256")
        secure = doors.is_secure(request.scope)
        answer.set_cookie(_START, signed, max_age=_START_LASTS, path="/logga-in", httponly=True, samesite="lax", secure=secure)
        return answer

    @app.get(CALLBACK)
    async def from_service(request: Request, code: str = "", state: str = "") -> Response:
        if doors.oidc is None:
            raise HTTPException(404)
        try:
            start, back = _started(doors, request.cookies.get(_START, ""), state)
            login = await doors.oidc.login(code, start)
            lasts = LASTS if login.refresh_token else login.expires_at - time.time()
            answer = await _welcome(doors, request, login.visitor, back, refresh_token=login.refresh_token, lasts=lasts)
        except KnowledgeError as error:
            return refused(request, error)
        answer.delete_cookie(_START, path="/logga-in")
        return answer


def _started(doors: Doors, cookie: str, state: str) -> tuple[Start, str]:
    """What this browser's login began with. FailedError when it began none, or another."""
    try:
        kept = jwt.decode(cookie, doors.secret, algorithms=["HS256"], audience=CALLBACK, options={"require": ["exp", "aud"]})
    except jwt.PyJWTError as error:
        raise FailedError from error
    if kept["state"] != state:
        raise FailedError
    return Start(kept["state"], kept["nonce"], kept["verifier"]), kept["till"]


def _only_with_login(doors: Doors) -> None:
    if doors.open_here:
        raise HTTPException(404)


def _local(address: str) -> str:
    """An address on this site, whatever was asked for: a link to the login page must not lead elsewhere after it."""
    elsewhere = not address.startswith("/") or address.startswith(("//", "/\\", "/logga")) or not address.isprintable() or "\\" in address
    return "/" if elsewhere else address


def _to(address: str) -> RedirectResponse:
    return RedirectResponse(_local(address) if not address.startswith("/logga-in") else "/logga-in", 303)
