"""The form in which a coordinator states what a document does not say itself, or says wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from urllib.parse import urlsplit

from knowledge.dates import dates
from knowledge.register import Stated
from knowledge.registering import clean
from knowledge.section import Document, KnowledgeError

LONGEST = 300
"""Characters of a field."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its key in the register, what it is called, how it is written, and what helps."""

    key: str
    label: str
    kind: Literal["text", "date", "years", "lines", "url"] = "text"
    hint: str = ""


FIELDS = (
    Field("title", "Titel"),
    Field("kind", "Typ av dokument", hint="Till exempel policy, strategi, riktlinje, rutin eller avtal."),
    Field("decided_by", "Beslutat av", hint="Till exempel kommunfullmäktige."),
    Field("decided_on", "Beslutsdatum", "date", "Ett beslutsdatum gör ett utkast till ett beslutat dokument."),
    Field("paragraph", "Paragraf", hint="Till exempel § 41."),
    Field("registration_number", "Diarienummer"),
    Field("valid_from", "Gäller från", "date"),
    Field("valid_until", "Gäller till", "date"),
    Field("review_interval_years", "Ska prövas efter så många år", "years"),
    Field("replaces", "Ersätter", "lines", "Titeln på det dokument som inte gäller längre. En titel per rad."),
    Field("applies_to", "Gäller för", hint="Till exempel alla nämnder, eller grundskolan."),
    Field("owner", "Ansvarig", hint="Den funktion som ansvarar för dokumentet."),
    Field("url", "Adress på webben", "url"),
)


def shown(document: Document) -> dict[str, str]:
    """What the form holds for a document, as it counts now."""
    return {f.key: _written(getattr(document, f.key)) for f in FIELDS}


def stated_from(form: Mapping[str, str], document: Document, before: Stated) -> Stated:
    """What is stated when the form is saved: what differs from what the document says, and what was stated before and still stands.

    An empty field states nothing: then the document's own words count.

    Raises:
        KnowledgeError: a value has the wrong form; it names the field.
    """
    values: dict[str, Any] = {}
    for field in FIELDS:
        typed = read(field, form.get(field.key, ""))
        unchanged = typed == getattr(document, field.key) and getattr(before, field.key) is None
        if typed not in (None, ()) and not unchanged:
            values[field.key] = typed
    return Stated(**values)


def read(field: Field, typed: str) -> Any:
    """What a field says. KnowledgeError when it cannot be understood."""
    if field.kind == "lines":
        return tuple(_bounded(field, line) for line in typed.splitlines() if clean(line))
    text = _bounded(field, typed)
    if not text:
        return None
    if field.kind == "date":
        return _day(field, text)
    if field.kind == "years":
        if not text.isdecimal() or not 1 <= int(text) <= 100:
            raise KnowledgeError(f"”{field.label}” ska vara ett helt antal år.", "Skriv till exempel 4.")
        return int(text)
    if field.kind == "url" and (urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).hostname):
        raise KnowledgeError(f"”{field.label}” är ingen webbadress.", "Skriv hela adressen, med https:// först.")
    return text.lower() if field.key == "kind" else text


def _bounded(field: Field, typed: str) -> str:
    text = clean(typed)
    if len(text) > LONGEST:
        raise KnowledgeError(f"”{field.label}” är för långt.", f"Skriv högst {LONGEST} tecken.")
    return text


def _day(field: Field, text: str) -> date:
    found = [day for day, start, end in dates(text) if (start, end) == (0, len(text))]
    if not found:
        raise KnowledgeError(f"”{field.label}” är inget datum som finns.", "Skriv år-månad-dag, till exempel 2024-05-31.")
    return found[0]


def _written(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
