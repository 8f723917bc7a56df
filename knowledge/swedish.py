"""Swedish for searching: what a text is indexed under and what a question looks for. No knowledge of any document.

The tools around it are gathered here: `fold`, `tokens`, `sentences`, `split_compound`, `correct`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from knowledge.compounds import split_compound
from knowledge.lexicon import DATA
from knowledge.sentences import sentences
from knowledge.spelling import correct
from knowledge.stems import stem
from knowledge.words import Token, fold, tokens

STOP_WORDS: frozenset[str] = frozenset(DATA["stop_words"].split())
ABBREVIATIONS: dict[str, str] = DATA["abbreviations"]
"""Folded abbreviation to what it stands for."""

_PART_WEIGHT = 0.5
_EXPANSION_WEIGHT = 0.4
_ENGLISH = frozenset(str(DATA["english"]).split())
_SWEDISH = frozenset(str(DATA["swedish"]).split())


def index_terms(text: str) -> list[str]:
    """What a text is indexed under, in order: the stem of each word and of the parts of each compound, no function words."""
    return [term for token in tokens(text) for term in _terms(token.word)]


def query_terms(text: str) -> dict[str, float]:
    """What a question looks for, with weights: its words 1, the parts of its compounds and what its abbreviations stand for less."""
    weights: dict[str, float] = {}
    for token in tokens(text):
        for place, term in enumerate(_terms(token.word)):
            weights[term] = max(weights.get(term, 0.0), _PART_WEIGHT if place else 1.0)
        for term in index_terms(ABBREVIATIONS.get(token.word, "")):
            weights[term] = max(weights.get(term, 0.0), _EXPANSION_WEIGHT)
    return weights


def language(text: str) -> Literal["sv", "en"]:
    """The language of a question: English when its function words are, else Swedish."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    english = sum(word in _ENGLISH for word in words)
    return "en" if english > sum(word in _SWEDISH or not word.isascii() for word in words) else "sv"


@lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, ...]:
    """The stem of the whole word, then those of its parts; nothing for a function word."""
    word = word.strip("-")
    if not word or word in STOP_WORDS:
        return ()
    return tuple(dict.fromkeys(stem(form) for form in (word, *_parts(word)) if form not in STOP_WORDS))


def _parts(word: str) -> tuple[str, ...]:
    """The parts of a compound and, in turn, theirs."""
    parts = split_compound(word)
    return () if len(parts) == 1 else tuple(form for part in parts for form in (part, *_parts(part)))


__all__ = [
    "ABBREVIATIONS",
    "STOP_WORDS",
    "Token",
    "correct",
    "fold",
    "index_terms",
    "language",
    "query_terms",
    "sentences",
    "split_compound",
    "stem",
    "tokens",
]
