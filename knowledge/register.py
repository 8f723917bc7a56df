"""`register.toml`: what the one who keeps a folder states of its documents and municipalities. It wins over what the texts say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from knowledge.form import Reader, check_key, read_toml, tables, text, texts, values, wrong
from knowledge.section import KnowledgeError

FILE = "register.toml"


@dataclass(frozen=True, slots=True)
class Stated:
    """What the register states of one document; None is what it leaves to the document itself."""

    municipality: str | None = None
    title: str | None = None
    kind: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None
    paragraph: str | None = None
    registration_number: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_interval_years: int | None = None
    replaces: tuple[str, ...] | None = None
    applies_to: str | None = None
    owner: str | None = None
    url: str | None = None
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with whom to ask there; None is what nobody stated."""

    name: str
    contact: str | None = None
    email: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """The register of one folder: entries by file name (relative to the folder, with "/"), the municipalities it names, the kinds of
    document in their order, the weightiest first, and for a file that took another's place that one's name."""

    documents: Mapping[str, Stated] = field(default_factory=dict)
    municipalities: tuple[Municipality, ...] = ()
    kinds: tuple[str, ...] = ()
    earlier: Mapping[str, str] = field(default_factory=dict)

    def stated(self, file: str) -> Stated | None:
        """The entry of a file, or None. Names are compared composed: a Mac stores "å" as two characters."""
        return self.documents.get(_composed(file))

    def unknown(self, files: Iterable[str]) -> tuple[str, ...]:
        """The file names in the register that are none of `files`."""
        present = {_composed(f) for f in files}
        return tuple(f for f in self.documents if f not in present)


def read_register(folder: Path) -> Register:
    """The register in a folder, empty where there is none.

    Raises:
        KnowledgeError: the file cannot be read or understood; the line or the entry is named.
    """
    path = folder / FILE
    if not path.is_file():
        return Register()
    content = read_toml(path)
    for key in content:
        check_key(key, ("document", "municipality", "kinds"), FILE)
    documents: dict[str, Stated] = {}
    earlier: dict[str, str] = {}
    for number, entry in enumerate(tables(content, "document", FILE), start=1):
        file, stated, before = _document(entry, number)
        if file in documents:
            raise KnowledgeError(f"Filen {file} står två gånger i {FILE}.", "Ta bort eller slå ihop den ena posten.")
        documents[file] = stated
        earlier |= {file: before} if before else {}
    named = tuple(_municipality(entry, number) for number, entry in enumerate(tables(content, "municipality", FILE), start=1))
    return Register(documents, named, texts(content.get("kinds", []), "kinds", FILE), earlier)


def stated_of(entry: Mapping[str, Any], where: str) -> Stated:
    """What an entry states. KnowledgeError when a value has the wrong form."""
    return Stated(**values(entry, _DOCUMENT, where))


def _composed(file: str) -> str:
    return unicodedata.normalize("NFC", file).replace("\\", "/").removeprefix("./")


def _document(entry: Mapping[str, Any], number: int) -> tuple[str, Stated, str | None]:
    """The file, what is stated of it, and the file whose place it took."""
    named = f" ({entry['file']})" if "file" in entry else ""
    where = f"post {number} under [[document]] i {FILE}{named}"
    read = values(entry, {"file": text, "earlier": text, **_DOCUMENT}, where)
    file, before = read.pop("file", None), read.pop("earlier", None)
    if not file:
        raise KnowledgeError(f"Filnamn saknas i {where}.", 'Lägg till en rad med filens namn, till exempel file = "policy.pdf".')
    return _composed(file), Stated(**read), before and _composed(before)


def _municipality(entry: dict[str, Any], number: int) -> Municipality:
    where = f"post {number} under [[municipality]] i {FILE}"
    read = values(entry, _MUNICIPALITY, where)
    if not read.get("name"):
        raise KnowledgeError(f"Kommunens namn saknas i {where}.", 'Lägg till en rad med namnet, till exempel name = "Storköping".')
    return Municipality(**read)


def _identity(value: object, key: str, where: str) -> str | None:
    stated = text(value, key, where)
    if stated and not re.fullmatch(r"[^\s/#?|]+(/[^\s/#?|]+)*", stated):
        raise wrong(key, where, f'Skriv det utan mellanslag och utan tecknen # ? |, till exempel {key} = "kommunen/policy-2024".')
    return stated


def _day(value: object, key: str, where: str) -> date | None:
    remedy = f"Skriv ett datum som finns, år-månad-dag: {key} = 2024-05-31."
    if value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip() if isinstance(value, str) else "")
    except ValueError as error:
        raise wrong(key, where, remedy) from error


def _years(value: object, key: str, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        raise wrong(key, where, f"Skriv antalet år som ett heltal: {key} = 4.")
    return value


_MUNICIPALITY: Mapping[str, Reader] = {f.name: text for f in fields(Municipality)}
_DOCUMENT: Mapping[str, Reader] = {f.name: text for f in fields(Stated)} | {
    "decided_on": _day,
    "valid_from": _day,
    "valid_until": _day,
    "review_interval_years": _years,
    "replaces": texts,
    "id": _identity,
}
