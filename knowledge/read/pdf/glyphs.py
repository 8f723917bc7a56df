"""A font as the reader needs it: bytes → text and width, and whether it is bold or made of symbols."""

from __future__ import annotations

import re
from typing import Any

_BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!\w*light)|extrab", re.IGNORECASE)
_SYMBOLS = re.compile(r"wingdings|webdings|symbol|dingbats|marlett", re.IGNORECASE)
_FORCE_BOLD = 1 << 18
_SYMBOL_LETTERS = str.maketrans(
    {"l": "•", "n": "•", "§": "•", "o": "•", "q": "•", "v": "•", "Ø": "•", "ü": "✓", "à": "→", "·": "•", "u": "•", "w": "•"}
)


class Glyphs:
    """Decodes the strings of one font. `font` is pypdf's Font: encoding, character_map, character_widths, descriptor."""

    def __init__(self, font: Any, base_name: str, weight: float = 400) -> None:
        self._font = font
        self._strings: dict[bytes | str, tuple[str, float, int, int]] = {}
        self._known: dict[Any, tuple[str, float, bool]] = {}
        self.name = base_name.lstrip("/").partition("+")[2] or base_name.lstrip("/")
        self.bold = bool(_BOLD.search(self.name)) or weight >= 600 or bool(_flags(font) & _FORCE_BOLD)
        self._symbols = bool(_SYMBOLS.search(self.name))

    def decode(self, raw: bytes | str) -> tuple[str, float, int, int]:
        """Return (text, width in thousandths of the size, spaces that word spacing widens, number of glyphs)."""
        known = self._strings.get(raw)
        if known is None:
            known = self._decoded(raw)
            if len(raw) <= 2:
                self._strings[raw] = known
        return known

    def _decoded(self, raw: bytes | str) -> tuple[str, float, int, int]:
        encoding = self._font.encoding
        if isinstance(raw, str):
            codes: Any = raw
        elif isinstance(encoding, str):
            codes = raw.decode(encoding, "surrogatepass") if len(raw) % 2 == 0 or "16" not in encoding else raw.decode(encoding, "replace")
        else:
            codes = raw
        parts: list[str] = []
        width = 0.0
        spaces = 0
        for code in codes:
            text, advance, is_space = self._known.get(code) or self._learn(code)
            parts.append(text)
            width += advance
            spaces += is_space
        text = "".join(parts)
        return (text.translate(_SYMBOL_LETTERS) if self._symbols else text), width, spaces, len(codes)

    def _learn(self, code: Any) -> tuple[str, float, bool]:
        font = self._font
        raw = chr(code) if isinstance(code, int) else code
        plain = font.encoding.get(code, raw) if isinstance(code, int) and isinstance(font.encoding, dict) else raw
        text = font.character_map.get(plain, plain)
        widths = font.character_widths
        advance = font.space_width if raw == font.space_char and raw not in widths else widths.get(raw, widths.get("default", 500))
        # Word spacing applies to the single-byte code 32 only (ISO 32000-1, 9.3.3).
        self._known[code] = (text, float(advance), code == 32)
        return self._known[code]


def _flags(font: Any) -> int:
    flags = font.font_descriptor.flags
    return int(flags) if isinstance(flags, int | float) else 0
