"""Which claims survive: the section is in scope, and the quote stands in it word for word."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from urllib.parse import quote as url_quote

from assistant.answer import Citation, Claim
from knowledge.index import Index
from knowledge.section import EVERYBODY, Document, Section
from knowledge.validity import validity


def verify(claims: Sequence[Claim], index: Index, scope: Collection[str], on: date) -> list[tuple[Claim, Citation]]:
    """The claims that hold, each with its citation, numbered in order. The same quote twice is one citation."""
    kept: list[tuple[Claim, Citation]] = []
    numbers: dict[tuple[str, str], int] = {}
    for claim in claims:
        section = index.section(claim.section_id)
        document = index.document(section.document_id) if section else None
        if section is None or document is None or document.municipality not in scope or document.draft:
            continue
        place = find(claim.quote, section.text)
        if place is None:
            continue
        marker = numbers.setdefault((section.id, claim.quote), len(numbers) + 1)
        kept.append((claim, _citation(marker, claim.quote, section, document, place, index, on)))
    return kept


def find(quote: str, text: str) -> int | None:
    """Where a quote begins in a text, white space apart; None when it does not stand there word for word."""
    words = quote.split()
    if not words:
        return None
    found = re.search(r"\s+".join(map(re.escape, words)), text)
    return found.start() if found else None


def url_of(section: Section) -> str:
    """The reading page's address, at the section."""
    return f"/dokument/{url_quote(section.document_id)}#{url_quote(section.anchor)}"


def _citation(marker: int, quote: str, section: Section, document: Document, place: int, index: Index, on: date) -> Citation:
    return Citation(
        marker=marker,
        document_id=document.id,
        document_title=document.title,
        municipality=None if document.municipality == EVERYBODY else document.municipality,
        headings=section.headings,
        section_id=section.id,
        page=section.page_at(place),
        quote=quote,
        validity=str(validity(document, index.documents.values(), on)),
        url=url_of(section),
    )
