"""A coordinator's browser without the browser: the real application, store and engine over two tiny municipalities.

Vectors count words, and an indexing runs at once in this process; what a child process does is tested in test_indexing.py.
"""

from __future__ import annotations

import shutil
import time
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from eval_fakes import DECIDING, CountingEmbedder, write_documents
from fastapi.testclient import TestClient
from httpx import Response

from assistant import indexing
from assistant.answer import Answer, Ask
from assistant.build import build_reader
from assistant.engine import Engine
from assistant.settings import Settings
from assistant.starters import Suggestions
from assistant.store.record import Asker
from assistant.store.store import Store
from assistant.web import create_app
from eval.pages import add_pages, inbox_groups
from knowledge import generation as disk
from knowledge.glossary import read_glossary
from knowledge.index import IndexReader
from knowledge.ingest import ingest
from knowledge.mends import MendReader

TODAY = date(2026, 11, 22)


class Coordinator:
    """Somebody at the open machine, with the pages of a home."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch) -> None:
        self.home = home
        self.settings = Settings(home=home, as_of=TODAY)
        embedder = CountingEmbedder()
        patch.setattr(indexing, "build_embedder", lambda settings, threads: embedder)
        patch.setattr(inbox_groups, "build_embedder", lambda settings, threads: embedder)
        patch.setattr(indexing, "start", self._index)
        patch.setattr(Suggestions, "refresh", lambda suggestions: None)  # the chat's, which would ask the engine a hundred questions
        self.indexed: list[str] = []
        self.engine = self.another_engine()
        self.store = Store.open(self.settings)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
            app = create_app(self.engine, self.settings, added=[add_pages])
        self.client = TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)

    def another_engine(self) -> Engine:
        """An engine over the same home, as another process has it."""
        embedder = CountingEmbedder()
        indexes, mends = IndexReader(self.home, embedder.name), MendReader(self.home)
        return Engine(indexes, embedder, build_reader(), read_glossary(), DECIDING, as_of=TODAY, mends=mends)

    def _index(self, settings: Settings, municipality: str) -> str:
        self.indexed.append(municipality)
        run = f"run-{len(self.indexed)}"
        indexing._write(indexing.Uploads(settings.home, municipality).folder, indexing.Indexing(run))
        indexing.index_uploads(settings, municipality, run)
        for _ in range(500):  # another thread may be opening the new index
            if self.engine.index().generation == disk.current(self.home):
                break
            time.sleep(0.02)
        return run

    def forget(self) -> None:
        """All that a test did, but for what is in the database."""
        self.indexed.clear()
        for folder in sorted((self.home / "uploads").glob("*")):
            shutil.rmtree(folder)
            folder.mkdir()
            ingest(folder, home=self.home, embedder=CountingEmbedder(), may_be_empty=True)
        for name in ("uploads", "mends", "log", "eval"):
            shutil.rmtree(self.home / name, ignore_errors=True)
        self.engine.index()

    def page(self, path: str, **query: str) -> BeautifulSoup:
        answer = self.client.get(path, params=query or None)
        assert answer.status_code == 200, answer.text[:500]
        return BeautifulSoup(answer.text, "html.parser")

    def send(self, path: str, files: list[tuple[str, tuple[str, bytes]]] | None = None, **form: str) -> Response:
        return self.client.post(path, data={"kommun": "Björkhult", **form}, files=files)

    def after(self, answer: Response) -> BeautifulSoup:
        """The page that a form led to."""
        assert answer.status_code == 303, BeautifulSoup(answer.text, "html.parser").text[:800]
        return self.page(answer.headers["location"])

    def refused(self, answer: Response) -> BeautifulSoup:
        """The same page with the error."""
        assert answer.status_code == 400
        return BeautifulSoup(answer.text, "html.parser")

    def upload(self, *files: tuple[str, str | bytes], **form: str) -> Response:
        listed = [("filer", (name, text.encode() if isinstance(text, str) else text)) for name, text in files]
        return self.send("/samordnare/dokument", files=listed, gor="ladda-upp", **form)

    def ask(self, question: str, municipality: str = "Björkhult") -> Answer:
        """Ask as a member of staff, so that the answer is kept."""
        answer = self.engine.ask(Ask(question, municipality))
        self.store.answered(answer, Asker(municipality=municipality, role="user"), self.engine.index().documents.values())
        return answer


def words(soup: Any) -> str:
    """The text of a page with single blanks."""
    return " ".join(soup.text.split())


@pytest.fixture(scope="session")
def one_coordinator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coordinator]:
    """The application, made once: `coordinator` gives it as new."""
    root = tmp_path_factory.mktemp("two")
    ingest(write_documents(root / "dokument"), home=root / "home", embedder=CountingEmbedder())
    with pytest.MonkeyPatch.context() as patch:
        yield Coordinator(root / "home", patch)


@pytest.fixture
def coordinator(one_coordinator: Coordinator) -> Iterator[Coordinator]:
    yield one_coordinator
    one_coordinator.forget()
