"""Files of JSON lines that are only added to. A line counts when it ends: what a killed process left half written never did.

Nothing here takes a lock; whoever adds or rewrites holds the folder's.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

Row = dict[str, Any]


def add(path: Path, row: Row) -> None:
    """Add a line; it is on the disk when this returns. An OSError leaves the file as it was."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = _mend(descriptor, path)
        try:
            _write(descriptor, _line(row))
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)
    if size == 0:
        sync(path.parent)


def rows(path: Path) -> Iterator[Row]:
    """The lines of a file, none where there is no file. One that cannot be read is passed over and told in the program's log."""
    return (row for _, row in _lines(path) if row is not None)


def rewrite(path: Path, keep: Callable[[Row], bool]) -> None:
    """Leave only the lines to keep, in one step, and take the file away when none is left. What cannot be read stays."""
    kept = [line for line, row in _lines(path) if row is None or keep(row)]
    _put(path, kept)


def change(path: Path, to: Callable[[Row], Row | None], *, really: bool = True) -> int:
    """Put each line in another form, or take it out, in one step, and the file with its last line; how many lines. Else only count them.

    What cannot be read stays, and what does not change stays byte for byte.
    """
    content, count = [], 0
    for line, row in _lines(path):
        new = None if row is None else to(row)
        if row is None or new == row:
            content.append(line)
            continue
        count += 1
        if new is not None:
            content.append(_line(new))
    if count and really:
        _put(path, content)
    return count


def _put(path: Path, content: list[bytes]) -> None:
    if content:
        beside = path.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_bytes(b"".join(content))
        sync(beside)
        os.replace(beside, path)
    else:
        path.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _line(row: Row) -> bytes:
    # A lone surrogate becomes its JSON escape.
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"


def _write(descriptor: int, content: bytes) -> None:
    """All of it: one call may write a part when the disk fills."""
    while content:
        content = content[os.write(descriptor, content) :]


def _lines(path: Path) -> Iterator[tuple[bytes, Row | None]]:
    """Each whole line with what it says, None where that cannot be read."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for number, line in enumerate(file, start=1):
            if line.endswith(b"\n"):
                row = _read(line)
                if row is None:
                    log.warning("%s: line %d cannot be read", path.name, number)
                yield line, row


def _read(line: bytes) -> Row | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _mend(descriptor: int, path: Path) -> int:
    """End or cut off a last line without an end, which nobody was told is kept; the file's size then."""
    size = os.fstat(descriptor).st_size
    if size == 0 or os.pread(descriptor, 1, size - 1) == b"\n":
        return size
    end, torn = size, b""
    while end and b"\n" not in torn:
        start = max(0, end - 65536)
        torn = os.pread(descriptor, end - start, start) + torn
        end = start
    torn = torn.rpartition(b"\n")[2]
    if _read(torn) is not None:
        _write(descriptor, b"\n")
        return size + 1
    log.warning("%s: a line that was never finished is cut off", path.name)
    os.ftruncate(descriptor, size - len(torn))
    return size - len(torn)
