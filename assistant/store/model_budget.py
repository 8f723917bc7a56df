"""The tokens that a language model may use on a day, counted where every process sees them."""

from __future__ import annotations

from datetime import date

from assistant.store.database import Database
from assistant.store.tables import ModelUse


class ModelBudget:
    """Sets aside what an answer may take, and counts what it took. Safe to use from several threads and processes.

    What was set aside by a process that was killed counts as used for the rest of the day.
    """

    def __init__(self, database: Database, per_day: int) -> None:
        self._database, self._per_day = database, per_day

    def reserve(self, tokens: int) -> bool:
        """Set tokens aside; False when the day's would not last for them. Raises KnowledgeError when that cannot be kept."""
        with self._database.writing() as session:
            used = session.get(ModelUse, _today(), with_for_update=True)
            if (used.tokens if used else 0) + tokens > self._per_day:
                return False
            if used:
                used.tokens += tokens
            else:
                session.add(ModelUse(day=_today(), tokens=tokens))
        return True

    def settle(self, reserved: int, used: int) -> None:
        """Count what was used instead of what was set aside. Raises KnowledgeError when that cannot be kept."""
        with self._database.writing() as session:
            today = session.get(ModelUse, _today(), with_for_update=True)
            if today is None:  # it was set aside before midnight
                session.add(ModelUse(day=_today(), tokens=used))
            else:
                today.tokens = max(0, today.tokens - reserved + used)

    def used(self, day: date) -> int:
        """The tokens used and set aside on a day."""
        with self._database.reading() as session:
            found = session.get(ModelUse, day.isoformat())
            return found.tokens if found else 0


def _today() -> str:
    return date.today().isoformat()
