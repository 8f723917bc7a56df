"""Works that are killed, or meet a disk that is full or closed. Done again, each goes on where it was stopped.

A folder to work in holds `home` and `documents`; a `Place` has one in which version 1 is indexed and version 2 waits.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from eval_fakes import DECIDING
from hard_kill import POINT
from index_fakes import WordEmbedder, use_fakes

from assistant import indexing
from assistant.engine import Engine
from assistant.settings import Settings
from assistant.store.record import Asker
from assistant.store.store import Store
from eval import running
from eval.background import Telling
from eval.cases import Case
from eval.question_sets import QuestionSets
from knowledge import dense, ingest
from knowledge.building import build  # noqa: F401 - loads its libraries before the fork
from knowledge.glossary import read_glossary
from knowledge.index import Index, IndexReader
from knowledge.mends import Step, change, history
from knowledge.passages import passages
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

WHOSE = "Lindhamn"
DAY = date(2026, 11, 22)
PLANS = 4
QUESTIONS = 5
STEP = Step(("fika",), ("kaffe",), "Fika kallas kaffe.")


def in_a_process_of_its_own() -> None:
    """Let everything in this process read plain files, and tell when Chroma writes, which it does without Python's knowledge."""
    use_fakes(pytest.MonkeyPatch())
    add, make = dense.VectorStore.add, dense.VectorStore.__init__

    def made(self: Any, folder: Path, **known: Any) -> None:
        self.told_of = str(folder)
        make(self, folder, **known)

    def pointed(self: Any, pieces: Any, vectors: Any) -> None:
        sys.audit(POINT, self.told_of)
        add(self, pieces, vectors)
        sys.audit(POINT, self.told_of)

    dense.VectorStore.add, dense.VectorStore.__init__ = pointed, made  # type: ignore[method-assign]


class PlainReader:
    """Holds every passage to answer as well as any other."""

    def logits(self, pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        return np.zeros(len(pairs), np.float32)


def write_version(folder: Path, version: int) -> None:
    """Files in which every sentence says the version."""
    folder.mkdir(exist_ok=True)
    for n in range(PLANS):
        said = f"Plan {n} gäller i version v{version}. Rektor utser {n} i version v{version}."
        text = f"title: Plan {n}\nmunicipality: {WHOSE}\n# Mål {n}\n{said}"
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")


def uploaded(version: int) -> bytes:
    return f"title: Regler\nmunicipality: {WHOSE}\n# Resor\nResor sker med tåg i version v{version}.".encode()


ADDED = f"title: Tillägg\nmunicipality: {WHOSE}\n# Tillägg\nTillägget är nytt.".encode()
WITHDRAWN = f"title: Gammalt\nmunicipality: {WHOSE}\n# Gammalt\nDet gamla gäller inte.".encode()


def fake_engine(home: Path) -> Engine:
    embedder = WordEmbedder()
    return Engine(IndexReader(home, embedder.name), embedder, PlainReader(), read_glossary(), DECIDING, as_of=DAY)  # type: ignore[arg-type]


class Place:
    """A folder to work in that can be as it was at first: version 1 indexed, files uploaded, questions written, version 2 waiting.

    An index knows its documents by their path, so the folder is always the same one.
    """

    def __init__(self, root: Path, kept: Path) -> None:
        self.root, self._kept = root, kept
        root.mkdir(exist_ok=True)
        with pytest.MonkeyPatch.context() as patch:
            use_fakes(patch)
            _prepare(root)
        shutil.copytree(root, kept)

    def anew(self) -> Path:
        """The folder as it was at first."""
        self.empty()
        shutil.copytree(self._kept, self.root, dirs_exist_ok=True)
        return self.root

    def empty(self) -> None:
        """Nothing in the folder."""
        for path in self.root.iterdir():
            shutil.rmtree(path)


def _prepare(root: Path) -> None:
    home = root / "home"
    write_version(root / "documents", 1)
    uploads = Uploads(home, WHOSE)
    uploads.add("regler.txt", io.BytesIO(uploaded(1)))
    uploads.add("gammalt.txt", io.BytesIO(WITHDRAWN))
    ingest.ingest(root / "documents", home=home, embedder=WordEmbedder())
    ingest.ingest(uploads.folder, home=home, embedder=WordEmbedder())
    cases = [Case(f"f{n}", f"Vem utser {n}?", WHOSE, "vem", abstain=True, origin="written", approved_on=DAY) for n in range(QUESTIONS)]
    QuestionSets(home).add(WHOSE, [*cases, Case("utkast", "Hur sker resor?", WHOSE, "hur", abstain=True, origin="drafted")])
    write_version(root / "documents", 2)


def index(root: Path) -> None:
    """Version 2 of the documents into the index."""
    ingest.ingest(root / "documents", home=root / "home", embedder=WordEmbedder())


def upload(root: Path) -> None:
    """A file put in the place of another, one added, one withdrawn, and all indexed, as the coordinator's pages do it."""
    uploads = Uploads(root / "home", WHOSE)
    if (uploads.folder / "regler.txt").read_bytes() != uploaded(2):
        uploads.replace("regler.txt", "regler.txt", io.BytesIO(uploaded(2)), today=DAY)
    if "tillagg.txt" not in uploads.names():
        uploads.add("tillagg.txt", io.BytesIO(ADDED))
    if "gammalt.txt" in uploads.names():
        uploads.withdraw("gammalt.txt", today=DAY)
    indexing.build_embedder = lambda *_, **__: WordEmbedder()  # type: ignore[assignment]
    indexing.index_uploads(Settings(home=root / "home"), WHOSE, "run")
    told = indexing.progress(root / "home", WHOSE)
    if told is not None and told.error:
        raise KnowledgeError(told.error, "")


def publish(root: Path) -> None:
    """What counts as soon as it is written: a coordinator's words, and a question that is approved."""
    home = root / "home"
    if not history(home, WHOSE):
        change(home, WHOSE, lambda version: type(version)(WHOSE, steps=(STEP,)), who="kim", what="ord", today=DAY)
    if QuestionSets(home).find(WHOSE, "utkast").draft:
        QuestionSets(home).approve(WHOSE, "utkast", "kim", DAY)


def evaluate(root: Path) -> None:
    """A run of the approved questions, as `python -m eval run` does it."""
    home = root / "home"
    running.build_engine = lambda settings, as_of=None: fake_engine(settings.home)  # type: ignore[assignment]
    with Telling(home, WHOSE) as tell:
        running.run_municipality(WHOSE, Settings(home=home), as_of=DAY, tell=tell)


def keep(root: Path) -> None:
    """An answer and what somebody thinks of it."""
    store = Store.open(Settings(home=root / "home"))
    try:
        answer = fake_engine(root / "home").ask(_ask())
        record = store.answered(answer, Asker("eva", WHOSE), Index.open(root / "home", "words-1").documents.values())
        store.feedback.put(record, record.person, up=True, words="Bra")
    finally:
        store.close()


def look(root: Path) -> None:
    """Only read: an answer out of the index."""
    assert fake_engine(root / "home").ask(_ask()).citations or Index.open(root / "home", "words-1").size


def _ask() -> Any:
    from assistant.answer import Ask

    return Ask("Vem utser 1?", municipality=WHOSE)


def real_index(root: Path) -> None:
    """A folder into the index by the real readers and the real embedder."""
    from assistant.build import build_embedder
    from knowledge import building, describe, read, renewal, swedish

    renewal.read_file, renewal.describe, building.index_terms = read.read_file, describe.describe, swedish.index_terms
    ingest.ingest(root / "documents", home=root / "home", embedder=build_embedder(Settings(home=root / "home"), threads=1))


def _saying(work: Callable[[Path], None]) -> Callable[[Path], list[str]]:
    def said(root: Path) -> list[str]:
        try:
            work(root)
        except KnowledgeError as error:
            return [f"{error.reason} {error.remedy}"]
        return []

    return said


WORKS = {w.__name__: _saying(w) for w in (index, upload, publish, evaluate, keep, look, real_index)}


def version_that_answers(home: Path) -> int:
    """The version that every section of the plans is of, each found by vector and by term."""
    index = Index.open(home, "words-1")
    versions = set()
    for n in range(PLANS):
        section = index.section(f"lindhamn/plan-{n}#mål-{n}")
        assert section is not None
        near = {i for i, _, _ in index.dense(WordEmbedder().embed_query(f"Mål {n}: Plan {n} gäller i version"), {WHOSE}, 3)}
        assert section.id in near
        said = {word.strip(".") for word in section.text.split() if word.startswith("v") and word.strip(".")[1:].isdigit()}
        assert len(said) == 1
        versions |= said
    (version,) = versions
    assert index.document_frequency(version) >= PLANS
    return int(version.removeprefix("v"))


def every_vector_is_right(home: Path) -> int:
    """Compare every id, hash and vector that is stored with what the documents give; how many there are."""
    from knowledge import generation as disk

    index = Index.open(home, "words-1")
    assert index.generation == disk.current(home)
    pieces = {p.id: p for d in index.documents.values() for p in passages(d)}
    store = dense.VectorStore(disk.generation_folder(home, index.generation) / disk.VECTORS)
    found = {}
    for ids, hashes, vectors in store.everything():
        for id_, hash_, vector in zip(ids, hashes, vectors, strict=True):
            assert id_ not in found
            assert hash_ == pieces[id_].hash
            assert np.allclose(vector, WordEmbedder().embed_query(pieces[id_].text), atol=1e-5)
            found[id_] = vector
    store.close()
    assert found.keys() == pieces.keys()
    return len(found)
