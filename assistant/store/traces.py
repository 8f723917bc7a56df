"""What stands of a person outside the tables and the log: their name under what they approved or changed, and their questions in the
evaluation, where the coordinator made questions of what came in.

The files are lines of JSON, and runs one object each. What is one person's is taken out of every version of them that is kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from assistant.store import lines
from assistant.store.trouble import busy, told
from knowledge.lock import held

_SIGNED = ("approved_by", "who")
_INBOX = "inkorg-"
"""What stands before a matter's id in the id of the question that was made of it."""
GONE = "[borttagen]"
"""What stands where a person's name or words stood."""

Row = dict[str, Any]


class Traces:
    """The files of a home. Every method raises KnowledgeError when they cannot be read or written."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def signed(self, names: Collection[str]) -> Iterator[tuple[str, Row]]:
        """(file, line) of what bears one of the names, which are folded; without the words of a question that came in from somebody."""
        for path in [*self._questions(), *self._mends()]:
            with told():
                found = list(lines.rows(path))
            file = path.relative_to(self._home).as_posix()
            yield from ((file, _without_words(row)) for row in found if _signature(row, names))

    def unsign(self, names: Collection[str], *, really: bool) -> int:
        """Take the names away wherever they stand as a signature; in how many lines. Not `really`: only count them."""

        def without(row: Row) -> Row:
            return row | dict.fromkeys(_signature(row, names), GONE)

        return self._changed([*self._questions(), *self._mends()], without, really)

    def forget(self, matters: Collection[str], *, really: bool) -> int:
        """Take out the questions made of matters with these ids, and their words from the runs; how many. Not `really`: only count them."""
        ids = {f"{_INBOX}{matter}" for matter in matters}
        if not ids:
            return 0
        gone = self._changed([*self._questions(), *self._runs(".part")], lambda row: None if row.get("id") in ids else row, really)
        return gone + sum(self._blanked(path, ids, really) for path in self._runs(".json"))

    def _changed(self, paths: Collection[Path], change: Callable[[Row], Row | None], really: bool) -> int:
        """Put each line in its changed form, or take it out; how many changed. The writers of each file are kept out meanwhile."""
        count = 0
        for path in paths:
            folder = path.parent.parent if path.parent.name == "earlier" else path.parent
            with told(), held(folder, patience=10, busy=busy()):
                count += lines.change(path, change, really=really)
        return count

    def _blanked(self, path: Path, ids: Collection[str], really: bool) -> int:
        """The words of these questions are taken out of a run, whose figures stay."""
        with told():
            try:
                run = json.loads(path.read_text(encoding="utf-8"))
                rows = [r for r in run["rows"] if r["id"] in ids and r["answer"]["question"] != GONE]
            except (ValueError, TypeError, KeyError):  # no run: nothing that we wrote
                return 0
            for row in rows if really else ():
                row["answer"] |= {"question": GONE, "text": GONE, "notices": []}
            if rows and really:
                beside = path.with_suffix(".new")
                beside.write_text(json.dumps(run, ensure_ascii=False, indent=1), encoding="utf-8")
                lines.sync(beside)
                os.replace(beside, path)
        return len(rows)

    def _questions(self) -> list[Path]:
        folder = self._home / "eval" / "questions"
        return [*sorted(folder.glob("*.jsonl")), *sorted((folder / "earlier").glob("*.jsonl"))]

    def _runs(self, suffix: str) -> list[Path]:
        return sorted((self._home / "eval" / "runs").glob(f"*{suffix}"))

    def _mends(self) -> list[Path]:
        return sorted((self._home / "mends").glob("*.jsonl"))


def _without_words(row: Row) -> Row:
    return {k: v for k, v in row.items() if k != "question"} if str(row.get("id") or "").startswith(_INBOX) else row


def _signature(row: Row, names: Collection[str]) -> list[str]:
    """The keys under which one of the names stands."""
    return [key for key in _SIGNED if str(row.get(key) or "").casefold() in names]
