"""A breaker: a service that keeps failing is left alone for a while, so that nobody waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

FAILURES = 2
"""How many in a row open it."""
PAUSE = 60.0
"""Seconds that it stays open; then one may try."""
LONGEST_PAUSE = 600.0
"""Seconds that a service may ask to be left alone."""


class Breaker:
    """Counts failures in a row. Its state is this process's own. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._turn = Lock()
        self._failures = 0
        self._until = 0.0

    def lets_through(self) -> bool:
        """Whether the service may be asked. While it is on trial after a pause, one caller only."""
        with self._turn:
            if self._clock() < self._until:
                return False
            if self._failures >= FAILURES:
                self._until = self._clock() + PAUSE  # the others wait for what this one finds
            return True

    def worked(self) -> None:
        """The service answered."""
        with self._turn:
            self._failures, self._until = 0, 0.0

    def failed(self, pause: float | None = None) -> None:
        """The service failed; `pause` is for how long it asked to be left alone."""
        with self._turn:
            self._failures += 1
            if pause or self._failures >= FAILURES:
                self._until = self._clock() + min(pause or PAUSE, LONGEST_PAUSE)
