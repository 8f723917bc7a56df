"""Runs the chat for the browser tests, in a process of its own because Chainlit keeps one app a process: serve.py HOME ENGINE.

ENGINE is "one" or "two" (scripted, that many municipalities), "real" (the engine of the settings in the environment) or "own" (the engine
over what is indexed in HOME).
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))

from fake_engine import FakeEngine, two_municipalities

from assistant.settings import Settings
from assistant.web import run


def main(home: str, engine: str) -> None:
    chosen = Settings() if engine == "real" else Settings(home=Path(home))
    settings = chosen.model_copy(update={"host": "127.0.0.1", "port": 0})
    if engine in ("real", "own"):
        from assistant.build import build_engine

        run(settings, build_engine(settings))
    else:
        run(settings, FakeEngine() if engine == "one" else two_municipalities())


if __name__ == "__main__":
    main(*sys.argv[1:])
