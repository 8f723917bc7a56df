"""Text as people see it: what a file hides in its characters is taken out before anything else looks at it."""

from __future__ import annotations

import re
import unicodedata

_SAME = {0x2010: "-", 0x2011: "-", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_NO_WIDTH = "\u034f\u180b-\u180f\u200b-\u200d\u2060-\u2065\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
INVISIBLE = re.compile(f"[\u00ad{_NO_WIDTH}{_BIDI}{_FILLERS}]")
# A single sign without width between words or in an emoji is how typesetters part and join; in a word, or several, it hides something.
_HIDES = re.compile(f"[{_BIDI}{_FILLERS}]|(?<=\\w)[{_NO_WIDTH}](?=\\w)|[{_NO_WIDTH}]{{3,}}")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_NEWLINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]+")

HIDDEN_CHARACTERS = "Filen innehöll osynliga tecken som kan dölja text. De har tagits bort; läs igenom dokumentet."


_NO_TITLE = re.compile(
    r"^(about:blank|untitled.*|namnlös.*|dokument ?\d*|document ?\d*|microsoft (word|powerpoint) - .*|powerpoint[- ]presentation"
    r"|.*\.(docx?|pptx?|pdf|html?|indd|odt|rtf)|bild 1|slide 1)$",
    re.IGNORECASE,
)


class Cleaner:
    """Cleans the texts of one file and remembers what the one who added it should know (`warnings`, Swedish)."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, text: str) -> None:
        """Remember a warning, once."""
        if text not in self.warnings:
            self.warnings.append(text)

    def text(self, raw: str) -> str:
        """Return `raw` in NFC with plain spaces, without invisible or control characters, ligatures spelt out.

        Line breaks stay as "\\n"; other white space is one space, and none stands at either end of a line.
        """
        if _HIDES.search(raw):
            self.warn(HIDDEN_CHARACTERS)
        raw = INVISIBLE.sub("", raw)
        raw = _CONTROL.sub("", _NEWLINE.sub("\n", raw)).translate(_SAME)
        # Twice: what is left may hold letters and accents that only now stand together.
        lines = (_BLANKS.sub(" ", line).strip() for line in unicodedata.normalize("NFC", raw).split("\n"))
        return "\n".join(lines).strip("\n")

    def title(self, raw: str) -> dict[str, str]:
        """Return the property "title" of a file, unless a program and no person put it there."""
        title = self.line(raw)
        return {} if not title or _NO_TITLE.match(title) else {"title": title}

    def line(self, raw: str) -> str:
        """Return `raw` cleaned, on one line."""
        return " ".join(part for part in self.text(raw).split("\n") if part)
