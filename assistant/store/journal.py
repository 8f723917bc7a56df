"""The journal of what was removed: what, how many, when and by which decision. Nobody's text and nobody's name."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from assistant.store import lines, trouble
from knowledge.lock import held


@dataclass(frozen=True, slots=True)
class Removal:
    """So many of something removed from a store. `before` is the day that all of it was earlier than, None where that was not why."""

    store: str
    what: str
    count: int
    decision: str | None
    before: str | None = None


class Journal:
    """A file of lines that is only added to, and that no job removes."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "journal"

    def note(self, removal: Removal) -> None:
        """Note a removal before it is made final, so that none goes unnoted. Raises KnowledgeError: nothing may be removed then."""
        row = {"time": datetime.now().astimezone().isoformat(timespec="seconds"), **asdict(removal)}
        with trouble.told(), held(self._folder, patience=10, busy=trouble.busy()):
            lines.add(self._folder / "gallring.jsonl", row)

    def read(self) -> list[dict[str, Any]]:
        """All that was noted, oldest first."""
        with trouble.told():
            return list(lines.rows(self._folder / "gallring.jsonl"))
