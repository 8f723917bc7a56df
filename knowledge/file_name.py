"""A name that somebody's computer gave a file → one that is safe to store it under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from pathlib import PurePosixPath

from knowledge.folder import NOT_DOCUMENTS

LONGEST = 150
"""Bytes of a stored name."""

_FORBIDDEN = re.compile(r"[^\w .,()+&§-]")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
"""Names that mean devices on some systems, whatever their ending."""


def safe_name(name: str, taken: Collection[str] = ()) -> str:
    """The file's own name as far as it is harmless: no folder, nothing hidden, no name that means something to the program or a system.

    One that is among `taken`, whatever its case, gets a number.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = re.sub(r"\s+", " ", _FORBIDDEN.sub(" ", last)).strip(" .") or "dokument"
    if plain.casefold() in {n.casefold() for n in NOT_DOCUMENTS} or _DEVICES.match(plain):
        plain = f"fil {plain}"
    occupied = {t.casefold() for t in taken}
    number, stored = 2, _bounded(plain, "")
    while stored.casefold() in occupied:
        stored, number = _bounded(plain, f" ({number})"), number + 1
    return stored


def _bounded(name: str, mark: str) -> str:
    ending = PurePosixPath(name).suffix
    ending = ending if len(ending) <= 12 else ""
    stem = name.removesuffix(ending) if ending else name
    room = LONGEST - len((mark + ending).encode())
    return stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + mark + ending.rstrip(" .")
