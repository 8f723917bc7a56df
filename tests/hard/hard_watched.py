"""The real chat in a process of its own, with a watcher in its event loop: hard_watched.py WATCH [seconds that the breaker pauses].

The settings come from the environment. The watcher writes a line of JSON to the file WATCH every half second: `at` (time.time()), `late`
(seconds, the most that the loop was late in it), of which `idle` (the loop's thread was ready, and other programs had the processor) and
`own` (it used the processor itself); `rss` (bytes) and `threads`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

import uvicorn

from assistant import breaker, web
from assistant.build import build_engine
from assistant.settings import Settings

_STEP = 0.01
_PAGE = 4096


class Watched(uvicorn.Server):
    """A server whose event loop is watched while it serves."""

    async def serve(self, sockets: Any = None) -> None:
        watcher = asyncio.create_task(_watch(Path(sys.argv[1])))
        await super().serve(sockets)
        watcher.cancel()


async def _watch(path: Path) -> None:
    with path.open("a", encoding="utf-8") as file:
        while True:
            late, idle, own, until = 0.0, 0.0, 0.0, time.monotonic() + 0.5
            while time.monotonic() < until:
                began, used, waited = time.monotonic(), time.thread_time(), _waited()
                await asyncio.sleep(_STEP)
                if (lag := time.monotonic() - began - _STEP) > late:
                    late, idle, own = lag, _waited() - waited, time.thread_time() - used
            rss = int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE
            line = {"at": time.time(), "late": late, "idle": idle, "own": own, "rss": rss, "threads": threading.active_count()}
            file.write(json.dumps(line) + "\n")
            file.flush()


def _waited() -> float:
    """Seconds that this thread has been ready to run while other programs had the processor, as the kernel counts them."""
    return int(Path(f"/proc/self/task/{threading.get_native_id()}/schedstat").read_text().split()[1]) / 1e9


def main() -> None:
    if len(sys.argv) > 2:
        breaker.PAUSE = float(sys.argv[2])
    settings = Settings().model_copy(update={"host": "127.0.0.1", "port": 0})
    web.uvicorn.Server = Watched  # type: ignore[attr-defined, misc]
    engine = build_engine(settings)
    engine.warm()
    web.run(settings, engine)


if __name__ == "__main__":
    main()
