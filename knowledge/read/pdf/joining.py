"""Joining printed lines into running text: a word hyphenated over a line becomes one word again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.read.pdf.lines import Line

_HARD = "\u2011"
"""Stands for a hyphen at a line's end that belongs to the word; the cleaner has turned any that was in the text into "-"."""

_BROKEN = re.compile(r"([^\W\d_]{2,})-$")
_AFTER_A_SHARED_ENDING = re.compile(r"^(och|eller|samt|respektive|resp\.?|till|men|som|&|/)(\W|$)", re.IGNORECASE)
_FEW = 2  # so few words broken over lines, in so many lines, and nothing hyphenated them automatically
_MANY_LINES = 40
_COMMON = 3.0


def join(lines: Sequence[str]) -> str:
    """Return the lines as one: "verksam-" and "het" give "verksamhet", "skol-" and "och" stay apart, "EU-" keeps its hyphen."""
    text = ""
    for line in lines:
        text = _joined(text, line) if text else line
    return text.replace(_HARD, "-")


def _joined(text: str, line: str) -> str:
    if text.endswith((" -", " –")) or text[-1] not in "-" + _HARD or not line or _AFTER_A_SHARED_ENDING.match(line):
        return f"{text} {line}".rstrip()
    broken = _BROKEN.search(text)
    if broken and line[0].islower() and not broken[1].isupper():
        return text[:-1] + line
    return text + line if line[0].isalnum() else f"{text} {line}"


def keep_hard_hyphens(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Mark hyphens at line ends that are the words' own, in a document that nothing has hyphenated: "nord-" before "syd"."""
    every = [line for lines in pages for line in lines]
    breaks: dict[int, tuple[str, str]] = {}
    for line, after in pairwise(every):
        match = _BROKEN.search(line.text)
        if match and not match[1].isupper() and after.text[0].islower() and not _AFTER_A_SHARED_ENDING.match(after.text):
            breaks[id(line)] = (match[1], re.split(r"[^\w]", after.text, maxsplit=1)[0])
    if not breaks or len(breaks) > _FEW or len(every) < _MANY_LINES * len(breaks):
        return [list(lines) for lines in pages]
    text = " ".join(line.text for line in every)
    hard = {key for key, (left, right) in breaks.items() if _is_hard(left, right, text)}
    return [[_marked(line) if id(line) in hard else line for line in lines] for lines in pages]


def _is_hard(left: str, right: str, text: str) -> bool:
    """Whether two parts make no word without their hyphen, as far as the document itself and a list of words can tell."""
    if re.search(rf"\b{left}-{right}\b", text):
        return True
    if re.search(rf"\b{left}{right}\b", text, re.IGNORECASE):
        return False
    # The list takes half a second to load, and few documents come to this.
    from knowledge.lexicon import commonness

    return not commonness((left + right).casefold()) and min(commonness(left.casefold()), commonness(right.casefold())) > _COMMON


def _marked(line: Line) -> Line:
    last = line.segments[-1]
    return replace(line, segments=(*line.segments[:-1], replace(last, text=last.text[:-1] + _HARD)))
