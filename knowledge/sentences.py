"""Where the sentences of Swedish prose begin and end."""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"\b(?:t\.?\s?ex|bl\.?\s?a|m\.?\s?m|m\.?\s?fl|d\.?\s?v\.?\s?s|o\.?\s?s\.?\s?v|s\.?\s?k|p\.?\s?g\.?\s?a|f\.?\s?d|fr\.?\s?o\.?\s?m|"
    r"t\.?\s?o\.?\s?m|e\.?\s?d|o\.?\s?d|d\.?\s?ä|f\.?\s?n|i\.?\s?e|e\.?\s?g|dnr|diarienr|jfr|resp|ev|inkl|exkl|enl|forts|etc|vs|dr|prof|obs)\.$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(r"\b(?:kap|nr|st|mom|art|bil|ca|max|min|tel|kl|prop|reg|sid|s|p|fig|tab|vol|avs)\.$", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?:^|(?:§|\b(?:kap|nr|bil|art|punkt|avsnitt|kapitel|bilaga|artikel)\.?)\s)\s*(?:\d{1,3}(?:\.\d+)*|[a-zA-Z])\.$", re.IGNORECASE
)
_INITIAL = re.compile(r"(?:^|[\s(.])[A-ZÅÄÖ]\.$")
_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)\]]*+(?=\s)")  # possessive, and from the first stop only: a row of them is read once
_NEXT = re.compile(r"\s+[\"”’»(\[–—-]*\s?(?P<first>[A-ZÅÄÖÉÜ0-9§])")
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_REACH = 24


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences, in order, without the space around them. A new line always ends one."""
    spans: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        start = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            if _closes(text, start, end, line.end()):
                spans.append((start, end.end()))
                start = end.end()
        spans.append((start, line.end()))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _closes(text: str, start: int, end: re.Match[str], limit: int) -> bool:
    """Whether the stop ends the sentence: what follows begins one, and what precedes is no abbreviation, initial or number of a heading."""
    following = _NEXT.match(text, end.end(), limit)
    if not following:
        return False
    if end.group() != ".":
        return True
    before = text[max(start, end.end() - _REACH) : end.end()].lstrip()
    if following["first"].isdigit() and _BEFORE_NUMBER.search(before):
        return False
    numbered = _NUMBERED.search(before) if end.end() - start <= _REACH else _NUMBERED.search("x" + before)
    return not (numbered or _ABBREVIATION.search(before) or _INITIAL.search(before))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if piece.strip() else None
