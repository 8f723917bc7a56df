"""Documents that came through the browser: one folder a municipality, with a register of its own. Nothing here reads or indexes them.

What was replaced or withdrawn lies in a hidden folder beside, until `prune`.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from knowledge.file_name import safe_name
from knowledge.folder import NOT_DOCUMENTS
from knowledge.lock import held
from knowledge.originals import link_or_copy
from knowledge.own_folder import own_folder
from knowledge.register import FILE, Register, Stated, read_register, stated_of
from knowledge.registering import write_register
from knowledge.section import KnowledgeError

_EARLIER = ".tidigare"
_LIST = "tidigare.json"
_RECEIVED = ".upload"
_BUSY = KnowledgeError("Någon annan ändrar dokumenten just nu.", "Vänta en stund och försök igen.")
_LASTING = ("municipality", "kind", "applies_to", "owner")
"""What is stated of a document that also counts for the file that takes its place; the rest is of the decision."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A file that was replaced or withdrawn: its name, its hash (SHA-256), the day, the file that took its place, if any, and what was
    stated of it (as the register has it)."""

    name: str
    digest: str
    day: str
    replaced_by: str | None = None
    stated: Mapping[str, Any] = field(default_factory=dict)


class Uploads:
    """The uploaded documents of one municipality. Safe to use from several threads and processes.

    Every method that changes something raises KnowledgeError when it cannot be done, and has then changed nothing.
    """

    def __init__(self, home: Path, municipality: str) -> None:
        self.municipality = municipality
        self.folder = home / "uploads" / own_folder(municipality)

    @classmethod
    def every(cls, home: Path) -> list[Uploads]:
        """The uploads of all municipalities, without their names: to look at, or to prune."""
        found = []
        for folder in sorted(p for p in (home / "uploads").glob("*") if p.is_dir()):
            uploads = cls(home, "")
            uploads.folder = folder
            found.append(uploads)
        return found

    def names(self) -> list[str]:
        """The stored files, in order."""
        if not self.folder.is_dir():
            return []
        return sorted(p.name for p in self.folder.iterdir() if p.is_file() and not p.name.startswith(".") and p.name not in NOT_DOCUMENTS)

    def holding(self, digest: str) -> str | None:
        """The stored file with a hash."""
        return next((name for name in self.names() if digest_of(self.folder / name) == digest), None)

    def register(self) -> Register:
        """What is stated of the files."""
        return read_register(self.folder)

    def add(self, name: str, content: IO[bytes]) -> str:
        """Store a file; the name that it got."""
        with self._changing():
            stored = safe_name(name, self.names())
            with self._received(content) as received:
                self._write({stored: Stated()})  # first, so that no file ever lies there of which nothing is stated
                os.replace(received, self.folder / stored)
            return stored

    def replace(self, old: str, name: str, content: IO[bytes], *, today: date) -> str:
        """Store a file in place of one that is there; the name that it got."""
        with self._changing():
            self._there(old)
            stored = safe_name(name, set(self.names()) - {old})
            stated = self.register().stated(old) or Stated()
            with self._received(content) as received:
                self._keep(old, today, replaced_by=stored)
                self._write({stored: Stated(**{key: getattr(stated, key) for key in _LASTING})}, earlier={stored: old})
                os.replace(received, self.folder / stored)
            if stored != old:
                (self.folder / old).unlink()
                self._write({})
            return stored

    def withdraw(self, name: str, *, today: date) -> None:
        """Take a file out of the folder."""
        with self._changing():
            self._there(name)
            self._keep(name, today)
            (self.folder / name).unlink()
            self._write({})

    def take_back(self, name: str) -> str | None:
        """Remove a file that could not be read, and put back the one whose place it took; that one's name, None where there was none."""
        with self._changing():
            self._there(name)
            before = next((e for e in reversed(self.earlier()) if e.replaced_by == name), None)
            (self.folder / name).unlink()
            if before is None:
                self._write({})
                return None
            return self._put_back(before)

    def restore(self, digest: str) -> str:
        """Put back a file that was withdrawn; the name that it got."""
        with self._changing():
            before = next((e for e in self.withdrawn() if e.digest == digest), None)
            if before is None:
                raise _gone()
            return self._put_back(before)

    def state(self, name: str, stated: Stated) -> None:
        """State what a file's document does not say itself, or says wrongly. Its municipality is always the one of the folder."""
        with self._changing():
            self._there(name)
            self._write({name: stated})

    def earlier(self) -> list[Earlier]:
        """What was replaced or withdrawn, oldest first."""
        try:
            return [Earlier(**e) for e in json.loads((self.folder / _EARLIER / _LIST).read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []

    def withdrawn(self) -> list[Earlier]:
        """What can be put back: nothing stands in its place."""
        there = set(self.names())
        return [e for e in self.earlier() if e.replaced_by not in there and not self._still_there(e, there)]

    def prune(self, cited: Collection[str], before: date) -> list[Earlier]:
        """Remove what was replaced or withdrawn before a day, but for files whose hash is cited; what was removed."""
        if not any(e.day < before.isoformat() and e.digest not in cited for e in self.earlier()):
            return []
        with self._changing():
            gone = [e for e in self.earlier() if e.day < before.isoformat() and e.digest not in cited]
            self._write_earlier([e for e in self.earlier() if e not in gone])
            return gone

    @contextmanager
    def _changing(self) -> Iterator[None]:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with held(self.folder / _EARLIER, patience=10, busy=_BUSY):
                self._tidy()
                yield
        except OSError as error:
            remedy = "Kontrollera att det finns plats på disken och att programmet får skriva i sin mapp."
            raise KnowledgeError("Det gick inte att spara.", remedy) from error

    def _tidy(self) -> None:
        """Remove what somebody had begun who was killed."""
        for unfinished in self.folder.glob("." + "?" * 16 + _RECEIVED):
            unfinished.unlink(missing_ok=True)
        for unfinished in self.folder.glob(".register-*"):
            shutil.rmtree(unfinished, ignore_errors=True)

    def _still_there(self, earlier: Earlier, there: Collection[str]) -> bool:
        """Whether a file was not taken away after all: whoever withdrew it was killed, or had no room."""
        return earlier.name in there and digest_of(self.folder / earlier.name) == earlier.digest

    def _there(self, name: str) -> None:
        if name not in self.names():
            raise _gone()

    @contextmanager
    def _received(self, content: IO[bytes]) -> Iterator[Path]:
        """All of a file beside the others, on the disk before anything else is changed; what is not given its place is removed."""
        beside = self.folder / f".{secrets.token_hex(8)}{_RECEIVED}"
        try:
            with beside.open("wb") as file:
                shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            yield beside
        finally:
            beside.unlink(missing_ok=True)

    def _keep(self, name: str, today: date, *, replaced_by: str | None = None) -> None:
        """Keep a file among the earlier ones too, before it is replaced or taken away."""
        path = self.folder / name
        stated = asdict(self.register().stated(name) or Stated())
        known = {key: value for key, value in stated.items() if value is not None}
        earlier = Earlier(name, digest_of(path), today.isoformat(), replaced_by, known)
        kept = self.folder / _EARLIER / earlier.digest
        if not kept.exists():
            link_or_copy(path, kept)
        others = [e for e in self.earlier() if (e.name, e.digest) != (name, earlier.digest)]  # what was not finished may be there
        self._write_earlier([*others, earlier])

    def _put_back(self, before: Earlier) -> str:
        stored = safe_name(before.name, self.names())
        with (self.folder / _EARLIER / before.digest).open("rb") as content, self._received(content) as received:
            self._write({stored: stated_of(before.stated, FILE)})
            os.replace(received, self.folder / stored)
        self._write_earlier([e for e in self.earlier() if e != before])
        return stored

    def _write_earlier(self, listed: list[Earlier]) -> None:
        """Write the list, and remove the files that it does not name."""
        folder = self.folder / _EARLIER
        beside = folder / f"{_LIST}.new"
        beside.write_text(json.dumps([asdict(e) for e in listed], ensure_ascii=False, default=str), encoding="utf-8")
        os.replace(beside, folder / _LIST)
        kept = {e.digest for e in listed}
        for path in folder.iterdir():
            if len(path.name) == 64 and path.name not in kept:
                with suppress(OSError):
                    path.unlink()

    def _write(self, stated: Mapping[str, Stated], *, earlier: Mapping[str, str] | None = None) -> None:
        """Write the register of the files that are there and of those in `stated`."""
        register, named = self.register(), {*self.names(), *stated}
        own = {name: replace(s, municipality=self.municipality) for name, s in stated.items()}
        documents = {name: s for name, s in {**register.documents, **own}.items() if name in named}
        before = {name: e for name, e in {**register.earlier, **(earlier or {})}.items() if name in named}
        write_register(self.folder, documents, before)


def digest_of_stream(content: IO[bytes]) -> str:
    """A file's hash (SHA-256), as documents carry it, read from its start; it stands at its start afterwards."""
    digest = hashlib.sha256()
    content.seek(0)
    while part := content.read(1 << 20):
        digest.update(part)
    content.seek(0)
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """As `digest_of_stream`."""
    with path.open("rb") as content:
        return digest_of_stream(content)


def _gone() -> KnowledgeError:
    return KnowledgeError("Filen finns inte längre.", "Läs in sidan på nytt.")
