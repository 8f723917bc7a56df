"""Word's automatic numbers: they are not in the text, but they are what people cite ("4.1")."""

from __future__ import annotations

import re
from typing import Any

from knowledge.read.docx_styles import W

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


class Numbering:
    """Counts a document's numbered paragraphs in reading order."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, Any]] = {}
        self._abstract: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        for abstract in root.findall(f"{W}abstractNum"):
            levels = {int(level.get(f"{W}ilvl", "0")): level for level in abstract.findall(f"{W}lvl")}
            self._levels[abstract.get(f"{W}abstractNumId")] = levels
        for number in root.findall(f"{W}num"):
            target = number.find(f"{W}abstractNumId")
            if target is not None:
                self._abstract[number.get(f"{W}numId")] = target.get(f"{W}val")

    def next(self, identity: str, depth: int) -> str | None:
        """Return the number of the next paragraph of list `identity` (a numId) at `depth` from 0, or None for a bullet."""
        abstract = self._abstract.get(identity, "")
        levels = self._levels.get(abstract, {})
        if depth not in levels:
            return None
        counts = self._counts.setdefault(abstract, {})
        counts[depth] = counts[depth] + 1 if depth in counts else _start(levels[depth])
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        return self._text(levels, counts, depth)

    def _text(self, levels: dict[int, Any], counts: dict[int, int], depth: int) -> str | None:
        if _child(levels[depth], "numFmt") in {"bullet", "none"}:
            return None
        pattern = _child(levels[depth], "lvlText") or ""

        def place(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            if level not in levels:
                return ""
            return _format(counts.get(level, _start(levels[level])), _child(levels[level], "numFmt") or "decimal")

        return re.sub(r"%(\d)", place, pattern).strip().strip(".()") or None


def _child(level: Any, name: str) -> str | None:
    found = level.find(f"{W}{name}")
    value: str | None = found.get(f"{W}val") if found is not None else None
    return value


def _start(level: Any) -> int:
    start = _child(level, "start")
    return int(start) if start and start.isdigit() else 1


def _format(count: int, kind: str) -> str:
    if kind in {"lowerLetter", "upperLetter"} and 1 <= count <= 26:
        letter = "abcdefghijklmnopqrstuvwxyz"[count - 1]
        return letter if kind == "lowerLetter" else letter.upper()
    if kind in {"lowerRoman", "upperRoman"} and 1 <= count < 1000:
        roman = ""
        for value, sign in _ROMAN:
            roman += sign * (count // value)
            count %= value
        return roman if kind == "lowerRoman" else roman.upper()
    return str(count)
