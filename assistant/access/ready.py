"""Before the chat starts for others than the one at the machine: what must be in place first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address

from knowledge.section import KnowledgeError

Check = Callable[[], Sequence[str]]
"""Says what is missing, one Swedish sentence each that also says what to do; nothing when all is there."""


def is_local(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def demand(host: str, checks: Sequence[Check]) -> None:
    """KnowledgeError with all that is missing, unless only this machine reaches `host`."""
    wanting = [] if is_local(host) else [said for check in checks for said in check()]
    if wanting:
        raise KnowledgeError(f"Chatten startar inte på {host}, för att detta saknas: {' '.join(wanting)}", "Åtgärda det och starta igen.")
