"""The doors: how somebody gets in, all in one place, made of the settings at start."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import jwt
from sqlalchemy import Engine
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import Scope

from assistant.access import eventlog, ready
from assistant.access.accounts import Accounts
from assistant.access.forwarded import Proxies, read_networks
from assistant.access.limits import LOCAL_QUESTIONS, QUESTIONS, QUESTIONS_A_DAY, Limit, Limits
from assistant.access.oidc import Oidc
from assistant.access.roles import Roles, read_roles
from assistant.access.secret import pseudonym, secret_of
from assistant.access.sessions import Session, Sessions
from assistant.access.tables import SLACK, with_tables
from assistant.access.visitor import LOCAL, RefusedError, Source, Visitor
from assistant.prefix import prefix_of
from knowledge.section import KnowledgeError

if TYPE_CHECKING:
    from assistant.settings import Settings

CALLBACK = "/logga-in/oidc/svar"
CHECKED_EVERY = 600
"""Seconds between the times that the login service is asked whether somebody still has their role."""

_NO_LOGIN = "Inloggning är inte inställd: skapa ett konto med assistant users add, eller ställ in OIDC eller en proxy med inloggning."


class TooManyError(KnowledgeError):
    """A limit is reached."""


@dataclass(frozen=True, slots=True)
class Doors:
    """How one gets in. `open_here`: no login, on this machine alone; `https`: whatever the request says, browsers reach us by https;
    `prefix`: the path that they reach us under (see prefix.py)."""

    open_here: bool
    https: bool
    prefix: str
    secret: str
    accounts: Accounts
    sessions: Sessions
    limits: Limits
    roles: Roles
    proxies: Proxies
    oidc: Oidc | None

    async def visitor(self, scope: Scope) -> Visitor | None:
        """Who sends the request; None for nobody. RefusedError for somebody who may not come in, KnowledgeError when the database fails."""
        if self.open_here:
            return LOCAL
        return self._named_by_proxy(Headers(scope=scope)) or await self._logged_in(HTTPConnection(scope))

    def is_secure(self, scope: Scope) -> bool:
        return self.https or scope["scheme"] in ("https", "wss")

    def cookie(self, scope: Scope) -> str:
        """The session cookie's name. By https it has the prefix that lets no other host, and where the host is ours alone no other path,
        set it. Other programs on the same host do not get it, nor may theirs pass for it: hence a name of its own there."""
        if self.prefix:
            return "__Secure-assistant-session" if self.is_secure(scope) else "assistant-session"
        return "__Host-session" if self.is_secure(scope) else "session"

    async def count(self, limit: Limit, who: str, reason: str) -> int:
        """Counts one against a limit and gives its number; TooManyError, with Swedish words, when it is one too many."""
        number = await asyncio.to_thread(self.limits.take, limit, who)
        if number is None:
            eventlog.note("limited", who=self.key(who), limit=limit.what)
            raise TooManyError(reason, "Vänta en stund och försök igen." if limit.seconds < 3600 else "Försök igen i morgon.")
        return number

    async def count_question(self, visitor: Visitor) -> None:
        """Counts a question against the visitor's limits; TooManyError when it is one too many."""
        for limit in (LOCAL_QUESTIONS,) if visitor.source is Source.LOCAL else (QUESTIONS, QUESTIONS_A_DAY):
            await self.count(limit, visitor.identifier, "Du har ställt många frågor på kort tid.")

    def passport(self, visitor: Visitor) -> str:
        """What Chainlit recognises the visitor by. It is made for each request and never leaves the server."""
        metadata = {"role": visitor.role.value, "municipality": visitor.municipality}
        named = {"identifier": visitor.identifier, "display_name": visitor.name, "metadata": metadata}
        return jwt.encode(named | {"exp": int(time.time()) + 300}, self.secret, algorithm="HS256")

    def key(self, text: str) -> str:
        """What stands for a person or an address in the log."""
        return pseudonym(self.secret, text)[:12]

    def _named_by_proxy(self, headers: Headers) -> Visitor | None:
        who = _decoded(headers.get(self.proxies.user_header, "")) if self.proxies.user_header else ""
        if not who:
            return None
        names = _decoded(headers.get(self.proxies.roles_header, "")).replace(";", ",").split(",")
        role, municipality = self.roles.granted([name.strip() for name in names])
        return Visitor(f"proxy:{who.casefold()}"[:300], role, municipality, who[:200], Source.PROXY)

    async def _logged_in(self, connection: HTTPConnection) -> Visitor | None:
        token = connection.cookies.get(self.cookie(connection.scope))
        session = await asyncio.to_thread(self.sessions.find, token) if token else None
        if token is None or session is None:
            return None
        if session.refresh_token is None or -SLACK <= time.time() - session.checked_at < CHECKED_EVERY:
            return session.visitor
        return await self._confirmed(token, session)

    async def _confirmed(self, token: str, session: Session) -> Visitor | None:
        """The visitor as the login service knows them now. When it does not vouch for them the session is over."""
        if self.oidc is None or session.refresh_token is None:
            return None
        if not await asyncio.to_thread(self.sessions.claim_check, token, session):
            return session.visitor  # another request is asking just now
        try:
            login = await self.oidc.again(session.refresh_token)
            if login.visitor.identifier != session.visitor.identifier:
                raise RefusedError("Inloggningen gäller inte längre.", "Logga in igen.")
        except KnowledgeError as error:
            await asyncio.to_thread(self.sessions.end, token)
            eventlog.note("role_lost", who=self.key(session.visitor.identifier), why=type(error).__name__)
            if isinstance(error, RefusedError):
                raise
            return None
        await asyncio.to_thread(self.sessions.renew, token, login.visitor, login.refresh_token)
        return login.visitor


def open_doors(settings: Settings, database: Engine) -> Doors:
    """The doors that the settings describe. KnowledgeError when they contradict themselves, or leave the chat open to others."""
    engine, secret = with_tables(database), secret_of(settings.home)
    accounts, roles = Accounts(engine), read_roles(settings.roles, settings.oidc_tenants)
    proxies, oidc = _proxies(settings, roles), _oidc(settings, roles)
    login = bool(proxies.user_header) or oidc is not None or accounts.any()
    if not login:
        ready.demand(settings.host, [lambda: [_NO_LOGIN]])
    return Doors(
        open_here=not login,
        https=(settings.public_url or "").startswith("https://"),
        prefix=prefix_of(settings.public_url),
        secret=secret,
        accounts=accounts,
        sessions=Sessions(engine),
        limits=Limits(engine, secret),
        roles=roles,
        proxies=proxies,
        oidc=oidc,
    )


def _proxies(settings: Settings, roles: Roles) -> Proxies:
    networks = read_networks(settings.proxies)
    user, names = (_header(name) for name in (settings.proxy_user_header, settings.proxy_roles_header))
    if (user or names) and not (user and names and networks and roles.meanings):
        raise KnowledgeError(
            "Inloggning genom en proxy är bara delvis inställd.",
            "Ange alla fyra: ASSISTANT_PROXIES, ASSISTANT_PROXY_USER_HEADER, ASSISTANT_PROXY_ROLES_HEADER och ASSISTANT_ROLES.",
        )
    return Proxies(networks, user, names)


def _oidc(settings: Settings, roles: Roles) -> Oidc | None:
    issuer, client, secret, public = settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret, settings.public_url
    if not (issuer or client or secret):
        return None
    if not (issuer and client and secret and public and roles.meanings):
        raise KnowledgeError(
            "Inloggning med OIDC är bara delvis inställd.",
            "Ange ASSISTANT_OIDC_ISSUER, ASSISTANT_OIDC_CLIENT_ID, ASSISTANT_OIDC_CLIENT_SECRET, ASSISTANT_PUBLIC_URL och ASSISTANT_ROLES.",
        )
    if not all(url.startswith("https://") or ready.is_local(urlsplit(url).hostname or "") for url in (issuer, public)):
        raise KnowledgeError("Inloggning med OIDC kräver https.", "Ange adresser som börjar med https:// för issuer och public_url.")
    return Oidc(issuer, client, secret.get_secret_value(), public.rstrip("/") + CALLBACK, roles)


def _header(name: str | None) -> str:
    return (name or "").strip().lower().replace("_", "-")


def _decoded(value: str) -> str:
    """A header's text: proxies send UTF-8, which arrives read as Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return value.strip()
