"""Promise 8: people who ask while the index is switched, two who index, and a file that is uploaded meanwhile."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hard_works import PLANS, WHOSE, Place, every_vector_is_right, fake_engine, index, write_version
from index_fakes import WordEmbedder, use_fakes

from assistant import indexing
from assistant.answer import Ask
from assistant.build import build_embedder, build_engine
from assistant.engine import Engine
from assistant.settings import Settings
from knowledge import generation as disk
from knowledge.ingest import ingest
from knowledge.lock import writing
from knowledge.read import close_reader
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]
_VERSION = re.compile(r"\bv(\d+)\b")
_STAYS = "/regler#"
"""An uploaded document that is never changed here."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    use_fakes(monkeypatch)
    return Place(tmp_path / "place", tmp_path / "kept")


class Asking:
    """Somebody who asks an engine one question after the other, in a thread, and notes the versions that each answer told."""

    def __init__(self, engine: Engine, *questions: str) -> None:
        self.versions: list[set[str]] = []
        self.errors: list[str] = []
        self._engine, self._questions, self._end = engine, questions, threading.Event()
        self._thread = threading.Thread(target=self._ask)
        self._thread.start()

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _note(self, texts: Iterable[str]) -> None:
        self.versions.append(set(_VERSION.findall(" ".join(texts))))

    def _ask(self) -> None:
        while not self._end.is_set():
            for question in self._questions:
                try:
                    answer = self._engine.ask(Ask(question, municipality=WHOSE))
                    hits = self._engine.search(question, WHOSE, 10)
                except Exception as error:
                    self.errors.append(repr(error))
                    continue
                if answer.reason == "service_error":
                    self.errors.append(answer.text)
                self._note(c.quote for c in answer.citations if _STAYS not in c.section_id)
                self._note(h.section.text for h in hits if _STAYS not in h.section.id)
                time.sleep(0.01)


def mixed(asking: list[Asking]) -> int:
    return sum(len(versions) > 1 for a in asking for versions in a.versions)


def test_answers_are_of_one_version_while_the_index_is_switched(place: Place, amount: Amount, figure: Figure) -> None:
    root, switches = place.root, amount(20, 3)
    engine = fake_engine(root / "home")
    questions = [f"Vad gäller i plan {n}, vem utser {n}?" for n in range(PLANS)]
    with Asking(engine, *questions) as one, Asking(engine, *reversed(questions)) as two:
        for version in range(2, 2 + switches):
            write_version(root / "documents", version)
            index(root)
    everybody = [one, two]
    seen = {v for a in everybody for versions in a.versions for v in versions}
    answers = sum(len(a.versions) for a in everybody)
    figure(8, f"svar och sökningar medan indexet byttes {switches} gånger, därav fel", f"{answers} och {len(one.errors + two.errors)}")
    figure(8, "svar som blandade två versioner", f"{mixed(everybody)}")
    assert one.errors + two.errors == []
    assert mixed(everybody) == 0
    assert len(seen) >= min(3, switches)
    every_vector_is_right(root / "home")


@pytest.mark.timeout(900)
def test_answers_are_of_one_version_with_the_real_embedder_and_readers(tmp_path: Path, whole: bool, figure: Figure) -> None:
    switches = 5 if whole else 1
    folder, settings = tmp_path / "documents", Settings(home=tmp_path / "home")
    folder.mkdir()
    (folder / "register.toml").write_text(f'[[municipality]]\nname = "{WHOSE}"\n', encoding="utf-8")

    def at(version: int) -> None:
        told = f"Förvaltningschefen beslutar om resor enligt version v{version}."
        text = f"# Policy för resor i Lindhamns kommun\n\nAntagen av kommunstyrelsen den 3 mars 2023.\n\n## Resor\n\n{told}\n"
        (folder / "policy.md").write_text(text, encoding="utf-8")
        ingest(folder, home=settings.home, embedder=build_embedder(settings, threads=1))

    at(1)
    engine = build_engine(settings)
    with Asking(engine, "Vem beslutar om resor?") as one:
        for version in range(2, 2 + switches):
            at(version)
        until = time.monotonic() + 60
        while {str(version)} not in one.versions and time.monotonic() < until:
            time.sleep(0.05)
    close_reader()
    told = {v for versions in one.versions for v in versions}
    figure(
        8,
        f"med den riktiga sökmodellen: svar under {switches} byten, därav fel eller blandade",
        f"{len(one.versions)}, {len(one.errors) + mixed([one])}",
    )
    assert (one.errors, mixed([one])) == ([], 0)
    assert str(1 + switches) in told


def test_a_reader_in_the_middle_of_a_question_is_not_disturbed_by_two_switches(place: Place) -> None:
    root = place.root
    engine = fake_engine(root / "home")
    held = engine.index()
    for version in (2, 3, 4):
        write_version(root / "documents", version)
        index(root)
    assert not disk.generation_folder(root / "home", held.generation).exists()
    assert held.dense(WordEmbedder().embed_query("Plan 1 gäller"), {WHOSE}, 3)
    assert held.document_frequency("v1") == PLANS + 1  # what is uploaded says so too
    assert engine.index().document_frequency("v4") == PLANS


def test_a_second_indexer_is_refused_at_once(place: Place, figure: Figure) -> None:
    home = place.root / "home"
    with writing(disk.index_folder(home)):
        began = time.monotonic()
        with pytest.raises(KnowledgeError, match=r"En annan indexering pågår redan\. Vänta"):
            ingest(place.root / "documents", home=home, embedder=WordEmbedder())
        inside = time.monotonic() - began
        command = [sys.executable, "-m", "assistant", "ingest", str(place.root / "documents")]
        began = time.monotonic()
        told = subprocess.run(command, env=_environment(home), capture_output=True, text=True, check=False)
        outside = time.monotonic() - began
    figure(
        8,
        "sekunder tills en andra indexering nekades: i programmet, och på kommandoraden med allt som laddas",
        f"{inside:.2f} och {outside:.2f}".replace(".", ","),
    )
    assert told.returncode == 1
    assert "En annan indexering pågår redan" in told.stderr
    assert inside < 2


def test_an_upload_during_an_indexing_is_kept_and_indexed_after_it(place: Place, monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    root = place.root
    monkeypatch.setattr(indexing, "build_embedder", lambda *_, **__: WordEmbedder())
    uploads, errors, count = Uploads(root / "home", WHOSE), [], 5
    engine = fake_engine(root / "home")

    def upload() -> None:
        for n in range(count):
            try:
                content = f"title: Uppladdad {n}\nmunicipality: {WHOSE}\n# Del {n}\nUppladdning {n} gäller."
                uploads.add(f"ny-{n}.txt", io.BytesIO(content.encode()))
                indexing.index_uploads(Settings(home=root / "home"), WHOSE, f"run-{n}")
                told = indexing.progress(root / "home", WHOSE)
                assert told is not None
                assert told.state == "done", told
            except Exception as error:
                errors.append(repr(error))

    thread = threading.Thread(target=upload)
    thread.start()
    with Asking(engine, "Vad gäller i plan 1, vem utser 1?") as one:
        for version in (2, 3, 4):
            write_version(root / "documents", version)
            ingest(root / "documents", home=root / "home", embedder=WordEmbedder(), patience=60)
        thread.join()
    index_now = engine.index()
    there = sum(f"lindhamn/uppladdad-{n}" in index_now.documents for n in range(count))
    figure(8, "filer uppladdade medan annat indexerades: kvar och sökbara; fel", f"{there} av {count}; {len(errors) + len(one.errors)}")
    assert (errors, one.errors, mixed([one])) == ([], [], 0)
    assert there == count
    assert index_now.document_frequency("v4") == PLANS
    every_vector_is_right(root / "home")


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"ASSISTANT_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])}
