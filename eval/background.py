"""A run in a process of its own, started from a page, with progress that any process can read."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from assistant.settings import Settings
from eval.question_sets import QuestionSets, file_name
from eval.running import alone
from eval.sets import Tell
from knowledge.section import KnowledgeError

_STARTING = 60.0
"""Seconds in which a run that has not told anything is still believed to be starting."""
_OFTEN = 0.2
"""Seconds between two writings of the progress."""
STOPPED = "Körningen avbröts. Starta den igen, så fortsätter den där den slutade."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the latest run of a municipality's questions has come; `error` is Swedish, with the remedy, where it failed."""

    done: int
    total: int
    state: Literal["running", "done", "failed"]
    error: str = ""


class Telling:
    """Writes the progress of the run in this process; used as a context, it tells how the run ended too."""

    def __init__(self, home: Path, municipality: str) -> None:
        self._home = home
        self._path = _file(home, municipality)
        self._last = Progress(0, 0, "running")
        self._written = 0.0

    def __enter__(self) -> Tell:
        return self._tell

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if error is None:
            _write(self._path, Progress(self._last.total, self._last.total, "done"))
        elif self._written or not _held(self._home):  # a run that was refused says nothing of the one that goes on
            said = f"{error.reason} {error.remedy}" if isinstance(error, KnowledgeError) else STOPPED
            _write(self._path, Progress(self._last.done, self._last.total, "failed", said))

    def _tell(self, doing: str, done: int, total: int) -> None:
        self._last = Progress(done, total, "running")
        if time.monotonic() - self._written > _OFTEN:
            self._written = time.monotonic()
            _write(self._path, self._last)


def start(settings: Settings, municipality: str) -> None:
    """Start a run of a municipality's approved questions; it goes on when this process ends.

    Raises:
        KnowledgeError: there are no approved questions, or a run is under way already.
    """
    if not QuestionSets(settings.home).asked(municipality):
        raise KnowledgeError(f"{municipality} har inga godkända frågor.", "Skriv eller godkänn frågor först.")
    path = _file(settings.home, municipality)
    with alone(settings.home, patience=0.5):  # somebody who reads the progress may hold it for a moment
        if any(_starting(p) for p in path.parent.glob("*.json")):
            raise KnowledgeError("En körning pågår redan.", "Vänta tills den är klar och försök sedan igen.")
        _write(path, Progress(0, 0, "running"))
        command = [sys.executable, "-m", "eval", "run", "--municipality", municipality, "--home", str(settings.home.resolve())]
        command += ["--as-of", settings.as_of.isoformat()] if settings.as_of else []
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    threading.Thread(target=_await, args=(child, path), daemon=True).start()


def progress(home: Path, municipality: str) -> Progress | None:
    """How far the latest run has come, None where there has been none. A run whose process has died has failed."""
    path = _file(home, municipality)
    found = _read(path)
    if found is None or found.state != "running" or _starting(path) or _held(home):
        return found
    latest = _read(path) or found  # it may have ended in between
    return latest if latest.state != "running" else Progress(latest.done, latest.total, "failed", STOPPED)


def _await(child: subprocess.Popen[bytes], path: Path) -> None:
    """Wait for the run's process; one that died without a word has failed."""
    child.wait()
    found = _read(path)
    if found and found.state == "running":
        _write(path, Progress(found.done, found.total, "failed", STOPPED))


def _starting(path: Path) -> bool:
    """Whether a run was started lately and has told nothing yet: it does not hold the home's place until it has loaded."""
    found = _read(path)
    try:
        return found == Progress(0, 0, "running") and abs(time.time() - path.stat().st_mtime) < _STARTING
    except OSError:
        return False


def _held(home: Path) -> bool:
    """Whether some run holds the home's place."""
    try:
        with alone(home, patience=0):
            return False
    except KnowledgeError:
        return True


def _file(home: Path, municipality: str) -> Path:
    return home / "eval" / "running" / f"{file_name(municipality)}.json"


def _read(path: Path) -> Progress | None:
    try:
        return Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(path: Path, progress: Progress) -> None:
    """Write the progress in one step. A full disk stops no run: it tells of itself when the row is written."""
    beside = path.with_suffix(f".{threading.get_ident()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)


__all__ = ["Progress", "Telling", "progress", "start"]
