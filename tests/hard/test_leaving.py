"""What docs/dataskydd.md says is written is all that is written, and one can leave with everything as docs/inforande.md says."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hard_house import Coordinator, home_of

from assistant.__main__ import main
from assistant.access.tables import metadata
from assistant.store.tables import Base

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coordinator]:
    with home_of(tmp_path_factory.mktemp("leaving")) as (made, _):
        yield made


@pytest.fixture(scope="module")
def taken(desk: Coordinator, tmp_path_factory: pytest.TempPathFactory, whole: bool) -> Path:
    """A folder after the commands of the page have been run in it: in a shell as they stand, or the program's own within this process."""
    folder = tmp_path_factory.mktemp("taken")
    page = (ROOT / "docs" / "inforande.md").read_text("utf-8").split("## Lämna tjänsten")[1]
    commands = re.search(r"```\n(.*?)```", page, re.DOTALL)
    assert commands
    lines = commands[1].splitlines()
    for line in [] if whole else [line for line in lines if line.startswith("assistant ")]:
        words, _, name = line.partition(" > ")
        with pytest.MonkeyPatch.context() as patch, (folder / name).open("w", encoding="utf-8") as out:
            patch.setenv("ASSISTANT_HOME", str(desk.home))
            patch.setattr("sys.stdout", out)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
            assert main(shlex.split(words)[1:]) == 0
        lines.remove(line)
    script = "\n".join(["set -eu", f'assistant() {{ "{sys.executable}" -m assistant "$@"; }}', *lines])
    environment = {"ASSISTANT_HOME": str(desk.home), "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    ended = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stderr) == (0, "")
    return folder


def named() -> set[str]:
    """What the page names as code."""
    return set(re.findall(r"`([^`\n]+)`", (ROOT / "docs" / "dataskydd.md").read_text("utf-8")))


def test_every_file_and_folder_that_is_written_is_named(desk: Coordinator) -> None:
    folders = {"store", "eval"}  # whose parts have each a time of their own
    written = {p.name for p in desk.home.iterdir()} - folders
    written |= {f"{folder}/{p.name}" for folder in folders for p in (desk.home / folder).iterdir()}
    written |= {"eval/questions/earlier"} if (desk.home / "eval/questions/earlier").exists() else set()
    beside = {"store/assistant.sqlite-wal", "store/assistant.sqlite-shm"}  # the database's own
    assert {"log", "journal", "versions", "uploads", "mends", "index", "eval/questions", "eval/runs"} <= written
    assert written - beside - named() == set()


def test_every_table_that_is_there_is_named(desk: Coordinator) -> None:
    with closing(sqlite3.connect(desk.home / "store" / "assistant.sqlite")) as database:
        listed = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    tables = {name for (name,) in listed if not name.startswith("sqlite_")}
    assert tables == {*Base.metadata.tables, *metadata.tables}
    assert tables <= named()


def test_all_that_is_kept_comes_along_in_open_formats(desk: Coordinator, taken: Path) -> None:
    rows = [json.loads(line) for line in (taken / "sparat.jsonl").read_text("utf-8").splitlines()]
    kinds = [row["kind"] for row in rows]
    assert kinds.count("answer") == len(list(desk.store.log.read()))
    assert {"thumb", "forwarded"} <= set(kinds)
    documents = json.loads((taken / "dokument.json").read_text("utf-8"))
    assert {d["document_id"] for d in documents} == set(desk.engine.index().documents)
    assert all(section["text"] for document in documents for section in document["sections"])
    assert {row["name"] for row in json.loads((taken / "konton.json").read_text("utf-8"))} == {"karin", "bo"}


def test_every_original_is_the_file_that_was_read(desk: Coordinator, taken: Path) -> None:
    originals = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in (taken / "originals").iterdir()}
    assert originals
    assert all(name == digest for name, digest in originals.items())
    assert {d.hash for d in desk.engine.index().documents.values()} <= set(originals)


def test_the_copies_can_be_read_by_other_programs(taken: Path) -> None:
    for path in (p for name in ("log", "journal", "eval", "mends", "versions") for p in (taken / name).rglob("*") if p.is_file()):
        if path.suffix == ".jsonl":
            assert all(json.loads(line) for line in path.read_text("utf-8").splitlines())
        elif path.suffix == ".json":
            json.loads(path.read_text("utf-8"))
    with closing(sqlite3.connect(taken / "assistant.sqlite")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (conversations,) = database.execute("SELECT count(*) FROM conversations").fetchone()
    assert conversations == 1
