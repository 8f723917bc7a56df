"""The child process that reads files, started by `sandbox.py`: `python -m knowledge.read.child MEGABYTES`."""

from __future__ import annotations

import importlib
import json
import logging
import math
import os
import resource
import signal
import sys
import warnings
from dataclasses import replace
from pathlib import Path

from knowledge.read.block import Reading
from knowledge.read.formats import misnamed, recognise
from knowledge.read.sandbox import pack
from knowledge.section import KnowledgeError

_NO_TEXT = KnowledgeError("Filen innehåller ingen text.", "Kontrollera att rätt fil har lagts in och att den har något innehåll.")


def read_bytes(data: bytes, name: str) -> Reading:
    """Return what `data` holds, read by the module of its format; `name` tells text formats apart."""
    form = recognise(data, name)
    # A reader is loaded when a file first needs it: a folder of PDFs never pays for the others.
    reading: Reading = importlib.import_module(f"knowledge.read.{form.value}").read(data)
    if not any(block.text.strip() for block in reading.blocks):
        raise KnowledgeError(_NO_TEXT.reason, _NO_TEXT.remedy)
    warning = misnamed(form, name)
    return replace(reading, warnings=(*reading.warnings, warning)) if warning else reading


def answer(path: Path) -> str:
    """Return the reading of `path` as JSON, or why there is none."""
    try:
        return json.dumps(pack(read_bytes(path.read_bytes(), path.name)))
    except KnowledgeError as error:
        return json.dumps({"reason": error.reason, "remedy": error.remedy})
    except MemoryError:
        return json.dumps({"fault": "memory"})
    except OSError:
        return json.dumps(
            {"reason": "Filen gick inte att öppna.", "remedy": "Kontrollera att den finns kvar och att programmet får läsa den."}
        )
    except Exception:  # whatever a library throws at a malformed file: it must not cost the files after it
        return json.dumps({"fault": "damaged"})


def main() -> None:
    """Answer one request a line until the parent closes the pipe."""
    limit = int(sys.argv[1]) * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    # What a library prints must not end up among the answers.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        signal.alarm(math.ceil(request["seconds"]) + 1)  # so that no orphan reads on for ever
        reply = answer(Path(request["path"]))
        signal.alarm(0)
        replies.write(reply + "\n")
        replies.flush()


if __name__ == "__main__":
    main()
