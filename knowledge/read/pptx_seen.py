"""Whether text on a slide can be seen: not hidden, not beside the slide, not of almost no size, not white on white."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from knowledge.read.pptx_bullets import A, P

_LEAST = 200
"""Hundredths of a point; text of this size or less is not read by anybody."""
_NEAR_WHITE = 237
_FILLS = ("solidFill", "gradFill", "blipFill", "pattFill", "grpFill")


def is_beside(shape: Any, width: int, height: int) -> bool:
    """Whether a shape lies wholly outside a slide of that size."""
    left, top = shape.left, shape.top
    if left is None or top is None or shape.width is None or shape.height is None:
        return False
    return bool(left >= width or top >= height or left + shape.width <= 0 or top + shape.height <= 0)


def is_marked_hidden(shape: Any) -> bool:
    """Whether the program was told not to show a shape."""
    return bool(shape._element.xpath("./*/p:cNvPr[@hidden='1' or @hidden='true']"))


class Paper:
    """What text on one slide stands on where its own box has no colour."""

    def __init__(self, slide: Any) -> None:
        self._slide = slide
        self._white = _has_white_ground(slide)
        layers = (slide, slide.slide_layout, slide.slide_layout.slide_master)
        self._filled = (
            [s for layer in layers for s in layer.shapes if _is_picture(s) or _fill(s) not in {None, "white"}] if self._white else []
        )

    def hides(self, run: Any, shape: Any) -> bool:
        """Whether nobody sees a run (a:r) of a shape's text; a table's cells are never judged white on white."""
        properties = run.find(f"{A}rPr")
        if properties is None:
            return False
        size = properties.get("sz", "")
        if (size.isdigit() and int(size) <= _LEAST) or properties.find(f"{A}noFill") is not None:
            return True
        fill = properties.find(f"{A}solidFill")
        if fill is None or fill.find(f".//{A}alpha[@val='0']") is not None:
            return fill is not None
        colour = fill.find(f"{A}srgbClr")
        if colour is None or not _is_white(colour.get("val")):
            return False
        own = _fill(shape)
        return own == "white" or (own is None and self._white and not any(_covers(other, shape) for other in self._filled))


def _has_white_ground(slide: Any) -> bool:
    for layer in (slide, slide.slide_layout, slide.slide_layout.slide_master):
        ground = layer._element.find(f"{P}cSld/{P}bg")
        if ground is None:
            continue
        colour = ground.find(f"{P}bgPr/{A}solidFill/{A}srgbClr")
        if colour is not None:
            return _is_white(colour.get("val"))
        named = ground.find(f"{P}bgRef/{A}schemeClr")
        named = named if named is not None else ground.find(f"{P}bgPr/{A}solidFill/{A}schemeClr")
        return named is not None and len(named) == 0 and _is_white(_of_theme(slide, named.get("val", "")))
    return True


def _of_theme(slide: Any, name: str) -> str | None:
    """The value of a theme's colour, as the master maps it."""
    master = slide.slide_layout.slide_master
    mapped = master._element.find(f"{P}clrMap")
    name = mapped.get(name, name) if mapped is not None else name
    theme = next((r.target_part.blob for r in master.part.rels.values() if r.reltype.endswith("/theme")), b"")
    found = re.search(rb"<a:%b>.{0,200}?(?:lastClr|srgbClr val)=\"([0-9A-Fa-f]{6})\"" % re.escape(name.encode()), theme, re.DOTALL)
    return found[1].decode() if found else None


def _fill(shape: Any) -> str | None:
    """What a shape is filled with: "white", "other", or None for nothing."""
    properties = shape._element.find(f"{P}spPr")
    for kind in _FILLS if properties is not None else ():
        if (fill := properties.find(f"{A}{kind}")) is not None:
            colour = fill.find(f"{A}srgbClr")
            return "white" if kind == "solidFill" and colour is not None and _is_white(colour.get("val")) else "other"
    if properties is not None and properties.find(f"{A}noFill") is not None:
        return None
    reference = shape._element.find(f"{P}style/{A}fillRef")
    return "other" if reference is not None and reference.get("idx", "0") != "0" else None


def _is_picture(shape: Any) -> bool:
    return bool(shape._element.tag == f"{P}pic")


def _covers(other: Any, shape: Any) -> bool:
    """Whether a filled shape lies behind the middle of another; one whose place is not known may."""
    places = [other.left, other.top, other.width, other.height, shape.left, shape.top, shape.width, shape.height]
    if any(place is None for place in places):
        return True
    across, down = shape.left + shape.width // 2, shape.top + shape.height // 2
    return bool(other.left <= across <= other.left + other.width and other.top <= down <= other.top + other.height)


def _is_white(value: str | None) -> bool:
    return value is not None and all(part >= _NEAR_WHITE for part in _parts(value))


def _parts(value: str) -> Iterator[int]:
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", value):
        yield 0
        return
    for start in (0, 2, 4):
        yield int(value[start : start + 2], 16)
