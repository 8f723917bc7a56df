"""Swedish compounds taken apart with a general word list, without a dictionary of anybody's documents."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from knowledge.lexicon import DATA, commonness

_PREFIXES = frozenset(str(DATA["prefixes"]).split())
_SUFFIXES = frozenset(str(DATA["suffixes"]).split())


@lru_cache(maxsize=200_000)
def split_compound(word: str) -> tuple[str, ...]:
    """The parts of a compound, joining letters removed ("verksamhetsberättelse": "verksamhet", "berättelse"); the word alone if it is none.

    A hyphen compound is split at its hyphens. The last part keeps its inflection. A part may be a compound itself.
    """
    if "-" in word:
        return tuple(part for part in word.split("-") if part) or (word,)
    if len(word) < 7 or not word.isalpha():
        return (word,)
    best = max(_splits(word), default=None)
    return best[1:] if best else (word,)


def _splits(word: str) -> Iterator[tuple[float, str, str]]:
    """Every possible (score, first, last)."""
    for at in range(2, len(word) - 2):
        last = word[at:]
        last_score = _score(last)
        if last in _SUFFIXES or not last_score:
            continue
        for first, cost in _firsts(word[:at]):
            first_score = _score(first)
            if first_score and first not in _PREFIXES:
                yield first_score + last_score - cost, first, last


def _firsts(written: str) -> Iterator[tuple[str, float]]:
    """The words that `written` may stand for as the first part, each with what the change costs."""
    yield written, 0.0
    if len(written) > 3:
        if written.endswith("s"):
            yield written[:-1], 0.0
        if written[-1] in "ou":
            yield written[:-1] + "a", 0.3
        if written.endswith("e"):
            yield written[:-1], 0.5
    if len(written) > 2:
        yield written + "a", 0.5


def _score(part: str) -> float:
    """How good a part is: common and long; 0 when it cannot be one."""
    common = commonness(part)
    needed = {1: 9.0, 2: 9.0, 3: 4.5, 4: 3.8}.get(len(part), 2.8)
    return min(common, 5.0) + min(len(part), 7) * 0.3 if common >= needed else 0.0
