"""A run that is under way, row by row on the disk: one that was killed goes on where it stopped."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from assistant.store import lines
from eval.made_with import digest
from eval.run import Row, folder
from knowledge.section import KnowledgeError


class Part:
    """The rows so far of a run of one set made with the same things; a run made with others has a part of its own.

    Attributes:
        id: the run's, the same after it was killed.
        started: when it was first started, in UTC.
        rows: those that are there already, by the question's id.
    """

    def __init__(self, home: Path, name: str, what: Mapping[str, str]) -> None:
        key = digest(f"{k}={v}".encode() for k, v in sorted({**what, "set": name}.items()))
        self._path = folder(home) / f"{key[:16]}.part"
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            head, *rest = list(lines.rows(self._path)) or [self._begun(name)]
            self.id: str = head["id"]
            self.started = datetime.fromisoformat(head["started"])
            self.rows = {row.id: row for row in map(Row.from_dict, rest)}
        except OSError as error:
            raise _unwritable() from error

    def add(self, row: Row) -> None:
        """Put a row on the disk. KnowledgeError when it cannot be written."""
        try:
            lines.add(self._path, row.as_dict())
        except OSError as error:
            raise _unwritable() from error

    def remove(self) -> None:
        """The run is kept: the part is not needed any more."""
        self._path.unlink(missing_ok=True)

    def _begun(self, name: str) -> lines.Row:
        now = datetime.now(UTC)
        head = {"id": f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03}-{name}", "started": now.isoformat()}
        lines.add(self._path, head)
        return head


def _unwritable() -> KnowledgeError:
    return KnowledgeError("Körningen går inte att spara.", "Kontrollera att det finns plats på disken och att du får skriva i mappen.")
