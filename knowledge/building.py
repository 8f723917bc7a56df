"""A new generation of the index: built beside the one that counts, checked, and only then switched to."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from knowledge import generation as disk
from knowledge import originals
from knowledge.dense import Vectors, VectorStore
from knowledge.embed import Embedder, of_length_one
from knowledge.generation import Manifest, Source
from knowledge.lexical import TermIndex
from knowledge.passages import Passage, context_of, passages, searchable
from knowledge.renewal import Progress
from knowledge.section import Document, KnowledgeError
from knowledge.stored import read_documents, write_documents
from knowledge.swedish import index_terms
from knowledge.words import tokens

logger = logging.getLogger(__name__)

_BATCH = 128
_PROBES = 20


def build(
    home: Path,
    documents: Mapping[str, Document],
    sources: Mapping[str, Source],
    *,
    embedder: Embedder,
    progress: Progress,
    files: Mapping[str, Path] | None = None,
) -> str:
    """Build and switch to a generation that holds `documents`; its name. The caller holds the lock.

    Vectors of passages that the generation before holds too are taken from there. `files` says where files lie, by their hash.

    Raises:
        KnowledgeError: the disk or the embedder fails. The generation before still counts then.
    """
    generation = disk.new_generation(home)
    folder = disk.generation_folder(home, generation)
    try:
        folder.mkdir(parents=True)
        before = disk.whole(home)
        earlier = disk.generation_folder(home, before) if before else None
        originals.keep(folder, {d.hash for d in documents.values()}, files or {}, earlier)
        _write(folder, documents, sources, earlier=earlier, embedder=embedder, progress=progress)
        disk.switch(home, generation)
    except KnowledgeError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    except Exception as error:  # Chroma has errors of its own for a disk that is full
        shutil.rmtree(folder, ignore_errors=True)
        logger.exception("building %s failed", generation)
        remedy = "Kontrollera att det finns plats på disken och försök igen. Det tidigare indexet används så länge."
        raise KnowledgeError("Det gick inte att skriva indexet.", remedy) from error
    disk.clean(home)
    return generation


def _write(
    folder: Path,
    documents: Mapping[str, Document],
    sources: Mapping[str, Source],
    *,
    earlier: Path | None,
    embedder: Embedder,
    progress: Progress,
) -> None:
    pieces = [p for d in documents.values() for p in passages(d)]
    vectors = _vectors(pieces, _known(earlier, embedder.name), embedder, progress)
    terms = {s.id: index_terms(f"{context_of(d, s)}\n{s.text}") for d in documents.values() if searchable(d) for s in d.sections}
    written = write_documents(folder / disk.DOCUMENTS, documents.values())
    words = {t.word for d in documents.values() if searchable(d) for s in d.sections for t in tokens(s.text) if t.word.isalpha()}
    TermIndex.build(terms, words).save(folder / disk.TERMS)
    store = VectorStore(folder / disk.VECTORS, create=True)
    store.add(pieces, vectors)
    store.close()
    manifest = Manifest(
        embedder=embedder.name,
        dimensions=embedder.dimensions,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        previous=earlier.name if earlier else None,
        documents=len(documents),
        sections=len(terms),
        passages=len(pieces),
        documents_hash=written,
        sources=sources,
    )
    disk.finish(folder, manifest)
    _check(folder, manifest, documents, list(terms), pieces, vectors)


def _vectors(pieces: Sequence[Passage], known: Mapping[str, Vectors], embedder: Embedder, progress: Progress) -> Vectors:
    """One row for each passage: the known vector, else the embedder's."""
    vectors = np.empty((len(pieces), embedder.dimensions), dtype=np.float32)
    missing = []
    for row, piece in enumerate(pieces):
        if (vector := known.get(piece.hash)) is not None:
            vectors[row] = vector
        else:
            missing.append(row)
    for start in range(0, len(missing), _BATCH):
        rows = missing[start : start + _BATCH]
        vectors[rows] = embedder.embed_documents([pieces[r].text for r in rows])
        progress("Indexerar", start + len(rows), len(missing))
    return vectors


def _known(folder: Path | None, embedder_name: str) -> dict[str, Vectors]:
    """The vectors of an earlier generation by the hash of their passage; none when another embedder made them."""
    if folder is None:
        return {}
    try:
        if disk.read_manifest(folder).embedder != embedder_name or not (folder / disk.VECTORS).is_dir():
            return {}
        store = VectorStore(folder / disk.VECTORS)
        return {h: row for _, hashes, rows in store.everything() for h, row in zip(hashes, rows, strict=True)}
    except Exception as error:  # what cannot be reused is made again
        logger.warning("vectors of %s cannot be reused: %r", folder.name, error)
        return {}


def _check(
    folder: Path, manifest: Manifest, documents: Mapping[str, Document], sections: list[str], pieces: Sequence[Passage], vectors: Vectors
) -> None:
    """Read all back from the disk, and refuse a generation in which anything is missing or is not what it was."""
    store = VectorStore(folder / disk.VECTORS)
    probes = range(0, len(pieces), len(pieces) // _PROBES + 1)
    whole = (
        store.count == manifest.passages == len(pieces)
        and _holds(store, pieces, vectors)
        and of_length_one(vectors)
        and all(store.nearest(vectors[n].tolist(), 1)[0][1] > 0.999 for n in probes)
        and list(TermIndex.load(folder / disk.TERMS).ids) == sections
        and read_documents(folder / disk.DOCUMENTS, manifest.documents_hash) == dict(documents)
        and disk.read_manifest(folder) == manifest
        and disk.is_undamaged(folder)
    )
    store.close()
    if not whole:
        raise KnowledgeError("Det nya indexet blev inte helt.", "Kör indexeringen igen. Det tidigare indexet används så länge.")


def _holds(store: VectorStore, pieces: Sequence[Passage], vectors: Vectors) -> bool:
    """Whether a store holds every passage once, with its own text's hash and its own vector, and nothing else."""
    rows = {p.id: row for row, p in enumerate(pieces)}
    for ids, hashes, stored in store.everything():
        found = [rows.pop(i, -1) for i in ids]
        if -1 in found or hashes != [pieces[row].hash for row in found] or not np.allclose(stored, vectors[found], atol=1e-5):
            return False
    return not rows
