"""One writer at a time: who indexes holds the lock, who reads never does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from knowledge.section import KnowledgeError


@contextmanager
def writing(folder: Path, *, patience: float = 0) -> Iterator[None]:
    """Hold the lock of an index folder, which is made where it is missing. The lock dies with its process.

    Raises:
        KnowledgeError: another process writes there, still after `patience` seconds, or the folder cannot be written.
    """
    busy = KnowledgeError("En annan indexering pågår redan.", "Vänta tills den är klar och försök sedan igen.")
    with held(folder, patience=patience, busy=busy):
        yield


def demand_free(folder: Path) -> None:
    """Raises KnowledgeError as `writing` does, without staying."""
    with writing(folder):
        pass


@contextmanager
def held(folder: Path, *, patience: float, busy: KnowledgeError) -> Iterator[None]:
    """Hold a folder's lock, waiting up to `patience` seconds for it; against other threads too.

    Raises:
        KnowledgeError: `busy` when the wait was in vain, or the folder cannot be written.
    """
    lock = FileLock(folder / "lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience, poll_interval=0.005)
    except Timeout as error:
        raise busy from error
    except OSError as error:
        raise KnowledgeError(
            f"Det går inte att skriva i mappen {folder}.", "Kontrollera att mappen finns och att du får skriva i den."
        ) from error
    try:
        yield
    finally:
        lock.release()


def take(file: Path, *, patience: float = 0) -> BaseFileLock | None:
    """Take a file's lock until it is released, by any thread, or the process ends; None when another holds it after `patience` seconds.

    Raises:
        OSError: the file cannot be written.
    """
    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(timeout=patience)
    except Timeout:
        return None
    return lock
