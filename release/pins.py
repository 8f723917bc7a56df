"""Which of the pinned packages the program needs when it runs, as opposed to when it is tested."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
PROGRAM = "kommunassistenten"


def pins(lock: Path = LOCK) -> dict[str, str]:
    """Every pinned package with its version."""
    lines = (line.partition("==") for line in lock.read_text(encoding="utf-8").split())
    return {canonicalize_name(name): version for name, _, version in lines}


def runtime_pins() -> dict[str, str]:
    """Those that the installed program asks for on this machine, directly or through another."""
    needed = _needed(Requirement(PROGRAM), set())
    return {name: version for name, version in pins().items() if name in needed}


def _needed(asked: Requirement, seen: set[tuple[str, frozenset[str]]]) -> set[str]:
    """The names that a requirement leads to, its own too; `seen` holds what has been followed."""
    name, extras = canonicalize_name(asked.name), frozenset(asked.extras)
    if (name, extras) in seen:
        return set()
    seen.add((name, extras))
    found: set[str] = {name}
    for need in map(Requirement, metadata.requires(name) or []):
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            found |= _needed(need, seen)
    return found
