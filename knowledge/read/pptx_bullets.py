"""Whether a paragraph of a slide shows a bullet: its own properties, else those that it inherits from box, layout and master."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHOWN = {f"{A}buChar", f"{A}buAutoNum", f"{A}buBlip"}
_BODIES = {"BODY", "OBJECT", "VERTICAL_BODY"}


def has_bullet(shape: Any, paragraph: Any) -> bool:
    """Return whether `paragraph` of `shape` is shown with a bullet or a number."""
    for properties in _places(shape, paragraph):
        if properties is None:
            continue
        for child in properties:
            if child.tag in _SHOWN:
                return True
            if child.tag == f"{A}buNone":
                return False
    return False


def _places(shape: Any, paragraph: Any) -> Iterator[Any]:
    """Yield the properties that decide, nearest first."""
    level = f"{A}lvl{min(paragraph.level, 8) + 1}pPr"
    yield paragraph._p.find(f"{A}pPr")
    yield _listed(shape._element, level)
    if not shape.is_placeholder:
        return
    layout = shape.part.slide_layout
    above = next((other for other in layout.placeholders if other.placeholder_format.idx == shape.placeholder_format.idx), None)
    if above is not None:
        yield _listed(above._element, level)
    if shape.placeholder_format.type.name not in _BODIES:
        return
    master = layout.slide_master
    base = next((other for other in master.placeholders if other.placeholder_format.type.name in _BODIES), None)
    if base is not None:
        yield _listed(base._element, level)
    yield master._element.find(f"{P}txStyles/{P}bodyStyle/{level}")


def _listed(shape: Any, level: str) -> Any:
    return shape.find(f"{P}txBody/{A}lstStyle/{level}")
