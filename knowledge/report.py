"""What an indexing did, file by file, for the one who ran it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A file that could not be indexed; both texts are Swedish sentences."""

    file: str
    reason: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A file that was indexed but needs a look; the text is a Swedish sentence."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """Document ids by what became of them, and what is to be mended. Warnings tell the folder's state, not only what is new."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[Failure, ...] = ()
    warnings: tuple[Warned, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The contract's object: plain JSON types."""
        return {name: list(value) for name, value in asdict(self).items()}
