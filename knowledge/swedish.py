"""Swedish for searching: what a text is indexed under and what a question looks for. No knowledge of any document.

The tools around it are gathered here: `fold`, `tokens`, `sentences`, `stem`, `split_compound`, `correct`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from knowledge.compounds import split_compound
from knowledge.lexicon import DATA
from knowledge.sentences import sentences
from knowledge.spelling import Vocabulary, correct
from knowledge.stems import stem
from knowledge.words import Token, bare, fold, tokens

STOP_WORDS: frozenset[str] = frozenset(DATA["stop_words"].split())
ABBREVIATIONS: dict[str, str] = DATA["abbreviations"]
"""Folded abbreviation to what it stands for."""
SPOKEN: dict[str, str] = DATA["spoken"]
"""What staff type as they speak, to how it is written."""

_PART_WEIGHT = 0.5
_EXPANSION_WEIGHT = 0.3
_ENGLISH = frozenset(str(DATA["english"]).split())
_SWEDISH = frozenset(form for word in str(DATA["swedish"]).split() for form in (word, bare(word)))
_DOTLESS_STOP_WORDS = frozenset(map(bare, STOP_WORDS))
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_REGISTRATION = re.compile(r"([a-zåäö]+)[ /-]?(\d{4})[./:-](\d+)")


def index_terms(text: str) -> list[str]:
    """What a text is indexed under, in order: the stem of each word and of the parts of each compound, no function words."""
    return [term for token in tokens(text) for term in _terms(token.word)]


def query_terms(text: str) -> dict[str, float]:
    """What a question looks for, with weights: its words 1, the parts of its compounds 0.5, the other way to write an abbreviation 0.3.

    In a question typed without any å, ä or ö, function words are known without them too.
    """
    weights: dict[str, float] = {}
    stop_words = _DOTLESS_STOP_WORDS if text.isascii() else STOP_WORDS
    for token in tokens(text):
        for place, term in enumerate(_terms(token.word) if token.word not in stop_words else ()):
            weights[term] = max(weights.get(term, 0.0), _PART_WEIGHT if place else 1.0)
    for term in index_terms(" ".join(_rewritten(text))):
        weights.setdefault(term, _EXPANSION_WEIGHT)
    return weights


def language(text: str) -> Literal["sv", "en"]:
    """The language of a question: English when most of its function words are, else Swedish."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    english = sum(word in _ENGLISH for word in words)
    return "en" if english > sum(word in _SWEDISH or not word.isascii() for word in words) else "sv"


def _rewritten(text: str) -> Iterator[str]:
    """What the text's abbreviations stand for, and the abbreviations of what it writes out."""
    words = [token.word for token in tokens(text)]
    yield from (ABBREVIATIONS[part] for word in words for part in word.split("-") if part in ABBREVIATIONS)
    written = f" {' '.join(words)} "
    yield from (short for short, long in ABBREVIATIONS.items() if f" {long} " in written)


@lru_cache(maxsize=200_000)
def _terms(word: str) -> tuple[str, ...]:
    """The term of the whole word first, then those of its parts; nothing for a function word."""
    word = word.strip("-")
    if not word or word in STOP_WORDS:
        return ()
    if registration := _REGISTRATION.fullmatch(word):
        organ, year, number = registration.groups()
        return f"{organ}{year}/{number}", f"{year}/{number}"
    if word[0].isdigit():
        return word, *(year for year in _YEAR.findall(word) if year != word)
    if word.startswith("§") or word.endswith("+"):
        return word, word.strip("§ +")
    return tuple(dict.fromkeys(stem(form) for form in (word, *_parts(word)) if form not in STOP_WORDS))


def _parts(word: str) -> tuple[str, ...]:
    """The parts of a compound and, in turn, theirs."""
    parts = split_compound(word)
    return () if len(parts) == 1 else tuple(form for part in parts for form in (part, *_parts(part)))


__all__ = [
    "ABBREVIATIONS",
    "STOP_WORDS",
    "Token",
    "Vocabulary",
    "bare",
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
