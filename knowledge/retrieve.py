"""Hybrid search: sections ranked by dense and lexical evidence together, within the municipalities that may be cited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from knowledge.query import Query
from knowledge.section import Document, Hit, Section

_POOL = 60
"""How many statements and sections each half of the search brings before they are fused."""
_LEXICAL = 0.6
"""The lexical half's share of the fused score; see docs/decisions/0011."""


class Searchable(Protocol):
    """What the retriever needs of an index."""

    def dense(self, vector: Sequence[float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, int, float]]: ...
    def lexical(self, terms: dict[str, float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, float]]: ...
    def section(self, section_id: str) -> Section | None: ...
    def document(self, document_id: str) -> Document | None: ...


def search(index: Searchable, query: Query, vector: Sequence[float], municipalities: Collection[str] | None, limit: int = 10) -> list[Hit]:
    """The sections that best fit a question, best first.

    Both halves' scores are scaled to 0–1 by their best and the pool's end, then added with fixed shares: sums of normalised scores did
    better than rank fusion on our sets. Each hit's evidence holds "dense" (best cosine), "lexical" (BM25)
    and "floor" (the cosine at the pool's end).
    """
    near: dict[str, dict[int, float]] = {}
    for section_id, number, cosine in index.dense(vector, municipalities, _POOL):
        near.setdefault(section_id, {})[number] = cosine
    said = dict(index.lexical(query.lexical(), municipalities, _POOL))
    cosines = [c for found in near.values() for c in found.values()]
    floor, top = min(cosines, default=0.0), max(cosines, default=1.0)
    most = max(said.values(), default=1.0)
    hits = []
    for section_id in near.keys() | said.keys():
        section = index.section(section_id)
        document = index.document(section.document_id) if section else None
        if section is None or document is None:
            continue
        mine = near.get(section_id, {})
        cosine = max(mine.values(), default=floor)
        dense = (cosine - floor) / (top - floor) if top > floor else 0.0
        score = (1 - _LEXICAL) * dense + _LEXICAL * said.get(section_id, 0.0) / most
        evidence = {"dense": cosine, "lexical": said.get(section_id, 0.0), "floor": floor}
        hits.append(Hit(section, document, score, evidence, mine))
    hits.sort(key=lambda h: (-h.score, h.section.id))
    return hits[:limit]
