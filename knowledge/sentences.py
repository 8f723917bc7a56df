"""Where the sentences of Swedish prose begin and end."""

from __future__ import annotations

import re

_ABBREVIATION = re.compile(
    r"(?:\b(?:t\.?ex|bl\.?a|m\.?m|m\.?fl|d\.?v\.?s|dvs|o\.?s\.?v|osv|s\.?k|p\.?g\.?a|f\.?d|fr\.?o\.?m|t\.?o\.?m|e\.?d|t\.?ex|d\.?ä|"
    r"kap|nr|dnr|st|mom|art|bil|jfr|ca|resp|ev|inkl|exkl|max|min|tel|kl|kr|mkr|tkr|milj|mnkr|gm|enl|obs|sid|s|v|avs|forts|prop|reg|"
    r"jan|feb|apr|aug|sept|okt|nov|dec|[a-zåäö]|etc|i\.?e|e\.?g|vs|dr|prof|ung)|\b[A-ZÅÄÖ]|(?<![^\s(])\d{1,2}|§)\.$",
    re.IGNORECASE,
)
_END = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s)")
_STARTS_LIKE_SENTENCE = re.compile(r"\s+[\"”’»(\[–—-]*\s?[A-ZÅÄÖÉÜ0-9§]")


def sentences(text: str) -> list[tuple[int, int]]:
    """The spans of the sentences, without the space around them. A new line always ends one."""
    spans: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n\r\u2028\u2029]+", text):
        start = line.start()
        for end in _END.finditer(text, line.start(), line.end()):
            if _closes(text, start, end):
                spans.append((start, end.end()))
                start = end.end()
        spans.append((start, line.end()))
    return [trimmed for span in spans if (trimmed := _trim(text, *span))]


def _closes(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether the stop ends the sentence: what follows begins one, and what precedes is no abbreviation or number."""
    if not _STARTS_LIKE_SENTENCE.match(text, end.end()):
        return False
    return not (end.group() == "." and _ABBREVIATION.search(text[max(start, end.end() - 12) : end.end()]))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    return (start + left, start + len(piece.rstrip())) if piece.strip() else None
