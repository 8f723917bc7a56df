"""How well a passage answers a question: question and passage read as one sequence, by the embedder's own weights with small changes.

The changes (LoRA: for each matrix a product of two narrow ones) and the head are trained by `eval/cross_training.py`, on questions with
passages that answer them and passages that only seem to. Sources: Hu et al., LoRA: Low-Rank Adaptation of Large Language Models, 2021;
Nogueira and Cho, Passage Re-ranking with BERT, 2019.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from knowledge.embed import cleaned, local_weights
from knowledge.model.graph import Precision, encoder
from knowledge.model.session import Session
from knowledge.model.weights import Weights
from knowledge.section import KnowledgeError

_FILE = Path(__file__).with_name("cross_encoder.npz")
_HEAD = ("dense.w", "dense.b", "out.w", "out.b")
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
        trained = _trained(changes)
        self._head = tuple(trained.pop(name) for name in _HEAD)
        graph = encoder(_Changed(weights, trained), weights.measures, precision=precision)
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


def _trained(path: Path) -> dict[str, NDArray[np.float32]]:
    """What training gave. Each array has a check sum in the file, so one that was changed is not read."""
    try:
        with path.open("rb") as held, np.load(held) as file:
            trained = {name: file[name].astype(np.float32) for name in file.files}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
    if not trained.keys() >= set(_HEAD):
        raise _damaged()
    return trained


def _damaged() -> KnowledgeError:
    return KnowledgeError("Språkmodellen som läser fråga och avsnitt är skadad eller saknas.", "Installera programmet på nytt.")


class _Changed(Mapping[str, NDArray[np.float32]]):
    """The tensors as training left them: a norm replaced, a matrix with the product of its two narrow ones added."""

    def __init__(self, weights: Weights, trained: Mapping[str, NDArray[np.float32]]) -> None:
        self._weights, self._trained = weights, trained

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        if name in self._trained:
            return self._trained[name]
        narrow = name.removesuffix(".w")
        change = self._trained.get(f"{narrow}.up"), self._trained.get(f"{narrow}.down")
        tensor = self._weights[name]
        return tensor if change[0] is None or change[1] is None else tensor + change[0] @ change[1]

    def __iter__(self) -> Iterator[str]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)
