"""A process that does one piece of work and is killed in the middle: at a chosen change that it makes on the disk, or after a time.

One server loads the libraries and forks for each piece of work, before any of them has been used.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POINT = "hard.point"
"""The name of an audit event (with a path) that a work may raise itself, where a library writes unseen."""
_CHANGES = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "sqlite3.connect", POINT}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True)
class Outcome:
    """How a work ended: by which signal, None when it came to its end; then with what it said, and every change that it made."""

    signal: int | None
    said: list[str]
    points: list[str]
    seconds: float


class Killer:
    """Has works of the module `hard_works` done by children of a server of its own."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        self._server = server

    def run(self, work: str, root: Path, *, at: int | None = None, after: float | None = None, **limits: int | None) -> Outcome:
        """Do a work in a folder, killed at its change number `at`, or after so many seconds; `limits`: as another `user`, or with no file
        that may grow to be `largest` bytes."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps({"work": work, "root": str(root), "at": at, "after": after, **limits}) + "\n")
        self._server.stdin.flush()
        return Outcome(**json.loads(self._server.stdout.readline()))


@contextmanager
def killer() -> Iterator[Killer]:
    """A server, until the block ends."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [sys.executable, str(Path(__file__))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as server:
        yield Killer(server)
        assert server.stdin is not None
        server.stdin.close()


def _serve() -> None:
    import hard_works

    hard_works.in_a_process_of_its_own()
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a work prints is no answer
    for line in sys.stdin:
        answers.write(json.dumps(_one(hard_works.WORKS, **json.loads(line))) + "\n")
        answers.flush()


def _one(
    works: dict[str, Callable[[Path], list[str]]], *, work: str, root: str, at: int | None, after: float | None, **limits: int | None
) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        told = os.open(Path(folder, "told"), os.O_RDWR | os.O_CREAT)  # opened before the child gives up its rights
        began = time.monotonic()
        child = os.fork()
        if child == 0:
            _child(works[work], Path(root), at, told, **limits)
        if after is not None:
            time.sleep(max(0.0, began + after - time.monotonic()))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        content = os.pread(told, 10_000_000, 0)
        os.close(told)
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
    said, points = json.loads(content) if ended is None else ([], [])
    return {"signal": ended, "said": said, "points": points, "seconds": time.monotonic() - began}


def _child(
    work: Callable[[Path], list[str]], root: Path, at: int | None, told: int, *, user: int | None = None, largest: int | None = None
) -> None:
    points: list[str] = []
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
    if user is not None:
        with tempfile.TemporaryDirectory() as elsewhere:
            work(shutil.copytree(root, Path(elsewhere, "copy")))  # imports what it needs while it may
        os.setgid(user)
        os.setuid(user)
    sys.addaudithook(_hook(str(root), points, at))
    try:
        said = work(root)
    except BaseException as error:
        said = [f"CRASHED {type(error).__name__}: {error}"]
    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    os.write(told, json.dumps([said, points]).encode())
    os._exit(0)


def _hook(root: str, points: list[str], at: int | None) -> Callable[[str, tuple[Any, ...]], None]:
    def seen(event: str, args: tuple[Any, ...]) -> None:
        if event not in _CHANGES or not args or not isinstance(args[0], str | os.PathLike):
            return
        if event == "open" and not int(args[2] or 0) & _WRITES:
            return
        path = os.fspath(args[0])
        if isinstance(path, str) and root in path:
            points.append(f"{event} {Path(path).name}")
            if len(points) == at:
                os.kill(os.getpid(), signal.SIGKILL)

    return seen


if __name__ == "__main__":
    _serve()
