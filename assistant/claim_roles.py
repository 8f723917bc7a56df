"""Who does what: a claim's roles and organs are the quote's, and whoever acts there acts here."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.claim_clauses import clauses, is_finite
from assistant.claim_words import SYNONYM, Word, content, likeness, strengths
from assistant.expectation import ROLE
from knowledge.glossary import Glossary
from knowledge.lexicon import commonness
from knowledge.words import fold, tokens

_BY = re.compile(r"\bav\b")

_HERE = "kommun"
"""The stem of "kommunen", whose rules these are: a text of a municipality need not name it."""


def strange_role(claim: str, quote: str, glossary: Glossary) -> str | None:
    """The first role or organ that the claim names and the quote does not, nor a synonym of it; None when there is none."""
    others = content(quote)
    for word in content(claim):
        if not _is_role(word):
            continue
        if word.stem == _HERE:
            if not _unsaid(word, quote, others):
                return word.text
        elif not any(_same_role(word, o, glossary) for o in others):
            return word.text
    return None


def swapped(claim: str, quote: str, glossary: Glossary) -> bool:
    """Whether a clause of the claim has another of the quote's words acting than the quote's clause that says the same."""
    parts = [p for p in clauses(quote) if content(p)]
    for piece in clauses(claim):
        said, mine = content(piece), actor(piece)
        if mine is None or not parts:
            continue
        best = max(parts, key=lambda p: sum(strengths(said, content(p), glossary)))
        theirs = actor(best)
        if theirs is None or likeness(mine, theirs, glossary) >= 0.5 or likeness(theirs, mine, glossary) >= 0.5:
            continue
        if any(likeness(mine, w, glossary) >= SYNONYM for w in content(quote)) and any(likeness(theirs, w, glossary) >= SYNONYM for w in content(claim)):
            return True
    return False


@lru_cache(maxsize=20_000)
def actor(clause: str) -> Word | None:
    """The word for who acts: after "av" beside a passive, else the first word before the verb; None when it cannot be told."""
    words = content(clause)
    nouns = [w for w in words if not is_finite(w.text)]
    passive = next((w for w in words if w.text.endswith("s") and (is_finite(w.text) or w.text.endswith("as"))), None)
    folded = fold(clause)
    if passive is not None or re.search(r"\b(?:blir|blev|är|utsedd|utsedda|utsett)\b", folded):
        by = _BY.search(folded, 0)
        return next((w for w in nouns if by and w.start >= by.end() and not w.text.endswith("s")), None) if passive else None
    first = next((w for w in nouns), None)
    return first if first is not None and first.start <= _verb_at(clause) else None


def _verb_at(clause: str) -> int:
    return next((t.start for t in tokens(clause) if is_finite(t.word)), -1)


def _is_role(word: Word) -> bool:
    return bool(ROLE.fullmatch(word.text)) or bool(ROLE.fullmatch(word.text.removesuffix("s")))


def _same_role(word: Word, other: Word, glossary: Glossary) -> bool:
    """The same role, a synonym, or what a compound says more narrowly ("språkassistenten" for "assistenten", never "skolchef" for "rektor")."""
    if word.stem == other.stem:
        return True
    if word.parts and other.parts and word.parts[-1] == other.parts[-1]:
        return word.parts[0] == other.parts[0]
    if word.parts and other.parts:
        return False
    if other.stem in glossary.same.get((word.stem,), ()):
        return not _narrower(word, other)
    head = (word.parts or (word.stem,))[-1], (other.parts or (other.stem,))[-1]
    return head[0] == head[1]


def _narrower(word: Word, other: Word) -> bool:
    """Whether the glossary joins them only because the one is a kind of the other: "chef" and "enhetschef"."""
    return bool(word.parts) and word.parts[-1] == other.stem


def _unsaid(word: Word, quote: str, others: tuple[Word, ...]) -> bool:
    """Whether "kommunen" may stand for what the quote leaves unsaid: as owner, for the municipality's own name, or in a passive."""
    if word.text.endswith("s") or any(o.stem == _HERE for o in others):
        return True
    first = tokens(quote)[0].word
    return commonness(first) < 3.0 or (any(w.text.endswith("s") and is_finite(w.text) for w in others) and not _BY.search(fold(quote)))
