"""What the reader must know beside the answer: validity, steps taken, scope, conflicts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date

from assistant.answer import Citation, Notice, NoticeKind
from assistant.matching import Match
from assistant.prompts import notice
from assistant.scope import Scope
from knowledge.dates import swedish
from knowledge.index import Index
from knowledge.municipalities import own_name
from knowledge.query import Query
from knowledge.section import EVERYBODY, Document
from knowledge.validity import review_due
from knowledge.words import bare

_NAMED_YEAR = re.compile(r"\b(?P<name>(?:Europa|Vision|Agenda|Mål|Strategi|Horisont|Lgr|Lpo|Gy|Lpfö)\s?(?P<year>(?:19|20)?\d\d))\b")
_KINDS = ("reglemente", "policy", "strategi", "program", "riktlinje", "handlingsplan", "plan", "rutin", "handbok")
"""The weightiest kind first, where the register gives no order."""
_STAFF = r"(?:medarbetare|anställda|förtroendevalda)"
_EVERYONE = re.compile(
    rf"\b(?:alla|samtliga|hela|\w*koncern\w*|kommunens (?:nämnder|verksamheter|bolag)|{_STAFF} och {_STAFF})\b", re.IGNORECASE
)
_RANK = ("kommunfullmäktige", "kommunstyrelsen", "nämnd", "direktör", "chef")


def of_documents(citations: Sequence[Citation], index: Index, on: date) -> list[Notice]:
    """A notice for each cited document that is not plainly in force, that is national, or that only presents another."""
    out = []
    for document_id in dict.fromkeys(c.document_id for c in citations):
        document = index.documents[document_id]
        out += _validity(document, next(c.validity for c in citations if c.document_id == document_id), on)
        if document.kind == "presentation":
            out.append(Notice(NoticeKind.VALIDITY, notice("presentation")))
        if document.applies_to and not _EVERYONE.search(document.applies_to):
            out.append(Notice(NoticeKind.SCOPE, notice("applies_to", title=document.title, whom=document.applies_to)))
        if document.municipality == EVERYBODY:
            out.append(Notice(NoticeKind.SCOPE, notice("national", title=document.title)))
    return out + _past_years(citations, on)


def of_scope(scope: Scope) -> list[Notice]:
    """That the answer is about another municipality, when it is."""
    if not scope.foreign or scope.other is None:
        return []
    if scope.own:
        return [Notice(NoticeKind.SCOPE, notice("scope", other=own_name(scope.other), own=own_name(scope.own)))]
    return [Notice(NoticeKind.SCOPE, notice("scope_alone", other=own_name(scope.other)))]


def of_changes(changed: Mapping[str, str]) -> list[Notice]:
    """The words of the question that were read as others, when more than dots."""
    told = {word: meant for word, meant in changed.items() if bare(word) != bare(meant)}
    return [Notice(NoticeKind.BRIDGE, notice("corrected", word=w, meant=m)) for w, m in told.items()]


def of_steps(query: Query, used: Sequence[Match]) -> list[Notice]:
    """The bridges that the answer rests on."""
    out = []
    for number, term in enumerate(query.terms):
        best = max((m.strengths[number] for m in used), default=0.0)
        if term.bridge and 0 < best <= 0.75:
            out.append(Notice(NoticeKind.BRIDGE, term.bridge))
    return list(dict.fromkeys(out))


def of_conflict(citations: Sequence[Citation], index: Index) -> list[Notice]:
    """That two documents in force of one municipality both answer; that they differ only where a number, a role or a duty does."""
    current = [c for c in citations if c.validity in ("current", "review_overdue") and c.municipality]
    seen = list(dict.fromkeys(c.document_id for c in current))
    if len(seen) < 2:
        return []
    kinds = index.kinds(current[0].municipality) or _KINDS
    first, second = sorted((index.documents[i] for i in seen[:2]), key=lambda d: _weight(d, kinds))
    if first.municipality != second.municipality:
        return []
    quotes = [" ".join(c.quote for c in current if c.document_id == d.id) for d in (first, second)]
    by_rank = _rank(first) < _rank(second)
    weight = notice("conflict_rank", first=first.title, by=first.decided_by) if by_rank else notice("conflict_later", first=first.title)
    if not first.decided_on or not second.decided_on:
        weight = ""
    differ = notice("conflict_differ") if _differ(*quotes) else ""
    return [Notice(NoticeKind.CONFLICT, notice("conflict", first=first.title, second=second.title, weight=differ + weight).strip())]


def _validity(document: Document, validity: str, on: date) -> list[Notice]:
    title = document.title
    if validity == "expired" and document.valid_until:
        return [Notice(NoticeKind.VALIDITY, notice("expired", title=title, until=swedish(document.valid_until)))]
    if validity == "superseded":
        return [Notice(NoticeKind.VALIDITY, notice("superseded", title=title))]
    due = review_due(document)
    if validity == "review_overdue" and due:
        return [Notice(NoticeKind.VALIDITY, notice("review_overdue", title=title, due=swedish(due)))]
    if validity == "unknown":
        return [Notice(NoticeKind.VALIDITY, notice("unknown", title=title))]
    years = (on - document.decided_on).days // 365 if document.decided_on else 0
    if years >= 5 and not document.review_interval_years and not document.valid_until and document.decided_on:
        return [Notice(NoticeKind.VALIDITY, notice("old", title=title, day=swedish(document.decided_on), years=years))]
    return []


def _past_years(citations: Sequence[Citation], on: date) -> list[Notice]:
    """Quotes that lean on something with a year in its name that has passed."""
    out = []
    for citation in citations:
        for found in _NAMED_YEAR.finditer(citation.quote):
            year = int(found["year"]) + (2000 if int(found["year"]) < 100 else 0)
            if year < on.year:
                out.append(Notice(NoticeKind.VALIDITY, notice("past_year", what=f"”{found['name']}”")))
    return list(dict.fromkeys(out))


def _rank(document: Document) -> int:
    return next((n for n, body in enumerate(_RANK) if document.decided_by and body in document.decided_by), len(_RANK))


def _weight(document: Document, kinds: Sequence[str]) -> tuple[int, int, int]:
    """Who decided comes first, then the later date; the kind breaks ties."""
    kind = next((n for n, k in enumerate(kinds) if document.kind and document.kind.startswith(k.casefold())), len(kinds))
    return _rank(document), -(document.decided_on.toordinal() if document.decided_on else 0), kind


def _differ(one: str, other: str) -> bool:
    numbers = [
        set(re.findall(r"\b\d+(?:[.,]\d+)?\b|\b(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|fjorton)\b", q.casefold())) for q in (one, other)
    ]
    forbids = [bool(re.search(r"\b(?:får|ska|bör) inte\b", q.casefold())) for q in (one, other)]
    from assistant.expectation import ROLE

    roles = [{m[0].casefold().rstrip("ns") for m in ROLE.finditer(q)} for q in (one, other)]
    return (all(numbers) and not numbers[0] & numbers[1]) or forbids[0] != forbids[1] or (all(roles) and not roles[0] & roles[1])
