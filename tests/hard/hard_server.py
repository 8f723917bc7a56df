"""The program as an operator runs it, in a process of its own: its command line, its address, and an end to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def chat(home: Path, **settings: object) -> Iterator[str]:
    """The address of a chat over a home; what it logs is in home.log beside it. `settings` as in `Settings`."""
    with home.with_suffix(".log").open("w", encoding="utf-8") as log:
        command = [sys.executable, "-m", "assistant", "chat", "--port", "0"]
        server = subprocess.Popen(command, env=environment(home, settings), cwd=home.parent, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout
            said = server.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", said)
            assert found, said
            yield found[0]
        finally:
            stop(server)


def stop(server: subprocess.Popen[str]) -> None:
    """End a server; one that does not end when it is asked to is killed."""
    server.terminate()
    try:
        server.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.communicate()


def environment(home: Path, settings: Mapping[str, object]) -> dict[str, str]:
    """This process's environment, with a home and settings."""
    named = {f"ASSISTANT_{name.upper()}": str(value) for name, value in settings.items()}
    return {**os.environ, **named, "ASSISTANT_HOME": str(home), "PYTHONPATH": str(ROOT)}
