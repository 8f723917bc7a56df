"""Runs the chat for the browser tests, in a process of its own because Chainlit keeps one app a process: serve.py HOME ENGINE.

ENGINE is "one" or "two" (scripted, that many municipalities), "slow" (its suggestions wait until HOME/go is there), "late" (a new
conversation is not kept before HOME/go is there), "real" (the engine of the settings in the environment) or "own" (the engine over what is
indexed in HOME).
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))

from fake_engine import FakeEngine, two_municipalities

from assistant.answer import Answer, Ask
from assistant.listener import Listener
from assistant.settings import Settings
from assistant.web import run


class Slow(FakeEngine):
    """Tries no suggestion before a file is there."""

    def __init__(self, go: Path) -> None:
        super().__init__()
        self.go = go

    def ask(self, ask: Ask, listener: Listener | None = None) -> Answer:
        while threading.current_thread().name == "suggestions" and not self.go.exists():
            time.sleep(0.05)
        return super().ask(ask, listener)


def keep_late(go: Path) -> FakeEngine:
    """Holds Chainlit back from keeping a new conversation, as a slow disk would, so that its address comes after the answer."""
    emitter = import_module("chainlit.emitter").ChainlitEmitter
    keep = emitter.flush_thread_queues

    async def kept_late(self: object, interaction: str) -> None:
        while not go.exists():
            await asyncio.sleep(0.05)
        await keep(self, interaction)

    emitter.flush_thread_queues = kept_late
    return FakeEngine()


def main(home: str, engine: str) -> None:
    chosen = Settings() if engine == "real" else Settings(home=Path(home))
    settings = chosen.model_copy(update={"host": "127.0.0.1", "port": 0})
    if engine in ("real", "own"):
        from assistant.build import build_engine

        run(settings, build_engine(settings))
    else:
        go = Path(home) / "go"
        engines = {"one": FakeEngine, "two": two_municipalities, "slow": lambda: Slow(go), "late": lambda: keep_late(go)}
        run(settings, engines[engine.partition("-")[0]]())


if __name__ == "__main__":
    main(*sys.argv[1:])
