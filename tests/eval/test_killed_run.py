"""A run of a municipality's questions in a process of its own: watched, killed in the middle, and gone on with to the same result."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import write_documents

from assistant.build import build_embedder
from assistant.settings import Settings
from eval import background
from eval.background import Progress, Telling, progress, start
from eval.cases import Case
from eval.question_sets import QuestionSets
from eval.run import Run, runs
from eval.running import alone, run_municipality
from knowledge.ingest import ingest
from knowledge.read import close_reader
from knowledge.section import KnowledgeError

DAY = date(2026, 11, 22)
MANY = 30
WHOSE = "Björkhult"


def silent(doing: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two tiny municipalities in the index, by the real embedder, and many approved questions."""
    root = tmp_path_factory.mktemp("korning")
    settings = Settings(home=root / "home")
    ingest(write_documents(root / "dokument"), home=settings.home, embedder=build_embedder(settings, threads=1))
    close_reader()
    cases = [
        Case(f"f{n}", f"Vem utser kontaktpersonen under år {n}?", WHOSE, "vem", abstain=True, origin="written", approved_on=DAY)
        for n in range(MANY)
    ]
    QuestionSets(settings.home).add(WHOSE, cases)
    return settings.home


def wait(until: Any) -> None:
    end = time.monotonic() + 120
    while not until():
        assert time.monotonic() < end, "nothing happened for two minutes"
        time.sleep(0.01)


def content(run: Run) -> dict[str, Any]:
    """All of a run but when it was made and how long each answer took."""
    told = run.as_dict()
    for row in told["rows"]:
        row["answer"].pop("elapsed_ms")
        row["scores"] = [s for s in row["scores"] if s["name"] != "ms"]
    return {k: v for k, v in told.items() if k not in ("id", "started", "finished", "figures")}


@pytest.fixture
def child(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "eval", "run", "--municipality", WHOSE, "--home", str(home), "--as-of", DAY.isoformat()]
    made = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    yield made
    made.kill()
    made.wait()


def test_a_run_that_is_killed_goes_on_where_it_stopped_and_ends_the_same(home: Path, child: subprocess.Popen[bytes]) -> None:
    settings = Settings(home=home, as_of=DAY)
    wait(lambda: (now := progress(home, WHOSE)) is not None and now.done >= 3)
    with pytest.raises(KnowledgeError, match="En körning pågår redan"):
        start(settings, WHOSE)
    child.send_signal(signal.SIGKILL)
    child.wait()

    stopped = progress(home, WHOSE)
    assert stopped is not None
    assert (stopped.state, stopped.total, stopped.error) == ("failed", MANY, background.STOPPED)
    (part,) = (home / "eval" / "runs").glob("*.part")
    kept = len(part.read_text("utf-8").splitlines()) - 1
    assert 3 <= kept < MANY
    with part.open("a", encoding="utf-8") as file:  # what a killed process left half written
        file.write('{"id": "f')

    seen: list[int] = []
    resumed = run_municipality(WHOSE, settings, as_of=DAY, tell=lambda doing, done, total: seen.append(done))
    assert seen[0] == kept
    assert list((home / "eval" / "runs").glob("*.part")) == []
    whole = run_municipality(WHOSE, settings, as_of=DAY, tell=silent)
    assert content(resumed) == content(whole)
    assert [r.id for r in resumed.rows] == [f"f{n}" for n in range(MANY)]
    assert [r.id for r in runs(home, WHOSE)] == [resumed.id, whole.id]


def test_a_run_is_started_from_a_page_and_told_until_it_is_done(home: Path) -> None:
    before = len(runs(home, WHOSE))
    start(Settings(home=home, as_of=DAY), WHOSE)
    assert progress(home, WHOSE) == Progress(0, 0, "running")
    with pytest.raises(KnowledgeError, match="En körning pågår redan"):
        start(Settings(home=home), WHOSE)
    wait(lambda: (now := progress(home, WHOSE)) is not None and now.state != "running")
    assert progress(home, WHOSE) == Progress(MANY, MANY, "done")
    assert len(runs(home, WHOSE)) == before + 1
    assert runs(home, "Stenvik") == []


def test_a_process_that_dies_at_once_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    start(Settings(home=home), WHOSE)
    wait(lambda: (now := progress(home, WHOSE)) is not None and now.state == "failed")
    assert progress(home, WHOSE) == Progress(0, 0, "failed", background.STOPPED)


def test_nothing_is_started_without_approved_questions(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="inga godkända frågor"):
        start(Settings(home=tmp_path), WHOSE)
    assert progress(tmp_path, WHOSE) is None


def test_a_run_that_fails_says_why_and_one_that_was_refused_leaves_the_other_alone(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError), Telling(tmp_path, WHOSE):
        raise KnowledgeError("Det gick inte.", "Försök igen.")
    assert progress(tmp_path, WHOSE) == Progress(0, 0, "failed", "Det gick inte. Försök igen.")
    with Telling(tmp_path, WHOSE) as tell:
        tell("Frågar", 2, 9)
        with alone(tmp_path):
            with pytest.raises(KnowledgeError), Telling(tmp_path, WHOSE):
                raise KnowledgeError("En körning pågår redan.", "Vänta.")
            assert progress(tmp_path, WHOSE) == Progress(2, 9, "running")
    assert progress(tmp_path, WHOSE) == Progress(9, 9, "done")


def test_what_a_run_was_made_with_holds_no_secret(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eval.made_with import settings_of

    set_to = {"embedding_key": "hemlig1", "embedding_url": "https://kim:hemlig2@modell.example/v1", "database": "hemlig3", "threshold": 0.5}
    told = settings_of(Settings(home=home, **set_to))  # type: ignore[arg-type]
    assert told == {"embedding_url": "https://modell.example/v1", "threshold": "0.5"}
    assert "hemlig" not in json.dumps(told)
