"""Whether a document is in force on a given day, from what it and the others of its municipality say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from knowledge.describe import slug
from knowledge.section import Document, Validity

MANDATE_TURNS = tuple(date(year, 10, 15) for year in range(2002, 2063, 4))
"""The days on which a new council takes over after an election: 15 October 2018, 2022, 2026 …"""


def validity(document: Document, others: Iterable[Document], on: date) -> Validity:
    """Superseded before expired before review overdue; unknown only where no decision date is known and nothing else tells."""
    if any(supersedes(other, document, on) for other in others):
        return Validity.SUPERSEDED
    if document.valid_until and document.valid_until < on:
        return Validity.EXPIRED
    if document.decided_on is None and document.valid_until is None:
        return Validity.UNKNOWN
    due = review_due(document)
    return Validity.REVIEW_OVERDUE if due and due < on else Validity.CURRENT


def review_due(document: Document) -> date | None:
    """When the review that the document or the register states is due; None where neither states an interval or a decision date.

    A review each mandate period is due when the council that decided has been followed by the next.
    """
    if not document.decided_on or not document.review_interval_years:
        return None
    decided = document.decided_on
    if document.review_each_mandate:
        return next(t for t in MANDATE_TURNS if t > decided)
    try:
        return decided.replace(year=decided.year + document.review_interval_years)
    except ValueError:  # 29 February
        return decided.replace(year=decided.year + document.review_interval_years, day=28)


def supersedes(newer: Document, older: Document, on: date) -> bool:
    """Whether `newer` says that it replaces `older`, or is a later decision of the same kind and title in the same municipality."""
    if newer.id == older.id or newer.draft or newer.municipality != older.municipality or older.municipality is None:
        return False
    if newer.decided_on and newer.decided_on > on:
        return False
    if any(_names(stated, older) for stated in newer.replaces):
        return newer.decided_on is None or older.decided_on is None or newer.decided_on >= older.decided_on
    later = newer.decided_on and older.decided_on and newer.decided_on > older.decided_on
    return bool(later) and newer.kind == older.kind != "presentation" and _bare(newer.title) == _bare(older.title)


def _names(stated: str, older: Document) -> bool:
    if stated == older.id:
        return True
    said, title = slug(stated), slug(older.title)
    years = {str(y.year) for y in (older.decided_on, older.valid_from, older.valid_until) if y}
    wrong_year = any(part.isdigit() and len(part) == 4 for part in said.split("-")) and not any(y in said for y in years)
    return len(title) > 5 and (title in said or _bare(older.title) in said) and not wrong_year


@lru_cache(maxsize=10_000)  # every document is compared with all others, for each question
def _bare(title: str) -> str:
    """The slug of a title without years."""
    return slug(" ".join(w for w in title.split() if not any(c.isdigit() for c in w)))
