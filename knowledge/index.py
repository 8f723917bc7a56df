"""The index as readers see it: documents and sections by id, and the sections nearest to a vector or to weighted terms."""

from __future__ import annotations

import gc
import logging
import math
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from knowledge import generation as disk
from knowledge.contacts import Contact
from knowledge.dense import VectorStore
from knowledge.generation import Manifest, Source
from knowledge.lexical import TermIndex
from knowledge.passages import searchable, statement_of
from knowledge.query import IndexWords
from knowledge.register import Municipality
from knowledge.section import EVERYBODY, Document, KnowledgeError, Section
from knowledge.stored import read_documents

logger = logging.getLogger(__name__)

_EXACT = 8_000
"""Up to so many statements in scope are all compared. Among more, the nearest of all are asked for, and those outside are dropped."""

_PATIENCE = 30.0
"""Seconds before a generation that could not be opened is tried again."""


class Index:
    """One generation, in memory but for the vectors. It never changes; safe to use from several threads.

    Attributes:
        generation: its name.
        manifest: what it was built of and with.
        documents: all documents by id, drafts and those without a municipality too.
    """

    def __init__(
        self, generation: str, manifest: Manifest, documents: Mapping[str, Document], terms: TermIndex, vectors: VectorStore
    ) -> None:
        self.generation = generation
        self.manifest = manifest
        self.documents: Mapping[str, Document] = MappingProxyType(dict(documents))
        self._sections = {s.id: s for d in documents.values() for s in d.citable}
        self._aliases = {old: new for d in documents.values() for old, new in d.aliases}
        self._municipality = {s.id: d.municipality for d in documents.values() if searchable(d) for s in d.sections}
        self._terms = terms
        self._vectors = vectors
        order = np.array([self._municipality[i] for i in terms.ids], dtype=object)
        self._rows: dict[str, NDArray[np.bool_]] = {m: order == m for m in set(order.tolist())}

    @classmethod
    def open(cls, home: Path, embedder_name: str | None) -> Index:
        """The generation that counts, or the one before where it is damaged. `embedder_name` None opens it whatever embedder it was built
        with, to list what it holds.

        Raises:
            KnowledgeError: there is none, all are damaged, or it was built in another format or with another embedder.
        """
        counting = disk.current(home)
        if counting is None:
            raise disk.no_index()
        for generation in disk.usable(home):
            try:
                return cls._open(home, generation, embedder_name)
            except disk.DamagedIndexError as error:
                logger.error("index %s is damaged: %r", generation, error.__cause__)
        if disk.current(home) != counting:  # it was removed while it was being opened, since there are newer ones
            return cls.open(home, embedder_name)
        raise disk.damaged()

    @classmethod
    def _open(cls, home: Path, generation: str, embedder_name: str | None) -> Index:
        folder = disk.generation_folder(home, generation)
        manifest = disk.read_manifest(folder)
        if not disk.is_undamaged(folder):
            raise disk.damaged()
        if embedder_name is not None and manifest.embedder != embedder_name:
            raise KnowledgeError(
                f"Indexet är byggt med språkmodellen {manifest.embedder}, men inställd är {embedder_name}.",
                "Kör assistant ingest MAPP för att bygga om det, eller ställ tillbaka språkmodellen.",
            )
        documents = read_documents(folder / disk.DOCUMENTS, manifest.documents_hash)
        terms, vectors = _stores(folder, manifest)
        if set(terms.ids) != {s.id for d in documents.values() if searchable(d) for s in d.sections}:
            raise disk.damaged()
        return cls(generation, manifest, documents, terms, vectors)

    def contacts(self, municipality: str | None) -> tuple[Contact, ...]:
        """Whom the coordinators say to ask in a municipality."""
        return tuple(c for s in self._sources(municipality) for c in s.contacts if c.municipality in (None, municipality))

    def kinds(self, municipality: str | None) -> tuple[str, ...]:
        """The kinds of document in the order that a municipality's register gives them, the weightiest first; empty where it gives none."""
        return next((s.kinds for s in self._sources(municipality) if s.kinds), ())

    def _sources(self, municipality: str | None) -> list[Source]:
        """The folders that hold a municipality's documents."""

        def holds(source: Source) -> bool:
            return any(self.documents[e.document_id].municipality == municipality for e in source.files.values())

        return [s for s in self.manifest.sources.values() if holds(s)]

    @property
    def municipalities(self) -> tuple[Municipality, ...]:
        """The municipalities that the registers name, with whom to ask there."""
        return tuple(m for source in self.manifest.sources.values() for m in source.municipalities)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of municipalities beside the 290: those that the registers or documents give. "alla" is none, but a word of questions."""
        return tuple(n for n in dict.fromkeys([*(m.name for m in self.municipalities), *self._rows]) if n != EVERYBODY)

    @cached_property
    def words(self) -> IndexWords:
        """How rare the index's words are, and what a mistyped one may have been."""
        return IndexWords(self._terms.document_frequency, self.size, self._terms.words)

    @property
    def size(self) -> int:
        """How many sections searches may find."""
        return len(self._municipality)

    def section(self, section_id: str) -> Section | None:
        """The section or cover sheet with an id that it has, or had before; None where nothing has it."""
        return self._sections.get(section_id) or self._sections.get(self._aliases.get(section_id, ""))

    def document(self, document_id: str) -> Document | None:
        """The document with an id that it has, or had before; None where nothing has it."""
        return self.documents.get(document_id) or self.documents.get(self._aliases.get(document_id, ""))

    def document_frequency(self, term: str) -> int:
        """How many of the `size` sections hold a term."""
        return self._terms.document_frequency(term)

    def lexical(self, terms: Mapping[str, float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, float]]:
        """The sections that hold any of the weighted terms with their BM25 scores, best first; of all municipalities when None."""
        scores = self._terms.scores(terms)
        if municipalities is not None:
            rows = [self._rows[m] for m in set(municipalities) if m in self._rows]
            scores = np.where(np.logical_or.reduce(rows), scores, 0) if rows else np.zeros_like(scores)
        best = np.argsort(-scores, kind="stable")[: max(limit, 0)]
        return [(self._terms.ids[i], float(scores[i])) for i in best if scores[i] > 0]

    def dense(self, vector: Sequence[float], municipalities: Collection[str] | None, limit: int) -> list[tuple[str, int, float]]:
        """The statements nearest to a vector, best first: (section id, number in the section, cosine); of all municipalities when None."""
        scope = self._rows.keys() if municipalities is None else self._rows.keys() & set(municipalities)
        if not scope or limit < 1:
            return []
        share = sum(int(self._rows[m].sum()) for m in scope) / self.size
        if share * self.manifest.passages > _EXACT:
            found = self._within(scope, self._vectors.nearest(vector, math.ceil(2 * limit / share)))
            if len(found) >= limit:
                return found[:limit]
        return self._within(scope, self._vectors.nearest_of(scope, vector, limit))

    def _within(self, scope: Collection[str], near: list[tuple[str, float]]) -> list[tuple[str, int, float]]:
        """The statements that passages are, but for those of municipalities outside the scope."""
        found = ((*statement_of(i), cosine) for i, cosine in near)
        return [f for f in found if self._municipality.get(f[0]) in scope]


class IndexReader:
    """The index for a process that lives long: it takes up a new generation as soon as there is one. Safe from several threads."""

    def __init__(self, home: Path, embedder_name: str) -> None:
        self._home = home
        self._embedder_name = embedder_name
        self._index: Index | None = None
        self._opened_for: str | None = None
        self._failed: tuple[str | None, float] = (None, 0.0)
        self._opening = threading.Lock()

    def current(self) -> Index:
        """The index that counts; the one before while a new one is being opened, or cannot be.

        Raises:
            KnowledgeError: no index could be opened yet.
        """
        index = self._index
        if index is None:
            with self._opening:
                if self._index is None:
                    self._opened_for = disk.current(self._home)
                    self._index = self._open()
                return self._index
        generation = self._pointer()
        if generation != self._opened_for and not self._waits(generation) and self._opening.acquire(blocking=False):
            try:
                self._reopen(generation)
            finally:
                self._opening.release()
        return self._index or index

    def _open(self) -> Index:
        """The index, which the garbage collector does not look through while people wait: it is freed when nobody refers to it any more."""
        index = Index.open(self._home, self._embedder_name)
        gc.freeze()
        return index

    def _pointer(self) -> str | None:
        try:
            return disk.current(self._home)
        except KnowledgeError:
            return self._opened_for

    def _waits(self, generation: str | None) -> bool:
        failed, since = self._failed
        return failed == generation and time.monotonic() - since < _PATIENCE

    def _reopen(self, generation: str | None) -> None:
        try:
            self._index = self._open()
            self._opened_for = generation
        except KnowledgeError as error:
            self._failed = (generation, time.monotonic())
            logger.error("index %s cannot be opened, the one before is still used: %s", generation, error)


def _stores(folder: Path, manifest: Manifest) -> tuple[TermIndex, VectorStore]:
    try:
        terms = TermIndex.load(folder / disk.TERMS)
        if not (folder / disk.VECTORS).is_dir():  # the library would make an empty one
            raise disk.damaged()
        vectors = VectorStore(folder / disk.VECTORS)
        if (len(terms.ids), vectors.count) != (manifest.sections, manifest.passages):
            raise disk.damaged()
        return terms, vectors
    except KnowledgeError:
        raise
    except Exception as error:  # the libraries raise errors of many kinds for a folder that is not whole
        raise disk.damaged() from error
