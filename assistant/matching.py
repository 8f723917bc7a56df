"""Which statements of the sections found fit a part of a question, and how well: the ground for the text and the decision to answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.expectation import asked_noun, fit
from assistant.question import Kind
from knowledge.query import IndexWords, Query, Term
from knowledge.section import Document, Hit, Section
from knowledge.statements import Statement, statements
from knowledge.swedish import index_terms

_LEAD, _HEADING, _BEFORE, _SECTION, _TITLE = 0.95, 0.85, 0.6, 0.4, 0.5
"""How well a word that stands near a statement counts as standing in it."""

_WEIGHTS = (0.5, 0.1, 4.0, 0.25, 0.1, 1.0, -0.6, -0.15)
"""Of coverage, own, dense, fit, its positive part, the section's score, missing, leaning; see docs/decisions/0011."""


@dataclass(frozen=True, slots=True)
class Match:
    """A statement with its features: `coverage` and `own` are shares of the question's weight found near and in it, 0–1.

    `score` says how well it fits, `rank` how early it should be shown: what is no longer in force comes later.
    """

    statement: Statement
    section: Section
    document: Document
    score: float
    rank: float
    coverage: float
    own: float
    dense: float
    fit: float
    missing: float
    strengths: tuple[float, ...]
    mine: tuple[float, ...]
    headed: float


def match(query: Query, kind: Kind, hits: Sequence[Hit], words: IndexWords) -> list[Match]:
    """Every statement of the sections found, best first."""
    found = [m for hit in hits for m in _of_section(query, kind, hit, words)]
    return sorted(found, key=lambda m: (-m.rank, m.section.id, m.statement.start))


def strength(term: Term, present: frozenset[str], words: IndexWords) -> float:
    """How well a set of stems stands for a term, 0–1: a form of it, or the parts of the compound it is."""
    best = max((s for form, s in term.forms.items() if form in present), default=0.0)
    if best < 0.85 and term.parts:
        held = [p for p in term.parts if p in present]
        if len(held) == len(term.parts):
            best = max(best, 0.85)
        elif held:  # the last part says what it is, the first ones which
            best = max(best, (0.6 if term.parts[-1] in held else 0.35) * max(words.rarity(p) for p in held))
    return best


@lru_cache(maxsize=100_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(index_terms(text))


def _of_section(query: Query, kind: Kind, hit: Hit, words: IndexWords) -> list[Match]:
    section, parts = hit.section, statements(hit.section.text)
    around = {
        _HEADING: _stems(" ".join(section.headings)),
        _TITLE: _stems(hit.document.title),
        _SECTION: _stems(section.text),
    }
    base = [max([s * strength(t, stems, words) for s, stems in around.items()]) for t in query.terms]
    headed = tuple(strength(t, around[_HEADING], words) for t in query.terms)
    total = sum(t.weight for t in query.terms) or 1.0
    share = sum(t.weight * h for t, h in zip(query.terms, headed, strict=True)) / total
    asked = asked_noun(query.text)
    noun = next((n for n, t in enumerate(query.terms) if t.word == asked), None)
    out = []
    for number, part in enumerate(parts):
        own = _stems(part.text)
        lead = _stems(section.text[part.lead[0] : part.lead[1]]) if part.lead else frozenset()
        before = (
            _stems(parts[number - 1].text) if number and part.kind == "sentence" and parts[number - 1].kind == "sentence" else frozenset()
        )
        mine = [strength(t, own, words) for t in query.terms]
        near = [
            max(m, b, _LEAD * strength(t, lead, words), (0.8 if part.leans else _BEFORE) * strength(t, before, words))
            for m, b, t in zip(mine, base, query.terms, strict=True)
        ]
        coverage = sum(t.weight * n for t, n in zip(query.terms, near, strict=True)) / total
        owned = sum(t.weight * m for t, m in zip(query.terms, mine, strict=True)) / total
        nearest = hit.statements.get(number, hit.evidence["floor"])
        held = None if noun is None else max(mine[noun], _LEAD * strength(query.terms[noun], lead, words)) >= 0.5
        if noun is not None and kind is Kind.LIST:
            held = held or headed[noun] >= 0.5
        said = part.text.replace(hit.document.municipality or "", "") if kind in (Kind.LIST, Kind.WHICH) else part.text
        suits = fit(kind, query.text, said, is_item=part.group >= 0, noun_held=held)
        missing = max((t.weight * (1 - n) for t, n in zip(query.terms, near, strict=True)), default=1.0)
        score = sum(
            w * v
            for w, v in zip(
                _WEIGHTS, (coverage, owned, nearest - 0.80, suits, max(0.0, suits), hit.score, missing, part.leans), strict=True
            )
        )
        out.append(
            Match(
                part,
                section,
                hit.document,
                score,
                score - hit.evidence.get("later", 0.0),
                coverage,
                owned,
                nearest,
                suits,
                missing,
                tuple(near),
                tuple(mine),
                share,
            )
        )
    return out
