"""The words that carry a claim's content, and how well a quote's words stand for them: inflection, derivation, compounds, the glossary."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant.claim_clauses import is_verb
from knowledge.compounds import split_compound
from knowledge.glossary import Glossary
from knowledge.lexicon import commonness
from knowledge.stems import stem
from knowledge.swedish import ABBREVIATIONS, STOP_WORDS
from knowledge.words import fold, tokens

SAME, DERIVED, SYNONYM, RELATED = 1.0, 0.95, 0.9, 0.6
"""How well a form of the word, another word of the same root, a synonym and a word of the same topic stand for it."""
HEAD, MODIFIER = 0.9, 0.5
"""How well a compound stands for its last part (a business trip is a trip) and for another part of it."""
_LEAST = 0.5
"""What a word that is no verb says at least, however common it is."""
_OPEN = frozenset({"öppen", "öppet", "öppna", "öppnas"})
_SYNCOPE = re.compile(r"(?<=\w{3})e([lnr])$")
"""The "e" that an inflected form drops: "minister" and "ministrar"."""
_DROPPED = re.compile(r"\w{3}[bdfgkpst][lnr]$")
"""A stem of an inflected form that has dropped it, beside one that has lost "er" as an ending."""
_ROOT = 4
"""The fewest letters that two words of one root share."""


@cache
def data() -> dict[str, Any]:
    """The word lists of `claim_words.toml`."""
    return tomllib.loads(Path(__file__).with_name("claim_words.toml").read_text(encoding="utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """One of the word lists."""
    return frozenset(str(data()[name]).split())


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: as it is folded, its stem, the stems of a compound's parts, how much it says (0–1), where it stands."""

    text: str
    stem: str
    parts: tuple[str, ...]
    weight: float
    start: int
    proper: bool


@dataclass(frozen=True, slots=True)
class Around:
    """Where a quote stands: the headings over it, whose words a claim may use, and the text of its section."""

    headings: str = ""
    text: str = ""


NOWHERE = Around()
"""A quote by itself."""


@lru_cache(maxsize=20_000)
def content(text: str) -> tuple[Word, ...]:
    """The content words of a text in order: neither function words, numbers, nor what only carries a sentence ("gäller", "innebär")."""
    out = []
    words = tokens(text)
    for place, token in enumerate(words):
        bare = token.word.strip("-")
        if bare in word_set("comparatives") and {"än", "eller"} & {w.word for w in words[max(0, place - 1) : place + 3]}:
            continue
        if bare in _OPEN and words[place + 1 : place + 2] and words[place + 1].word == "för":  # a leave
            continue
        if not bare or bare[0].isdigit() or bare in STOP_WORDS or bare in word_set("carriers") or bare in _numerals():
            continue
        written = text[token.start : token.end]
        proper = token.start > 0 and written[:1].isupper() and text[: token.start].rstrip()[-1:] not in ".:!?-"
        parts = split_compound(bare)
        weight = 1.0 if proper else min(1.0, max(0.2 if is_verb(bare) else _LEAST, (6.6 - commonness(bare)) / 3.0))
        out.append(Word(bare, stem(bare), tuple(map(stem, parts)) if len(parts) > 1 else (), weight, token.start, proper))
    return tuple(out)


def strengths(words: Sequence[Word], others: Sequence[Word], glossary: Glossary) -> list[float]:
    """For each word how well the others hold it, 0–1.

    A compound and its parts hold each other where they all stand: "EU-flaggan" and "EU:s flagga".
    """
    own, held = _stems(words), _stems(others)
    joined = {p for o in others if o.parts and _all_in(o.parts, own) for p in o.parts}
    return [
        DERIVED
        if (w.parts and _all_in(w.parts, held)) or _all_in((w.stem,), joined)
        else max((nearness(w, o, glossary) for o in others), default=0.0)
        for w in words
    ]


def nearness(word: Word, other: Word, glossary: Glossary) -> float:
    """How well one word stands for another, 0–1."""
    best = _stem_nearness(word.stem, other.stem, glossary)
    if other.parts and not word.proper:
        best = max(best, HEAD * _stem_nearness(word.stem, other.parts[-1], glossary))
        best = max([best, *(MODIFIER * _stem_nearness(word.stem, p, glossary) for p in other.parts[:-1])])
    if word.parts:
        best = max(best, (HEAD - 0.2) * _stem_nearness(word.parts[-1], other.stem, glossary))
        if other.parts:
            best = max(best, min(_stem_nearness(a, b, glossary) for a, b in zip(word.parts[-2:], other.parts[-2:], strict=True)))
    return best


@lru_cache(maxsize=200_000)
def same_root(a: str, b: str) -> bool:
    """Whether two stems are derived from one root: "utvärd" and "utvärdering", "ersät" and "ersättning"."""
    a, b = _SYNCOPE.sub(r"\1", a), _SYNCOPE.sub(r"\1", b)
    if a == b or (min(a, b, key=len) == max(a, b, key=len)[:-1] and _DROPPED.search(max(a, b, key=len))):
        return True
    shared = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    endings = word_set("derivations")
    return any(n >= _ROOT and (a[n:] in endings or not a[n:]) and (b[n:] in endings or not b[n:]) for n in (shared, shared - 1))


def _stem_nearness(a: str, b: str, glossary: Glossary) -> float:
    if a == b:
        return SAME
    if same_root(a, b):
        return DERIVED
    if b in _alike(a, glossary):
        return SYNONYM
    return RELATED if b in glossary.related.get((a,), ()) else 0.0


def _alike(a: str, glossary: Glossary) -> frozenset[str]:
    return glossary.same.get((a,), frozenset()) | _own_groups().get(a, frozenset())


@cache
def _own_groups() -> dict[str, frozenset[str]]:
    """Stem → the stems of the words that say the same in a rule, whatever it is about."""
    found: dict[str, frozenset[str]] = {}
    for line in data()["same"]:
        group = frozenset(stem(w) for w in line.split())
        for member in group:
            found[member] = found.get(member, frozenset()) | group
    for short, long in ABBREVIATIONS.items():
        words = [stem(w) for w in long.split() if w not in STOP_WORDS]
        if len(words) == 1:
            found[stem(short)] = found.get(stem(short), frozenset()) | {words[0]}
            found[words[0]] = found.get(words[0], frozenset()) | {stem(short)}
    return found


@cache
def _numerals() -> frozenset[str]:
    return frozenset(data()["numerals"]) | frozenset(data()["ordinals"])


def _stems(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(s for w in words for s in (w.stem, *w.parts))


def _all_in(parts: Sequence[str], held: Iterable[str]) -> bool:
    return all(any(p == h or same_root(p, h) for h in held) for p in parts)


def latin(text: str) -> bool:
    """Whether every letter is Latin: look-alikes of other alphabets would hide a word from the rules."""
    return all(unicodedata.name(c, "").startswith("LATIN") for c in re.findall(r"[^\W\d_]", fold(text)))
