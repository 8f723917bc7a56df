"""Who is asking: a visitor with a role and a municipality, decided by the server alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assistant.store.acting import acting
from knowledge.section import KnowledgeError


class Role(StrEnum):
    """What somebody may do. A coordinator may all that a user may."""

    USER = "user"
    COORDINATOR = "coordinator"


class Source(StrEnum):
    """Who vouches for the visitor."""

    LOCAL = "local"
    ACCOUNT = "account"
    OIDC = "oidc"
    PROXY = "proxy"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who got in. `identifier` lasts and is unique over all sources; `municipality` is None only on the open local machine."""

    identifier: str
    role: Role
    municipality: str | None
    name: str
    source: Source


class RefusedError(KnowledgeError):
    """Somebody is known but may not come in, or not here. Reason and remedy are Swedish and are shown to them."""


LOCAL = Visitor("lokal", Role.COORDINATOR, None, "Den här datorn", Source.LOCAL)
"""Everybody on a machine that serves nobody else and asks for no login."""

_KEY = "assistant.visitor"
_STILL = "assistant.still"


current: ContextVar[Visitor | None] = ContextVar("current", default=None)
"""Who sends the request that is being answered, where the request itself is out of reach."""


def put(scope: Any, visitor: Visitor | None) -> None:
    """Writes down who sends this request (an ASGI scope), over whatever stood there; the store acts for them until it is answered."""
    scope[_KEY] = visitor
    current.set(visitor)
    acting.set(visitor.identifier if visitor else None)


def let_ask(scope: Any, still: Callable[[], Awaitable[bool]]) -> None:
    """Lets whoever holds this request later on ask whether its sender is still who they were: what they showed us goes no further."""
    scope[_STILL] = still


async def is_still(scope: Any) -> bool:
    """Whether the sender of this request is still who they were when it came. True only where the gate can tell."""
    still = scope.get(_STILL)
    return still is not None and await still()


def of(scope: Any) -> Visitor | None:
    """Who sends this request (an ASGI scope), as the gate found; None for nobody."""
    found = scope.get(_KEY)
    return found if isinstance(found, Visitor) else None
