"""Sections as the embedder sees them: passages short enough for one vector to mean something."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from langchain_text_splitters import RecursiveCharacterTextSplitter

from knowledge.section import Document, Section

_SIZE = 700
_OVERLAP = 100
_CONTEXT = 300


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a section with where it stands in front: what is embedded."""

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
        context = context_of(document, section)
        for number, text in enumerate(_splitter().split_text(section.text)):
            yield Passage(f"{section.id}|{number}", document.municipality, f"{context}\n{text}")


def section_of(passage_id: str) -> str:
    """The id of the section that a passage is a piece of."""
    return passage_id.rpartition("|")[0]


def context_of(document: Document, section: Section) -> str:
    """The document's title and the headings above and of a section, on one line."""
    return " › ".join((document.title, *section.headings))[:_CONTEXT]


@cache
def _splitter() -> RecursiveCharacterTextSplitter:
    return RecursiveCharacterTextSplitter(
        chunk_size=_SIZE, chunk_overlap=_OVERLAP, separators=["\n\n", "\n", ". ", "; ", ", ", " ", ""], keep_separator="end"
    )
