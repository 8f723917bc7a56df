"""Who is logged in: on the server, so that a logout, a lost role or a removed account ends it at once whatever cookie is left."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, Row, delete, insert, select, update

from assistant.access.tables import SLACK, accounts, sessions, transaction
from assistant.access.visitor import Role, Source, Visitor

LASTS = 8 * 3600
"""Seconds from login to the end of a session, used or not."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's session: who, when their role was last confirmed, and what the login service renews it by."""

    visitor: Visitor
    checked_at: float
    refresh_token: str | None


class Sessions:
    """The sessions in a database. A token is what the cookie holds; it is stored nowhere. Methods may be called from any thread."""

    def __init__(self, engine: Engine, *, now: Callable[[], float] = time.time) -> None:
        self._engine, self._now = engine, now

    def begin(self, visitor: Visitor, *, refresh_token: str | None = None, lasts: float = LASTS) -> str:
        """Logs somebody in and gives the token of a session of `lasts` seconds, at most LASTS. Sessions past their time are removed."""
        token, now = secrets.token_urlsafe(32), self._now()
        account = visitor.name if visitor.source is Source.ACCOUNT else None
        row = _values(visitor) | {
            "account": account,
            "expires_at": now + min(lasts, LASTS),
            "checked_at": now,
            "refresh_token": refresh_token,
        }
        with transaction(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(insert(sessions).values(token_hash=_hash(token), **row))
        return token

    def find(self, token: str) -> Session | None:
        """The session as it is now: an account's role and municipality are read from the account, and gone with it."""
        both = sessions.outerjoin(accounts, sessions.c.account == accounts.c.name)
        columns = (sessions, accounts.c.role.label("account_role"), accounts.c.municipality.label("account_municipality"))
        now = self._now()
        ends = sessions.c.expires_at
        # One that has longer left than any can have was begun before the clock was set back: it must not last by that much longer.
        alive = (sessions.c.token_hash == _hash(token), ends > now, ends <= now + LASTS + SLACK)
        with transaction(self._engine) as connection:
            row = connection.execute(select(*columns).select_from(both).where(*alive)).one_or_none()
        if row is None or (row.account is not None and row.account_role is None):
            return None
        return Session(_visitor(row), row.checked_at, row.refresh_token)

    def claim_check(self, token: str, session: Session) -> bool:
        """Whether the caller, and nobody else at the same time, is to confirm this session's role."""
        mine = (sessions.c.token_hash == _hash(token), sessions.c.checked_at == session.checked_at)
        with transaction(self._engine) as connection:
            return connection.execute(update(sessions).where(*mine).values(checked_at=self._now())).rowcount == 1

    def renew(self, token: str, visitor: Visitor, refresh_token: str | None) -> None:
        """Writes down what the login service says of them now."""
        values = _values(visitor) | {"refresh_token": refresh_token}
        with transaction(self._engine) as connection:
            connection.execute(update(sessions).where(sessions.c.token_hash == _hash(token)).values(**values))

    def end(self, token: str) -> None:
        """Logs out: the token opens nothing any more."""
        with transaction(self._engine) as connection:
            connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _values(visitor: Visitor) -> dict[str, str]:
    return {
        "identifier": visitor.identifier,
        "source": visitor.source.value,
        "role": visitor.role.value,
        "municipality": visitor.municipality or "",
        "name": visitor.name[:200],
    }


def _visitor(row: Row[tuple[object, ...]]) -> Visitor:
    role = row.account_role if row.account is not None else row.role
    municipality = row.account_municipality if row.account is not None else row.municipality
    return Visitor(row.identifier, Role(role), municipality or None, row.name, Source(row.source))
