"""What a question looks for: weighted terms, each with the forms under which a text may hold it."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from knowledge.compounds import split_compound
from knowledge.glossary import Glossary, stem_english
from knowledge.lexicon import commonness
from knowledge.spelling import Vocabulary, correct, dotted
from knowledge.stems import stem
from knowledge.swedish import ABBREVIATIONS, SPOKEN, STOP_WORDS, language
from knowledge.words import Token, tokens

_SYNONYM = 0.8
_RELATED = 0.5
_BROADER = 0.6
_BRIDGE = 0.7
_ABBREVIATION = 0.95
_PART = 0.55
_CORRECTED = 0.95
_ENDINGS = ("ernas", "erna", "arna", "orna", "ens", "en", "et", "na", "n", "s")
"""What may stand between a mistyped word and the form that the documents hold."""
_CLIPPED = frozenset({"s", "t", "re", "ve", "ll", "d", "m"})
"""What an apostrophe leaves of an English word."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing a text must hold to answer. `weight` in (0, 1]: how much it says; `forms` maps a stem to how well it stands for the word.

    `parts` are the stems of a compound's parts: a text that holds them all, apart, holds the word nearly as well.
    `bridge` is the sentence to tell when only a form in `far` was found.
    """

    word: str
    weight: float
    forms: Mapping[str, float]
    parts: tuple[str, ...] = ()
    far: frozenset[str] = frozenset()
    bridge: str | None = None
    corrected: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question as it is searched for: its text, language and terms."""

    text: str
    language: str
    terms: tuple[Term, ...]

    def lexical(self) -> dict[str, float]:
        """Stem → weight for BM25."""
        out: dict[str, float] = {}
        for term in self.terms:
            for form, strength in term.forms.items():
                out[form] = max(out.get(form, 0.0), term.weight * strength)
            for part in term.parts:
                out[part] = max(out.get(part, 0.0), term.weight * 0.4)
        return out


class IndexWords:
    """The index's words: how rare a stem is, and what a mistyped word may have been.

    `frequency` gives the number of sections that hold a stem, `size` the number of sections, `words` the folded words of their texts.
    """

    def __init__(self, frequency: Callable[[str], int], size: int, words: Iterable[str] = ()) -> None:
        self._frequency, self._size = frequency, max(size, 1)
        self._words = Vocabulary(words)

    def mended(self, word: str) -> str | None:
        """What a word that no section holds was probably meant to be, or None."""
        if self._frequency(stem(word)) > 0:
            return None
        bases = (word[: -len(e)] for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 8)
        return correct(word, self._words) or next((fixed for base in bases if (fixed := correct(base, self._words))), None)

    def rarity(self, stem: str) -> float:
        """From near 0 (in every section) to 1 (in none)."""
        return math.log1p(self._size / max(self._frequency(stem), 1)) / math.log1p(self._size) if self._size > 1 else 1.0


def make_query(text: str, glossary: Glossary, index_words: IndexWords, drop: Iterable[str] = ()) -> Query:
    """A question's terms. `drop` are words that were understood otherwise (a municipality's name, a question phrase)."""
    spoken = language(text)
    dropped = set(drop)
    words = [t for t in tokens(text) if t.word not in dropped and not (spoken == "en" and t.word in _CLIPPED)]
    terms: list[Term] = []
    i = 0
    while i < len(words):
        length, found = _phrase(words, i, glossary)
        own = [t.word for t in words[i : i + length] if t.word not in STOP_WORDS]
        if length > 1:
            terms.append(_phrase_term(" ".join(t.word for t in words[i : i + length]), own, found, index_words))
        elif own:
            terms.append(_term(own[0], spoken, glossary, index_words))
        i += length
    return Query(text, spoken, tuple(_bridged(t, glossary) for t in terms))


def is_elsewhere(term: Term) -> bool:
    """Whether a term is plainly of another subject than international work: pay, passwords, sports (`elsewhere.toml`)."""
    return any(s in _elsewhere() for s in (*(f for f, strength in term.forms.items() if strength == 1.0), *term.parts))


@cache
def _elsewhere() -> frozenset[str]:
    words = tomllib.loads(Path(__file__).with_name("elsewhere.toml").read_text(encoding="utf-8"))["words"]
    return frozenset(stem(w) for w in words.split())


def mend(text: str, index_words: IndexWords, keep: Iterable[str] = ()) -> tuple[str, dict[str, str]]:
    """A question with its typing errors set right, and what was changed; `keep` are folded words to leave alone (names)."""
    if language(text) == "en":
        return text, {}
    text = re.sub(r"\w+", lambda m: SPOKEN.get(m[0].casefold(), m[0]), dotted(text))
    kept, changed = set(keep), dict[str, str]()
    out, end = [], 0
    for token in tokens(text):
        meant = None if token.word in kept or token.word in STOP_WORDS else index_words.mended(token.word)
        if meant:
            changed[token.word] = meant
            out += [text[end : token.start], meant]
            end = token.end
    return "".join([*out, text[end:]]), changed


def _phrase(words: list[Token], i: int, glossary: Glossary) -> tuple[int, Mapping[str, float]]:
    """(how many words from i make a phrase of the glossary, the forms it may take); (1, {}) when none does."""
    for length in range(min(glossary.longest, len(words) - i), 1, -1):
        phrase = tuple(stem(t.word) for t in words[i : i + length])
        same, related = glossary.same.get(phrase, frozenset()), glossary.related.get(phrase, frozenset())
        if same or related or glossary.bridge(phrase):
            return length, dict.fromkeys(related, _RELATED) | dict.fromkeys(same, _SYNONYM + 0.1)
    return 1, {}


def _phrase_term(phrase: str, own: list[str], found: Mapping[str, float], index_words: IndexWords) -> Term:
    """A phrase holds through its synonyms, or through its own words together."""
    weight = max((_weight(w, index_words) for w in own), default=0.3)
    forms = dict(found)
    if len(own) == 1:
        forms[stem(own[0])] = 0.6
    return Term(phrase, weight, forms, tuple(stem(w) for w in own) if len(own) > 1 else ())


def _term(word: str, spoken: str, glossary: Glossary, index_words: IndexWords) -> Term:
    if spoken == "en" and (swedish := glossary.english.get(stem_english(word))):
        near = {other: _SYNONYM * 0.9 for s in swedish for other in glossary.same.get((stem(s),), ())}
        return Term(word, _weight(swedish[0], index_words), near | {stem(s): 0.9 for s in swedish} | {stem(word): 1.0})
    mended = index_words.mended(word) if spoken == "sv" else None
    base = mended or word
    forms = {stem(base): 1.0 if mended is None else _CORRECTED, stem(word): 1.0}
    own = (stem(base),)
    for other in glossary.same.get(own, ()):
        forms.setdefault(other, _SYNONYM)
    for expansion in ABBREVIATIONS.get(base, "").split():
        if expansion not in STOP_WORDS:
            forms.setdefault(stem(expansion), _ABBREVIATION)
    for other in glossary.related.get(own, ()):
        forms.setdefault(other, _RELATED)
    weight = _weight(base, index_words)
    if broader := glossary.broader.get(own[0]):
        forms = dict.fromkeys(broader, _BROADER) | forms
        weight *= _BROADER  # documents rule on the kind, seldom on the case
    return Term(word, weight, forms, compound_stems(base), corrected=mended)


def compound_stems(word: str) -> tuple[str, ...]:
    """The stems of a compound's parts, () when it is none."""
    parts = split_compound(word)
    return tuple(stem(p) for p in parts) if len(parts) > 1 else ()


def _weight(word: str, index_words: IndexWords) -> float:
    """How much a word says: rare in Swedish and rare in the index say more."""
    general = min(1.0, max(0.15, (6.6 - commonness(word)) / 3.0))
    return general * (0.3 + 0.7 * index_words.rarity(stem(word)))


def _bridged(term: Term, glossary: Glossary) -> Term:
    """The term with the forms of a bridge that begins at it or, in a compound, at one of its parts."""
    own = tuple(stem(t.word) for t in tokens(term.word))
    starts = [own, *((part,) for part in term.parts)]
    bridge = next((b for s in starts if (b := glossary.bridge(s))), None)
    if bridge is None:
        return term
    far = bridge.targets - term.forms.keys()
    return replace(term, forms=dict.fromkeys(far, _BRIDGE) | dict(term.forms), far=far, bridge=bridge.told)
