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

_ONE_BEFORE = (
    "Det senaste indexet var skadat och byggdes om av det som fanns före den senaste indexeringen. Indexera även de andra mapparna på nytt."
)


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
    """What the index holds: where its own words of it are damaged, those of the one before."""
    counting = disk.current(home)
    if counting is None:
        return Kept()
    for generation in disk.usable(home):
        folder = disk.generation_folder(home, generation)
        try:
            manifest = disk.read_manifest(folder)
            documents = read_documents(folder / disk.DOCUMENTS, manifest.documents_hash)
        except KnowledgeError as error:
            logger.warning("generation %s cannot be read: %s", generation, error)
            continue
        return Kept(documents, manifest.sources, warning=None if generation == counting else _ONE_BEFORE)
    return Kept(warning="Det tidigare indexet gick inte att läsa och byggdes om. Indexera även de andra mapparna på nytt.")


def _answers(home: Path, embedder: Embedder) -> bool:
    """Whether the index that counts can be used as it is."""
    from knowledge.index import Index

    try:
        return disk.pointer_is_whole(home) and Index.open(home, embedder.name).generation == disk.current(home)
    except KnowledgeError:
        return False
