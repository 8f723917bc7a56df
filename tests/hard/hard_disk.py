"""A disk of a chosen size, where the machine lets us have one."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def small_disk(place: Path, kilobytes: int) -> Iterator[bool]:
    """Mount a disk in memory at an empty folder; whether that was allowed."""
    allowed = os.geteuid() == 0 and _run("mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(place))
    try:
        yield allowed
    finally:
        if allowed:
            assert _run("umount", "-l", str(place))


def resized(place: Path, kilobytes: int) -> None:
    """Give a small disk another size."""
    assert _run("mount", "-o", f"remount,size={kilobytes}k", str(place))


def used(folder: Path) -> int:
    """Kilobytes that a folder takes on a disk in memory, whose blocks are of 4."""
    return sum(4 * -(-p.stat().st_size // 4096) if p.is_file() else 4 for p in folder.rglob("*"))


def _run(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0
