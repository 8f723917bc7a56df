"""Whose turn it is: one question of a person is answered at a time, a few more wait for it, and more than that are refused in words.

However much one person asks, they have one place among those who are answered, so nobody else waits for more than one question of theirs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from knowledge.section import KnowledgeError

MOST = 4
"""Questions of one person that are answered or wait to be."""
TOLD_EVERY = 5.0
"""Seconds between the times that one conversation is told of it, and that a limit is asked about: both cost more than refusing."""


class WaitingError(KnowledgeError):
    """A person has as many questions in hand as they may."""

    def __init__(self) -> None:
        super().__init__("Du har flera frågor som väntar på svar.", "Vänta tills de är besvarade, och fråga sedan igen.")


@dataclass
class _Place:
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Turns:
    """The turns of everybody. For one event loop's thread."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._places: dict[str, _Place] = {}
        self._told: dict[str, float] = {}
        self._over: dict[str, tuple[float, KnowledgeError]] = {}

    def over(self, who: str, error: KnowledgeError) -> None:
        """Somebody has reached a limit: for a while that is said without asking whether they still have."""
        self._over[who] = (self._now(), error)

    def check(self, who: str) -> None:
        """WaitingError when somebody has as many questions in hand as they may; what `over` was told when that was just now."""
        if self.full(who):
            raise WaitingError
        at, error = self._over.get(who, (0.0, None))
        if error is not None:
            if self._now() - at < TOLD_EVERY:
                raise error.with_traceback(None)
            del self._over[who]

    def full(self, who: str) -> bool:
        """Whether somebody has as many questions in hand as they may."""
        return who in self._places and self._places[who].waiting >= MOST

    @asynccontextmanager
    async def turn(self, who: str) -> AsyncIterator[None]:
        """Entered when it is somebody's turn, and theirs until it is left. WaitingError when they have too many in hand."""
        if self.full(who):
            raise WaitingError
        place = self._places.setdefault(who, _Place())
        place.waiting += 1
        try:
            async with place.turn:
                yield
        finally:
            place.waiting -= 1
            if not place.waiting:
                del self._places[who]

    def to_be_told(self, conversation: str) -> bool:
        """Whether a conversation is to be told now that a question is refused; it counts as told then."""
        now = self._now()
        for known in [c for c, at in self._told.items() if now - at >= TOLD_EVERY]:
            del self._told[known]
        if conversation in self._told:
            return False
        self._told[conversation] = now
        return True
