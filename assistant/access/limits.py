"""How often: counted in the database, so that every process of the program sees the same."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, insert, select

from assistant.access.secret import pseudonym
from assistant.access.tables import SLACK, hits, transaction
from knowledge.section import KnowledgeError


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` of `what` in `seconds` seconds for one user, account or address."""

    what: str
    most: int
    seconds: int


ACCOUNT_TRIES = Limit("tries for an account", 10, 15 * 60)
ADDRESS_TRIES = Limit("tries from an address", 50, 15 * 60)
QUESTIONS = Limit("questions of a user", 20, 60)
QUESTIONS_A_DAY = Limit("questions of a user in a day", 500, 24 * 3600)
LOCAL_QUESTIONS = Limit("questions on the open machine", 1000, 60)
ANONYMOUS = Limit("pages for an address that is not logged in", 300, 60)
_OF_PEOPLE = (ACCOUNT_TRIES, QUESTIONS, QUESTIONS_A_DAY, LOCAL_QUESTIONS)
_LONGEST = 24 * 3600


class Limits:
    """Counts against limits under pseudonyms. Methods may be called from any thread."""

    def __init__(self, engine: Engine, secret: str, *, now: Callable[[], float] = time.time) -> None:
        self._engine, self._secret, self._now = engine, secret, now

    def take(self, limit: Limit, who: str) -> int | None:
        """Counts one and gives its number; None, and nothing counted, when there have been too many.

        It is written before it is counted: of two at the same time none can slip past the limit, whatever the database.
        """
        now, key = self._now(), pseudonym(self._secret, f"{limit.what}:{who}")
        with transaction(self._engine) as connection:
            # What is of the future was counted before the clock was set back; it would count for as long as it was set back by.
            connection.execute(delete(hits).where((hits.c.at <= now - _LONGEST) | (hits.c.at > now + SLACK)))
            number = int(connection.execute(insert(hits).values(key=key, at=now).returning(hits.c.id)).scalar_one())
        recent = select(func.count()).select_from(hits).where(hits.c.key == key, hits.c.at > now - limit.seconds)
        with transaction(self._engine) as connection:
            if connection.execute(recent).scalar_one() <= limit.most:
                return number
        self.give_back(number)
        return None

    def forget(self, people: Iterable[str]) -> None:
        """Nothing is counted of these any more."""
        keys = [pseudonym(self._secret, f"{limit.what}:{who}") for limit in _OF_PEOPLE for who in people]
        with transaction(self._engine) as connection:
            connection.execute(delete(hits).where(hits.c.key.in_(keys)))

    def give_back(self, number: int | None) -> None:
        """What was counted did not count after all."""
        with transaction(self._engine) as connection:
            connection.execute(delete(hits).where(hits.c.id == number))


class OneAtATime:
    """One thing in progress per key. For one event loop's thread."""

    def __init__(self) -> None:
        self._busy: set[str] = set()

    @contextmanager
    def __call__(self, key: str) -> Iterator[None]:
        """Held while the block runs. KnowledgeError when the key is held already."""
        if key in self._busy:
            raise KnowledgeError("Din förra fråga besvaras fortfarande.", "Vänta på svaret eller avbryt den, och fråga sedan igen.")
        self._busy.add(key)
        try:
            yield
        finally:
            self._busy.discard(key)
