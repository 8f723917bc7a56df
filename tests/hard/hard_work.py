"""A day's work in one process, for test_dependencies: DOCUMENTS QUESTION MODEL_URL → two answers as JSON, of quotes and by a model."""

from __future__ import annotations

import sys

from assistant.__main__ import _parser
from assistant.settings import Settings


def main(documents: str, question: str, model_url: str) -> None:
    asking = ["ask", question, "--municipality", "Ekvik", "--json"]
    for settings, command in (
        (Settings(), ["ingest", documents]),
        (Settings(), asking),
        (Settings(model="m", model_url=model_url), asking),
    ):
        args = _parser().parse_args(command)
        assert args.run(args, settings) == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
