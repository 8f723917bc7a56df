"""The things that are indexed, found and cited: documents and their sections.

Everything here is immutable and free of any library: every other module of `knowledge` and `assistant` builds on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

EVERYBODY = "alla"
"""The municipality of a national text: it applies to all, beside and after one's own documents."""

COVER = "forsattsblad"
"""The anchor of a document's cover sheet."""


class KnowledgeError(Exception):
    """Something that a person must mend. Both texts are Swedish and shown as they are.

    Attributes:
        reason: what is wrong, one sentence.
        remedy: what to do about it, one sentence.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class Validity(StrEnum):
    """Whether a document is in force on a given date."""

    CURRENT = "current"
    REVIEW_OVERDUE = "review_overdue"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document under one heading, with text of its own.

    `text` has one paragraph, list item ("- …") or table row ("cell | cell") a line; an empty line stands between groups.
    `pages` are (offset in `text`, page) pairs in rising order, empty where the format has no pages.
    """

    id: str
    document_id: str
    headings: tuple[str, ...]
    text: str
    number: str | None = None
    pages: tuple[tuple[int, int], ...] = ()

    @property
    def page(self) -> int | None:
        """The first page, from 1, or None where the format has none."""
        return self.pages[0][1] if self.pages else None

    def page_at(self, offset: int) -> int | None:
        """The page on which the character at `offset` of the text stands."""
        return max((p for p in self.pages if p[0] <= offset), default=(0, self.page))[1]

    @property
    def anchor(self) -> str:
        """The part of the id after '#', which is also the anchor on the reading page."""
        return self.id.partition("#")[2]


@dataclass(frozen=True, slots=True)
class Document:
    """A document with what it says of itself; None is what it does not say.

    `municipality` is a plain name ("Lidingö"), "alla" for a national text, or None when nobody states it.
    `kind` is a lower-case Swedish word: policy, strategi, plan, program, riktlinje, rutin, regler, handbok, avtal, presentation, utkast …
    `cover` holds the cover sheet's lines (citable, not a section); `decision_section` is the id of the section whose text states the
    decision, when no cover sheet does.
    """

    id: str
    title: str
    file: str
    hash: str
    sections: tuple[Section, ...]
    cover: Section | None = None
    municipality: str | None = None
    kind: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None
    paragraph: str | None = None
    registration_number: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_interval_years: int | None = None
    review_each_mandate: bool = False
    replaces: tuple[str, ...] = ()
    applies_to: str | None = None
    owner: str | None = None
    url: str | None = None
    decision_section: str | None = None
    draft: bool = False
    aliases: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def citable(self) -> tuple[Section, ...]:
        """The sections and, first, the cover sheet."""
        return ((self.cover,) if self.cover else ()) + self.sections


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that a search found: its fused score, the features behind it, and the cosine of those of its statements that are near."""

    section: Section
    document: Document
    score: float
    evidence: dict[str, float] = field(default_factory=dict)
    statements: dict[int, float] = field(default_factory=dict)
