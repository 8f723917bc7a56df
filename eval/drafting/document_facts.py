"""Drafts on what a document says of itself: when and by whom it was decided, how long it holds, who owns it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import facts
from assistant.question import Fact
from eval.drafting.context import Speaker
from eval.drafting.drafted import Drafted
from knowledge.dates import dates, swedish
from knowledge.section import Document

KIND = "metadata"


def drafts_of(document: Document, speaker: Speaker) -> list[Drafted]:
    """A draft for each fact that the document is known to state, with the section (or cover sheet) whose line states it."""
    found = []
    for fact, question in _questions(document, speaker.title):
        stated = facts.state(document, [fact]).claims
        expected = _expected(fact, document, stated[0].quote) if stated else ()
        if stated and expected:
            found.append(Drafted(question, KIND, expected, stated[0].section_id, better=3.0))
    return found


def _questions(document: Document, title: str) -> Iterator[tuple[Fact, str]]:
    several = re.match(r"\w+(?:rna|arna)\b", title) is not None
    has = "antogs" if (document.decided_by or "").endswith("fullmäktige") else "beslutades"
    yield Fact.DECIDED_ON, f"När {has} {title}?"
    yield Fact.DECIDED_BY, f"Vem har beslutat om {title}?"
    yield Fact.VALID_UNTIL, f"Hur länge gäller {title}?"
    yield Fact.OWNER, f"Vem är dokumentansvarig för {title}?"
    yield Fact.REVIEW, f"Hur ofta ska {title} ses över?"
    yield Fact.REGISTRATION, f"Vilket diarienummer har {title}?"
    yield Fact.REPLACES, f"Vilket dokument ersätter {title}?" if not several else f"Vilket dokument ersätts av {title}?"
    yield Fact.APPLIES_TO, f"Vilka omfattas av {title}?"


def _expected(fact: Fact, document: Document, quote: str) -> tuple[str, ...]:
    """The words that the answer must hold, as its line has them; () where the line does not tell them apart."""
    match fact:
        case Fact.DECIDED_ON:
            day = document.decided_on
            return tuple(
                f"{quote[a:b]} | {swedish(d)}" if quote[a:b] != swedish(d) else quote[a:b] for d, a, b in dates(quote) if d == day
            )[:1]
        case Fact.VALID_UNTIL if document.valid_until:
            year = str(document.valid_until.year)
            return (year,) if year in quote else ()
        case Fact.DECIDED_BY:
            by = document.decided_by or ""
            return (by,) if by.casefold() in quote.casefold() else ()
        case Fact.OWNER | Fact.REGISTRATION | Fact.APPLIES_TO:
            value = {Fact.OWNER: document.owner, Fact.REGISTRATION: document.registration_number, Fact.APPLIES_TO: document.applies_to}[
                fact
            ]
            return (value,) if value and value in quote else ()
        case Fact.REPLACES:
            return (document.replaces[0],) if document.replaces and document.replaces[0] in quote else ()
        case Fact.REVIEW if document.review_interval_years:
            reviewed = re.search(r"revider|aktualit|ses över|översyn|omprövas|uppdateras", quote, re.IGNORECASE)
            often = reviewed and re.search(
                r"(?:en|1|minst en) gång (?:per|varje) mandatperiod|vart\w* \w* ?år|varje år|årligen|varje mandatperiod",
                quote,
                re.IGNORECASE,
            )
            return (often[0],) if often else ()
    return ()
