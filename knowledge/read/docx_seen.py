"""Whether the text of a Word run can be seen: it is not hidden, not of almost no size, and not of the colour that it stands on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from knowledge.read.docx_styles import Styles, W

_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_V = "{urn:schemas-microsoft-com:vml}"
_LEAST = 2
"""Half points; text of this size or less is not read by anybody."""
_NARROWEST = 10
"""Percent of a letter's width."""
_ALIKE = 18
"""How little each of red, green and blue may differ (0–255) for text not to be told from what it stands on."""
_PAPER = (255, 255, 255)
_PLAIN = {"none", "auto", "nil", "clear"}

Colour = tuple[int, int, int]


def is_hidden(run: Any, paragraph: Any, styles: Styles) -> bool:
    """Whether nobody who reads the document sees a run (w:r) of a paragraph (w:p)."""
    if styles.flag(run, paragraph, "vanish"):
        return True
    if _at_most(styles.value(run, paragraph, "sz"), _LEAST) or _at_most(styles.value(run, paragraph, "w"), _NARROWEST):
        return True
    effect = run.find(f"{W}rPr/{_W14}textFill")
    if effect is not None:
        fill = effect.find(f"{_W14}solidFill/{_W14}srgbClr")
        colour = _colour(fill.get(f"{_W14}val")) if fill is not None else None
        if effect.find(f"{_W14}noFill") is not None or (colour and _stands_on(colour, run, paragraph, styles)):
            return True
    colour = _colour(styles.value(run, paragraph, "color"))
    return colour is not None and _stands_on(colour, run, paragraph, styles)


def _stands_on(colour: Colour, run: Any, paragraph: Any, styles: Styles) -> bool:
    """Whether text of a colour stands on that very colour: the nearest thing behind it that has one decides, else the paper."""
    for ground in _grounds(run, paragraph, styles):
        return ground is not None and all(abs(a - b) <= _ALIKE for a, b in zip(colour, ground, strict=True))
    return all(abs(a - b) <= _ALIKE for a, b in zip(colour, _PAPER, strict=True))


def _grounds(run: Any, paragraph: Any, styles: Styles) -> Iterator[Colour | None]:
    """The colours behind a run, the nearest first; None for one that is not known, such as a picture."""
    highlight = styles.value(run, paragraph, "highlight")
    if highlight and highlight not in _PLAIN:
        yield _PAPER if highlight == "white" else (0, 0, 0) if highlight == "black" else None
    own = run.find(f"{W}rPr/{W}shd")
    yield from _shade(own)
    for place in styles.of(paragraph):
        yield from _shade(place.find(f"{W}shd") if place.tag == f"{W}pPr" else place.find(f"{W}pPr/{W}shd"))
    for above in paragraph.iterancestors():
        if above.tag == f"{W}tc":
            yield from _shade(above.find(f"{W}tcPr/{W}shd"))
        elif above.tag == f"{W}tbl":
            yield from _shade(above.find(f"{W}tblPr/{W}shd"))
            style = above.find(f"{W}tblPr/{W}tblStyle")
            shaded = style is not None and any(
                True for s in styles.chain(style.get(f"{W}val"), "table") for shade in s.iter(f"{W}shd") for _ in _shade(shade)
            )
            if shaded:
                yield None  # which of its rows a table's style colours is not known here
        elif above.tag == f"{_WPS}wsp":
            yield from _shape(above)
        elif above.tag.startswith(_V) and (fill := above.get("fillcolor")) and above.get("filled") not in {"f", "false"}:
            yield _colour(fill)
    background = paragraph.getroottree().getroot().find(f"{W}background")
    if background is not None:
        yield _colour(background.get(f"{W}color"))


def _shade(shade: Any) -> Iterator[Colour | None]:
    if shade is None:
        return
    fill, pattern = shade.get(f"{W}fill"), shade.get(f"{W}val")
    if pattern not in {None, "nil", "clear"}:
        yield _colour(shade.get(f"{W}color")) if pattern == "solid" else None
    elif fill and fill not in _PLAIN:
        yield _colour(fill)
    elif shade.get(f"{W}themeFill"):
        yield None


def _shape(shape: Any) -> Iterator[Colour | None]:
    """What a text box is filled with: by itself, else by its style."""
    properties = shape.find(f"{_WPS}spPr")
    for fill in properties if properties is not None else ():
        if fill.tag == f"{_A}noFill":
            return
        if fill.tag == f"{_A}solidFill":
            colour = fill.find(f"{_A}srgbClr")
            yield _colour(colour.get("val")) if colour is not None else None
            return
        if fill.tag in {f"{_A}gradFill", f"{_A}blipFill", f"{_A}pattFill"}:
            yield None
            return
    reference = shape.find(f"{_WPS}style/{_A}fillRef")
    if reference is not None and reference.get("idx", "0") != "0":
        yield None


def _colour(value: str | None) -> Colour | None:
    """A colour as red, green, blue; None for "auto" and for what is not known."""
    found = re.match(r"#?([0-9A-Fa-f]{6})\b", value or "")
    if found:
        digits = found[1]
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    return _PAPER if value in {"white", "#fff"} else None


def _at_most(value: str | None, limit: int) -> bool:
    return bool(value and value.isdigit() and int(value) <= limit)
