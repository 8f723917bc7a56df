"""A TOML file that a person keeps by hand: read with errors that name the entry, the key and the remedy."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from rapidfuzz import process

from knowledge.section import KnowledgeError

LONGEST = 2_000
"""Characters of a value."""

Reader = Callable[[object, str, str], object]
"""Reads a value; told its key and where it stands. Raises KnowledgeError with the remedy."""


def read_toml(path: Path) -> dict[str, Any]:
    """The file's content.

    Raises:
        KnowledgeError: it cannot be opened or understood; the line is named.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise KnowledgeError(
            f"{path.name} är inte sparad som UTF-8.", "Öppna filen i en textredigerare och spara den med kodningen UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"på rad {line[1]}" if line else "i slutet av filen"
        raise KnowledgeError(
            f"{path.name} går inte att tolka, felet finns {where}.",
            "Rätta raden: text ska stå inom citattecken, datum skrivs 2024-05-31 och varje post inleds med dubbla hakparenteser.",
        ) from error
    except OSError as error:
        raise KnowledgeError(f"{path.name} går inte att öppna.", "Kontrollera att du har rätt att läsa filen.") from error


def tables(content: Mapping[str, Any], key: str, file: str) -> list[dict[str, Any]]:
    """The entries under a key, each a table."""
    found = content.get(key, [])
    if not isinstance(found, list) or not all(isinstance(t, dict) for t in found):
        raise KnowledgeError(f"”{key}” i {file} har fel form.", f"Inled varje post med en egen rad [[{key}]], med dubbla hakparenteser.")
    return found


def values(entry: Mapping[str, Any], readers: Mapping[str, Reader], where: str) -> dict[str, Any]:
    """An entry's values, each read by its key's reader."""
    for key in entry:
        check_key(key, readers, where)
    return {key: readers[key](value, key, where) for key, value in entry.items()}


def check_key(key: str, known: Iterable[str], where: str) -> None:
    """Raise KnowledgeError for a key that is none of the known, with the nearest of them."""
    names = tuple(known)
    if key in names:
        return
    near = process.extractOne(key, names, score_cutoff=60)
    remedy = f"Menade du ”{near[0]}”?" if near else f"Ta bort raden eller använd någon av: {', '.join(names)}."
    raise KnowledgeError(f"Okänd nyckel ”{key}” i {where}.", remedy)


def wrong(key: str, where: str, remedy: str) -> KnowledgeError:
    """The error for a value of the wrong form."""
    return KnowledgeError(f"Värdet för ”{key}” i {where} har fel form.", remedy)


def text(value: object, key: str, where: str) -> str | None:
    """A text, or None when it was left empty, as in a form that is half filled in."""
    if not isinstance(value, str | None):
        raise wrong(key, where, f'Skriv värdet inom citattecken: {key} = "{value}".')
    if value and len(value) > LONGEST:
        raise wrong(key, where, f"Skriv högst {LONGEST} tecken.")
    return unicodedata.normalize("NFC", value or "").strip() or None


def texts(value: object, key: str, where: str) -> tuple[str, ...]:
    """One text or a list of them, without the empty ones."""
    listed = value if isinstance(value, list) else [value]
    found = [text(v, key, where) for v in listed]
    return tuple(t for t in found if t)
