"""Documents, hits, reports and answers for the command line: as the contract's JSON values, and as text to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assistant.answer import Answer
from assistant.render import NOTICE_WORDS, VALIDITY_WORDS
from knowledge.index import Index
from knowledge.section import EVERYBODY, Document, Hit, Section, Validity
from knowledge.validity import validity

_UNKNOWN = "framgår inte"


def documents(index: Index, on: date) -> list[dict[str, Any]]:
    """Every document as the contract lists it, ordered by id."""
    everything = index.documents.values()
    return [_document(d, str(validity(d, everything, on))) for d in sorted(everything, key=lambda d: d.id)]


def documents_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The same, to read."""
    out = []
    for row in rows:
        decided = " ".join(str(v) for v in (row["decided_by"], row["decided_on"], row["paragraph"]) if v) or _UNKNOWN
        out += [
            f"{row['title']}  ({row['municipality'] or 'kommun ' + _UNKNOWN})",
            f"  {row['document_id']}",
            f"  Beslutad: {decided}. Giltighet: {VALIDITY_WORDS[Validity(row['validity'])].lower()}. {len(row['sections'])} avsnitt.",
            *(f"  Varning: {w}" for w in row["warnings"]),
        ]
    return "\n".join(out) or "Det finns inga dokument."


def hit(found: Hit) -> dict[str, Any]:
    """A hit as the contract gives it."""
    section = found.section
    return {
        "section_id": section.id,
        "municipality": _municipality(found.document),
        "document_title": found.document.title,
        "headings": list(section.headings),
        "page": section.page,
        "score": round(found.score, 4),
        "evidence": {k: round(v, 4) for k, v in found.evidence.items()},
        "text": section.text,
    }


def hits_text(hits: Sequence[Hit]) -> str:
    """Hits to read."""
    return (
        "\n".join(f"{n}. {h.document.title} › {' › '.join(h.section.headings)}\n   {h.section.id}" for n, h in enumerate(hits, 1))
        or "Inget hittades."
    )


def answer_text(answer: Answer) -> str:
    """An answer to read in a terminal."""
    out = [answer.text, ""]
    for c in answer.citations:
        page = f", s. {c.page}" if c.page else ""
        out.append(f"[{c.marker}] {c.document_title} › {' › '.join(c.headings)}{page} ({VALIDITY_WORDS[Validity(c.validity)].lower()})")
    out += [f"{NOTICE_WORDS[n.kind]}: {n.text}" for n in answer.notices]
    return "\n".join(out).strip()


def report(values: Mapping[str, Any]) -> str:
    """An indexing report to read."""
    words = (("added", "Nya"), ("changed", "Ändrade"), ("removed", "Borttagna"), ("unchanged", "Oförändrade"))
    out = [f"{word}: {len(values[key])}" for key, word in words]
    out += [f"Gick inte att läsa: {f['file']}. {f['reason']} {f['remedy']}" for f in values["failed"]]
    out += [f"Varning: {w['file']}. {w['text']}" for w in values["warnings"]]
    return "\n".join(out)


def _municipality(document: Document) -> str | None:
    return None if document.municipality == EVERYBODY else document.municipality


def _document(document: Document, state: str) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "title": document.title,
        "municipality": document.municipality,
        "kind": document.kind,
        "decided_by": document.decided_by,
        "decided_on": _iso(document.decided_on),
        "paragraph": document.paragraph,
        "registration_number": document.registration_number,
        "valid_from": _iso(document.valid_from),
        "valid_until": _iso(document.valid_until),
        "review_interval_years": document.review_interval_years,
        "replaces": list(document.replaces) or None,
        "applies_to": document.applies_to,
        "owner": document.owner,
        "url": document.url,
        "file": document.file,
        "draft": document.draft,
        "validity": state,
        "warnings": list(document.warnings),
        "sections": [_section(s) for s in document.sections],
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "section_id": section.id,
        "headings": list(section.headings),
        "number": section.number,
        "page": section.page,
        "characters": len(section.text),
        "text": section.text,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
