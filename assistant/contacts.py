"""Whom to ask when the documents don't say, in a chain that never ends empty."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

from assistant.answer import Notice, NoticeKind
from assistant.prompts import notice
from knowledge import glossary
from knowledge.contacts import Contact
from knowledge.index import Index
from knowledge.section import Document
from knowledge.statements import statements
from knowledge.swedish import index_terms
from knowledge.words import tokens

_PROGRAMMES = Path(glossary.__file__).with_name("programmes.toml")
_COORDINATES = re.compile(
    r"\b(?P<who>(?:(?:den|de|stadens|kommunens|en)\s+)?(?:internationell[ae]?\s+)?\w*(?:samordnare|koordinator|strateg|sekreterare|samordningsfunktion|kontaktperson|utvecklingschef)"
    r"(?:en|n|s|er|erna|na)?)\b(?=[^.]*\b(?:ansvarar|samordnar|stöd|stöttar|svarar|leder|hjälp|kontakt|utgör|bistår|håller))",
    re.IGNORECASE,
)


def whom_to_ask(
    asked: str, municipality: str | None, index: Index, nearest: Sequence[Document], added: Sequence[Contact] = ()
) -> tuple[Notice, ...]:
    """The contact notices for an unanswered question: a programme's agency where one is named, then the first link that exists of
    the role that the documents name, the nearest document's owner, the coordinator's list and the registrar. Where the list has an
    entry for the very topic, it comes beside what the documents name. `added` stand before what the folders' lists have."""
    own = [d for d in index.documents.values() if d.municipality == municipality and not d.draft]
    named = _role_of(index, municipality, own) or _owner([*nearest, *own])
    listed = _listed(asked, (*added, *index.contacts(municipality)), unnamed=not named)
    found = [named, listed] if named and listed else [named or listed or _registered(municipality, index) or notice("contact_none")]
    return (*_programme(asked), *(Notice(NoticeKind.CONTACT, text) for text in found if text))


def programmes_named(asked: str) -> bool:
    """Whether a question names a programme that has rules of its own."""
    return any(True for _ in _programme(asked))


@cache
def addresses() -> frozenset[str]:
    """The addresses outside the house that an answer may link to."""
    return frozenset(entry["url"] for entry in _programmes())


_roles: WeakKeyDictionary[Index, dict[str | None, str | None]] = WeakKeyDictionary()


def _role_of(index: Index, municipality: str | None, own: Sequence[Document]) -> str | None:
    """`_role`, looked for once in each index: it goes through every statement of the municipality."""
    known = _roles.setdefault(index, {})
    if municipality not in known:
        known[municipality] = _role(own)
    return known[municipality]


def _role(documents: Sequence[Document]) -> str | None:
    """The role that the documents give the task of coordinating; a contact person only where they name no coordinator."""
    found = [
        (bool(re.search(r"kontaktperson", m["who"], re.IGNORECASE)), document, section, m["who"])
        for document in documents
        for section in document.sections
        for statement in statements(section.text)
        if (m := _COORDINATES.search(statement.text))
    ]
    if not found:
        return None
    _, document, section, who = min(found, key=lambda f: f[0])
    bare = re.sub(r"^en\s+", "", who.strip(), flags=re.IGNORECASE)
    return notice("contact_role", who=bare[:1].lower() + bare[1:], title=document.title, heading=section.headings[-1])


def _listed(asked: str, contacts: Sequence[Contact], *, unnamed: bool) -> str | None:
    """The entry of contacts.toml with most of its topics' words in the question; one for everything only where nobody else is named."""
    words = set(index_terms(asked))
    about = {c: max((len(words & set(index_terms(t))) for t in c.topics), default=0) for c in contacts}
    best = max(about, key=lambda c: about[c], default=None)
    if best is not None and about[best]:
        return notice("contact_listed", who=best.text)
    general = next((c for c in about if not c.topics), None)
    return notice("contact_unnamed", who=general.text) if general and unnamed else None


def _registered(municipality: str | None, index: Index) -> str | None:
    for entry in index.municipalities:
        if entry.name == municipality and (entry.contact or entry.email):
            return notice("contact_unnamed", who=", ".join(v for v in (entry.contact, entry.email) if v))
    return None


def _owner(documents: Sequence[Document]) -> str | None:
    return next((notice("contact_owner", title=d.title, owner=d.owner) for d in documents if d.owner), None)


def _programme(asked: str) -> list[Notice]:
    words = " ".join(t.word for t in tokens(asked))
    for entry in _programmes():
        if any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w+])|(?<![\w])\w*{re.escape(name)}-", words) for name in entry["names"]):
            text = notice("contact_programme", programme=entry["title"], agency=entry["agency"], url=entry["url"], checked=entry["checked"])
            return [Notice(NoticeKind.CONTACT, text)]
    return []


@cache
def _programmes() -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads(_PROGRAMMES.read_text(encoding="utf-8"))["programme"]
    return found
