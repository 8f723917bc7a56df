"""Questions that a municipality's documents come near but do not settle, though the sample municipality's do: the right answer is silence.

How a draft is kept from being one that the engine is known to get right: the engine's decision to answer is never asked. Only its search
is, to see that the documents come near. Whether they settle the question is judged by other and plainer means than the engine's own: what
kind of answer stands where the question's words do, and whether any section holds the words that an answer could hardly do without
(`unless`). No trained weights, no cross-encoder, no threshold of evidence. A near miss that the engine wrongly answers is drafted like any
other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.engine import Engine
from assistant.expectation import is_hard
from assistant.matching import Match, match
from assistant.question import kind_of
from knowledge.glossary import Glossary, read_glossary
from knowledge.passages import searchable
from knowledge.query import make_query
from knowledge.section import EVERYBODY

SAMPLE = "lindhamn"
_SECTIONS = 8
"""How many of the nearest sections are looked into."""
_HELD = 0.6
"""How well a word of the question must stand in a text to count as held."""
_NEAR, _SETTLED, _SETTLED_SOFT = 0.3, 0.6, 0.55
"""The share of a question's weight that the nearest sections hold at least; from which a statement with the expected kind of answer may
settle it; and from which one may where the kind does not tell."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A question with its topic, and the section of the sample's that settles it.

    `unless` are regular expressions: where one section matches them all, it may settle the question.
    """

    question: str
    topic: str
    unless: tuple[str, ...]
    settled_by: str


@cache
def settled_by_the_sample() -> tuple[NearMiss, ...]:
    """The questions that near misses are chosen among, in order."""
    lines = (Path(__file__).parent / "near_misses.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(NearMiss(v["question"], v["topic"], tuple(v["unless"]), f"{SAMPLE}/{v['settled_by']}") for v in map(json.loads, lines))


def near_misses(engine: Engine, municipality: str) -> Iterator[NearMiss]:
    """Those that the municipality's documents come near but do not settle, in an order of the municipality's own, one of each topic first.

    They are looked for as they are taken: each takes a search.
    """
    index = engine.index()
    if any(index.section(n.settled_by) and _own(engine, n, municipality) for n in settled_by_the_sample()):
        return
    told, glossary = _told(engine, municipality), read_glossary()
    topics: set[str] = set()
    later = []
    for near_miss in sorted(settled_by_the_sample(), key=lambda n: hashlib.sha256(f"{municipality}{n.question}".encode()).digest()):
        if any(all(re.search(words, text) for words in near_miss.unless) for text in told):
            continue
        if near_miss.topic in topics:
            later.append(near_miss)
        elif nearness(engine, glossary, municipality, near_miss.question) is not None:
            topics.add(near_miss.topic)
            yield near_miss
    yield from (n for n in later if nearness(engine, glossary, municipality, n.question) is not None)


def _told(engine: Engine, municipality: str) -> list[str]:
    """What each section says that may be cited to the municipality, its headings and title first, in small letters."""
    documents = [d for d in engine.index().documents.values() if d.municipality in (municipality, EVERYBODY) and searchable(d)]
    return [" ".join((d.title, *s.headings, s.text)).lower() for d in documents for s in d.citable]


def _own(engine: Engine, near_miss: NearMiss, municipality: str) -> bool:
    """Whether the section that settles a question may be cited to the municipality: then it is no near miss of theirs."""
    section = engine.index().section(near_miss.settled_by)
    document = engine.index().document(section.document_id) if section else None
    return document is not None and document.municipality in (municipality, EVERYBODY)


def nearness(engine: Engine, glossary: Glossary, municipality: str, question: str) -> float | None:
    """The share of a question's weight that the nearest sections hold together; None where they may settle it or are far from it."""
    index = engine.index()
    hits = engine.search(question, municipality, _SECTIONS)
    query = make_query(question, glossary, index.words)
    kind = kind_of(question)
    matches = match(query, kind, hits, index.words)
    if not matches:
        return None
    total = sum(t.weight for t in query.terms) or 1.0
    held = [max(m.strengths[n] for m in matches) >= _HELD for n in range(len(query.terms))]
    near = sum(t.weight for t, h in zip(query.terms, held, strict=True) if h) / total
    return near if near >= _NEAR and not any(_may_settle(m, is_hard(kind)) for m in matches) else None


def _may_settle(found: Match, hard: bool) -> bool:
    """Whether a statement may be the answer: it holds the expected kind of answer, and much of what is asked."""
    return found.coverage >= _SETTLED and found.fit > 0 if hard else found.coverage >= _SETTLED_SOFT
