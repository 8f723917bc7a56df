"""How time and memory grow with the number of sections. Indexing and asking run in processes of their own, so that each peak is its own."""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Ask
from assistant.build import build_embedder, build_reader
from assistant.engine import Engine
from assistant.evidence import model
from assistant.settings import Settings
from eval.generate import MUNICIPALITY, generate, questions
from eval.report import table
from knowledge.embed import Embedder
from knowledge.glossary import read_glossary
from knowledge.index import Index, IndexReader
from knowledge.ingest import ingest
from knowledge.passages import passages

_DIMENSIONS = 384
_QUESTIONS = 60
_SAMPLE = 512


class FakeEmbedder(Embedder):
    """Vectors of length 1 without a language model: texts with the same words are near. For sizes that a real one takes too long for."""

    @property
    def name(self) -> str:
        return "fake-words-1"

    @property
    def dimensions(self) -> int:
        return _DIMENSIONS

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(t) for t in texts]

    def embed_query(self, text: str) -> list[float]:
        total = np.sum([_word(w) for w in text.casefold().split()] or [_word("")], axis=0)
        vector: list[float] = (total / np.linalg.norm(total)).tolist()
        return vector


@lru_cache(maxsize=50_000)
def _word(word: str) -> NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(_DIMENSIONS)


def measure(sections: int, embedder: str) -> dict[str, Any]:
    """Generate, index and ask; times in milliseconds, memory in MB. `embedder` is "local" or "fake"."""
    with tempfile.TemporaryDirectory() as place:
        documents, home = Path(place) / "dokument", Path(place) / "home"
        generate(documents, sections)
        return (
            {"asked": sections, "embedder": embedder}
            | _child("index", documents, home, embedder)
            | _child("ask", documents, home, embedder)
        )


def index_all(documents: Path, home: Path, embedder: Embedder) -> dict[str, Any]:
    """Index a folder; reading the files apart from the rest, the rest against the embedder's own time for the same passages."""
    began = time.perf_counter()
    read_until = began

    def tell(doing: str, done: int, total: int) -> None:
        nonlocal read_until
        if doing == "Läser":
            read_until = time.perf_counter()

    ingest(documents, home=home, embedder=embedder, progress=tell)
    total, reading = time.perf_counter() - began, read_until - began
    index = Index.open(home, embedder.name)
    texts = [p.text for d in index.documents.values() for p in passages(d)]
    some = texts[:: len(texts) // _SAMPLE + 1]
    began = time.perf_counter()
    embedder.embed_documents(some)
    alone = (time.perf_counter() - began) / len(some) * len(texts)
    return {
        "sections": index.size,
        "passages": len(texts),
        "reading_ms_a_section": round(1000 * reading / index.size, 2),
        "indexing_ms_a_section": round(1000 * (total - reading) / index.size, 2),
        "against_embedder": None if isinstance(embedder, FakeEmbedder) else round((total - reading) / alone, 2),
        "indexing_peak_mb": _peak_mb(),
    }


def ask_some(home: Path, embedder: Embedder) -> dict[str, Any]:
    """Open the index and ask, warm; the first tenth of the questions is not counted."""
    began = time.perf_counter()
    engine = Engine(IndexReader(home, embedder.name), embedder, build_reader(), read_glossary(), model(), as_of=date(2026, 1, 1))
    engine.warm()
    opening = time.perf_counter() - began
    took = [engine.ask(Ask(q, MUNICIPALITY, quotes_only=True)).elapsed_ms for q in questions(_QUESTIONS)][_QUESTIONS // 10 :]
    return {
        "opening_s": round(opening, 1),
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(sorted(took)[int(0.95 * (len(took) - 1))], 1),
        "asking_peak_mb": _peak_mb(),
    }


def scale_text(found: list[dict[str, Any]]) -> str:
    """The measurements as a table."""
    columns = {
        "sections": "avsnitt",
        "embedder": "sökvektorer",
        "passages": "påståenden",
        "reading_ms_a_section": "läsa, ms/avsnitt",
        "indexing_ms_a_section": "indexera, ms/avsnitt",
        "against_embedder": "mot vektorerna",
        "indexing_peak_mb": "MB, indexera",
        "opening_s": "öppna, s",
        "median_ms": "svar median, ms",
        "p95_ms": "svar 95 %, ms",
        "asking_peak_mb": "MB, svara",
    }
    return "\n".join(table(list(columns.values()), [["–" if f[c] is None else str(f[c]) for c in columns] for f in found]))


def _child(doing: str, documents: Path, home: Path, embedder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "eval.scale", doing, str(documents), str(home), embedder]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, encoding="utf-8")
    measured: dict[str, Any] = json.loads(done.stdout)
    return measured


def _main(doing: str, documents: str, home: str, embedder: str) -> None:
    """The child's side. The real embedder gets the threads that the product gives it: two for indexing, one for questions."""
    chosen = FakeEmbedder() if embedder == "fake" else build_embedder(Settings(), threads=2 if doing == "index" else 1)
    print(json.dumps(index_all(Path(documents), Path(home), chosen) if doing == "index" else ask_some(Path(home), chosen)))


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    _main(*sys.argv[1:])
