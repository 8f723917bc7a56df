"""Uploaded documents are indexed in a process of its own, which tells every other how far it has come, also when it dies."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import indexing
from assistant.settings import Settings
from knowledge.index import Index
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

POLICY = "# Resepolicy för Lidingö stad\n\n## Bokning\n\nResor bokas av kansliet.\n"


def put(home: Path, text: str = POLICY) -> Uploads:
    uploads = Uploads(home, "Lidingö")
    uploads.add("resepolicy.md", io.BytesIO(text.encode()))
    return uploads


def fail(*_args: object, **_known: object) -> None:
    raise KnowledgeError("Disken är full.", "Frigör plats.")


@pytest.mark.timeout(280)
def test_a_child_process_indexes_what_is_uploaded_and_tells_when_it_is_done(tmp_path: Path) -> None:
    put(tmp_path)
    run = indexing.start(Settings(home=tmp_path), "Lidingö")
    first = indexing.progress(tmp_path, "Lidingö")
    assert first is not None
    assert (first.run, first.state) == (run, "running")
    until = time.monotonic() + 270
    while (now := indexing.progress(tmp_path, "Lidingö")) and now.state == "running" and time.monotonic() < until:
        time.sleep(0.1)
    assert now is not None
    assert (now.run, now.state, now.error) == (run, "done", "")
    assert now.report["added"] == ["lidingo/resepolicy-for-lidingo-stad"]
    assert [d.municipality for d in Index.open(tmp_path, None).documents.values()] == ["Lidingö"]
    assert now.pid != os.getpid()


def test_what_goes_wrong_is_told_in_words_and_the_index_before_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path)
    monkeypatch.setattr(indexing, "build_embedder", fail)
    indexing.index_uploads(Settings(home=tmp_path), "Lidingö", "a")
    assert indexing.progress(tmp_path, "Lidingö") == indexing.Indexing(
        "a", "failed", error="Disken är full. Frigör plats.", pid=os.getpid()
    )
    monkeypatch.setattr(indexing, "build_embedder", lambda *args, **known: 1 / 0)
    indexing.index_uploads(Settings(home=tmp_path), "Lidingö", "a")
    told = indexing.progress(tmp_path, "Lidingö")
    assert told is not None
    assert told.error == "Ett fel i programmet avbröt inläsningen (ZeroDivisionError). Anmäl felet."


def test_a_process_that_died_is_not_waited_for(tmp_path: Path) -> None:
    folder = put(tmp_path).folder
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    running = indexing.Indexing("a", pid=os.getpid(), doing="Läser", done=1, total=3)
    indexing._write(folder, running)
    assert indexing.progress(tmp_path, "Lidingö") == running
    assert running.text == "Läser: 1 av 3."
    indexing._write(folder, replace(running, pid=gone.pid))
    told = indexing.progress(tmp_path, "Lidingö")
    assert told is not None
    assert (told.state, told.error.split(".")[0]) == ("failed", "Inläsningen avbröts")


def test_an_earlier_run_does_not_speak_for_a_later_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put(tmp_path).folder
    later = indexing.Indexing("b", pid=os.getpid())
    indexing._write(folder, later)
    monkeypatch.setattr(indexing, "build_embedder", fail)
    indexing.index_uploads(Settings(home=tmp_path), "Lidingö", "a")
    assert indexing.progress(tmp_path, "Lidingö") == later


def test_two_indexings_of_the_same_uploads_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path)
    busy: list[int] = []

    def slow(*_args: object, **_known: object) -> None:
        busy.append(1)
        assert busy == [1]
        time.sleep(0.2)
        busy.clear()
        fail()

    monkeypatch.setattr(indexing, "build_embedder", lambda *args, **known: None)
    monkeypatch.setattr(indexing, "ingest", slow)
    threads = [threading.Thread(target=indexing.index_uploads, args=(Settings(home=tmp_path), "Lidingö", "a")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = indexing.progress(tmp_path, "Lidingö")
    assert told is not None
    assert told.error == "Disken är full. Frigör plats."


def test_without_an_indexing_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert indexing.progress(tmp_path, "Lidingö") is None
