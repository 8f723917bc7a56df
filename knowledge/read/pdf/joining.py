"""Joining printed lines into running text: a word hyphenated over a line becomes one word again."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HYPHENATED = re.compile(r"[^\W\d_]{2,}[-‐\u00ad]$")
_AFTER_A_SHARED_ENDING = re.compile(r"^(och|eller|samt|respektive|resp\.?|till|men|som|&|/)(\W|$)", re.IGNORECASE)
_ACRONYM = re.compile(r"(^|\W)[A-ZÅÄÖ]{2,}[-‐]$")


def join(lines: Sequence[str]) -> str:
    """Return the lines as one: "verksam-" and "het" give "verksamhet", "skol-" and "och" stay apart, "EU-" keeps its hyphen."""
    text = ""
    for line in lines:
        text = _joined(text, line) if text else line
    return text


def _joined(text: str, line: str) -> str:
    if not line:
        return text
    if text[-1] not in "-‐" or text.endswith((" -", " ‐")) or _AFTER_A_SHARED_ENDING.match(line):
        return f"{text} {line}"
    if line[0].islower() and _HYPHENATED.search(text) and not _ACRONYM.search(text):
        return text[:-1] + line
    return text + line if line[0].isalnum() else f"{text} {line}"
