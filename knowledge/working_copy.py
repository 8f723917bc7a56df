"""A folder of one's own to work in: Chroma writes where it only reads, and a generation of the index must stay what it was sealed as."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from knowledge.lock import take
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
        self._lock = None
        try:
            # Before the folder is there, so that nobody takes it for abandoned.
            self._lock = take(self.folder.with_suffix(".lock"), patience=_PATIENCE)
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
        if self._lock:
            self._lock.release()
        with suppress(OSError):
            self.folder.with_suffix(".lock").unlink(missing_ok=True)


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
        if not lock_file.with_suffix("").is_dir():  # its folder is made once the lock is held: it is just being taken
            continue
        with suppress(OSError):  # it is somebody else's
            if lock := take(lock_file):  # else it is at work
                shutil.rmtree(lock_file.with_suffix(""), ignore_errors=True)
                lock.release()
                lock_file.unlink(missing_ok=True)
