"""Indexing a municipality's uploaded documents in a process of its own, with a progress that every process can read.

The index before answers until the new one is whole. One indexing follows the other: `python -m assistant.indexing HOME KOMMUN MÄRKE`.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from assistant.build import build_embedder
from assistant.settings import Settings
from knowledge.ingest import ingest
from knowledge.lock import held
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

logger = logging.getLogger(__name__)

_FILE = ".inlasning.json"
_LOCK = ".inlasning"
_PATIENCE = 900.0
_BUSY = KnowledgeError("En annan inläsning pågår fortfarande.", "Vänta tills den är klar och läs in dokumenten igen.")
_BROKEN = "Inläsningen avbröts. Läs in dokumenten igen. Det tidigare indexet används så länge."


@dataclass(frozen=True, slots=True)
class Indexing:
    """How far an indexing has come. `run` is its mark; `report` is what `knowledge.report.Report.as_dict` gives, when it is done."""

    run: str
    state: Literal["running", "done", "failed"] = "running"
    doing: str = "Väntar"
    done: int = 0
    total: int = 0
    error: str = ""
    pid: int = 0
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What is being done, in words."""
        return f"{self.doing}: {self.done} av {self.total}." if self.total else f"{self.doing} …"


def start(settings: Settings, municipality: str) -> str:
    """Begin to index what is uploaded now; the mark of the run. One that is under way is waited for.

    Raises:
        KnowledgeError: no process could be started.
    """
    run = secrets.token_hex(6)
    folder = Uploads(settings.home, municipality).folder
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder, Indexing(run, pid=os.getpid()))
        command = [sys.executable, "-m", "assistant.indexing", str(settings.home.resolve()), municipality, run]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        raise KnowledgeError("Inläsningen gick inte att starta.", "Försök igen om en stund.") from error
    threading.Thread(target=_watch, args=(child, folder, run), daemon=True).start()
    return run


def progress(home: Path, municipality: str) -> Indexing | None:
    """How far the latest indexing of a municipality's uploads has come; None where there was none."""
    folder = Uploads(home, municipality).folder
    found = _read(folder)
    if found and found.state == "running" and not _alive(found.pid):
        return replace(found, state="failed", error=_BROKEN)
    return found


def index_uploads(settings: Settings, municipality: str, run: str) -> None:
    """Index in this process, and write how far it has come. Never raises: what went wrong is told there."""
    folder = Uploads(settings.home, municipality).folder
    now = Indexing(run, pid=os.getpid())

    def tell(doing: str, done: int, total: int) -> None:
        _tell(folder, replace(now, doing=doing, done=done, total=total))

    try:
        _tell(folder, now)
        with held(folder / _LOCK, patience=_PATIENCE, busy=_BUSY):
            _remove_abandoned(folder)
            report = ingest(
                folder, home=settings.home, embedder=build_embedder(settings, threads=2), progress=tell, patience=_PATIENCE,
                may_be_empty=True,
            )  # fmt: skip
        _tell(folder, replace(now, state="done", report=report.as_dict()))
    except KnowledgeError as error:
        _tell(folder, replace(now, state="failed", error=f"{error.reason} {error.remedy}"))
    except Exception as error:
        logger.exception("indexing the uploads of %s failed", municipality)
        _tell(folder, replace(now, state="failed", error=f"Ett fel i programmet avbröt inläsningen ({type(error).__name__}). Anmäl felet."))


def _watch(child: subprocess.Popen[bytes], folder: Path, run: str) -> None:
    """Wait for the child, and say so where it died without a word."""
    child.wait()
    found = _read(folder)
    if found and found.run == run and found.state == "running":
        _tell(folder, replace(found, state="failed", error=_BROKEN))


def _tell(folder: Path, now: Indexing) -> None:
    """Write the progress unless a later run has begun, which tells its own."""
    found = _read(folder)
    if found is None or found.run == now.run:
        with suppress(OSError):  # a full disk stops no indexing that has room itself, and says so where it has not
            _write(folder, now)


def _write(folder: Path, now: Indexing) -> None:
    beside = folder / f"{_FILE}.{os.getpid()}.{threading.get_ident()}.new"
    try:
        beside.write_text(json.dumps(asdict(now), ensure_ascii=False), encoding="utf-8")
        os.replace(beside, folder / _FILE)
    finally:
        beside.unlink(missing_ok=True)


def _remove_abandoned(folder: Path) -> None:
    """Remove what processes that were killed while they told of themselves have left."""
    for beside in folder.glob(f"{_FILE}.*.new"):
        pid = beside.name.removeprefix(f"{_FILE}.").split(".")[0]
        if not (pid.isdecimal() and _alive(int(pid))):
            beside.unlink(missing_ok=True)


def _read(folder: Path) -> Indexing | None:
    try:
        return Indexing(**json.loads((folder / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def main(home: str, municipality: str, run: str) -> None:
    """Index as the child."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    index_uploads(Settings(home=Path(home)), municipality, run)


if __name__ == "__main__":
    main(*sys.argv[1:])
