"""A folder into the index: what is new or changed is read, what is gone is removed, what fails stops nothing else."""

from __future__ import annotations

import logging
from pathlib import Path

from knowledge import generation as disk
from knowledge.embed import Embedder
from knowledge.folder import look_at
from knowledge.lock import writing
from knowledge.renewal import Kept, Progress, Renewal
from knowledge.report import Report
from knowledge.section import KnowledgeError
from knowledge.stored import read_documents

logger = logging.getLogger(__name__)


def ingest(
    folder: Path, *, home: Path, embedder: Embedder, progress: Progress | None = None, patience: float = 0, may_be_empty: bool = False
) -> Report:
    """Bring the index up to date with a folder; other folders' documents stay as they are.

    `patience` is how many seconds to wait for another indexing; `may_be_empty` lets a folder without documents take away what it had.

    Raises:
        KnowledgeError: the folder or its register cannot be used, another process is indexing, or disk or embedder fail.
    """
    tell = progress or (lambda doing, done, total: None)
    with writing(disk.index_folder(home), patience=patience):
        disk.clean(home)
        kept = _kept(home)
        looked = look_at(folder, home=home, may_be_empty=may_be_empty)
        renewal = Renewal(looked, kept)
        renewal.read(tell)
        after = (renewal.documents, renewal.sources)
        if after != (kept.documents, kept.sources) or (renewal.documents and not _answers(home, embedder)):
            # Imported here since it takes seconds, and who only is refused should not wait.
            from knowledge.building import build

            build(home, *after, embedder=embedder, progress=tell, files={f.digest: f.path for f in looked.files})
        return renewal.report


def _kept(home: Path) -> Kept:
    generation = disk.current(home)
    if generation is None:
        return Kept()
    folder = disk.generation_folder(home, generation)
    try:
        manifest = disk.read_manifest(folder)
        return Kept(read_documents(folder / disk.DOCUMENTS, manifest.documents_hash), manifest.sources)
    except KnowledgeError as error:
        logger.warning("generation %s cannot be read: %s", generation, error)
        return Kept(warning="Det tidigare indexet gick inte att läsa och byggdes om. Indexera även de andra mapparna på nytt.")


def _answers(home: Path, embedder: Embedder) -> bool:
    from knowledge.index import Index

    try:
        Index.open(home, embedder.name)
    except KnowledgeError:
        return False
    return True
