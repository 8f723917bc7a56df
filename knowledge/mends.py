"""What coordinators add while the program runs: what documents call a word, and whom to ask. One file a municipality, every version kept.

What stands in one municipality's file never touches another's answers.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.contacts import Contact, from_values
from knowledge.glossary import Bridge, Glossary, stems
from knowledge.lock import held
from knowledge.own_folder import own_folder
from knowledge.section import KnowledgeError

_SUFFIX = ".jsonl"
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class Step:
    """What staff write, what the documents call it (one word each), and the sentence that tells the asker of the step."""

    said: tuple[str, ...]
    meant: tuple[str, ...]
    told: str

    @property
    def bridge(self) -> Bridge:
        """The step as the glossary has it."""
        return Bridge(frozenset(stems(w) for w in self.said), frozenset(stems(w)[0] for w in self.meant), self.told)


@dataclass(frozen=True, slots=True)
class Version:
    """A municipality's mends as they were from a day on. `number` counts from 1, 0 is the empty beginning; `what` says what was changed."""

    municipality: str
    number: int = 0
    day: str = ""
    who: str = ""
    what: str = ""
    steps: tuple[Step, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Mends:
    """The mends that count now, by municipality."""

    versions: Mapping[str, Version] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 of all that counts; the same when a change has been undone."""
        counting = {m: (v.steps, v.contacts) for m, v in sorted(self.versions.items()) if v.steps or v.contacts}
        content = {m: [list(map(asdict, steps)), list(map(asdict, contacts))] for m, (steps, contacts) in counting.items()}
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def glossary(self, glossary: Glossary, municipality: str | None) -> Glossary:
        """A glossary as it counts where a municipality's documents are searched."""
        version = self.versions.get(municipality or "")
        return glossary.with_bridges(s.bridge for s in version.steps) if version else glossary

    def contacts(self, municipality: str | None) -> tuple[Contact, ...]:
        """Whom a municipality's coordinator says to ask."""
        version = self.versions.get(municipality or "")
        return version.contacts if version else ()


def mends(home: Path) -> Mends:
    """The mends of a home as they are on the disk now.

    Raises:
        KnowledgeError: a file is damaged.
    """
    counting = (_read(path)[-1:] for path in _files(home))
    return Mends({v.municipality: v for versions in counting for v in versions})


class MendReader:
    """The mends for a process that lives long: read anew when a file's stamp has changed. Safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._read: tuple[object, Mends] = (None, Mends())
        self._made: tuple[Mends | None, dict[str | None, Glossary]] = (None, {})

    def current(self) -> Mends:
        """The mends that count now; those before while a file cannot be read."""
        stamp = tuple(_stamp(path) for path in _files(self._home))
        before, known = self._read
        if stamp != before:
            with suppress(KnowledgeError):  # the page where they are changed tells it
                known = mends(self._home)
            self._read = (stamp, known)
        return known

    def glossary(self, glossary: Glossary, municipality: str | None) -> Glossary:
        """As `Mends.glossary`, made once for each change."""
        now = self.current()
        of, made = self._made
        if of is not now:
            made = {}
            self._made = (now, made)
        if municipality not in made:
            made[municipality] = now.glossary(glossary, municipality)
        return made[municipality]


def history(home: Path, municipality: str) -> list[Version]:
    """Every version of a municipality's mends, oldest first, none before the first change. KnowledgeError when the file is damaged."""
    path = _path(home, municipality)
    return _read(path) if path.exists() else []


def change(home: Path, municipality: str, edit: Callable[[Version], Version], *, who: str, what: str, today: date) -> Version:
    """Make a new version of the one that counts; it counts when this returns, in every process.

    `edit` gives the version with the steps and contacts that are to be; what it raises is raised, and nothing is changed then.

    Raises:
        KnowledgeError: the file is damaged or cannot be written.
    """
    busy = KnowledgeError("Någon annan ändrar just nu.", "Vänta en stund och försök igen.")
    with held(home / "mends", patience=_PATIENCE, busy=busy):
        versions = history(home, municipality)
        last = versions[-1] if versions else Version(municipality)
        new = replace(edit(last), municipality=municipality, number=last.number + 1, day=today.isoformat(), who=who, what=what)
        _write(_path(home, municipality), [*versions, new])
        return new


def _path(home: Path, municipality: str) -> Path:
    return home / "mends" / f"{own_folder(municipality)}{_SUFFIX}"


def _files(home: Path) -> list[Path]:
    return sorted((home / "mends").glob(f"*{_SUFFIX}"))


def _stamp(path: Path) -> tuple[str, int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (path.name, 0, 0, 0)
    return (path.name, found.st_mtime_ns, found.st_size, found.st_ino)


def _read(path: Path) -> list[Version]:
    try:
        return [_version(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KnowledgeError(f"Filen {path.name} med ord och kontakter är skadad.", "Återställ den från en säkerhetskopia.") from error


def _version(values: dict[str, Any]) -> Version:
    steps = tuple(Step(tuple(s["said"]), tuple(s["meant"]), s["told"]) for s in values["steps"])
    return Version(**values | {"steps": steps, "contacts": from_values(values["contacts"])})


def _write(path: Path, versions: list[Version]) -> None:
    lines = [json.dumps(asdict(v), ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n" for v in versions]
    beside = path.with_suffix(".new")
    try:
        with beside.open("wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        remedy = "Kontrollera att det finns plats på disken och att programmet får skriva i sin mapp."
        raise KnowledgeError("Ändringen gick inte att spara.", remedy) from error
