"""The questions that had an answer, kept in the home for the next start: shown at once while they are tried again."""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = "starters.json"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cited:
    """Where an answer's quotes stand."""

    documents: frozenset[str]
    sections: frozenset[str]


Found = Mapping[str, Mapping[str, Cited]]
"""Municipality → answered candidate → where its answer stands."""


def keep(home: Path, key: str, found: Found) -> None:
    """Keep what was found; `key` says for what. Where it cannot be kept the next start tries them first: no reason to stop."""
    plain = {m: {q: [sorted(c.documents), sorted(c.sections)] for q, c in questions.items()} for m, questions in found.items()}
    beside = home / f"{FILE}.{secrets.token_hex(4)}"
    try:
        beside.write_text(json.dumps({"key": key, "found": plain}, ensure_ascii=False), encoding="utf-8")
        os.replace(beside, home / FILE)
    except OSError as error:
        log.warning("starters could not be kept: %s", error.strerror)


def kept(home: Path, key: str) -> Found | None:
    """What was found for a key; None where nothing was, or it cannot be read."""
    try:
        content = json.loads((home / FILE).read_text(encoding="utf-8"))
        if content["key"] != key:
            return None
        return {
            str(m): {
                str(q): Cited(frozenset(map(str, documents)), frozenset(map(str, sections))) for q, (documents, sections) in qs.items()
            }
            for m, qs in content["found"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
