"""Runs the chat for the browser tests, in a process of its own because Chainlit keeps one app a process: serve.py HOME ENGINE.

ENGINE is "one" or "two" (scripted, that many municipalities), "slow" (its suggestions wait until HOME/go is there), "real" (the engine
of the settings in the environment) or "own" (the engine over what is indexed in HOME).
"""

from __future__ import annotations

import sys
import threading
import time
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


def main(home: str, engine: str) -> None:
    chosen = Settings() if engine == "real" else Settings(home=Path(home))
    settings = chosen.model_copy(update={"host": "127.0.0.1", "port": 0})
    if engine in ("real", "own"):
        from assistant.build import build_engine

        run(settings, build_engine(settings))
    else:
        engines = {"one": FakeEngine, "two": two_municipalities, "slow": lambda: Slow(Path(home) / "go")}
        run(settings, engines[engine.partition("-")[0]]())


if __name__ == "__main__":
    main(*sys.argv[1:])
