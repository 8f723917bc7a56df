"""Word lists: our own short ones, and how common Swedish words are (the only door to wordfreq, whose list comes with the package)."""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from wordfreq import get_frequency_dict

DATA: dict[str, Any] = tomllib.loads((Path(__file__).parent / "swedish.toml").read_text(encoding="utf-8"))
"""The word lists of `swedish.toml`."""


@cache
def frequencies() -> dict[str, float]:
    """Folded Swedish word forms to how common they are, as log10 of occurrences in a billion words: 3 is rare, 5 common."""
    listed = get_frequency_dict("sv", wordlist="best")
    return {word: math.log10(share) + 9 for word, share in listed.items() if word.isalpha()}


def commonness(word: str) -> float:
    """The word's figure in `frequencies`, 0 for an unknown one."""
    return frequencies().get(word, 0.0)
