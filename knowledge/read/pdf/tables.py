"""Tables: from a tagged PDF's cells, from ruled lines, or from columns that begin at the same place line after line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from knowledge.read.marks import row_text
from knowledge.read.pdf.joining import join
from knowledge.read.pdf.lines import Line, Segment
from knowledge.read.pdf.piece import Page
from knowledge.read.pdf.rules import Grid, grids

_LABEL = re.compile(r"^(\d{1,2}(\.\d{1,2})*\.?|[a-zåäö][.)]|\(?\d{1,2}\)|[^\w\s(\"”]{1,2})$")


@dataclass
class Row:
    """One table row in reading order among the lines: its cells' texts, and where it stands."""

    cells: list[str]
    page: int
    y: float
    size: float
    printed: int = 1
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return row_text(self.cells)


def take_tables(page: Page, lines: Sequence[Line]) -> tuple[list[Line], list[Row]]:
    """Return the lines that stand in no tagged or ruled table, and the rows of those tables."""
    rest, rows = _tagged(lines)
    for grid in grids(page):
        rest, found = _ruled(rest, grid)
        rows += found
    return rest, rows


def _tagged(lines: Sequence[Line]) -> tuple[list[Line], list[Row]]:
    rows: dict[tuple[int, int], dict[int, list[Segment]]] = {}
    rest: list[Line] = []
    for line in lines:
        outside = []
        for segment in line.segments:
            tag = segment.tag
            if tag is None or tag.row is None or tag.cell is None or tag.table is None:
                outside.append(segment)
            else:
                rows.setdefault((tag.table, tag.row), {}).setdefault(tag.cell, []).append(segment)
        if outside:
            rest.append(replace(line, segments=tuple(outside)))
    columns: dict[int, int] = {}
    for (table, _), cells in rows.items():
        columns[table] = max(columns.get(table, 0), len(cells))
    found = []
    for (table, _), cells in rows.items():
        parts = [segment for cell in sorted(cells) for segment in cells[cell]]
        if columns[table] < 2:
            # One column only: a frame around text, not a table.
            rest += _as_lines(parts, lines[0].page)
        else:
            found.append(_row([cells[cell] for cell in sorted(cells)], lines[0].page))
    return sorted(rest, key=lambda line: -line.y), found


def _as_lines(segments: Iterable[Segment], page: int) -> list[Line]:
    grouped: dict[float, list[Segment]] = {}
    for segment in segments:
        grouped.setdefault(round(segment.y), []).append(segment)
    return [Line(tuple(sorted(group, key=lambda segment: segment.x0)), page) for group in grouped.values()]


def _ruled(lines: Sequence[Line], grid: Grid) -> tuple[list[Line], list[Row]]:
    cells: dict[tuple[int, int], list[Segment]] = {}
    rest: list[Line] = []
    for line in lines:
        outside = []
        for segment in line.segments:
            place = grid.place(segment.x0, segment.y + 0.3 * segment.size)
            if place is None:
                outside.append(segment)
            else:
                cells.setdefault(place, []).append(segment)
        if outside:
            rest.append(replace(line, segments=tuple(outside)))
    if len({column for _, column in cells}) < 2:
        return list(lines), []
    rows = []
    for number in sorted({row for row, _ in cells}):
        last = max(column for row, column in cells if row == number)
        rows.append(_row([cells.get((number, column), []) for column in range(last + 1)], lines[0].page))
    return rest, rows


def _row(cells: Sequence[Sequence[Segment]], page: int) -> Row:
    inked = [segment for cell in cells for segment in cell]
    texts = [join([line.text for line in sorted(_as_lines(cell, page), key=lambda line: -line.y)]) for cell in cells]
    printed = max(len({round(segment.y) for segment in cell}) for cell in cells)
    return Row(texts, page, max(segment.y for segment in inked), max(segment.size for segment in inked), printed)


def aligned_rows(lines: Sequence[Line]) -> list[Line | Row]:
    """Find tables without rules: runs of lines whose segments begin at the same places. Other lines come back as they are."""
    lines = [_without_label(line) for line in lines]
    found: list[Line | Row] = []
    start = 0
    while start < len(lines):
        end = _run_end(lines, start)
        if end > start:
            found += _cells_of(lines[start:end])
        else:
            found.append(lines[start])
            end = start + 1
        start = end
    return found


def _without_label(line: Line) -> Line:
    """Join a bullet or a number that stands apart to the text after it: that gap is no column."""
    first = line.segments[0]
    if len(line.segments) < 2 or not _LABEL.match(first.text):
        return line
    second = line.segments[1]
    bold = first.bold if second.bold is first.bold else second.bold
    joined = replace(second, text=f"{first.text} {second.text}", x0=first.x0, bold=bold)
    return replace(line, segments=(joined, *line.segments[2:]))


def _run_end(lines: Sequence[Line], start: int) -> int:
    """Return where the table that begins at `start` ends, or `start` when none begins there."""
    columns = _columns(lines, start)
    if len(columns) < 2 or _column(columns, lines[start].x0) is None:
        return start
    end, full = start, 0
    for index in range(start, len(lines)):
        line = _fitted(lines[index], columns)
        if index > start and (line.page != lines[start].page or not 0 < lines[index - 1].y - line.y < 4 * line.size):
            break
        if not all(_column(columns, segment.x0) is not None for segment in line.segments):
            break
        side_by_side = len(line.segments) > 1 or _beside(lines, index)
        full += side_by_side
        # Alone in the first column: the wrap of a first cell, or the text after the table. Only another full row tells.
        wraps = end == index > start and line.text[0].islower() and _tight(lines[index - 1], line)
        if side_by_side or _column(columns, line.x0) != 0 or wraps:
            end = index + 1
    return end if full > 1 else start


def _columns(lines: Sequence[Line], start: int) -> list[float]:
    """Return where the columns begin: by the line at `start`, or by the next where a cell's middle line stands between another's lines."""
    places = [segment.x0 for segment in lines[start].segments]
    if len(places) == 1 and _beside(lines, start):
        places += [segment.x0 for segment in lines[start + 1].segments] if start + 1 < len(lines) else []
    return sorted(places)


def _beside(lines: Sequence[Line], index: int) -> bool:
    """Whether a line stands so close to the one above or below that they can only be side by side."""
    line = lines[index]
    near = [lines[i] for i in (index - 1, index + 1) if 0 <= i < len(lines) and lines[i].page == line.page]
    return any(abs(other.y - line.y) < 0.8 * line.size and (other.x0 > line.x1 or other.x1 < line.x0) for other in near)


def _tight(before: Line, after: Line) -> bool:
    return before.y - after.y < 1.6 * after.size


def _fitted(line: Line, columns: Sequence[float]) -> Line:
    """Part a line's segments where a cell ends so close to the next that only the columns of the other rows tell them apart."""
    segments: list[Segment] = []
    for segment in line.segments:
        place = next((place for place in segment.loose if _column(columns[1:], place[1]) is not None), None)
        segments += [segment] if place is None else segment.split(*place)
    return replace(line, segments=tuple(segments))


def _column(columns: Sequence[float], x0: float) -> int | None:
    return next((index for index, column in enumerate(columns) if abs(column - x0) < 4), None)


def _cells_of(lines: Sequence[Line]) -> list[Line | Row]:
    columns = next(found for index in range(len(lines)) if len(found := _columns(lines, index)) > 1)
    steps = [before.y - after.y for before, after in pairwise(lines)]
    airy = (
        max(steps) > 1.4 * min(step for step in steps if step > 0.8 * lines[0].size)
        if any(step > 0.8 * lines[0].size for step in steps)
        else False
    )
    rows: list[list[Line]] = []
    for line in (_fitted(line, columns) for line in lines):
        above = rows[-1][-1] if rows else None
        if above is None or (_begins_row(columns, above, line) if not airy else above.y - line.y > 1.6 * line.size):
            rows.append([])
        rows[-1].append(line)
    made: list[Line | Row] = []
    for group in rows:
        cells: list[list[Segment]] = [[] for _ in columns]
        for line in group:
            for segment in line.segments:
                cells[_column(columns, segment.x0) or 0].append(segment)
        made.append(_row(cells, group[0].page))
    return made


def _begins_row(columns: Sequence[float], above: Line, line: Line) -> bool:
    """Whether a line begins a row in a table whose rows stand as close as its lines: it has a first cell that is not the rest of one."""
    if _column(columns, line.x0) != 0 or above.y - line.y < 0.8 * line.size:
        return False
    return not (len(line.segments) == 1 and line.text[0].islower())
