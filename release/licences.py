"""The licence of each installed package: as its metadata says, or licences.toml where that does not."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

STATED = Path(__file__).with_name("licences.toml")
_CLASSIFIER = "License :: OSI Approved :: "
_LONGEST = 60
"""Characters of a licence's name: some packages write the whole text in its place."""


def licence_of(name: str) -> str | None:
    """The licence of an installed package; None when nobody states it."""
    about = metadata.metadata(name)
    expression, text = (next(iter(about.get_all(key) or []), None) for key in ("License-Expression", "License"))
    own = _own(expression, text, about.get_all("Classifier") or [])
    stated: str | None = tomllib.loads(STATED.read_text(encoding="utf-8")).get(name, {}).get("licence")
    return stated or own


def _own(expression: str | None, text: str | None, classifiers: list[str]) -> str | None:
    short = (text or "").strip()
    return expression or " / ".join(_approved(classifiers)) or (short if 0 < len(short) <= _LONGEST and "\n" not in short else None)


def _approved(classifiers: list[str]) -> list[str]:
    return sorted(c.removeprefix(_CLASSIFIER) for c in classifiers if c.startswith(_CLASSIFIER))
