"""Runs the chat for the browser tests, in a process of its own because Chainlit keeps one app a process: serve.py HOME ENGINE.

ENGINE is "one" or "two" (scripted, that many municipalities), "desk" (as "one", with an inbox and a place for opinions that write
what they get to HOME/kept.jsonl) or "real" (the engine of the settings in the environment).
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))

from fake_engine import FakeEngine, two_municipalities

<<<<<<< HEAD
=======
from assistant.feedback import Opinion
from assistant.forwarding import Forwarded, Reply
>>>>>>> pages
from assistant.settings import Settings
from assistant.web import run
from knowledge.section import KnowledgeError


def main(home: str, engine: str) -> None:
<<<<<<< HEAD
    chosen = Settings() if engine == "real" else Settings(home=Path(home))
    settings = chosen.model_copy(update={"host": "127.0.0.1", "port": 0})
=======
    settings = Settings(**({} if engine == "real" else {"home": Path(home)})).model_copy(update={"host": "127.0.0.1", "port": 0})
>>>>>>> pages
    if engine == "real":
        from assistant.build import build_engine

        run(settings, build_engine(settings))
<<<<<<< HEAD
    else:
        run(settings, FakeEngine() if engine == "one" else two_municipalities())
=======
    elif engine == "desk":
        kept = Kept(Path(home) / "kept.jsonl")
        run(settings, FakeEngine(), forwarding=kept, feedback=kept)
    else:
        run(settings, FakeEngine() if engine == "one" else two_municipalities())


class Kept:
    """An inbox that replies to what was passed on when the next question comes, and a place for opinions. "trasig" breaks both."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting: dict[str, list[Reply]] = {}

    def put(self, what: Forwarded | Opinion, /) -> str:
        values = asdict(what)
        if "trasig" in json.dumps(values):
            raise KnowledgeError("Det gick inte att spara.", "Försök igen om en stund.")
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(values, ensure_ascii=False, default=str) + "\n")
        if isinstance(what, Forwarded):
            reply = Reply("1", what.question, "Ja, enligt EU:s regler.", "/dokument/ekvik/internationell-strategi-2021#ansvar")
            self._waiting.setdefault(what.conversation, []).append(reply)
        return "1"

    def replies(self, conversation: str, /) -> list[Reply]:
        return self._waiting.pop(conversation, [])
>>>>>>> pages


if __name__ == "__main__":
    main(*sys.argv[1:])
