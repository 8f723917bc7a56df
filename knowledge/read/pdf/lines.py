"""Pieces of text → printed lines, with the wide gaps in them kept as the borders of segments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from knowledge.read.clean import Cleaner
from knowledge.read.pdf.piece import Box, Page, Piece, Tag
from knowledge.read.pdf.rules import rules

_SAME_LINE = 0.35  # of the font size: how far apart two baselines of one line may be
_LIKE = 2.0  # times as large: pieces of sizes further apart are not of one text
_SPACE = 0.17
_LOOSE = 0.4
_GAP = 1.0


@dataclass(frozen=True, slots=True)
class Segment:
    """Text on one baseline without a wide gap in it."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    bold_start: bool
    tag: Tag | None = None
    artifact: bool = False
    loose: tuple[tuple[int, float], ...] = ()  # (offset in the text, x) after gaps that may be a table's, wider than a space

    def split(self, offset: int, x: float) -> tuple[Segment, Segment]:
        """Return the parts before and after a loose gap."""
        after = tuple((place - offset, left) for place, left in self.loose if place > offset)
        return replace(self, text=self.text[:offset].rstrip(), x1=x, loose=()), replace(self, text=self.text[offset:], x0=x, loose=after)


@dataclass(frozen=True)
class Line:
    """What stands on one baseline in one column. `room` is how far right a line of its column may go, `left` where the column begins."""

    segments: tuple[Segment, ...]
    page: int
    left: float = 0.0
    room: float = 0.0

    @cached_property
    def text(self) -> str:
        return " ".join(segment.text for segment in self.segments)

    @property
    def x0(self) -> float:
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        return self.segments[-1].x1

    @property
    def y(self) -> float:
        return self.segments[0].y

    @cached_property
    def size(self) -> float:
        """The size of most of the line's characters, in half points."""
        weights: dict[float, int] = {}
        for segment in self.segments:
            weights[segment.size] = weights.get(segment.size, 0) + len(segment.text)
        return round(max(weights, key=lambda size: weights[size]) * 2) / 2

    @property
    def bold(self) -> bool:
        return all(segment.bold for segment in self.segments)

    @property
    def bold_start(self) -> bool:
        return self.segments[0].bold_start

    @property
    def tag(self) -> Tag | None:
        return self.segments[-1].tag


def lines_of(page: Page, cleaner: Cleaner) -> list[Line]:
    """Return a page's visible lines from top to bottom, whatever column they belong to."""
    seen = [piece for piece in page.pieces if piece.visible and piece.text.strip("\x00")]
    alike = _rows([[piece] for piece in sorted(seen, key=lambda piece: (-piece.y, piece.x0))], of_like_size=True)
    lines = []
    down = rules(page)[1]
    for row in _rows(alike, of_like_size=False):
        borders = [rule.x0 for rule in down if rule.y0 - 1 < row[0].y + 0.3 * row[0].size < rule.y1 + 1]
        segments = tuple(_segments(row, page.tags, borders, cleaner))
        if segments:
            lines.append(Line(segments, page.number))
    return sorted((_with_drawn_bullets(line, page) for line in lines), key=lambda line: -line.y)


def _with_drawn_bullets(line: Line, page: Page) -> Line:
    """Put a bullet before text that has a small filled shape just to the left of it: browsers draw their bullets."""
    bullets = [box for box in page.boxes if box.filled and not box.light and _has_bullets_shape(box, line.segments[0].size)]
    near = [box for box in bullets if line.y - 1 < (box.y0 + box.y1) / 2 < line.y + 0.8 * line.segments[0].size]
    segments = tuple(
        replace(segment, text=f"• {segment.text}") if any(0 < segment.x0 - box.x1 < 2.5 * segment.size for box in near) else segment
        for segment in line.segments
    )
    return replace(line, segments=segments) if near else line


def _has_bullets_shape(box: Box, size: float) -> bool:
    width, height = box.x1 - box.x0, box.y1 - box.y0
    return 0.15 * size < width < 0.7 * size and 0.7 < width / max(height, 0.1) < 1.4


def _rows(groups: Iterable[list[Piece]], *, of_like_size: bool) -> list[list[Piece]]:
    """Join groups of pieces, given from top to bottom, that stand on one line.

    Pieces of like size are joined first: where a large title has outgrown its box and is printed over the text below it, each of the two
    finds its own, and stays apart from the other.
    """
    rows: list[list[Piece]] = []
    for group in groups:
        row = next((row for row in rows[-3:] if _same_line(row, group, of_like_size)), None)
        if row is None:
            rows.append(list(group))
        else:
            row.extend(group)
    return rows


def _same_line(row: Sequence[Piece], group: Sequence[Piece], of_like_size: bool) -> bool:
    first, other = _largest(row), _largest(group)
    small, large = sorted((first.size, other.size))
    if abs(first.y - other.y) >= _SAME_LINE * large:
        return False
    return large < _LIKE * small if of_like_size else not _is_overprinted(row, group)


def _largest(row: Sequence[Piece]) -> Piece:
    return max(row, key=lambda piece: piece.size)


def _is_overprinted(row: Sequence[Piece], group: Sequence[Piece]) -> bool:
    return any(
        min(one.x1, other.x1) - max(one.x0, other.x0) > max(one.size, other.size)
        for one in row
        for other in group
        if max(one.size, other.size) >= _LIKE * min(one.size, other.size)
    )


def _segments(row: Iterable[Piece], tags: dict[int, Tag], borders: Sequence[float], cleaner: Cleaner) -> Iterable[Segment]:
    pieces = sorted(row, key=lambda piece: piece.x0)
    tallest = max((piece.size for piece in pieces if piece.text.strip()), default=0.0)
    base = next((piece.y for piece in pieces if piece.size == tallest), 0.0)
    group: list[Piece] = []
    for piece in pieces:
        if piece.text.strip().isdigit() and piece.size < 0.75 * tallest and piece.y - base > 0.15 * tallest:
            continue  # a footnote's mark
        if not piece.text.strip() and (not group or piece.x0 - group[-1].x1 > _GAP * piece.size):
            continue
        if group and _apart(group[-1], piece, tags, borders):
            yield from _segment(group, tags, cleaner)
            group = []
        group.append(piece)
    yield from _segment(group, tags, cleaner)


def _apart(left: Piece, right: Piece, tags: dict[int, Tag], borders: Sequence[float]) -> bool:
    if right.x0 - left.x1 > _GAP * max(left.size, right.size) or any(left.x1 - 1 <= border <= right.x0 + 1 for border in borders):
        return True
    before, after = _tag(left, tags), _tag(right, tags)
    return bool(before and after and before.cell != after.cell and right.text.strip())


def _tag(piece: Piece, tags: dict[int, Tag]) -> Tag | None:
    return tags.get(piece.mark) if piece.mark is not None else None


def _segment(group: Sequence[Piece], tags: dict[int, Tag], cleaner: Cleaner) -> Iterable[Segment]:
    texts: list[str] = []
    loose: list[tuple[int, float]] = []
    last: Piece | None = None
    for piece in group:
        if last is not None and last.text.endswith(" ") and last.x1 - piece.x0 > 0.1 * piece.size:
            texts[-1] = texts[-1].rstrip()  # a space without width: a soft hyphen that did not break the word
        elif last is not None and piece.x0 - last.x1 > _SPACE * max(piece.size, last.size):
            texts.append(" ")
            if piece.x0 - last.x1 > _LOOSE * piece.size:
                loose.append((len(cleaner.line("".join(texts))) + 1, piece.x0))
        texts.append(piece.text)
        last = piece
    raw = "".join(texts).rstrip()
    text = cleaner.line(raw + "-" if raw.endswith("\u00ad") else raw)
    inked = [piece for piece in group if piece.text.strip()]
    if not text or not inked:
        return
    weights: dict[float, int] = {}
    for piece in inked:
        weights[piece.size] = weights.get(piece.size, 0) + len(piece.text.strip())
    letters = [piece for piece in inked if any(character.isalnum() for character in piece.text)]
    found = [tag for piece in inked if (tag := _tag(piece, tags))]
    yield Segment(
        text,
        inked[0].x0,
        max(piece.x1 for piece in inked),
        max(inked, key=lambda piece: piece.size).y,
        max(weights, key=lambda size: (weights[size], size)),
        bold=all(piece.bold for piece in letters) and bool(letters),
        bold_start=bool(letters) and letters[0].bold,
        tag=found[-1] if found else None,
        artifact=all(piece.artifact for piece in inked),
        loose=tuple(loose),
    )
