"""`register.toml`: what the one who keeps a folder states of its documents and municipalities. It wins over what the texts say."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any

from rapidfuzz import process

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
    """The register of one folder: entries by file name (relative to the folder, with "/"), and the municipalities it names."""

    documents: Mapping[str, Stated] = field(default_factory=dict)
    municipalities: tuple[Municipality, ...] = ()

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
    content = _toml(path)
    for key in content:
        _check_key(key, ("document", "municipality"), FILE)
    documents: dict[str, Stated] = {}
    for number, entry in enumerate(_tables(content, "document"), start=1):
        file, stated = _document(entry, number)
        if file in documents:
            raise KnowledgeError(f"Filen {file} står två gånger i {FILE}.", "Ta bort eller slå ihop den ena posten.")
        documents[file] = stated
    named = tuple(_municipality(entry, number) for number, entry in enumerate(_tables(content, "municipality"), start=1))
    return Register(documents, named)


def _composed(file: str) -> str:
    return unicodedata.normalize("NFC", file).replace("\\", "/").removeprefix("./")


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise KnowledgeError(
            f"{FILE} är inte sparad som UTF-8.", "Öppna filen i en textredigerare och spara den med kodningen UTF-8."
        ) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        where = f"på rad {line[1]}" if line else "i slutet av filen"
        raise KnowledgeError(
            f"{FILE} går inte att tolka, felet finns {where}.",
            "Rätta raden: text ska stå inom citattecken, datum skrivs 2024-05-31 och varje dokument börjar med [[document]].",
        ) from error
    except OSError as error:
        raise KnowledgeError(f"{FILE} går inte att öppna.", "Kontrollera att du har rätt att läsa filen.") from error


def _tables(content: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    tables = content.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
        raise KnowledgeError(f"”{key}” i {FILE} har fel form.", f"Inled varje post med en egen rad [[{key}]], med dubbla hakparenteser.")
    return tables


def _document(entry: Mapping[str, Any], number: int) -> tuple[str, Stated]:
    named = f" ({entry['file']})" if "file" in entry else ""
    where = f"post {number} under [[document]] i {FILE}{named}"
    values = _values(entry, {"file": _text, **_DOCUMENT}, where)
    file = values.pop("file", None)
    if not file:
        raise KnowledgeError(f"Filnamn saknas i {where}.", 'Lägg till en rad med filens namn, till exempel file = "policy.pdf".')
    return _composed(file), Stated(**values)


def _municipality(entry: dict[str, Any], number: int) -> Municipality:
    where = f"post {number} under [[municipality]] i {FILE}"
    values = _values(entry, _MUNICIPALITY, where)
    if not values.get("name"):
        raise KnowledgeError(f"Kommunens namn saknas i {where}.", 'Lägg till en rad med namnet, till exempel name = "Storköping".')
    return Municipality(**values)


def _values(entry: Mapping[str, Any], readers: Mapping[str, _Reader], where: str) -> dict[str, Any]:
    for key in entry:
        _check_key(key, readers, where)
    return {key: readers[key](value, key, where) for key, value in entry.items()}


def _check_key(key: str, known: Iterable[str], where: str) -> None:
    names = tuple(known)
    if key in names:
        return
    near = process.extractOne(key, names, score_cutoff=60)
    remedy = f"Menade du ”{near[0]}”?" if near else f"Ta bort raden eller använd någon av: {', '.join(names)}."
    raise KnowledgeError(f"Okänd nyckel ”{key}” i {where}.", remedy)


_Reader = Callable[[object, str, str], object]


def _wrong(key: str, where: str, remedy: str) -> KnowledgeError:
    return KnowledgeError(f"Värdet för ”{key}” i {where} har fel form.", remedy)


def _text(value: object, key: str, where: str) -> str | None:
    """A text, or None when it was left empty, as in a form that is half filled in."""
    if not isinstance(value, str | None):
        raise _wrong(key, where, f'Skriv värdet inom citattecken: {key} = "{value}".')
    return unicodedata.normalize("NFC", value or "").strip() or None


def _identity(value: object, key: str, where: str) -> str | None:
    text = _text(value, key, where)
    if text and not re.fullmatch(r"[^\s/#?|]+(/[^\s/#?|]+)*", text):
        raise _wrong(key, where, f'Skriv det utan mellanslag och utan tecknen # ? |, till exempel {key} = "kommunen/policy-2024".')
    return text


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
        raise _wrong(key, where, remedy) from error


def _years(value: object, key: str, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 100:
        raise _wrong(key, where, f"Skriv antalet år som ett heltal: {key} = 4.")
    return value


def _texts(value: object, key: str, where: str) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    texts = [_text(v, key, where) for v in values]
    return tuple(t for t in texts if t)


_MUNICIPALITY: Mapping[str, _Reader] = {f.name: _text for f in fields(Municipality)}
_DOCUMENT: Mapping[str, _Reader] = {f.name: _text for f in fields(Stated)} | {
    "decided_on": _day,
    "valid_from": _day,
    "valid_until": _day,
    "review_interval_years": _years,
    "replaces": _texts,
    "id": _identity,
}
