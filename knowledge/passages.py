"""Sections as the embedder sees them: a passage a statement, so that what is nearest to a question is a sentence that may answer it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.section import Document, Section
from knowledge.statements import embedded, statements

_CONTEXT = 300


@dataclass(frozen=True, slots=True)
class Passage:
    """A statement of a section with its heading and lead-in in front: what is embedded."""

    id: str
    municipality: str
    text: str

    @property
    def hash(self) -> str:
        """The same text gives the same vector, so this is what a vector is kept under."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()


def searchable(document: Document) -> bool:
    """Whether searches may find a document: not a draft, and somebody states whose it is."""
    return document.municipality is not None and not document.draft


def passages(document: Document) -> Iterator[Passage]:
    """The passages of a document, section by section; none where it is not searchable. The cover sheet is none of them."""
    if document.municipality is None or not searchable(document):
        return
    for section in document.sections:
        heading = " › ".join(section.headings)[:_CONTEXT]
        for number, statement in enumerate(statements(section.text)):
            yield Passage(f"{section.id}|{number}", document.municipality, embedded(section.text, statement, heading))


def statement_of(passage_id: str) -> tuple[str, int]:
    """The section's id and the number of the statement that a passage is."""
    section_id, _, number = passage_id.rpartition("|")
    return section_id, int(number)


def context_of(document: Document, section: Section) -> str:
    """The document's title and the headings above and of a section, on one line."""
    return " › ".join((document.title, *section.headings))[:_CONTEXT]
