"""What stands on a PDF's pages, as the layers of the reader hand it to each other."""

from __future__ import annotations

from dataclasses import dataclass, field

Matrix = tuple[float, float, float, float, float, float]
"""A PDF transformation (a b c d e f): x' = ax + cy + e, y' = bx + dy + f."""


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """Return the transformation that applies `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


@dataclass(slots=True)
class Piece:
    """Text that was shown in one go. `x0`, `x1` and `y` (the baseline) are points from the page's lower left corner as it is read."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    font: str
    mark: int | None = None  # the marked-content id that a tagged PDF's structure refers to
    artifact: bool = False  # the file itself says that this is furniture
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Box:
    """A filled or stroked rectangle, a rule or an image; `light` when it is filled with (nearly) white."""

    x0: float
    y0: float
    x1: float
    y1: float
    filled: bool
    light: bool = False
    image: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """Where in a tagged PDF's structure some text belongs: the block that holds it, and its cell, row and table where it is in one."""

    role: str
    block: int
    table: int | None = None
    row: int | None = None
    cell: int | None = None


@dataclass(slots=True)
class Page:
    """One page, turned the way it is read. `damaged` is true when some of what draws it made no sense: text may be lost."""

    number: int
    width: float
    height: float
    pieces: list[Piece] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    tags: dict[int, Tag] = field(default_factory=dict)
    damaged: bool = False

    @property
    def has_image(self) -> bool:
        """Whether an image covers most of the page: a scan."""
        return any(box.image and (box.x1 - box.x0) * (box.y1 - box.y0) > 0.4 * self.width * self.height for box in self.boxes)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A bookmark: its depth from 1 and the page it points at, where it points at one."""

    title: str
    level: int
    page: int | None
