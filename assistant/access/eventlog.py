"""The log that operators read: JSON, one line an event, with nobody's words, name or address in it."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

_OURS = ("assistant", "knowledge", "eval")
_events = logging.getLogger("assistant.events")
_events.setLevel(logging.INFO)


def note(name: str, **about: str | int | float | None) -> None:
    """Writes one event. `about` holds pseudonyms, counts and names of rules; never what a person wrote or who they are."""
    _events.info(name, extra={"about": about})


class Lines(logging.Formatter):
    """A record as a line of JSON. Of another library's record only where it came from is told: its words may hold a person's text."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"), "level": record.levelname.lower()}
        if record.name == _events.name:
            line |= {"event": record.getMessage()} | getattr(record, "about", {})
        else:
            ours = record.name.partition(".")[0] in _OURS
            line |= {"event": "log", "logger": record.name, "where": f"{record.module}:{record.lineno}"}
            line |= {"message": record.getMessage()} if ours else {}
        if record.exc_info and record.exc_info[0]:
            line |= {"error": record.exc_info[0].__name__, "trace": "".join(traceback.format_tb(record.exc_info[2]))}
        return json.dumps(line, ensure_ascii=False)


def to_stderr() -> None:
    """From now on every record of this process goes to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines())
    logging.getLogger().handlers[:] = [handler]
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers[:], logger.propagate = [], True
