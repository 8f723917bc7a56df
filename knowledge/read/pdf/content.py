"""Runs a page's drawing instructions and notes each piece of text with its place, size and weight.

pypdf's own extraction gives text without its width, and widths are what tell a space, a column and a table cell apart.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.read.pdf.glyphs import Glyphs
from knowledge.read.pdf.piece import Box, Matrix, Page, Piece, multiply

_IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)
_MAX_FORMS = 2_000
_MAX_DEPTH = 12
_NEAR_WHITE = 0.93
_NO_INK = 0.05
"""The opacity below which nothing is seen."""


@dataclass
class _State:
    matrix: Matrix
    glyphs: Glyphs | None = None
    size: float = 1.0
    char_space: float = 0.0
    word_space: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    render: int = 0
    fill: float = 0.0  # lightness from 0 (black) to 1 (white)
    opacity: float = 1.0


@dataclass
class Canvas:
    """Collects one page. `open_stream(object)` gives a form's (operations, resources); `font(object)` a font's glyphs."""

    page: Page
    font: Callable[[Any], Glyphs]
    operations: Callable[[Any], Iterable[tuple[Any, bytes]]]
    forms: int = 0
    marks: list[tuple[int | None, bool]] = field(default_factory=list)

    def run(self, operations: Iterable[tuple[Any, bytes]], resources: Any, matrix: Matrix, depth: int = 0) -> None:
        """Carry out a content stream under `matrix`."""
        _Run(self, resources, matrix, depth).run(operations)


class _Run:
    """One content stream: the page's own or a form's."""

    def __init__(self, canvas: Canvas, resources: Any, matrix: Matrix, depth: int) -> None:
        self._canvas = canvas
        self._resources = resources
        self._depth = depth
        self._state = _State(matrix)
        self._stack: list[_State] = []
        self._text: Matrix = _IDENTITY
        self._line: Matrix = _IDENTITY
        self._path: list[tuple[float, float]] = []
        self._shapes: list[list[tuple[float, float]]] = []

    def run(self, operations: Iterable[tuple[Any, bytes]]) -> None:
        for operands, operator in operations:
            action = _ACTIONS.get(operator)
            if action is None:
                self._canvas.page.damaged |= operator not in _OTHERS
                continue
            try:
                action(self, operands)
            except (TypeError, ValueError, IndexError, KeyError, AttributeError, OverflowError):
                # A malformed instruction: what follows may still be good.
                self._canvas.page.damaged |= operator in _SHOWS

    def save(self, _: Any) -> None:
        if len(self._stack) < 500:
            self._stack.append(replace(self._state))

    def restore(self, _: Any) -> None:
        if self._stack:
            self._state = self._stack.pop()

    def transform(self, operands: Any) -> None:
        self._state.matrix = multiply(_matrix(operands), self._state.matrix)

    def begin_text(self, _: Any) -> None:
        self._text = self._line = _IDENTITY

    def set_font(self, operands: Any) -> None:
        self._state.size = float(operands[1])
        self._state.glyphs = self._canvas.font(self._resources["/Font"].get_object().raw_get(operands[0]))

    def set_matrix(self, operands: Any) -> None:
        self._text = self._line = _matrix(operands)

    def move(self, operands: Any) -> None:
        a, b, c, d, e, f = self._line
        x, y = float(operands[0]), float(operands[1])
        self._line = (a, b, c, d, e + x * a + y * c, f + x * b + y * d)
        self._text = self._line

    def move_and_lead(self, operands: Any) -> None:
        self._state.leading = -float(operands[1])
        self.move(operands)

    def next_line(self, _: Any) -> None:
        self.move((0, -self._state.leading))

    def show(self, operands: Any) -> None:
        self._show(operands[0])

    def show_next(self, operands: Any) -> None:
        self.next_line(None)
        self._show(operands[-1])

    def show_spaced(self, operands: Any) -> None:
        self._state.word_space, self._state.char_space = float(operands[0]), float(operands[1])
        self.show_next(operands)

    def show_array(self, operands: Any) -> None:
        for part in operands[0]:
            if isinstance(part, int | float):
                shift = -float(part) / 1000 * self._state.size * self._state.stretch
                self._text = multiply((1, 0, 0, 1, shift, 0), self._text)
            else:
                self._show(part)

    def _show(self, raw: Any) -> None:
        """Show a string. Browsers show each letter by itself: what happens here happens millions of times."""
        state = self._state
        if state.glyphs is None or not isinstance(raw, bytes | str):
            return
        text, widths, spaces, count = state.glyphs.decode(raw)
        self._canvas.page.damaged |= "\x00" in text
        width = (widths / 1000 * state.size + count * state.char_space + spaces * state.word_space) * state.stretch
        a, b, c, d, e, f = self._text
        self._text = (a, b, c, d, e + width * a, f + width * b)
        along, up, sideways, high, x, y = multiply((a, b, c, d, e + state.rise * c, f + state.rise * d), state.matrix)
        # Upright text only: what runs up a margin is no part of the text.
        if text and along > 0 and abs(up) <= 0.3 * along:
            self._add(text, x, x + width * along, y, round(state.size * math.hypot(sideways, high), 2))

    def _add(self, text: str, x0: float, x1: float, y: float, size: float) -> None:
        state, page = self._state, self._canvas.page
        glyphs = state.glyphs
        assert glyphs is not None
        mark, artifact = self._canvas.marks[-1] if self._canvas.marks else (None, False)
        visible = size >= 2 and -2 <= x0 <= page.width + 2 and -2 <= y <= page.height + 2 and self._is_seen(x0, y, size)
        bold = glyphs.bold or state.render == 2
        last = page.pieces[-1] if page.pieces else None
        if (
            last is not None
            and abs(last.y - y) < 0.1
            and abs(x0 - last.x1) < 0.12 * size
            and abs(last.size - size) < 0.1
            and last.font is glyphs.name
            and last.mark == mark
            and (last.artifact, last.visible, last.bold) == (artifact, visible, bold)
        ):
            last.text += text
            last.x1 = max(x1, last.x1)
        else:
            page.pieces.append(Piece(text, x0, x1, y, size, bold, glyphs.name, mark, artifact, visible))

    def _is_seen(self, x: float, y: float, size: float) -> bool:
        """Whether ink is laid down that differs from the paper: text over a scan is its words, and white text needs a dark ground."""
        if self._state.render in {3, 7} or self._state.opacity < _NO_INK:
            return self._canvas.page.has_image
        if self._state.fill < _NEAR_WHITE or self._state.render == 1:
            return True
        middle = y + size / 3
        under = [
            box
            for box in self._canvas.page.boxes
            if box.x0 - 1 <= x <= box.x1 + 1 and box.y0 - 1 <= middle <= box.y1 + 1 and (box.filled or box.image)
        ]
        return bool(under) and not under[-1].light

    def grey(self, operands: Any) -> None:
        self._state.fill = float(operands[0])

    def rgb(self, operands: Any) -> None:
        self._state.fill = min(float(value) for value in operands[:3])

    def cmyk(self, operands: Any) -> None:
        cyan, magenta, yellow, black = (float(value) for value in operands[:4])
        self._state.fill = 1 - min(1.0, max(cyan, magenta, yellow) + black)

    def colour(self, operands: Any) -> None:
        values = [float(value) for value in operands if isinstance(value, int | float)]
        {1: self.grey, 3: self.rgb, 4: self.cmyk}.get(len(values), lambda _: self.grey([0.0]))(values)

    def look(self, operands: Any) -> None:
        settings = self._resources["/ExtGState"].get_object()[operands[0]].get_object()
        self._state.opacity = float(settings.get("/ca", self._state.opacity))

    def rectangle(self, operands: Any) -> None:
        x, y, width, height = (float(value) for value in operands[:4])
        self._shapes.append([self._at(x, y), self._at(x + width, y), self._at(x + width, y + height), self._at(x, y + height)])

    def path_start(self, operands: Any) -> None:
        self._path = [self._at(*operands[:2])]
        self._shapes.append(self._path)

    def path_on(self, operands: Any) -> None:
        self._path.append(self._at(*operands[-2:]))

    def _at(self, x: Any, y: Any) -> tuple[float, float]:
        a, b, c, d, e, f = self._state.matrix
        return (a * float(x) + c * float(y) + e, b * float(x) + d * float(y) + f)

    def stroke(self, _: Any) -> None:
        self._paint(filled=False)

    def fill(self, _: Any) -> None:
        self._paint(filled=True)

    def drop_path(self, _: Any) -> None:
        self._path, self._shapes = [], []

    def _paint(self, *, filled: bool) -> None:
        light = filled and self._state.fill >= _NEAR_WHITE
        if len(self._canvas.page.boxes) < 20_000:
            for shape in self._shapes[:2_000]:
                self._box(shape, filled=filled, light=light)
        self.drop_path(None)

    def _box(self, points: list[tuple[float, float]], *, filled: bool, light: bool = False, image: bool = False) -> None:
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        self._canvas.page.boxes.append(Box(min(xs), min(ys), max(xs), max(ys), filled, light, image))

    def draw(self, operands: Any) -> None:
        target = self._resources["/XObject"].get_object()[operands[0]].get_object()
        if target.get("/Subtype") == "/Image":
            self._box([self._at(0, 0), self._at(1, 0), self._at(1, 1), self._at(0, 1)], filled=False, image=True)
            return
        canvas = self._canvas
        if target.get("/Subtype") != "/Form" or self._depth >= _MAX_DEPTH or canvas.forms >= _MAX_FORMS:
            return
        canvas.forms += 1
        inner = multiply(_matrix(target.get("/Matrix", _IDENTITY)), self._state.matrix)
        resources = target.get("/Resources", self._resources)
        canvas.run(
            canvas.operations(target), resources.get_object() if hasattr(resources, "get_object") else resources, inner, self._depth + 1
        )

    def begin_mark(self, operands: Any) -> None:
        mark, artifact = self._canvas.marks[-1] if self._canvas.marks else (None, False)
        properties = operands[1] if len(operands) > 1 else None
        if isinstance(properties, str):
            properties = self._resources["/Properties"].get_object()[properties].get_object()
        if properties is not None and "/MCID" in properties and self._depth == 0:
            mark = int(properties["/MCID"])
        # Backgrounds and layout artifacts may hold text that is read; running headers and footers are of the kind Pagination.
        artifact = artifact or (operands[0] == "/Artifact" and properties is not None and properties.get("/Type") == "/Pagination")
        self._canvas.marks.append((mark, artifact))

    def end_mark(self, _: Any) -> None:
        if self._canvas.marks:
            self._canvas.marks.pop()

    def set_number(self, name: str, value: float) -> None:
        setattr(self._state, name, value)


def _matrix(operands: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in operands[:6])
    return (a, b, c, d, e, f)


def _number(name: str, scale: float = 1.0) -> Callable[[_Run, Any], None]:
    return lambda run, operands: run.set_number(name, float(operands[0]) * scale)


_ACTIONS: dict[bytes, Callable[[_Run, Any], None]] = {
    b"q": _Run.save, b"Q": _Run.restore, b"cm": _Run.transform, b"gs": _Run.look,
    b"BT": _Run.begin_text, b"Tf": _Run.set_font, b"Tm": _Run.set_matrix,
    b"Td": _Run.move, b"TD": _Run.move_and_lead, b"T*": _Run.next_line,
    b"Tj": _Run.show, b"TJ": _Run.show_array, b"'": _Run.show_next, b'"': _Run.show_spaced,
    b"Tc": _number("char_space"), b"Tw": _number("word_space"), b"Tz": _number("stretch", 0.01),
    b"TL": _number("leading"), b"Ts": _number("rise"), b"Tr": lambda run, operands: run.set_number("render", int(operands[0])),
    b"g": _Run.grey, b"rg": _Run.rgb, b"k": _Run.cmyk, b"sc": _Run.colour, b"scn": _Run.colour, b"cs": lambda run, _: run.grey([0.0]),
    b"re": _Run.rectangle, b"m": _Run.path_start, b"l": _Run.path_on, b"c": _Run.path_on, b"v": _Run.path_on, b"y": _Run.path_on,
    b"S": _Run.stroke, b"s": _Run.stroke, b"n": _Run.drop_path, b"f": _Run.fill, b"F": _Run.fill, b"f*": _Run.fill,
    b"B": _Run.fill, b"B*": _Run.fill, b"b": _Run.fill, b"b*": _Run.fill,
    b"Do": _Run.draw, b"BDC": _Run.begin_mark, b"BMC": _Run.begin_mark, b"EMC": _Run.end_mark,
}  # fmt: skip
_SHOWS = {b"Tf", b"Tj", b"TJ", b"'", b'"'}
_OTHERS = {
    b"w", b"J", b"j", b"M", b"d", b"ri", b"i", b"h", b"W", b"W*", b"ET", b"d0", b"d1", b"CS", b"SC", b"SCN", b"G", b"RG", b"K",
    b"sh", b"BI", b"ID", b"EI", b"MP", b"DP", b"BX", b"EX",
}  # fmt: skip
"""What the standard knows beside the actions; any other word is a sign of damage."""
