"""The visible text of a Word paragraph: what is deleted or hidden is left out, what is inserted is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from knowledge.read.clean import Cleaner
from knowledge.read.docx_seen import is_hidden
from knowledge.read.docx_styles import Styles, W

HIDDEN_TEXT = "Dokumentet innehåller dold text. Den har inte lästs in."
UNREAD_NOTES = "Dokumentet har fotnoter. De har inte lästs in."
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_NOTES = {f"{W}footnoteReference", f"{W}endnoteReference"}
_TABS = {f"{W}tab", f"{W}ptab"}
_WRAPPERS = {
    f"{W}{name}" for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo")
}


@dataclass
class Found:
    """What a paragraph holds: its text with soft breaks as "\\n", its text boxes' contents, and how it looks."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    bolds: list[bool] = field(default_factory=list)
    sizes: list[float] = field(default_factory=list)
    in_contents: bool = False

    @property
    def text(self) -> str:
        return "".join(self.parts)

    @property
    def bold(self) -> bool:
        return bool(self.bolds) and all(self.bolds)

    @property
    def size(self) -> float | None:
        return max(self.sizes, default=None)


class Runs:
    """Reads paragraphs in order, since a field (a table of contents) may span many of them."""

    def __init__(self, styles: Styles, cleaner: Cleaner, *, tab: str = " ") -> None:
        self._tab = tab
        self._styles = styles
        self._cleaner = cleaner
        self._fields: list[str] = []

    def read(self, paragraph: Any) -> Found:
        """Return what is visible in a w:p element."""
        found = Found(in_contents=self._in_contents())
        self._walk(paragraph, paragraph, found)
        return found

    def _in_contents(self) -> bool:
        return any(code.strip().upper().startswith("TOC") for code in self._fields)

    def _walk(self, element: Any, paragraph: Any, found: Found) -> None:
        for child in element:
            if child.tag == f"{W}r":
                self._run(child, paragraph, found)
            elif child.tag in _WRAPPERS:
                self._walk(child, paragraph, found)

    def _run(self, run: Any, paragraph: Any, found: Found) -> None:
        visible = not is_hidden(run, paragraph, self._styles)
        for child in run:
            if child.tag == f"{W}fldChar":
                self._field(child.get(f"{W}fldCharType"))
            elif child.tag == f"{W}instrText" and self._fields:
                self._fields[-1] += child.text or ""
                found.in_contents = found.in_contents or self._in_contents()
            elif child.tag == f"{W}t" and child.text:
                self._text(child.text, run, paragraph, found, visible=visible)
            elif child.tag in _NOTES:
                self._cleaner.warn(UNREAD_NOTES)
            elif child.tag in _TABS:
                found.parts.append(self._tab)
            elif child.tag in _BREAKS:
                page = child.get(f"{W}type") in {"page", "column"}
                found.parts.append("" if page else _BREAKS[child.tag])
            elif child.tag in {f"{W}drawing", f"{W}pict", f"{_MC}AlternateContent"}:
                found.boxes += [box for box in child.iter(f"{W}txbxContent") if not _is_fallback(box, child)]

    def _text(self, text: str, run: Any, paragraph: Any, found: Found, *, visible: bool) -> None:
        if not visible:
            if text.strip():
                self._cleaner.warn(HIDDEN_TEXT)
            return
        found.parts.append(text)
        if text.strip():
            found.bolds.append(self._styles.flag(run, paragraph, "b"))
            size = self._styles.value(run, paragraph, "sz")
            if size and size.isdigit():
                found.sizes.append(int(size) / 2)

    def _field(self, kind: str | None) -> None:
        if kind == "begin":
            self._fields.append("")
        elif kind == "end" and self._fields:
            self._fields.pop()


def _is_fallback(box: Any, top: Any) -> bool:
    """Whether a text box is the second copy of itself that Word writes for older versions, or lies inside another box."""
    for ancestor in box.iterancestors():
        if ancestor is top:
            return False
        if ancestor.tag in {f"{_MC}Fallback", f"{W}txbxContent"}:
            return True
    return False
