"""Questions that are about the same thing, put together: by the words that say something, and by how near their vectors lie.

A short greedy grouping of our own: the one library that would do it (scikit-learn) is none of the product's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.lexicon import commonness
from knowledge.query import compound_stems
from knowledge.stems import stem
from knowledge.swedish import STOP_WORDS
from knowledge.words import tokens

_ALIKE = 0.5
"""Mean likeness to a group from which a question belongs to it."""
_NEAR, _SAME = 0.84, 0.94
"""Cosines between which two questions go from unlike to alike; the embedder's vectors lie between 0.80 and 1."""
_TELLING = 0.45
"""Weight from which a word tells what a question is about."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are alike, by their place in the list, first come first. `topic` is the word that most share, "" where none is."""

    places: tuple[int, ...]
    topic: str


def groups(questions: Sequence[str], vectors: Vectors) -> list[Group]:
    """The questions in groups, the largest first; one that is like no other is a group of its own. `vectors`: a row each, of length one."""
    words = [_words(q) for q in questions]
    cosines = vectors @ vectors.T if len(questions) else np.zeros((0, 0), dtype=np.float32)
    found: list[list[int]] = []
    for place in range(len(questions)):
        means = [float(np.mean([_likeness(words[place], words[other], float(cosines[place, other])) for other in g])) for g in found]
        best = max(range(len(found)), key=lambda n: means[n], default=None)
        if best is not None and means[best] >= _ALIKE:
            found[best].append(place)
        else:
            found.append([place])
    made = [Group(tuple(g), _topic([questions[p] for p in g], [words[p] for p in g])) for g in found]
    return sorted(made, key=lambda g: (-len(g.places), g.places[0]))


def topic_of(question: str) -> str:
    """The word of a question that tells most of what it is about, "" where none does."""
    return _topic([question], [_words(question)])


@lru_cache(maxsize=4096)
def _weight(word: str) -> float:
    return min(1.0, max(0.1, (6.2 - commonness(word)) / 3.0))


@lru_cache(maxsize=4096)
def _words(question: str) -> dict[str, float]:
    """Stem → how much it tells; the parts of compounds too, a little less."""
    found: dict[str, float] = {}
    for token in tokens(question):
        if token.word in STOP_WORDS or token.word.isdigit():
            continue
        found[_stem(token.word)] = _weight(token.word)
        for part in compound_stems(token.word):
            found.setdefault(part, 0.8 * _weight(part))
    return found


def _likeness(a: dict[str, float], b: dict[str, float], cosine: float) -> float:
    """From 0 to 1. Two questions without a telling word in common are alike only where they are nearly the same."""
    shared = a.keys() & b.keys()
    smaller = min(sum(a.values()), sum(b.values())) or 1.0
    overlap = min(1.0, sum(min(a[w], b[w]) for w in shared) / smaller)
    near = min(1.0, max(0.0, (cosine - _NEAR) / (_SAME - _NEAR)))
    if not any(min(a[w], b[w]) >= _TELLING for w in shared):
        return 0.6 * near
    return 0.5 * overlap + 0.5 * near + 0.1


def _topic(questions: Sequence[str], words: Sequence[dict[str, float]]) -> str:
    """The telling word that most of the questions hold, in the shortest form in which it was written; as a name where it is written so."""
    counts = Counter(w for held in words for w, weight in held.items() if weight >= _TELLING)
    if not counts:
        return ""
    weight = {w: max(held.get(w, 0.0) for held in words) for w in counts}
    best = max(counts, key=lambda w: (counts[w], weight[w]))
    whole = [(q[t.start : t.end].rstrip("+"), t.start) for q in questions for t in tokens(q) if _stem(t.word) == best]
    forms = whole or [(q[t.start : t.end], t.start) for q in questions for t in tokens(q) if best in compound_stems(t.word)]
    names = [form for form, start in forms if start and form[0].isupper()]
    return min(names or [form.lower() for form, _ in forms], key=len, default="")


def _stem(word: str) -> str:
    return stem(word.rstrip("+"))
