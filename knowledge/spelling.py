"""Typing errors and missing å, ä and ö set right, against the documents' words first and common Swedish second."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from functools import cache, lru_cache
from itertools import product

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.compounds import split_compound
from knowledge.lexicon import commonness, frequencies
from knowledge.stems import stem
from knowledge.words import bare, fold

_SEEN, _KNOWN, _COMMON = 1.5, 2.5, 4.0
_LONG = 8
_SHORTEST = 4
_LETTERS = "abcdefghijklmnopqrstuvwxyzåäöé"
_MOST_PLACES = 6
_DOTTED = {"a": "aåä", "o": "oö", "ø": "ö", "æ": "ä"}


class Vocabulary:
    """Folded words, found by themselves or by a word some typing errors away. The first letter is trusted, but for its dots."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._groups: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(self._words):
            self._groups[bare(word[:1]), len(word)].append(word)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def nearest(self, word: str, errors: int) -> str | None:
        """The word fewest letters wrong, left out, added or swapped, at most `errors`; of equals the commonest in Swedish."""
        found: list[tuple[float, float, str]] = []
        for length in range(len(word) - errors, len(word) + errors + 1):
            group = self._groups.get((bare(word[:1]), length), ())
            hits = process.extract(word, group, scorer=OSA.distance, score_cutoff=errors, limit=None)
            found += [(distance, -commonness(hit), hit) for hit, distance, _ in hits]
        return min(found)[-1] if found else None


def correct(word: str, known: Callable[[str], bool] | Container[str]) -> str | None:
    """What was meant by a mistyped word, or None when it is right or nothing is near.

    `known` tells the folded words of the documents. Only a `Vocabulary` of them is searched for words two errors away.
    """
    word = fold(word)
    is_known: Callable[[str], bool] = known if callable(known) else known.__contains__
    if len(word) < _SHORTEST or not word.isalpha() or is_known(word):
        return None
    dotted = _with_dots(word)
    lacks_dots = max(filter(is_known, dotted), key=commonness, default=None)
    if lacks_dots or _is_swedish(word):
        return lacks_dots
    errors = 1 if len(word) < _LONG or commonness(word) >= _SEEN else 2
    meant = (
        (
            known.nearest(word, errors)
            if isinstance(known, Vocabulary)
            else max(filter(is_known, _edits(word)), key=commonness, default=None)
        )
        or max((form for form in dotted if commonness(form) >= _KNOWN), key=commonness, default=None)
        or _common_words().nearest(word, errors)
    )
    another_form = meant and commonness(word) and stem(meant) == stem(word)
    return None if another_form else meant


def dotted(text: str) -> str:
    """A text typed without any å, ä and ö with each word as it is far more common: "hur lange galler" → "hur länge gäller"."""
    if not text.isascii():
        return text
    return re.sub(r"[a-zA-Z]{2,}", lambda m: _more_common(m[0]), text)


def _more_common(word: str) -> str:
    best = max(_with_dots(word.casefold()), key=commonness, default=word)
    return best if commonness(best) >= max(commonness(word.casefold()) + 0.7, _KNOWN) else word


def _is_swedish(word: str) -> bool:
    """Whether the word, or each part of it as a compound, is known Swedish."""
    parts = split_compound(word)
    return commonness(word) >= _KNOWN or (len(parts) > 1 and all(commonness(part) >= _KNOWN or _is_compound(part) for part in parts))


def _is_compound(word: str) -> bool:
    return len(split_compound(word)) > 1


def _edits(word: str) -> Iterator[str]:
    """Every word one typing error away, but for the first letter."""
    for at in range(1, len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + rest for letter in _LETTERS for rest in (tail, tail[1:]))
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]


@lru_cache(maxsize=4096)
def _with_dots(word: str) -> tuple[str, ...]:
    """Every other way to put å, ä and ö into a word, in its first places only where there are many."""
    places = [at for at, letter in enumerate(word) if letter in _DOTTED][:_MOST_PLACES]
    choices = [_DOTTED[letter] if at in places else letter for at, letter in enumerate(word)]
    return tuple(form for form in map("".join, product(*choices)) if form != word)


@cache
def _common_words() -> Vocabulary:
    return Vocabulary(word for word, common in frequencies().items() if common >= _COMMON and len(word) >= _SHORTEST)
