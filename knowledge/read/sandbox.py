"""Reads files in a child process, so that no file can hang, crash or exhaust the one that serves questions.

The child is a fresh interpreter (never a fork: the parent holds native libraries and threads) that reads one file after the other.
A request is a line of JSON, an answer likewise: plain data, so that nothing a file did to the child reaches the parent as code.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.section import KnowledgeError

MAX_FILE = 200_000_000
"""Bytes; a larger file is refused before it is read."""

_DAMAGED = KnowledgeError(
    "Filen är skadad och går inte att läsa.", "Öppna den i det program som den gjordes i, spara om den och försök igen."
)
_TOO_SLOW = KnowledgeError(
    "Filen tog för lång tid att läsa.", "Dela upp dokumentet eller spara om det, till exempel som ny PDF, och försök igen."
)
_TOO_LARGE = KnowledgeError(
    "Filen kräver för mycket minne för att läsas.", "Dela upp dokumentet eller spara om det utan stora bilder och försök igen."
)
_ROOT = Path(__file__).resolve().parents[2]


class Sandbox:
    """One warm child process that is replaced when it dies or overruns. Safe to use from several threads, one file at a time."""

    def __init__(self, *, memory_mb: int = 1024) -> None:
        self.memory_mb = memory_mb
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, path: Path, *, deadline_s: float = 30) -> Reading:
        """Return what `path` holds; KnowledgeError with reason and remedy when it cannot be read in time, memory or at all."""
        with self._lock:
            until = time.monotonic() + deadline_s
            fresh = self._start()
            answer = self._ask(path, until)
            if answer.get("fault") in {"died", "memory"} and not fresh:
                # What earlier files left behind in the child may be to blame: once more, in a new one.
                self._start()
                answer = self._ask(path, until)
        return _unpack(answer)

    def close(self) -> None:
        """End the child; the next file starts a new one."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> bool:
        if self._child is not None and self._child.poll() is None:
            return False
        self._stop()
        paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "knowledge.read.child", str(self.memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"},
        )
        return True

    def _ask(self, path: Path, until: float) -> dict[str, Any]:
        child = self._child
        assert child is not None
        assert child.stdin is not None
        assert child.stdout is not None
        request = json.dumps({"path": str(path), "seconds": max(1.0, until - time.monotonic())})
        try:
            child.stdin.write(request.encode() + b"\n")
            child.stdin.flush()
            line = _line(child.stdout, until)
        except BrokenPipeError:
            line = b""
        except TimeoutError:
            self._stop()
            return {"fault": "deadline"}
        if not line.endswith(b"\n"):
            timed_out = time.monotonic() >= until
            self._stop()
            return {"fault": "deadline" if timed_out else "died"}
        answer: dict[str, Any] = json.loads(line)
        if answer.get("fault") == "memory":
            self._stop()
        return answer

    def _stop(self) -> None:
        if self._child is None:
            return
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()
        self._child = None


def _line(pipe: IO[bytes], until: float) -> bytes:
    """Return one line as it comes in, without its newline at the end of the stream; TimeoutError past `until` (monotonic seconds)."""
    parts: list[bytes] = []
    while not (parts and parts[-1].endswith(b"\n")):
        if not select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        part = os.read(pipe.fileno(), 1 << 20)
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


def pack(reading: Reading) -> dict[str, Any]:
    """Return a reading as plain data."""
    return {"reading": asdict(reading)}


def _unpack(answer: dict[str, Any]) -> Reading:
    if "reason" in answer:
        raise KnowledgeError(answer["reason"], answer["remedy"])
    if fault := answer.get("fault"):
        error = {"deadline": _TOO_SLOW, "memory": _TOO_LARGE}.get(fault, _DAMAGED)
        raise KnowledgeError(error.reason, error.remedy)
    data = answer["reading"]
    return Reading(
        blocks=tuple(Block(**{**block, "kind": BlockKind(block["kind"])}) for block in data["blocks"]),
        properties=dict(data["properties"]),
        furniture=tuple(data["furniture"]),
        warnings=tuple(data["warnings"]),
    )
