"""Questions that a municipality's documents come near but do not settle, though the sample municipality's do: the right answer is silence.

How a draft is kept from being one that the engine is known to get right: the engine's decision to answer is never asked. Only its search
is, and what its sections hold is judged by plainer means than the engine's own (words and kinds of answer, no trained weights, no
cross-encoder, no threshold of evidence). A near miss that the engine wrongly answers is therefore drafted like any other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.engine import Engine
from assistant.expectation import is_hard
from assistant.matching import Match, match
from assistant.question import kind_of
from knowledge.glossary import read_glossary
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
    """A question with its topic, and the section of the sample's that settles it."""

    question: str
    topic: str
    settled_by: str


@cache
def settled_by_the_sample() -> tuple[NearMiss, ...]:
    """The questions that near misses are chosen among, in order."""
    lines = (Path(__file__).parent / "near_misses.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(NearMiss(v["question"], v["topic"], f"{SAMPLE}/{v['settled_by']}") for v in map(json.loads, lines))


def near_misses(engine: Engine, municipality: str) -> Iterator[NearMiss]:
    """Those that the municipality's documents come near but do not settle, one of each topic first, the nearest ones first."""
    index = engine.index()
    if any(index.section(n.settled_by) and _own(engine, n, municipality) for n in settled_by_the_sample()):
        return
    found = [(near, n) for n in settled_by_the_sample() if (near := nearness(engine, municipality, n.question)) is not None]
    found.sort(key=lambda f: -f[0])
    topics: set[str] = set()
    later = []
    for _, near_miss in found:
        if near_miss.topic in topics:
            later.append(near_miss)
            continue
        topics.add(near_miss.topic)
        yield near_miss
    yield from later


def _own(engine: Engine, near_miss: NearMiss, municipality: str) -> bool:
    """Whether the section that settles a question may be cited to the municipality: then it is no near miss of theirs."""
    section = engine.index().section(near_miss.settled_by)
    document = engine.index().document(section.document_id) if section else None
    return document is not None and document.municipality in (municipality, EVERYBODY)


def nearness(engine: Engine, municipality: str, question: str) -> float | None:
    """The share of a question's weight that the nearest sections hold together; None where they may settle it, or are about other things."""
    index = engine.index()
    hits = engine.search(question, municipality, _SECTIONS)
    query = make_query(question, read_glossary(), index.words)
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
