"""Which statements of the sections found fit a part of a question, and how well: the ground for the text and the decision to answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.expectation import asked_noun, fit
from assistant.question import Kind
from knowledge.cross_encoder import passage_text
from knowledge.query import IndexWords, Query, Term
from knowledge.section import Document, Hit, Section
from knowledge.statements import Statement, statements
from knowledge.stems import stem
from knowledge.swedish import index_terms
from knowledge.words import tokens

_LEAD, _HEADING, _BEFORE, _SECTION, _TITLE = 0.95, 0.85, 0.6, 0.4, 0.5
"""How well a word that stands near a statement counts as standing in it."""

_WEIGHTS = (0.85, -0.25, 6.8, 0.25, 0.25)
"""Of coverage, own, dense, the positive part of fit, and the section's score; see docs/decisions/0031."""


_READ, _MOST, _BEHIND = 3, 8, 0.5
"""How many statements the cross-encoder reads; up to how many where these leave it in doubt, and how far behind the first one's rank."""
_DOUBT = -3.0, 1.0
"""Between which logits the best of those read leaves it in doubt whether one answers."""
_ABOUT = 0.25
"""How much of the question the first must hold for it to be worth while to read on."""
_OWN, _SAME = 0.95, 0.7
"""From what strength a form is the word itself, and from what another word for the same."""
_ROOM = 120
"""How many characters of what stands before a statement are read with it."""
_READING = 0.15
"""How much one logit of the cross-encoder moves a statement's rank."""
UNREAD = -8.0
"""The logit of a statement that the cross-encoder has not read."""


class Reader(Protocol):
    """A cross-encoder: for each question with a passage the log odds that the passage answers it."""

    def logits(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A statement with its features: `coverage` and `own` are shares of the question's weight found near and in it, 0–1.

    `score` says how well it fits, `found` how early it should be shown, what is no longer in force later, and `rank` the
    same after the cross-encoder has read it.
    """

    statement: Statement
    section: Section
    document: Document
    score: float
    rank: float
    found: float
    coverage: float
    own: float
    dense: float
    fit: float
    missing: float
    strengths: tuple[float, ...]
    mine: tuple[float, ...]
    headed: float
    logit: float = UNREAD


def match(query: Query, kind: Kind, hits: Sequence[Hit], words: IndexWords) -> list[Match]:
    """Every statement of the sections found, best first."""
    found = [m for hit in hits for m in _of_section(query, kind, hit, words)]
    return sorted(found, key=lambda m: (-m.rank, m.section.id, m.statement.start))


def read(asked: str, query: Query, matches: Sequence[Match], reader: Reader) -> list[Match]:
    """The matches with the first of them read together with the question, `asked`, and ranked anew by what that gave."""

    def logits_of(chosen: Sequence[Match]) -> list[float]:
        given: list[float] = reader.logits([(_worded(asked, query, p), p) for p in map(passage_of, chosen)]).tolist()
        return given

    first = _to_read(matches)
    logits = logits_of(first)
    if logits and _DOUBT[0] < max(logits) < _DOUBT[1] and matches[0].coverage >= _ABOUT:
        more = [m for m in matches[:_MOST] if m not in first and m.rank >= matches[0].rank - _BEHIND]
        first, logits = first + more, logits + logits_of(more)
    rest = [m for m in matches if m not in first]
    top, least = max(logits, default=0.0), min(logits, default=0.0)
    ranked = [replace(m, logit=z, rank=m.rank + _READING * (z - top)) for m, z in zip(first, logits, strict=True)]
    ranked += [replace(m, rank=m.rank + _READING * (least - top)) for m in rest]
    return sorted(ranked, key=lambda m: (-m.rank, m.section.id, m.statement.start))


def _to_read(matches: Sequence[Match]) -> list[Match]:
    """The first, the last of them of another document where there is one: it may say otherwise."""
    first, rest = list(matches[: _READ - 1]), matches[_READ - 1 :]
    if len({m.document.id for m in first}) == 1:
        own = first[0].document
        others = (m for m in rest if m.document.id != own.id and m.document.municipality == own.municipality)
        if other := next(others, None):
            return [*first, other]
    return [*first, *rest[:1]]


def _worded(question: str, query: Query, passage: str) -> str:
    """The question in the passage's words: where a word of it stands there as a synonym, or as what a bridge leads to, in that form.

    The cross-encoder knows the language, but not what is called what in this field; the glossary does.
    """
    spoken = {stem(t.word): passage[t.start : t.end] for t in reversed(tokens(passage))}
    for term in query.terms if query.language == "sv" else ():
        if any(s >= _OWN and form in spoken for form, s in term.forms.items()):
            continue
        forms = sorted((f for f in reversed(spoken) if term.forms.get(f, 0.0) >= _SAME), key=lambda f: -term.forms[f])  # as it says them
        if forms:
            word = r"\W+".join(map(re.escape, term.word.split()))
            put = " ".join(spoken[f] for f in forms[:2])  # letters and digits alone: nothing in it means anything to a pattern
            question = re.sub(rf"\b{word}(?!\w)", put, question, flags=re.IGNORECASE)
    return question


def passage_of(match: Match) -> str:
    """A statement as the cross-encoder reads it: below its title and headings, after what stands before it and leads it in."""
    text, statement = match.section.text, match.statement
    lead = text[slice(*statement.lead)] if statement.lead else ""
    begins = statement.lead[0] if statement.lead else statement.start
    return passage_text([match.document.title, *match.section.headings], _before(text, begins), lead, statement.text)


def _before(text: str, begins: int) -> str:
    """The section's last sentences before a place, as many as there is room for: what a short sentence is about often stands there."""
    near: list[str] = []
    for part in reversed([part for part in statements(text) if part.end <= begins and part.kind == "sentence"]):
        if sum(map(len, near)) + len(part.text) > _ROOM:
            break
        near.insert(0, part.text)
    return " ".join(near)


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
        score = sum(w * v for w, v in zip(_WEIGHTS, (coverage, owned, nearest - 0.4, max(0.0, suits), hit.score), strict=True))
        out.append(
            Match(
                part,
                section,
                hit.document,
                score,
                score - hit.evidence.get("later", 0.0),
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
