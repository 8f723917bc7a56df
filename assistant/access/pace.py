"""How fast: what one person sends beyond a pace waits its turn, so that what they send costs the others no more than that pace does."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from assistant.access.visitor import Source, Visitor
from knowledge.section import KnowledgeError

LONGEST_WAIT = 20.0
"""Seconds that something may wait; what would wait longer is refused."""
_MANY = 1000
"""People who are remembered before those whose pace has been kept are forgotten."""


class TooFastError(KnowledgeError):
    """So much has come from one person that the last of it would wait too long."""

    def __init__(self) -> None:
        super().__init__("Det har kommit många anrop på kort tid.", "Vänta en stund och försök igen.")


class Pace:
    """At most `burst` at once and `rate` a second for each person. For one event loop's thread.

    The open machine has one visitor, whoever sits there, and nobody else to be held back for: there nothing waits.
    """

    def __init__(self, rate: float, burst: int, *, now: Callable[[], float] = time.monotonic) -> None:
        self._apart, self._ahead, self._now = 1 / rate, burst / rate, now
        self._next: dict[str, float] = {}

    async def kept(self, who: Visitor | None) -> None:
        """Wait until one more is within the pace. TooFastError when that would take too long."""
        if who is not None and who.source is not Source.LOCAL and (wait := self._wait(who.identifier)) > 0:
            await asyncio.sleep(wait)

    def _wait(self, who: str) -> float:
        """The seconds until one more is within the pace, and one counted."""
        now = self._now()
        if len(self._next) > _MANY:
            self._next = {known: at for known, at in self._next.items() if at > now}
        due = max(self._next.get(who, 0.0), now - self._ahead + self._apart)
        if due - now > LONGEST_WAIT:
            raise TooFastError
        self._next[who] = due + self._apart
        return max(0.0, due - now)


def requests() -> Pace:
    """The pace of requests and frames of the socket: far above what pages send."""
    return Pace(10, 80)


def connections() -> Pace:
    """The pace of new connections, each of which is remembered for an hour."""
    return Pace(0.5, 40)
