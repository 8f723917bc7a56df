"""Words whose absence or presence says nothing: verbs that a noun of the same root makes light, and what all of the documents are about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import pairwise

from assistant.claim_clauses import is_verb
from assistant.claim_words import SYNONYM, Word, content, nearness, word_set
from knowledge.glossary import Glossary
from knowledge.stems import stem
from knowledge.words import tokens

_NEAR = 4
"""How many words may stand between a light verb and its noun."""


def light(lacking: Iterable[Word], text: str, other: str, glossary: Glossary) -> frozenset[Word]:
    """Those of `lacking`, words of `text`, that are verbs only lending a noun its time: "sprider" where the other says "informerar".

    The noun stands near the verb, and the other text has it as a verb: "ger sitt godkännande" is "godkänner".
    """
    words = tokens(text)
    places = {t.start: n for n, t in enumerate(words)}
    verbs = [w for w in content(other) if is_verb(w.text)]
    nouns = [
        places[w.start]
        for w in content(text)
        if w.start in places and not is_verb(w.text) and any(nearness(w, verb, glossary) >= SYNONYM for verb in verbs)
    ]
    return frozenset(
        w
        for w in lacking
        if w.stem in _light_stems() and w.start in places and any(0 < abs(places[w.start] - noun) <= _NEAR for noun in nouns)
    )


def _light_stems() -> frozenset[str]:
    return frozenset(map(stem, word_set("light")))


def ambient(lacking: Collection[Word], text: str) -> frozenset[Word]:
    """Those of `lacking` that say nothing: "internationella" left out with its noun, and what a name is of, as in "programmet Nordväg"."""
    said = content(text)
    return frozenset(
        one
        for one, after in pairwise(said)
        if one in lacking
        and ((one.text in word_set("ambient") and after in lacking) or (after.proper and after not in lacking and _adjoining(one, after)))
    )


def _adjoining(one: Word, after: Word) -> bool:
    return after.start - one.start == len(one.text) + 1
