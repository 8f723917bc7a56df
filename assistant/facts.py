"""What a document says of itself: when decided, by whom, for how long; each fact quoted from the line that states it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assistant.answer import Claim
from assistant.prompts import say
from assistant.question import Fact, Question
from knowledge.dates import dates, swedish, year_span
from knowledge.metadata import BODY, SELF, body_name
from knowledge.section import Document, Section, Validity
from knowledge.stems import stem
from knowledge.swedish import index_terms
from knowledge.words import tokens

_REVIEW = re.compile(r"mandatperiod|revider|aktualit|översyn|ses över|omprövas|uppdateras", re.IGNORECASE)
_VALID = re.compile(r"giltig|gäller|tills vidare|period|t\.?o\.?m|till och med", re.IGNORECASE)
_CHANGED = re.compile(r"\b(?:ändrad|reviderad|uppdaterad)\w*\b", re.IGNORECASE)
_OWN_REVIEW = re.compile(rf"^{SELF}\b.*\b(?:revider|aktualit|ses över|omprövas|uppdateras|göras om)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of the facts asked for: claims, and the facts that no document states."""

    claims: tuple[Claim, ...]
    unknown: tuple[Fact, ...]


def choose(question: str, documents: Iterable[Document]) -> list[Document]:
    """The documents that a question is about: those whose kind or title it names, else all that are decided; the best first."""
    asked = {stem(t.word) for t in tokens(question)}
    said = " ".join(t.word for t in tokens(question))
    ranked = []
    for document in documents:
        title = set(index_terms(document.title)) - set(index_terms(document.municipality or ""))
        kind = bool(document.kind and document.kind in said)
        named = len(title & asked)
        ranked.append((named + 2 * kind, document.kind != "presentation", document.decided_on or date.min, document))
    ranked.sort(key=lambda r: r[:3], reverse=True)
    best = ranked[0][0] if ranked else 0
    return [r[3] for r in ranked if r[0] == best][:3]


def state(document: Document, wanted: Sequence[Fact]) -> Found:
    """The wanted facts of one document, with the lines that state them."""
    claims: list[Claim] = []
    unknown = []
    for fact in wanted:
        quoted = _quoted(document, fact)
        if quoted:
            claims.append(Claim(quoted[1], quoted[0].id, quoted[1]))
        else:
            unknown.append(fact)
    return Found(tuple(_merged(claims, document)), tuple(unknown))


def still_valid(document: Document, validity: Validity, on: date) -> str:
    """A sentence on whether a document is in force, "" when it cannot be told."""
    if validity is Validity.EXPIRED and document.valid_until:
        return say("not_valid_expired", title=document.title, until=swedish(document.valid_until))
    if validity is Validity.SUPERSEDED:
        return say("not_valid_superseded", title=document.title)
    if validity in (Validity.CURRENT, Validity.REVIEW_OVERDUE) and document.valid_until:
        return say("valid_until", title=document.title, until=swedish(document.valid_until))
    if validity in (Validity.CURRENT, Validity.REVIEW_OVERDUE) and document.decided_on:
        return say("still_valid", title=document.title, age=f"Det är beslutat {swedish(document.decided_on)}.")
    return ""


def of_age(question: Question, documents: Iterable[Document], on: date) -> tuple[list[Document], list[Document], str]:
    """(documents of the age asked for, those without a known date, the span in words)."""
    test, span = _age_test(question, on)
    listed = [d for d in documents if not d.draft]
    known = [d for d in listed if d.decided_on]
    return [d for d in known if d.decided_on and test(d.decided_on)], [d for d in listed if not d.decided_on], span


def _age_test(question: Question, on: date) -> tuple[Callable[[date], bool], str]:
    if question.older_than is not None:
        years = question.older_than
        return (lambda d: (on.year - d.year, (on.month, on.day) >= (d.month, d.day)) >= (years, True)), f"för mer än {years} år sedan"
    if question.before_year:
        before = question.before_year
        return (lambda d: d.year < before), f"före {before}"
    if question.after_year:
        after = question.after_year
        return (lambda d: d.year >= after), f"från och med {after}"
    return (lambda d: True), "vid de datum som anges"


def _quoted(document: Document, fact: Fact) -> tuple[Section, str] | None:
    """(section, line or two adjoining lines) that state a fact, the cover first; None when no line does."""
    test = _test(document, fact)
    if test is None:
        return None
    for section in _places(document):
        lines = _lines(section)
        for line in lines:
            if test(line):
                return section, line
        for first, second in itertools.pairwise(lines):
            if test(f"{first} {second}") and len(f"{first} {second}".split()) < 40 and f"{first}\n{second}" in section.text:
                return section, f"{first}\n{second}"
    return None


def _places(document: Document) -> list[Section]:
    decision = [s for s in document.sections if s.id == document.decision_section]
    return [*([document.cover] if document.cover else []), *decision, *(s for s in document.sections if s not in decision)]


def _lines(section: Section) -> list[str]:
    from knowledge.statements import statements

    if section.anchor == "forsattsblad":
        return [line for line in section.text.split("\n") if line.strip()]
    return [s.text for s in statements(section.text)]


def _test(document: Document, fact: Fact) -> Callable[[str], bool] | None:
    """Whether a line states the value that the document is known to have; None when it is not known."""
    match fact:
        case Fact.DECIDED_ON | Fact.AGE:
            day = document.decided_on
            return day and (lambda line: any(d == day for d, _, _ in dates(line)))  # type: ignore[return-value]
        case Fact.DECIDED_BY:
            by = document.decided_by
            return by and (lambda line: any(body_name(m["body"]) == by for m in BODY.finditer(line)) and bool(_DECISION.search(line)))  # type: ignore[return-value]
        case Fact.PARAGRAPH:
            number = re.sub(r"\D", "", document.paragraph or "")
            return (lambda line: bool(re.search(rf"§+\s*{number}\b", line))) if number else None
        case Fact.REGISTRATION:
            return _says(document.registration_number)
        case Fact.VALID_UNTIL:
            until = document.valid_until
            if until:
                return lambda line: (
                    (bool(_VALID.search(line) or year_span(line)) and str(until.year) in line)
                    or (year_span(line) or (0, 0))[1] == until.year
                )
            return lambda line: bool(re.search(r"giltighetstid|tills vidare|till dess", line, re.IGNORECASE)) and len(line.split()) < 25
        case Fact.REVIEW:
            if document.review_interval_years:
                return lambda line: bool(_REVIEW.search(line))
            return lambda line: bool(_OWN_REVIEW.search(line))
        case Fact.OWNER:
            return _says(document.owner)
        case Fact.REPLACES:
            return _says(document.replaces[0]) if document.replaces else None
        case Fact.APPLIES_TO:
            return _says(document.applies_to)
        case Fact.CHANGED:
            return lambda line: any(_CHANGED.search(line[max(0, start - 40) : start]) for _, start, _ in dates(line))
    return None


_DECISION = re.compile(r"\b(?:antag|antog|beslut|fastställ|godkän)", re.IGNORECASE)


def _says(value: str | None) -> Callable[[str], bool] | None:
    wanted = "".join((value or "").split()).casefold()
    return (lambda line: wanted in "".join(line.split()).casefold()) if wanted else None


def _merged(claims: Sequence[Claim], document: Document) -> list[Claim]:
    """Claims without repeats; two whose lines adjoin in one section become one contiguous quote."""
    out: list[Claim] = []
    for claim in dict.fromkeys(claims):
        joined = False
        for n, kept in enumerate(out):
            if claim.section_id != kept.section_id:
                continue
            text = next(s.text for s in document.citable if s.id == kept.section_id)
            for pair in (f"{kept.quote}\n{claim.quote}", f"{claim.quote}\n{kept.quote}"):
                if pair in text:
                    out[n], joined = Claim(pair, kept.section_id, pair), True
            joined = joined or claim.quote in kept.quote
        if not joined:
            out.append(claim)
    return out
