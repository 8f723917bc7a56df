"""A folder of one's own to work in: Chroma writes where it only reads, and a generation of the index must stay what it was sealed as."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.section import KnowledgeError

_PREFIX = "kommunassistenten-"
_PATIENCE = 5.0


class WorkingCopy:
    """A copy of a folder among the temporary files, until it is removed or the process ends. What killed processes left is removed too.

    Attributes:
        folder: where it lies.

    Raises:
        KnowledgeError: there is no room for it.
    """

    def __init__(self, source: Path) -> None:
        _remove_abandoned()
        remedy = "Kontrollera att det finns plats på disken och att programmet får skriva i mappen för tillfälliga filer."
        self.folder = Path(tempfile.gettempdir(), f"{_PREFIX}{secrets.token_hex(8)}")
        self._lock = FileLock(self.folder.with_suffix(".lock"), thread_local=False)
        try:
            self._lock.acquire(timeout=_PATIENCE)  # before the folder is there: nobody takes it for abandoned
            self.folder.mkdir(mode=0o700)
            _copy(source, self.folder)
        except OSError as error:
            self.remove()
            if not source.is_dir():  # it was removed meanwhile, or was never there
                raise FileNotFoundError(source) from error
            raise KnowledgeError("Det går inte att göra en arbetskopia av indexet.", remedy) from error

    def remove(self) -> None:
        """Take it away."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock.release()
        with suppress(OSError):
            Path(self._lock.lock_file).unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """What files hold, without their rights: those of the source may forbid to write."""
    for path in sorted(source.rglob("*")):
        place = target / path.relative_to(source)
        if path.is_dir():
            place.mkdir()
        else:
            shutil.copyfile(path, place)


def _remove_abandoned() -> None:
    """Remove copies whose process has died: nobody holds their lock."""
    for lock_file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*.lock"):
        lock = FileLock(lock_file)
        if not lock_file.with_suffix("").is_dir():  # its folder is made once the lock is held: it is just being taken
            continue
        try:
            lock.acquire(timeout=0)
        except (Timeout, OSError):  # it is at work, or somebody else's
            continue
        shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
        lock.release()
        with suppress(OSError):
            lock_file.unlink(missing_ok=True)
