"""What a folder's files were when it was finished: whatever has been changed, cut short, lost or put there since is found.

The sums lie in the folder in the form that `sha256sum -c SHA256SUMS` reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from pathlib import Path

_SUMS = "SHA256SUMS"


def seal(folder: Path, *, without: Collection[str] = ()) -> None:
    """Write down what every file of a folder is, but for those in the folders `without`."""
    lines = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder, without)]
    (folder / _SUMS).write_text("".join(lines), encoding="utf-8")


def is_sealed(folder: Path) -> bool:
    """Whether a folder was finished."""
    return (folder / _SUMS).is_file()


def is_whole(folder: Path, *, without: Collection[str] = ()) -> bool:
    """Whether every file of a sealed folder is there as it was, and nothing else."""
    try:
        written = (folder / _SUMS).read_text(encoding="utf-8")
        found = [f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder, without)]
    except (OSError, ValueError):
        return False
    return written == "".join(found)


def is_as_sealed(folder: Path, name: str) -> bool:
    """Whether one file of a sealed folder is there as it was."""
    try:
        return f"{_digest(folder / name)}  {name}" in (folder / _SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return False


def _files(folder: Path, without: Collection[str]) -> list[Path]:
    paths = (p for p in folder.rglob("*") if p.is_file() and p != folder / _SUMS)
    return sorted(p for p in paths if p.relative_to(folder).parts[0] not in without)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
