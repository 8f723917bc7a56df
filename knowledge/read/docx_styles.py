"""What a Word paragraph's or run's properties amount to when its styles are followed to their roots."""

from __future__ import annotations

import re
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"^(?:heading|rubrik|überschrift|titre)\s*(\d)", re.IGNORECASE)
_TITLES = {"title", "titel", "dokumenttitel", "dokumentrubrik", "huvudrubrik"}
_CONTENTS = re.compile(r"^(toc|contents|innehåll|innehållsförteckning)\b", re.IGNORECASE)
_BULLETED = re.compile(r"^(list bullet|list number|punktlista|numrerad lista)", re.IGNORECASE)


class Styles:
    """The styles of one document, by id. Elements are lxml's, as python-docx hands them out."""

    def __init__(self, root: Any) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in root.findall(f"{W}style")} if root is not None else {}
        self._default = {style.get(f"{W}type"): key for key, style in self._styles.items() if style.get(f"{W}default") in {"1", "true"}}

    def chain(self, style_id: str | None, kind: str = "paragraph") -> list[Any]:
        """Return the style and those it is based on, nearest first."""
        found: list[Any] = []
        style_id = style_id if style_id in self._styles else self._default.get(kind)
        while style_id in self._styles and self._styles[style_id] not in found:
            found.append(self._styles[style_id])
            style_id = _value(found[-1], "basedOn")
        return found

    def of(self, paragraph: Any) -> list[Any]:
        """Return where a paragraph's properties are found: its own, then its styles'."""
        own = paragraph.find(f"{W}pPr")
        return ([own] if own is not None else []) + self.chain(_value(own, "pStyle"))

    def names(self, paragraph: Any) -> list[str]:
        """Return the names of a paragraph's styles, nearest first."""
        return [_value(style, "name") or "" for style in self.chain(_value(paragraph.find(f"{W}pPr"), "pStyle"))]

    def level(self, paragraph: Any) -> int | None:
        """Return a heading's level from 1, or None when the paragraph is no heading."""
        for place in self.of(paragraph):
            outline = _value(place, "outlineLvl") or _value(place.find(f"{W}pPr"), "outlineLvl")
            if outline is not None and outline.isdigit():
                return int(outline) + 1 if int(outline) < 9 else None
            if match := _HEADING.match(_value(place, "name") or ""):
                return int(match[1])
        return None

    def is_title(self, paragraph: Any) -> bool:
        """Whether the paragraph has the style of the document's title, or one based on it."""
        return any(name.lower() in _TITLES for name in self.names(paragraph))

    def is_contents(self, paragraph: Any) -> bool:
        """Whether the paragraph has a style of a table of contents."""
        return any(_CONTENTS.match(name) for name in self.names(paragraph)[:2])

    def is_listed(self, paragraph: Any) -> bool:
        """Whether the paragraph's style is a list's by its name."""
        return any(_BULLETED.match(name) for name in self.names(paragraph))

    def numbering(self, paragraph: Any) -> tuple[str, int] | None:
        """Return the (numId, level) that numbers a paragraph, its own or its style's, or None."""
        level: int | None = None
        for place in self.of(paragraph):
            properties = place if place.tag == f"{W}pPr" else place.find(f"{W}pPr")
            entry = properties.find(f"{W}numPr") if properties is not None else None
            if entry is None:
                continue
            own = _value(entry, "ilvl")
            level = int(own) if level is None and own and own.isdigit() else level
            if (identity := _value(entry, "numId")) is not None:
                return None if identity == "0" else (identity, level or 0)
        return None

    def flag(self, run: Any, paragraph: Any, name: str) -> bool:
        """Return whether a toggle ("b", "vanish") holds for a run."""
        for properties in self._run_properties(run, paragraph):
            element = properties.find(f"{W}{name}")
            if element is not None:
                return element.get(f"{W}val") not in {"0", "false", "off", "none"}
        return False

    def value(self, run: Any, paragraph: Any, name: str) -> str | None:
        """Return a run's property ("sz", "color") or None."""
        for properties in self._run_properties(run, paragraph):
            if (found := _value(properties, name)) is not None:
                return found
        return None

    def _run_properties(self, run: Any, paragraph: Any) -> list[Any]:
        own = run.find(f"{W}rPr")
        style = _value(own, "rStyle")
        places = [own] + [found.find(f"{W}rPr") for found in self.chain(style, "character") if style]
        places += [found.find(f"{W}rPr") for found in self.chain(_value(paragraph.find(f"{W}pPr"), "pStyle"))]
        return [place for place in places if place is not None]


def _value(element: Any, child: str) -> str | None:
    found = element.find(f"{W}{child}") if element is not None else None
    value: str | None = found.get(f"{W}val") if found is not None else None
    return value
