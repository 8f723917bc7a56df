"""The stem that the forms of a Swedish word share: Snowball, helped by a general word list where its rules stop short."""

from __future__ import annotations

from functools import lru_cache

import Stemmer  # type: ignore[import-not-found]

from knowledge.lexicon import commonness
from knowledge.words import fold

_SNOWBALL = Stemmer.Stemmer("swedish")
_KNOWN = 2.7
_BASES: tuple[tuple[str, str, int], ...] = (
    ("ans", "a", 4),
    ("an", "a", 4),
    ("ins", "i", 4),
    ("in", "i", 4),
    ("yns", "y", 4),
    ("yn", "y", 4),
    ("öns", "ö", 4),
    ("ön", "ö", 4),
    ("ån", "å", 3),
    ("orns", "or", 4),
    ("orn", "or", 4),
    ("lns", "l", 5),
    ("ln", "l", 5),
    ("ens", "", 2),
    ("en", "", 2),
    ("ets", "", 2),
    ("et", "", 2),
    ("mmets", "m", 3),
    ("mmet", "m", 3),
    ("et", "e", 4),
    ("ellt", "ell", 5),
    ("bart", "bar", 5),
    ("samt", "sam", 5),
)
"""An ending that Snowball leaves, what the base has instead, and the fewest letters of a base."""


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The word without its inflection. Two passes of Snowball, so that "ansvar", "ansvarar" and "ansvariga" meet."""
    once = _SNOWBALL.stemWord(_contracted(_base(fold(word))))
    twice = str(_SNOWBALL.stemWord(once))
    return twice[:-1] if twice.endswith("mm") else twice


def _base(word: str) -> str:
    """The common word that the form belongs to, where an ending tells: "skolan" to "skola", "barnet" to "barn", "sökte" to "söka"."""
    for ending, instead, least in _BASES:
        base = word.removesuffix(ending) + instead
        if word.endswith(ending) and len(base) >= least and commonness(base) >= _KNOWN:
            return base
    for past in ("tes", "te", "t"):
        root = word.removesuffix(past)
        if word.endswith(past) and _all_known(root + "a", root + "er", root + "te"):
            return root + "a"
    return word


def _contracted(word: str) -> str:
    """ "regel" as "regl", which is what is left of "regler"; "exemplet" as "exempl"."""
    if word.endswith("el") and len(word) > 4:
        root = word[:-2] + "l"
        return root if any(commonness(root + ending) >= _KNOWN for ending in ("er", "ar", "en", "et")) else word
    if word.endswith("let") and commonness(word[:-3] + "el") >= _KNOWN:
        return word[:-2]
    return word


def _all_known(*words: str) -> bool:
    return all(commonness(word) >= _KNOWN for word in words)
