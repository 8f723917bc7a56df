"""The visitor as Chainlit knows them: a signed cookie that the gate puts into a request, and that no browser ever holds."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import Scope

COOKIE = "access_token"
"""What Chainlit calls it; a long one is cut into access_token_0 and on."""


def with_passport(scope: Scope, passport: str | None) -> Scope:
    """The request as it goes on to Chainlit: nothing in it that Chainlit would trust but what the gate puts there."""
    changed = {**scope, "headers": list(scope["headers"])}
    headers = MutableHeaders(scope=changed)
    del headers["authorization"]
    del headers["cookie"]
    if passport is not None:
        headers["cookie"] = f"{COOKIE}={passport}"
    return changed
