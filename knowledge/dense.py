"""The vectors of passages. The only module that imports chromadb."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.passages import Passage
from knowledge.working_copy import WorkingCopy

_NAME = "passages"
_BATCH = 2_000
_GRAPH = {"hnsw": {"space": "cosine", "ef_construction": 200, "max_neighbors": 32, "ef_search": 800}}
"""With an ef_search of 200 one in twenty of the 60 nearest was missed already among 4,000 real statements, with 800 one in 500."""

_opening = threading.Lock()  # the library keeps its clients in a dictionary that it does not guard

Vectors = NDArray[np.float32]


class VectorStore:
    """Passages' vectors in a Chroma collection of its own folder. Reading is safe from several threads; one writes, once.

    One that only reads works in a copy, since the library writes into whatever folder it opens.
    """

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        # Imported here since it takes seconds, which nobody should wait for who only is to be refused.
        import chromadb
        from chromadb.config import Settings

        copy = None if create else WorkingCopy(folder)
        try:
            with _opening:
                client: Any = chromadb.PersistentClient(str(copy.folder if copy else folder), Settings(anonymized_telemetry=False))
        except BaseException:
            if copy:
                copy.remove()
            raise
        self.close = weakref.finalize(self, _close, client, copy)
        self._loaded: dict[str, tuple[list[str], Vectors]] = {}
        self._loading = threading.Lock()
        try:
            if create:
                self._passages = client.create_collection(_NAME, embedding_function=None, configuration=_GRAPH)
            else:
                self._passages = client.get_collection(_NAME, embedding_function=None)
        except BaseException:
            self.close()
            raise

    @property
    def count(self) -> int:
        """How many passages it holds."""
        return int(self._passages.count())

    def add(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        """Store passages, each with the vector of the same row."""
        for start in range(0, len(passages), _BATCH):
            some = passages[start : start + _BATCH]
            self._passages.add(
                ids=[p.id for p in some],
                embeddings=vectors[start : start + _BATCH],
                metadatas=[{"municipality": p.municipality, "hash": p.hash} for p in some],
            )

    def nearest(self, vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        """The ids of the passages nearest of all with their cosine, best first; the graph may miss some."""
        found = self._passages.query(query_embeddings=np.asarray([vector], dtype=np.float32), n_results=limit, include=["distances"])
        distances = found["distances"]
        assert distances is not None  # they are asked for
        return [(id, 1.0 - distance) for id, distance in zip(found["ids"][0], distances[0], strict=True)]

    def nearest_of(self, municipalities: Collection[str], vector: Sequence[float], limit: int) -> list[tuple[str, float]]:
        """The same of some municipalities' passages alone, each compared; the first time, their vectors are loaded.

        The library's own filter takes tens of milliseconds however few it lets through, and misses some.
        """
        asked = np.asarray(vector, dtype=np.float32)
        near: list[tuple[str, float]] = []
        for municipality in sorted(municipalities):
            ids, rows = self._of(municipality)
            cosines = rows.reshape(-1, len(asked)) @ asked
            near += [(ids[n], float(cosines[n])) for n in np.argsort(-cosines, kind="stable")[:limit]]
        return sorted(near, key=lambda found: -found[1])[:limit]

    def _of(self, municipality: str) -> tuple[list[str], Vectors]:
        """A municipality's passages and their vectors, kept in memory."""
        with self._loading:
            if municipality not in self._loaded:
                found = self._passages.get(where={"municipality": municipality}, include=["embeddings"])
                self._loaded[municipality] = found["ids"], np.asarray(found["embeddings"], dtype=np.float32)
            return self._loaded[municipality]

    def everything(self) -> Iterator[tuple[list[str], list[str], Vectors]]:
        """All that is stored, in batches: ids, the passages' hashes, and a row of vector for each."""
        for start in range(0, self.count, _BATCH):
            batch = self._passages.get(limit=_BATCH, offset=start, include=["embeddings", "metadatas"])
            hashes = [str(m["hash"]) for m in batch["metadatas"] or []]
            yield batch["ids"], hashes, np.asarray(batch["embeddings"], dtype=np.float32)


def _close(client: Any, copy: WorkingCopy | None) -> None:
    client.close()
    if copy:
        copy.remove()
