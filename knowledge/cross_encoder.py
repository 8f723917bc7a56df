"""How well a passage answers a question: question and passage read as one sequence, by the embedder's own weights with small changes.

The changes (LoRA: for each matrix a product of two narrow ones) and the head are trained by `eval/cross_training.py`, on questions with
passages that answer them and passages that only seem to. Sources: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021;
Nogueira and Cho, Passage Re-ranking with BERT, 2019.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import cleaned, local_weights
from knowledge.model.graph import Precision, encoder
from knowledge.model.session import Session
from knowledge.model.trained import Changed, damaged, read_trained

_FILE = Path(__file__).with_name("cross_encoder.npz")
_HEAD = ("dense.w", "dense.b", "out.w", "out.b")
_WHAT = "Språkmodellen som läser fråga och avsnitt"
QUESTION, PASSAGE = 48, 160
"""The most tokens of a question and of a passage that are read."""


def passage_text(path: Sequence[str], before: str, lead: str, text: str) -> str:
    """A passage as it is read: below the last three of its title and headings, after what stands before it and what leads it in."""
    return f"{' › '.join(path[-3:])}: {f'[{before}] ' if before else ''}{lead}{' ' if lead else ''}{text}"


def without_before(passage: str) -> str:
    """The words that lead a passage in, and itself."""
    said = passage.partition(": ")[2]
    return said.partition("] ")[2] if said.startswith("[") else said


class CrossEncoder:
    """Scores passages for a question. Safe to use from several threads, but not after a fork.

    Args:
        threads: how many compute one batch.
        precision: of the matrices.
        changes: what training gave; the file that comes with the package unless another is given.
        lengths: the most tokens of each that are read.
    """

    def __init__(
        self, *, threads: int = 1, precision: Precision = "int8 rows", changes: Path = _FILE, lengths: tuple[int, int] = (QUESTION, PASSAGE)
    ) -> None:
        self._lengths = lengths
        weights, self._tokens = local_weights()
        trained = read_trained(changes, _WHAT)
        if not trained.keys() >= set(_HEAD):
            raise damaged(_WHAT)
        self._head = tuple(trained.pop(name) for name in _HEAD)
        graph = encoder(Changed(weights, trained), weights.measures, precision=precision)
        self._session = Session(graph, weights.word_rows, threads=threads)
        self._process = os.getpid()

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """For each question with a passage the log odds that the passage answers it: (pairs,)."""
        if os.getpid() != self._process:
            raise RuntimeError("the model hangs in a forked process; start processes with spawn")
        if not pairs:
            return np.zeros(0, np.float32)
        read = [self._tokens.pair(*(ids[:most] for ids, most in zip(self._ids(pair), self._lengths, strict=True))) for pair in pairs]
        inner, inner_bias, outer, outer_bias = self._head
        # Not "@": for so few rows its library starts threads, which then wait busily beside those that read.
        within = np.tanh(np.einsum("ri,oi->ro", self._session.rows(read), inner) + inner_bias)
        logits: NDArray[np.float32] = (np.einsum("ri,oi->ro", within, outer) + outer_bias)[:, 0]
        return logits

    def fits(self, pair: tuple[str, str]) -> bool:
        """Whether both are read to their end."""
        return all(len(ids) <= most for ids, most in zip(self._ids(pair), self._lengths, strict=True))

    def _ids(self, pair: tuple[str, str]) -> list[list[int]]:
        return [list(self._tokens.ids(cleaned(text))) for text in pair]
