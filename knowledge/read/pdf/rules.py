"""Ruled lines, and the grids that they make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.read.pdf.piece import Box, Page

_MAX_RULES = 800
_NEAR = 3.0  # points within which two rules touch


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a table: `xs` from the left, `ys` from the top."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]

    def place(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the (row, column) that text stands in which begins at `x` and whose letters are at height `y`; None outside."""
        if not self.ys[-1] - 1 <= y <= self.ys[0] + 1 or not self.xs[0] - 1 <= x <= self.xs[-1] + 1:
            return None
        row = sum(top > y for top in self.ys) - 1
        column = sum(left < x + 1.5 for left in self.xs) - 1
        return (max(0, min(row, len(self.ys) - 2)), max(0, min(column, len(self.xs) - 2)))


def grids(page: Page) -> list[Grid]:
    """Return the grids of ruled lines with at least two columns."""
    across, down = rules(page)
    if len(across) + len(down) > _MAX_RULES:
        return []
    grids = []
    for group in _touching(across + down):
        xs = _distinct([(box.x0 + box.x1) / 2 for box in group if box in down])
        ys = _distinct([(box.y0 + box.y1) / 2 for box in group if box in across])
        if len(xs) >= 3 and len(ys) >= 2:
            grids.append(Grid(tuple(xs), tuple(reversed(ys))))
    return grids


def rules(page: Page) -> tuple[list[Box], list[Box]]:
    """Return the horizontal and the vertical rules; a rectangle has two of each."""
    across: dict[Box, None] = {}
    down: dict[Box, None] = {}
    for box in page.boxes:
        width, height = box.x1 - box.x0, box.y1 - box.y0
        if box.image or box.light or (width > 0.97 * page.width and height > 0.5 * page.height):
            continue
        if height < 2.5 and width > 8:
            across[_rule(box.x0, box.y0, box.x1, box.y1)] = None
        elif width < 2.5 and height > 5:
            down[_rule(box.x0, box.y0, box.x1, box.y1)] = None
        elif width > 8 and height > 5:
            for y in (box.y0, box.y1):
                across[_rule(box.x0, y, box.x1, y)] = None
            for x in (box.x0, box.x1):
                down[_rule(x, box.y0, x, box.y1)] = None
    return list(across), list(down)


def _rule(x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(round(x0, 1), round(y0, 1), round(x1, 1), round(y1, 1), filled=True)


def _touching(boxes: Sequence[Box]) -> list[set[Box]]:
    """Group rules that touch each other, directly or by way of others."""
    groups: list[set[Box]] = []
    for box in boxes:
        near = [group for group in groups if any(_touch(box, other) for other in group)]
        merged = {box}.union(*near)
        groups = [group for group in groups if group not in near] + [merged]
    return groups


def _touch(one: Box, other: Box) -> bool:
    return one.x0 - _NEAR <= other.x1 and other.x0 - _NEAR <= one.x1 and one.y0 - _NEAR <= other.y1 and other.y0 - _NEAR <= one.y1


def _distinct(values: Iterable[float]) -> list[float]:
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 4:
            found.append(value)
    return found
