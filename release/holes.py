"""The published holes that concern what is pinned, as holes.toml lists them: python -m release.holes says how old the list is."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from packaging.specifiers import SpecifierSet

from release.pins import LOCK

LIST = Path(__file__).with_name("holes.toml")
STALE_AFTER = 90
"""Days until somebody should look the advisories through again."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A published hole. `guard` and `tests` (file::name) tell why a pin that has it may stay."""

    package: str
    id: str
    affected: SpecifierSet
    what: str
    guard: str = ""
    tests: tuple[str, ...] = ()

    def open(self, version: str) -> bool:
        """Whether a version has it."""
        return self.affected.contains(version, prereleases=True)


@dataclass(frozen=True, slots=True)
class Holes:
    """All that are known of, since when, and for which list of pins (its SHA-256)."""

    checked: date
    lock: str
    holes: tuple[Hole, ...]

    def made_for(self, lock: Path) -> bool:
        """Whether exactly these pins were looked through."""
        return hashlib.sha256(lock.read_bytes()).hexdigest() == self.lock

    def words(self, pins: dict[str, str], today: date) -> str:
        """What is known and how old that is, for the one who makes a release."""
        guarded = [h.id for h in self.holes if h.open(pins[h.package])]
        said = f"{len(self.holes)} kända hål i det som är låst, {len(guarded)} av dem utan rättad version ({', '.join(guarded)})."
        age = (today - self.checked).days
        warning = "\nVARNING: gå igenom publicerade hål igen (release/holes.toml)." if age > STALE_AFTER else ""
        return f"{said} Genomgånget {self.checked}, för {age} dagar sedan.{warning}"


def known() -> Holes:
    """The list as it stands."""
    read = tomllib.loads(LIST.read_text(encoding="utf-8"))
    holes = (Hole(**hole | {"affected": SpecifierSet(hole["affected"]), "tests": tuple(hole.get("tests", ()))}) for hole in read["hole"])
    return Holes(read["checked"], read["lock"], tuple(holes))


if __name__ == "__main__":
    from release.pins import pins

    print(known().words(pins(), date.today()))
    if not known().made_for(LOCK):
        print("VARNING: requirements.lock har ändrats sedan dess.")
