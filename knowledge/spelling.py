"""Typing errors and missing å, ä and ö set right, against the documents' words first and common Swedish second."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Container
from functools import lru_cache

from knowledge.lexicon import commonness
from knowledge.words import fold

_LETTERS = "abcdefghijklmnopqrstuvwxyzåäöé"
_COMMON = 3.0


def correct(word: str, known: Callable[[str], bool] | Container[str]) -> str | None:
    """What was meant by a mistyped word, or None when it is right or nothing is near. `known` tells the documents' words, folded."""
    is_known: Callable[[str], bool] = known if callable(known) else known.__contains__
    word = fold(word)
    if is_known(word) or not word.isalpha() or len(word) < 4:
        return None
    dotted = [form for form in _with_dots(word) if form != word]
    found = max((form for form in dotted if is_known(form)), key=commonness, default=None)
    if found:
        return found
    if commonness(word) >= _COMMON:
        return None
    near = _edits(word)
    return (
        max((form for form in near if is_known(form)), key=commonness, default=None)
        or max((form for form in dotted if commonness(form) >= _COMMON), key=commonness, default=None)
        or max((form for form in near if commonness(form) >= _COMMON + 1), key=commonness, default=None)
    )


def bare(word: str) -> str:
    """The word without dots and rings."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@lru_cache(maxsize=4096)
def _with_dots(word: str) -> tuple[str, ...]:
    """Every way to put å, ä and ö into a word (at most four places)."""
    forms = [""]
    places = 0
    for letter in word:
        choices = {"a": "aåä", "o": "oö", "e": "eé"}.get(letter, letter) if places < 6 else letter
        places += len(choices) > 1
        forms = [form + choice for form in forms for choice in choices]
    return tuple(forms)


@lru_cache(maxsize=4096)
def _edits(word: str) -> tuple[str, ...]:
    """Every word one typing error away."""
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    near = {a + b[1:] for a, b in splits if b} | {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    near |= {a + c + b[1:] for a, b in splits if b for c in _LETTERS} | {a + c + b for a, b in splits for c in _LETTERS}
    return tuple(near - {word})
