"""Text to words and sentences, with their places in the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LETTER = r"[^\W\d_]"
_IN_WORD = rf"(?:{_LETTER}|[\u0300-\u036f\u00ad])"
_TOKEN = re.compile(
    rf"""
      (?P<paragraph>§§?\s?\d+\w?)                                # § 132
    | (?P<registration>\b[A-ZÅÄÖ]{{1,5}}[ /-]?\d{{4}}[./:-]\d{{1,6}}\b) # KS2016.0110, KS 2016/0110
    | (?P<address>(?<![\w.+-])[^\W_][\w.+-]*@[\w-]+(?:\.[\w-]+)+)
    | (?P<number>\d+(?:[.,:/–-]\d+)*(?::[ea]\b)?)                # 1.2, 2016-06-20, 2020/21, 3:e
    | (?P<word>{_LETTER}(?:{_IN_WORD}|\d)*(?:[-‑]{_IN_WORD}(?:{_IN_WORD}|\d)*)*(?:\+|:[a-zåäö]{{1,4}}\b|-(?!\w))?)
    """,
    re.VERBOSE,
)
_ENDING = re.compile(r":[a-zåäö]{1,4}$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it counts (folded, without the ending after a colon: "EU:s" is "eu") and its span in the text."""

    word: str
    start: int
    end: int


def fold(text: str) -> str:
    """One form for all ways to write the same: NFKC, no soft hyphens, case folded. Offsets are not kept."""
    return unicodedata.normalize("NFKC", text.replace("\u00ad", "")).casefold()


def bare(word: str) -> str:
    """The word without dots and rings."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def tokens(text: str) -> list[Token]:
    """The words of a text. Whole are "§ 132", "1.2", dates, registration numbers, "erasmus+", "eu-projekt" and "skol-"."""
    return [Token(_normal(match), match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _normal(match: re.Match[str]) -> str:
    word = fold(match.group()).replace("‑", "-")
    if match.lastgroup == "paragraph":
        return "§ " + word.lstrip("§ \t\n")
    return _ENDING.sub("", word) if match.lastgroup == "word" else word
