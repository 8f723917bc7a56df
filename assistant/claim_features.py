"""What is weighed of a claim and its quote: content that the claim adds, content that it leaves out, and how alike the two are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set

import numpy as np

from assistant.claim_clauses import clauses, is_verb, numbered
from assistant.claim_judge import Judge
from assistant.claim_light import ambient, light
from assistant.claim_numbers import dropped_numbers
from assistant.claim_roles import HERE, is_role
from assistant.claim_words import NOWHERE, SYNONYM, Around, Word, content, strengths, word_set
from knowledge.lexicon import commonness
from knowledge.words import tokens

_YOU = re.compile(r"\b(?:du|dig|din|ditt|dina|man|den som|de som)\b", re.IGNORECASE)
_SPACES = re.compile(r" +")
_TOUCHED = 0.5
"""The share of a clause's content that a claim must hold to be about it."""
_NEAR = 4
"""How many words after a joining word still belong to what it joins."""
_HELD = 0.6
"""From what strength a word counts as held at all."""


def touched(claim: str, quote: str, judge: Judge) -> str:
    """The clauses of a quote that a claim is about, in order: the rest of a longer quote may go unsaid.

    They are those that share half their content with it, and whatever else in their sentences holds a word of it that they do not.
    """
    parts, said = clauses(quote), content(claim)
    sentence = [number for _, number in numbered(quote)]
    shares = [_share(content(part), said, judge) for part in parts]
    bar = min(_TOUCHED, max(shares, default=0.0))
    chosen = {n for n, share in enumerate(shares) if share >= bar}
    held = [strengths(said, content(part), judge.glossary) for part in parts]
    for word in range(len(said)):
        if all(held[n][word] < _HELD for n in chosen):
            chosen |= {n for n in range(len(parts)) if held[n][word] >= SYNONYM and sentence[n] in {sentence[c] for c in chosen}}
    return ". ".join(parts[n] for n in sorted(chosen))


def features(claim: str, quote: str, judge: Judge, around: Around = NOWHERE) -> dict[str, float]:
    """What is weighed, each about 0–1: content that the claim adds and content that it leaves out."""
    about = touched(claim, quote, judge)
    said, held, missed = content(claim), (*content(quote), *content(around.headings)), content(about)
    added = _lacking(said, strengths(said, held, judge.glossary))
    dropped = _lacking(missed, strengths(missed, said, judge.glossary))
    dropped = _without_words(dropped, ambient(dropped, about) | light(dropped, about, claim, judge.glossary))
    added = _without_words(added, light(added, claim, about, judge.glossary))
    if _YOU.search(claim):  # staff are spoken to as "du"
        dropped = {w: much for w, much in dropped.items() if not is_role(w)}
    if HERE in {w.stem for w in said}:  # "Tallbro har" is "kommunen har"
        dropped = {w: much for w, much in dropped.items() if w.start > 0 or commonness(w.text) >= 3.0}
    more, less = sum(added.values()), sum(dropped.values())
    return {
        "added_things": _things(added) / 3,
        "added_listed": _listed(claim, added) / 3,
        "only_added": max(0.0, more - less) / 3,
        "dropped_things": _things(dropped) / 3,
        "dropped_limits": _limits(about, dropped) / 3,
        "only_dropped": max(0.0, less - more) / 3,
        "foreign": _worse(added, claim, about, judge),
        "forgotten": _worse(dropped, about, claim, judge),
        "dropped_numbers": float(min(dropped_numbers(claim, about), 3)),
    }


def likeness(claim: str, quote: str, judge: Judge) -> float:
    """The cosine of claim and quote, as the embedder sees them."""
    one, other = np.array(judge.embedder.embed_documents([claim, quote]))
    return float(one @ other)


def _listed(text: str, lacking: Mapping[Word, float]) -> float:
    """How much of what is added stands after a comma, "och", "eller" or "samt": one thing more, joined to what the quote does say."""
    joins = [m.end() for m in re.finditer(r",|\b(?:och|eller|samt)\b", text)]
    return sum(
        much for word, much in lacking.items() if any(len(text[end : word.start].split()) < _NEAR for end in joins if end <= word.start)
    )


def _limits(text: str, lacking: Mapping[Word, float]) -> float:
    """How much of what is left out limits the rule: it stands after "om", "utanför", "efter" …, or right before a word that is said."""
    words = tokens(text)
    places = {t.start: n for n, t in enumerate(words)}
    left_out = {places[w.start]: much for w, much in lacking.items() if w.start in places}
    kept = {places[w.start] for w in content(text) if w.start in places and w not in lacking}
    opened = {n for n, t in enumerate(words) if t.word in word_set("limiting")}
    return sum(much for n, much in left_out.items() if n + 1 in kept or opened & {n - 1, n - 2, n - 3})


def _worse(lacking: Iterable[Word], text: str, other: str, judge: Judge) -> float:
    """How much more like the other a text is without what it alone has, word by word, in hundredths of a cosine.

    A word that the other says in its own way makes the two more alike; one that it does not say makes them less so.
    """
    words = tokens(text)
    spans = [next((t.start, t.end) for t in words if t.start == w.start) for w in lacking]
    if not spans:
        return 0.0
    texts = [other, text, *(_without(text, start, end) for start, end in spans)]
    vectors = np.array(judge.embedder.embed_documents(texts))
    cosines = vectors[1:] @ vectors[0]
    return float(100 * np.sum(np.maximum(0.0, cosines[1:] - cosines[0])))


def _without(text: str, start: int, end: int) -> str:
    return _SPACES.sub(" ", f"{text[:start].rstrip()} {text[end:].lstrip(' ')}").replace(" .", ".")


def _things(lacking: Mapping[Word, float]) -> float:
    """How much of what is lacking is no verb: another verb often says the same, another thing seldom does."""
    return sum(much for word, much in lacking.items() if not is_verb(word.text))


def _share(words: Sequence[Word], others: Sequence[Word], judge: Judge) -> float:
    total = sum(w.weight for w in words)
    return sum(w.weight * s for w, s in zip(words, strengths(words, others, judge.glossary), strict=True)) / total if total else 1.0


def _lacking(words: Sequence[Word], held: Sequence[float]) -> dict[Word, float]:
    """How much each word that is not held says; "kommunen" is whose rules these are, and says nothing."""
    return {w: w.weight * (1 - s) for w, s in zip(words, held, strict=True) if s < _HELD and w.stem != HERE}


def _without_words(lacking: Mapping[Word, float], empty: Set[Word]) -> dict[Word, float]:
    return {word: much for word, much in lacking.items() if word not in empty}
