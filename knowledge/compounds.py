"""Swedish compounds taken apart with a general word list, without a dictionary of anybody's documents."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from knowledge.lexicon import DATA, commonness

_PREFIXES = frozenset(str(DATA["prefixes"]).split())
_SUFFIXES = frozenset(str(DATA["suffixes"]).split())
_SHORT_PARTS = frozenset(str(DATA["short_parts"]).split())
_ENDINGS: tuple[tuple[str, str, float], ...] = tuple((str(cut), str(put), float(least)) for cut, put, least in DATA["endings"])
_NOUN_ENDINGS = ("ing", "het", "tion", "skap")
_SHORTEST, _LONGEST = 6, 60
_COMMON = 3.0
_SHORTEST_CHANGED = 4
_JOINED_BY = (
    ("", "", 0.0, 0.8),
    ("s", "", 0.0, 2.0),
    ("s", "e", 0.9, 0.0),
    ("s", "et", 0.9, 0.0),
    ("ar", "are", 0.5, 0.0),
    ("", "a", 0.8, -0.3),
    ("e", "", 0.4, 0.0),
    ("e", "a", 0.4, 0.0),
    ("o", "a", 0.3, 1.0),
    ("u", "a", 0.3, 1.0),
)
"""How a first part may be written: the letters at its end, what the word has instead, what that costs, and how much more common than
the last part the whole word may be."""


@lru_cache(maxsize=200_000)
def split_compound(word: str) -> tuple[str, ...]:
    """The parts of a folded compound without joining letters ("verksamhetsberättelse": "verksamhet", "berättelse"), or the word alone.

    A hyphen compound is split at its hyphens. The last part keeps its inflection. A part may be a compound itself.
    """
    if "-" in word:
        return tuple(part for part in word.split("-") if part) or (word,)
    found = _split(word)
    return found if found else (word,)


def _split(word: str) -> tuple[str, str] | None:
    """The best first and last part; where a form is derived from a common word, it is that word that is split."""
    if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
        return None
    for base in _bases(word):
        found = _split(base)
        return (found[0], word[len(base) - len(found[1]) :]) if found else None
    best = max(_splits(word), default=None)
    return best[1:] if best else None


def _bases(word: str) -> Iterator[str]:
    """The common word that `word` is inflected or derived from, if any: "läraren" from "lärare", "planering" from "planera"."""
    for cut, put, least in _ENDINGS:
        base = word.removesuffix(cut) + put
        if word.endswith(cut) and len(base) >= 4 and base != word and commonness(base) >= least:
            yield base


@lru_cache(maxsize=50_000)
def _splits(word: str) -> tuple[tuple[float, str, str], ...]:
    """Every possible (score, first, last)."""
    whole = commonness(word)
    found = []
    for at in range(2, len(word) - 1):
        written, last = word[:at], word[at:]
        last_score = 0.0 if last in _SUFFIXES or not _PREFIXES.isdisjoint((written, written.removesuffix("s"))) else _score(last, whole)
        for first, cost in _firsts(written, whole - _common(last)) if last_score else ():
            first_score = _score(first, whole) or (_rare_score(first) if whole < _COMMON and written.startswith(first) else 0.0)
            if first_score and first not in _PREFIXES:
                found.append((first_score + last_score - cost, first, last))
    return tuple(found)


def _firsts(written: str, excess: float) -> Iterator[tuple[str, float]]:
    """The words that `written` may stand for as the first part, each with what the change costs.

    `excess` is how much more common the whole word is than its last part: a compound is seldom more common than what it is a kind of.
    """
    for cut, put, cost, most in _JOINED_BY:
        if written.endswith(cut) and excess <= most and (not put or len(written) >= _SHORTEST_CHANGED):
            yield written.removesuffix(cut) + put, cost


def _score(part: str, whole: float) -> float:
    """How good a part is: common and long; 0 when it cannot be one of a word as common as `whole`."""
    if len(part) < 4 and part not in _SHORT_PARTS:
        return 0.0
    common = _common(part)
    needed = max({4: 3.3, 5: 2.8}.get(len(part), 2.5), whole - (1.2 if len(part) < 6 else 2))
    return min(common, 5.0) + min(len(part), 7) * 0.3 if common >= needed else 0.0


@lru_cache(maxsize=200_000)
def _common(part: str) -> float:
    """How common a part is, or a little less than the word it comes from is."""
    return max((commonness(part), *(commonness(base) - 1 for base in _bases(part))))


def _rare_score(part: str) -> float:
    """How good a first part is that is no common word: a compound ("vänort" in "vänortsutbyte") or plainly a noun by its ending."""
    if len(part) >= _SHORTEST + 2 and part.endswith(_NOUN_ENDINGS):
        return 3.0
    return max((score for score, _, _ in _splits(part)), default=4.0) / 2 - 2 if len(part) >= _SHORTEST else 0.0
