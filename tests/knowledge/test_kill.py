"""Whatever kills an indexing, and whenever: the index that was there before still answers.

The suite kills a few times; `python tests/knowledge/test_kill.py 20` kills as many times as it is told, and says what it met.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from index_fakes import WordEmbedder, use_fakes

from knowledge import generation as disk
from knowledge.index import Index
from knowledge.ingest import ingest

FILES = 25
LONGEST_WAIT = 1.5
"""Seconds after which at latest a process is killed; it has indexed some generations by then."""


def write_version(folder: Path, version: int) -> None:
    """Files that all say the same version, in one section each."""
    for n in range(FILES):
        text = f"title: Plan {n}\nmunicipality: Lindhamn\n# Mål {n}\nPlan {n} gäller i version v{version}."
        (folder / f"{n}.txt").write_text(text, encoding="utf-8")


def index_for_ever(folder: Path, home: Path, version: int) -> None:
    """Index one version after another, until killed; what has been indexed is told on standard output."""
    use_fakes(pytest.MonkeyPatch())
    Index.open(home, "words-1")  # loads the libraries, so that the wait is spent on indexing
    print("ready", flush=True)
    while True:
        write_version(folder, version)
        ingest(folder, home=home, embedder=WordEmbedder())
        print(version, flush=True)
        version += 1


def kill_once(folder: Path, home: Path, version: int, wait: float) -> tuple[int, str]:
    """Kill an indexing after a wait; the last version that it told, and what it left beside the generations that count."""
    command = [sys.executable, __file__, "worker", str(folder), str(home), str(version)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait)
        process.kill()
        told = [int(line) for line in process.stdout.read().split()]
    half_built = len(list((home / "index").glob("g-*"))) - min(2, int((disk.current(home) or "g-0").removeprefix("g-")))
    return (told[-1] if told else version - 1), "half-built generation left" if half_built else "nothing left"


def version_that_answers(home: Path) -> int:
    """The version that every section of the index is of, each found by vector and by term."""
    index = Index.open(home, "words-1")
    assert index.size == FILES
    versions = set()
    for n in range(FILES):
        question = f"Mål {n}: Plan {n} gäller i version"
        near = {(i, number) for i, number, _ in index.dense(WordEmbedder().embed_query(question), {"Lindhamn"}, FILES)}
        assert (f"lindhamn/plan-{n}#mål-{n}", 0) in near
        section = index.section(f"lindhamn/plan-{n}#mål-{n}")
        assert section is not None
        version = section.text.rpartition(" ")[2].rstrip(".")
        assert index.document_frequency(version) == FILES
        versions.add(int(version.removeprefix("v")))
    (one,) = versions
    return one


def survive(root: Path, kills: int, seed: int) -> Counter[str]:
    """Kill so many indexings at random moments and ask the index after each; what they left, counted."""
    chance = random.Random(seed)
    folder, home = root / "dokument", root / "home"
    folder.mkdir()
    write_version(folder, 0)
    with pytest.MonkeyPatch.context() as patch:
        use_fakes(patch)
        ingest(folder, home=home, embedder=WordEmbedder())
        left: Counter[str] = Counter()
        version = 0
        for _ in range(kills):
            told, remains = kill_once(folder, home, version + 1, chance.uniform(0, LONGEST_WAIT))
            version = version_that_answers(home)
            assert version in (told, told + 1)  # it may have switched and been killed before it told so
            left[remains] += 1
        write_version(folder, version + 1)
        ingest(folder, home=home, embedder=WordEmbedder())
    assert version_that_answers(home) == version + 1
    assert len(list((home / "index").glob("g-*"))) == 2
    return left


def test_an_indexing_that_is_killed_leaves_an_index_that_answers(tmp_path: Path) -> None:
    assert survive(tmp_path, kills=3, seed=1).total() == 3


if __name__ == "__main__":
    if sys.argv[1] == "worker":
        index_for_ever(Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
    else:
        with tempfile.TemporaryDirectory() as root:
            print(dict(survive(Path(root), kills=int(sys.argv[1]), seed=7)))
