"""Texts as token ids: SentencePiece's unigram model, in which the likeliest way to cut a word into pieces wins.

The library tokenizers gives the same ids (a test compares them), but takes 250 MB for this vocabulary, and longer to load than all else.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from functools import lru_cache

from knowledge.model.weights import Vocabulary

_SPACE = "▁"
_PENALTY = 10.0
"""How much less likely than the least likely piece a character is that no piece has."""

_REMEMBERED = 40
"""The most characters of a word whose pieces are kept for the next time."""


class Tokenizer:
    """A text becomes the same ids wherever it stands. Safe to use from several threads."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._scores = array("f", vocabulary.scores.tolist())
        # The control tokens have the score 0. What people type never becomes one.
        self._pieces = {piece: i for i, piece in enumerate(vocabulary.pieces) if self._scores[i] < 0}
        self._longest = max(map(len, self._pieces))
        self._scores[vocabulary.unknown] = min(self._scores) - _PENALTY
        self._unknown = vocabulary.unknown
        self._begin, self._end, self._normal = vocabulary.begin, vocabulary.end, vocabulary.normal
        self._cut_before = lru_cache(maxsize=10_000)(self._cut)

    def ids(self, text: str) -> list[int]:
        """The ids of a text's pieces, without control tokens. The text's own control characters and lone surrogates are unknown."""
        text = re.sub(" {2,}", " ", text.translate(self._normal)).removeprefix(" ")
        return [i for word in text.replace(_SPACE, " ").split(" ") for i in self._word(_SPACE + word)]

    def sequence(self, ids: Sequence[int]) -> list[int]:
        """What the model reads of one text: <s> text </s>."""
        return [self._begin, *ids, self._end]

    def pair(self, first: Sequence[int], second: Sequence[int]) -> list[int]:
        """What the model reads of two texts at once: <s> first </s></s> second </s>."""
        return [self._begin, *first, self._end, self._end, *second, self._end]

    def _word(self, word: str) -> tuple[int, ...]:
        return self._cut_before(word) if len(word) <= _REMEMBERED else self._cut(word)

    def _cut(self, word: str) -> tuple[int, ...]:
        """The pieces of a word with the highest sum of scores."""
        scores = self._scores
        best = [0.0] + [float("-inf")] * len(word)
        last = [(0, 0)] * (len(word) + 1)
        for start in range(len(word)):
            for stop in range(start + 1, min(start + self._longest, len(word)) + 1):
                found = self._pieces.get(word[start:stop])
                if found is None and stop == start + 1:
                    found = self._unknown
                if found is not None and (score := best[start] + scores[found]) > best[stop]:
                    best[stop], last[stop] = score, (start, found)
        ids, at = [], len(word)
        while at:
            at, piece = last[at]
            ids.append(piece)
        return tuple(reversed(ids))
