"""The log of answers: one file a day, only added to, written before an answer is shown."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from threading import Lock

from assistant.masking import mask
from assistant.store import lines, trouble
from assistant.store.record import Record
from knowledge.lock import held

log = logging.getLogger(__name__)

_NAME = re.compile(r"svar-(\d{4}-\d\d-\d\d)\.jsonl")
_PATIENCE = 10.0


class AnswerLog:
    """Records by day. Safe to use from several threads and processes; readers take no lock."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "log"
        self._turn = Lock()

    def add(self, record: Record) -> None:
        """Keep a record, its question masked. It is on the disk when this returns.

        Raises:
            KnowledgeError: it could not be kept; the answer must not be shown then.
        """
        row = replace(record, question=mask(record.question).text).as_dict()
        with self._turn, trouble.told(), self.locked():
            lines.add(self._path(datetime.fromisoformat(record.time).date()), row)

    def read(self, first: date | None = None, last: date | None = None) -> Iterator[Record]:
        """The records of a period, both days within it, oldest first."""
        for day in self.days():
            if (first is None or day >= first) and (last is None or day <= last):
                yield from self._records(day)

    def about(self, word: str, first: date | None = None, last: date | None = None) -> Iterator[Record]:
        """The records of a period that contain a word or words."""
        return (r for r in self.read(first, last) if r.says(word))

    def of(self, *keys: str) -> Iterator[Record]:
        """The records of one person, by their keys."""
        return (r for r in self.read() if r.person in keys)

    def find(self, record_id: str) -> Record | None:
        """The record of an answer, the latest days first."""
        wanted = json.dumps(record_id, ensure_ascii=False).encode("utf-8", "backslashreplace")
        for day in reversed(self.days()):
            path = self._path(day)
            with trouble.told():
                there = path.exists() and wanted in path.read_bytes()
            for record in self._records(day) if there else ():
                if record.id == record_id:
                    return record
        return None

    def days(self) -> list[date]:
        """The days that there is a file for, in order."""
        with trouble.told():
            names = [m[1] for p in self._folder.glob("svar-*.jsonl") if (m := _NAME.fullmatch(p.name))]
        return sorted(map(date.fromisoformat, names))

    def leave(self, day: date, keep: Callable[[Record], bool]) -> None:
        """Rewrite a day with only the records to keep; the file goes with the last one. The caller holds the lock."""
        with trouble.told():
            lines.rewrite(self._path(day), lambda row: (record := _record(row)) is None or keep(record))

    def drop(self, day: date) -> None:
        """Remove a whole day. The caller holds the lock."""
        with trouble.told():
            self._path(day).unlink(missing_ok=True)
            lines.sync(self._folder)

    def locked(self) -> AbstractContextManager[None]:
        """The lock of the log's folder, against all other writers. KnowledgeError when there can be no folder."""
        with trouble.told():
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return held(self._folder, patience=_PATIENCE, busy=trouble.busy())

    def _records(self, day: date) -> list[Record]:
        with trouble.told():
            return [r for row in lines.rows(self._path(day)) if (r := _record(row)) is not None]

    def _path(self, day: date) -> Path:
        return self._folder / f"svar-{day.isoformat()}.jsonl"


def _record(row: lines.Row) -> Record | None:
    try:
        return Record.from_dict(row)
    except (KeyError, TypeError):
        log.warning("a line of the log of answers is no record")
        return None
