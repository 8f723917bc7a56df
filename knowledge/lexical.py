"""BM25 over the terms of sections. The only module that imports bm25s."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import bm25s  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

logging.getLogger("bm25s").setLevel(logging.WARNING)  # it asks for DEBUG itself

_CONTENT = "content.json"


class TermIndex:
    """Which sections hold which terms, and how much that says.

    Attributes:
        ids: the sections' ids; scores come in their order.
        words: the folded words of the texts, as they are written.
    """

    def __init__(self, ids: Sequence[str], engine: bm25s.BM25 | None, words: Iterable[str] = ()) -> None:
        self.ids = tuple(ids)
        self.words = tuple(words)
        self._engine = engine  # None when no section has any term, which the library cannot hold

    @classmethod
    def build(cls, terms: Mapping[str, Sequence[str]], words: Iterable[str] = ()) -> TermIndex:
        """The index of sections given by id with their terms in order; `words` are kept for mending what is mistyped."""
        written = sorted(set(words))
        vocabulary = {term: n for n, term in enumerate(sorted({t for section in terms.values() for t in section}))}
        if not vocabulary:
            return cls(tuple(terms), None, written)
        engine = bm25s.BM25()
        rows = [[vocabulary[t] for t in section] for section in terms.values()]
        engine.index((rows, vocabulary), create_empty_token=False, show_progress=False)
        return cls(tuple(terms), engine, written)

    def save(self, folder: Path) -> None:
        """Write it to a folder, which is made."""
        folder.mkdir()
        if self._engine:
            self._engine.save(folder, show_progress=False)
        content = {"ids": self.ids, "words": self.words, "terms": self._engine is not None}
        (folder / _CONTENT).write_text(json.dumps(content), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TermIndex:
        """Read what `save` wrote.

        Raises:
            OSError, ValueError, KeyError: something is missing or is not what it was.
        """
        content = json.loads((folder / _CONTENT).read_text(encoding="utf-8"))
        engine = bm25s.BM25.load(folder, show_progress=False) if content["terms"] else None
        return cls(content["ids"], engine, content["words"])

    def scores(self, terms: Mapping[str, float]) -> NDArray[np.float32]:
        """The BM25 score of every section for terms with weights, in the order of `ids`."""
        total = np.zeros(len(self.ids), dtype=np.float32)
        for term, weight in terms.items():
            number = self._number(term)
            if self._engine and number is not None:
                total += weight * self._engine.get_scores_from_ids([number])
        return total

    def document_frequency(self, term: str) -> int:
        """How many sections hold a term."""
        number = self._number(term)
        if self._engine is None or number is None:
            return 0
        starts = self._engine.scores["indptr"]
        return int(starts[number + 1] - starts[number])

    def _number(self, term: str) -> int | None:
        return self._engine.vocab_dict.get(term) if self._engine else None
