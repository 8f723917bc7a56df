"""The sections that come nearest to one that is gone: by what it said, or by the words of its anchor where that is all there is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeVar

from rapidfuzz import fuzz

from knowledge.section import Document, Section
from knowledge.swedish import STOP_WORDS, index_terms

T = TypeVar("T")
_LEAST = 0.25
"""Likeness, from 0 to 1, from which two texts are told to be near."""
_LEAST_NAME = 75.0
"""Similarity in percent from which two names are."""


def by_text(gone: Section, among: Sequence[Section], limit: int) -> list[Section]:
    """Those that share most words with the text and headings of a section, rare words weighing most; the nearest first, maybe none."""
    frequency = Counter(term for section in among for term in _terms(section))

    def weight(terms: frozenset[str]) -> float:
        return sum(math.log(1 + (len(among) + 1) / (frequency[term] + 1)) for term in terms)

    sought = _terms(gone)

    def likeness(section: Section) -> float:
        both = weight(sought) * weight(_terms(section))
        return weight(sought & _terms(section)) / math.sqrt(both) if both else 0.0

    return _best(among, likeness, _LEAST, limit)


def by_anchor(anchor: str, among: Sequence[Section], limit: int) -> list[Section]:
    """Those under a heading with the same words, else those under the same headings above it; the nearest first, maybe none."""
    *above, own = anchor.split("/")
    named = _best(among, lambda s: _same_words(own, s.anchor.rpartition("/")[2]), _LEAST_NAME, limit)
    return named or [s for s in among if above and s.anchor.split("/")[: len(above)] == above][:limit]


def by_id(document_id: str, among: Sequence[Document], limit: int) -> list[Document]:
    """The documents whose ids have the same words; the nearest first, maybe none."""
    own = document_id.rpartition("/")[2]
    return _best(among, lambda d: _same_words(own, d.id.rpartition("/")[2]), _LEAST_NAME, limit)


def _best(among: Sequence[T], likeness: Callable[[T], float], least: float, limit: int) -> list[T]:
    likely = [(likeness(one), -place, one) for place, one in enumerate(among)]
    return [one for _, _, one in sorted((found for found in likely if found[0] >= least), key=lambda f: f[:2], reverse=True)[:limit]]


@lru_cache(maxsize=4096)
def _terms(section: Section) -> frozenset[str]:
    return frozenset(index_terms("\n".join((*section.headings, section.text)))) - STOP_WORDS


def _same_words(one: str, other: str) -> float:
    """How alike two names of an id are in percent; one that has all words of the other is nearly the same."""
    words, others = one.replace("-", " "), other.replace("-", " ")
    return max(fuzz.token_sort_ratio(words, others), 90.0 if fuzz.token_set_ratio(words, others) == 100 else 0.0)
