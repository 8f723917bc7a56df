"""The files that documents were read from, kept with the index by their hash: what was cited can be opened, whatever became of the file."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

ORIGINALS = "originals"


def keep(folder: Path, hashes: Collection[str], at: Mapping[str, Path], earlier: Path | None) -> None:
    """Put the files with `hashes` (SHA-256) into a generation's folder: from the generation `earlier`, else from where `at` says.

    What neither has as it was hashed is left out: that document is shown without its original.
    """
    own = folder / ORIGINALS
    own.mkdir()
    for digest in sorted(set(hashes)):
        before = earlier / ORIGINALS / digest if earlier else None
        if before and before.is_file() and _is(before, digest):
            link_or_copy(before, own / digest)
        elif digest in at:
            _copy(at[digest], own / digest, digest)


def find(folder: Path, digest: str) -> Path | None:
    """The file with a hash in a generation's folder, or None where it was not kept."""
    path = folder / ORIGINALS / digest
    return path if digest.isalnum() and path.is_file() else None


def link_or_copy(before: Path, now: Path) -> None:
    """Let a file that never changes be in a second place too."""
    try:
        os.link(before, now)
    except OSError:  # not every file system has links
        shutil.copyfile(before, now)


def _copy(source: Path, target: Path, digest: str) -> None:
    shutil.copyfile(source, target)
    if not _is(target, digest):
        target.unlink()


def _is(path: Path, digest: str) -> bool:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == digest
