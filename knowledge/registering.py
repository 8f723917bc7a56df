"""A register written to its file, so that it reads back as what it was."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path

from knowledge.form import LONGEST
from knowledge.register import FILE, Register, Stated, read_register
from knowledge.section import KnowledgeError

_HEAD = "# Skrivs av sidan Dokument. Det som står här gäller före det som står i dokumenten.\n"
_UNFIT = re.compile(r"[\x00-\x1f\x7f]+")


def clean(text: str) -> str:
    """Text on one line, without control characters and what no file can keep."""
    return _UNFIT.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip()


def write_register(folder: Path, documents: Mapping[str, Stated], earlier: Mapping[str, str]) -> None:
    """Write a folder's register in one step. `earlier`: file → the file whose place it took.

    Raises:
        KnowledgeError: it would not read back as what it was, or cannot be written; the one before stays.
    """
    if any(len(value) > LONGEST for stated in documents.values() for value in _texts(stated)):  # before the whole is written and read back
        raise KnowledgeError("En av uppgifterna är för lång.", f"Skriv högst {LONGEST} tecken i varje.")
    entries = [_entry(file, stated, earlier.get(file)) for file, stated in sorted(documents.items())]
    content = _HEAD + "".join(f"\n[[document]]\n{entry}" for entry in entries)
    try:
        with tempfile.TemporaryDirectory(prefix=".register-", dir=folder) as beside:
            path = Path(beside, FILE)
            path.write_text(content, encoding="utf-8")
            if read_register(Path(beside)) != Register(dict(documents), earlier=dict(earlier)):
                raise KnowledgeError("Uppgifterna gick inte att spara som de skrevs.", "Ta bort ovanliga tecken och försök igen.")
            os.replace(path, folder / FILE)
    except (OSError, UnicodeError) as error:
        remedy = "Kontrollera att det finns plats på disken och att programmet får skriva i sin mapp."
        raise KnowledgeError("Uppgifterna gick inte att spara.", remedy) from error


def _texts(stated: Stated) -> list[str]:
    return [v for f in fields(Stated) for v in _listed(getattr(stated, f.name)) if isinstance(v, str)]


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def _entry(file: str, stated: Stated, earlier: str | None) -> str:
    known = {"file": file, "earlier": earlier} | {f.name: getattr(stated, f.name) for f in fields(Stated)}
    return "".join(f"{name} = {_value(value)}\n" for name, value in known.items() if value not in (None, ()))


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return f"[{', '.join(_value(v) for v in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # JSON's strings and numbers are TOML's too, but for DEL
