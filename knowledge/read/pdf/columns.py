"""The order in which a page's columns are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from knowledge.read.pdf.lines import Line, Segment

_FEWEST = 6  # lines on either side of a gutter
_WIDEST_FILL = 0.6
_APART = 1.7  # of the font size: a gap as wide as between paragraphs


def in_reading_order(lines: Sequence[Line], *, left: float, right: float) -> list[Line]:
    """Return the lines of a page with two columns of running text one column after the other, and all with their column's borders.

    `left` and `right` are the borders of the document's text. What is set across both columns keeps its place between them.
    """
    gutter = _gutter(lines)
    if gutter is None:
        return [replace(line, left=left, room=max(right, line.x1)) for line in lines]
    ordered: list[Line] = []
    band: list[Segment] = []
    page = lines[0].page
    for line in lines:
        crossing = any(segment.x0 < gutter < segment.x1 for segment in line.segments)
        if crossing:
            ordered += _band(band, gutter, page)
            band = []
            ordered.append(replace(line, left=left, room=max(right, line.x1)))
        else:
            band += line.segments
    return ordered + _band(band, gutter, page)


def _band(segments: Sequence[Segment], gutter: float, page: int) -> list[Line]:
    """Return the west column's lines and then the east's; what stands above or below both belongs to neither."""
    west = [segment for segment in segments if segment.x0 < gutter]
    east = [segment for segment in segments if segment.x0 >= gutter]
    if not west or not east:
        return _column(west or east, page)
    bottom = min(segment.y for segment in east)
    heights = sorted({segment.y for segment in west}, reverse=True)
    size = west[0].size
    cut = next((low for high, low in pairwise(heights) if low < bottom and high - low > _APART * size), None)
    below = [segment for segment in west if cut is not None and segment.y <= cut]
    return _column([segment for segment in west if segment not in below], page) + _column(east, page) + _column(below, page)


def _column(side: Sequence[Segment], page: int) -> list[Line]:
    if not side:
        return []
    left, room = min(segment.x0 for segment in side), max(segment.x1 for segment in side)
    rows: dict[int, list[Segment]] = {}
    for segment in side:
        rows.setdefault(round(segment.y), []).append(segment)
    return [Line(tuple(sorted(rows[y], key=lambda segment: segment.x0)), page, left, room) for y in sorted(rows, reverse=True)]


def _gutter(lines: Sequence[Line]) -> float | None:
    """Return the x of the gap between two columns of running text, or None: a table's columns are not filled like that."""
    segments = [segment for line in lines for segment in line.segments if len(segment.text) > 3]
    if len(segments) < 2 * _FEWEST:
        return None
    low, high = min(s.x0 for s in segments), max(s.x1 for s in segments)
    best: tuple[int, float] | None = None
    for x in sorted({round(s.x0 - 2) for s in segments if 0.35 < (s.x0 - low) / (high - low + 1) < 0.65}):
        west = [s for s in segments if s.x1 <= x]
        east = [s for s in segments if s.x0 >= x]
        crossing = len(segments) - len(west) - len(east)
        if min(len(west), len(east)) < _FEWEST or crossing > 0.3 * len(segments):
            continue
        if _filled(west) and _filled(east) and (best is None or crossing < best[0]):
            best = (crossing, float(x))
    return best[1] if best else None


def _filled(side: Sequence[Segment]) -> bool:
    """Whether most lines of a column run over most of its width, as running text does."""
    width = max(s.x1 for s in side) - min(s.x0 for s in side)
    return sum(s.x1 - s.x0 > 0.7 * width for s in side) >= _WIDEST_FILL * len(side)
