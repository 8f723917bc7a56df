"""A sentence's coordinate clauses: what may be said alone without changing what the rest says."""

from __future__ import annotations

import re
from functools import lru_cache

from knowledge.lexicon import commonness
from knowledge.sentences import sentences
from knowledge.swedish import STOP_WORDS
from knowledge.words import tokens

_FINITE = frozenset("ska skall måste bör kan får vill är har var hade blir blev ger gav tar tog går gick står stod ser såg vet".split())
_IRREGULAR = frozenset("få ge ta gå stå se ha bli vara bo ske nå dra be le te må dö fly ges tas ses nås fås".split())
_STRONG = tuple(
    "skriv bjud bind finn komm ligg sitt håll fall låt flyg slut driv stig bryt njut skjut vinn hinn sprid välj sälj sätt lägg läs".split()
)
"""The roots of verbs whose past changes the vowel."""
_KNOWN = 2.5
_BORROWED = re.compile(r"\w{3,}er(?:ar|as|ade|ades|ats)")
"""The forms that only verbs with "-era" have."""
_PREFIXED = re.compile(
    r"(?:an|av|be|bi|bort|del|fast|fram|för|före|genom|in|med|mot|ned|om|på|till|under|upp|ut|vid|åter|över)(?:tar|tas|går|står|ger|ges|ser|ses|drar|dras)"
)
"""The present of short verbs with a prefix: "antar", "utses"."""
_ROOTS = ("stå", "gå", "få", "hålla", "hållas", "bli", "sätta", "lägga", "taga", "bjuda", "skriva")
"""What verbs with a prefix end in: "bistå", "fortgå", "återge"."""
_JOINS = re.compile(r";|, men |,? medan | men (?=inte )|, utan |, samt |,? och (?=inte )|,? och (?=(?P<next>[\w-]+))|, (?=inte )")


def clauses(text: str) -> tuple[str, ...]:
    """The sentences of a text, list items and what "men", "medan", ";" or "och" with a verb of its own joins, each apart."""
    return tuple(clause for clause, _ in numbered(text))


@lru_cache(maxsize=20_000)
def numbered(text: str) -> tuple[tuple[str, int], ...]:
    """The clauses of a text, each with the number of its sentence."""
    out: list[tuple[str, int]] = []
    for number, (start, end) in enumerate(sentences(text)):
        sentence, begin = text[start:end], 0
        for join in _JOINS.finditer(sentence):
            if join["next"] is None or is_finite(join["next"]):
                out.append((sentence[begin : join.start()], number))
                begin = join.start()
        out.append((sentence[begin:], number))
    return tuple((piece.strip(" ,;"), number) for piece, number in out if tokens(piece))


@lru_cache(maxsize=50_000)
def is_finite(word: str) -> bool:
    """Whether a word is a verb in the present or past, active or passive, as far as its form and its sister forms tell."""
    word = word.casefold()
    if word in _FINITE or _BORROWED.fullmatch(word) or _PREFIXED.fullmatch(word):
        return True
    if word in STOP_WORDS:
        return False
    for ending in ("ades", "ade", "ar", "as"):
        root = word.removesuffix(ending)
        if word.endswith(ending) and len(root) >= 3 and commonness(root + "ade") >= _KNOWN and commonness(root + "a") >= _KNOWN:
            return ending != "ar" or commonness(root + "a") >= commonness(root) - 1.0 or commonness(word + "na") < _KNOWN
    for ending in ("er", "es", "s", "des", "tes", "de", "te"):
        root = word.removesuffix(ending)
        if word.endswith(ending) and len(root) >= 3 and _bends(root) and commonness(root + "erna") < 2.0:
            return True
    return False


def _bends(root: str) -> bool:
    """Whether a root has the forms of a verb in -er: "söka" with "sökte", "leda" with "ledde", "använda" with "använde"."""
    if not is_infinitive(root + "a") or commonness(root + "a") < 2.0:
        return False
    pasts = (root + "de", root + "te", root + "e" if root.endswith(("d", "t")) else "")
    return max(map(commonness, pasts)) >= 2.0 or root.endswith(_STRONG)


@lru_cache(maxsize=50_000)
def is_infinitive(word: str) -> bool:
    """Whether a word can be the infinitive after a "får" or "kan", active or passive."""
    word = word.casefold()
    if word in _IRREGULAR or word.endswith(_ROOTS):
        return True
    base = word.removesuffix("s")
    present = (base + "r", base[:-1] + "er", base[:-1] if base.endswith("ra") else "")
    if base.endswith("a") and len(base) >= 3 and max(map(commonness, present)) >= 2.5:
        return True
    return word.endswith("as") and not word.endswith("nas") and len(word) >= 6


@lru_cache(maxsize=50_000)
def is_verb(word: str) -> bool:
    """Whether a word is a verb in any form, participles with it, as far as its form and its sister forms tell."""
    word = word.casefold()
    if is_finite(word) or (is_infinitive(word) and commonness(word) >= 2.0):
        return True
    for ending in ("ats", "at", "ad", "ade", "ats", "its", "it", "t", "d", "da", "ande", "ende"):
        base = word.removesuffix(ending) + "a"
        if word.endswith(ending) and len(base) >= 5 and is_infinitive(base) and commonness(base) >= 2.5:
            return True
    return False
