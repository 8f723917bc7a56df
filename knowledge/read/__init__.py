"""Reading documents: bytes in any of the known formats → blocks in reading order."""

from __future__ import annotations

import atexit
from pathlib import Path

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.read.sandbox import MAX_FILE, Sandbox
from knowledge.section import KnowledgeError

__all__ = ["Block", "BlockKind", "Reading", "close_reader", "read_file"]

_sandboxes: dict[int, Sandbox] = {}


def read_file(path: Path, *, deadline_s: float = 28, memory_mb: int = 1024) -> Reading:
    """Return what a file holds, read in a child process within `deadline_s` seconds and `memory_mb` megabytes.

    The content decides the format, not the name. KnowledgeError says in Swedish why a file could not be read, and the remedy.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise KnowledgeError(
            "Filen finns inte eller går inte att öppna.", "Kontrollera namnet och att programmet får läsa filen."
        ) from error
    if size == 0:
        raise KnowledgeError("Filen är tom (0 byte).", "Hämta dokumentet på nytt från källan och lägg in det igen.")
    if size > MAX_FILE:
        raise KnowledgeError("Filen är större än 200 MB.", "Spara om den utan stora bilder, eller dela upp den.")
    sandbox = _sandboxes.setdefault(memory_mb, Sandbox(memory_mb=memory_mb))
    return sandbox.read(path.resolve(), deadline_s=deadline_s)


def close_reader() -> None:
    """End the child processes that read files; the next `read_file` starts a new one."""
    while _sandboxes:
        _sandboxes.popitem()[1].close()


atexit.register(close_reader)
