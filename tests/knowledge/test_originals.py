"""The files that documents were read from are kept with the index."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from assistant.build import build_embedder
from assistant.settings import Settings
from knowledge import generation as disk
from knowledge.ingest import ingest
from knowledge.originals import ORIGINALS, find, keep

TEXT = "# Policy\n\nPolicyn är beslutad av kommunfullmäktige den 3 maj 2023.\n\n## Ansvar\n\nNämnden ansvarar för arbetet.\n"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_file_is_kept_by_its_hash_and_found_again(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_bytes(b"abc")
    (tmp_path / "g").mkdir()
    keep(tmp_path / "g", [digest(b"abc")], {digest(b"abc"): source}, None)
    source.unlink()
    assert find(tmp_path / "g", digest(b"abc")).read_bytes() == b"abc"


def test_the_generation_before_gives_what_the_folder_no_longer_has(tmp_path: Path) -> None:
    for name in ("g-1", "g-2"):
        (tmp_path / name).mkdir()
    source = tmp_path / "a.md"
    source.write_bytes(b"abc")
    keep(tmp_path / "g-1", [digest(b"abc")], {digest(b"abc"): source}, None)
    keep(tmp_path / "g-2", [digest(b"abc")], {}, tmp_path / "g-1")
    assert find(tmp_path / "g-2", digest(b"abc")).read_bytes() == b"abc"


def test_a_file_that_changed_since_it_was_hashed_is_left_out(tmp_path: Path) -> None:
    source = tmp_path / "a.md"
    source.write_bytes(b"abcd")
    keep(tmp_path, [digest(b"abc")], {digest(b"abc"): source}, None)
    assert find(tmp_path, digest(b"abc")) is None


@pytest.mark.parametrize("name", ["../current", "", ".", "g-1/../../x"])
def test_nothing_but_a_hash_is_looked_for(tmp_path: Path, name: str) -> None:
    (tmp_path / ORIGINALS).mkdir()
    (tmp_path / "current").write_text("x")
    assert find(tmp_path, name) is None


def test_indexing_keeps_originals_from_one_generation_to_the_next(tmp_path: Path) -> None:
    folder, home = tmp_path / "docs", tmp_path / "home"
    folder.mkdir()
    (folder / "lindhamn-a.md").write_text(TEXT, encoding="utf-8")
    embedder = build_embedder(Settings(home=home), threads=1)
    ingest(folder, home=home, embedder=embedder)
    (folder / "lindhamn-b.md").write_text(TEXT.replace("# Policy", "# Riktlinje"), encoding="utf-8")
    ingest(folder, home=home, embedder=embedder)
    now = disk.generation_folder(home, disk.current(home))
    for file in folder.iterdir():
        assert find(now, digest(file.read_bytes())).read_bytes() == file.read_bytes()
