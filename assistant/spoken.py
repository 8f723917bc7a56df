"""Whether a text is Swedish."""

from __future__ import annotations

from knowledge.compounds import split_compound
from knowledge.lexicon import commonness
from knowledge.swedish import STOP_WORDS, language
from knowledge.words import tokens

_COMMON = 1.9
"""How common a word is that any Swedish text may hold (see lexicon.commonness)."""
_SHARE = 0.6
_FEW = 4
_LONG = 6
"""More words than this hardly ever stand in Swedish without one of those that bind a sentence together."""


def is_swedish(text: str, beside: str = "") -> bool:
    """Whether a sentence is Swedish, its words that stand in the text `beside` apart. Too few words count as Swedish."""
    if language(text) != "sv":
        return False
    spoken = [t.word for t in tokens(text)]
    if len(spoken) > _LONG and not STOP_WORDS.intersection(spoken):
        return False
    known = {t.word for t in tokens(beside)}
    words = [t.word for t in tokens(text) if t.word.isalpha() and t.word not in known]
    usual = sum(commonness(word) >= _COMMON or len(split_compound(word)) > 1 for word in words)
    return len(words) < _FEW or usual >= _SHARE * len(words)
