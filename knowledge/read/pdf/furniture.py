"""Running headers, footers and page numbers: told from the text by their coming back at the same place on other pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence

from knowledge.read.pdf.lines import Line
from knowledge.read.pdf.piece import Page
from knowledge.read.pdf.tables import take_tables

_PAGE_NUMBER = re.compile(
    r"^[-–—|\s]*((sida|sidan|sid\.?|s\.|page)\s*)?\d{1,3}(\s*([(/:]|av|of|\|)\s*\d{1,3}\s*\)?)?[-–—|\s]*$", re.IGNORECASE
)
_MARGIN = 0.12  # of the page's height: where a lone number is the page's
_TOP, _BOTTOM = 0.75, 0.15  # of the page's height: how far down a header (often a table) reaches, and how far up a footer
_TOLERANCE = 4.0  # points
_SHARE = 0.3  # of the pages: a document with chapters has several running headers


def split_furniture(pages: Sequence[Page], lines: Sequence[Sequence[Line]], body: float) -> tuple[list[list[Line]], list[str]]:
    """Return each page's lines without furniture, and the furniture's texts, each once, a table's rows with their cells, no page numbers.

    `body` is the size of the running text: a larger line with a number that grows is a heading ("Bilaga 2"), not a page's number.
    """
    repeated = _Repetition(lines, body)
    furniture: dict[str, str] = {}
    kept: list[list[Line]] = []
    for page, page_lines in zip(pages, lines, strict=True):
        dropped = _edge(page, page_lines, repeated) | _edge(page, page_lines[::-1], repeated)
        dropped |= {id(line) for line in page_lines if all(segment.artifact for segment in line.segments)}
        kept.append([line for line in page_lines if id(line) not in dropped])
        rest, rows = take_tables(page, [line for line in page_lines if id(line) in dropped])
        for text in [row.text for row in rows] + [" | ".join(segment.text for segment in line.segments) for line in rest]:
            if not _PAGE_NUMBER.match(text):
                furniture.setdefault(_key(text), text)
    return kept, list(furniture.values())


class _Repetition:
    """Says of a line whether it comes back at the same place on other pages."""

    def __init__(self, pages: Sequence[Sequence[Line]], body: float) -> None:
        self._body = body
        self._fewest = max(2.0, _SHARE * len(pages))
        self._alike: dict[tuple[str, int], list[Line]] = defaultdict(list)
        self._known: dict[tuple[str, float, float], bool] = {}
        for line in (line for lines in pages for line in lines):
            self._alike[_key(line.text), _height(line)].append(line)

    def __call__(self, line: Line) -> bool:
        look = (line.text, round(line.y, 1), line.size)
        if look not in self._known:
            near = [other for step in (-1, 0, 1) for other in self._alike.get((_key(line.text), _height(line) + step), ())]
            self._known[look] = len({other.page for other in near if _same_place(line, other, self._body)}) >= self._fewest
        return self._known[look]


def _height(line: Line) -> int:
    return round(line.y / _TOLERANCE)


def _edge(page: Page, lines: Sequence[Line], repeated: Callable[[Line], bool]) -> set[int]:
    """Return the ids of the lines that are furniture, going in from one edge of the page until one is not."""
    found: set[int] = set()
    largest = max((line.size for line in lines), default=0.0)
    for line in lines:
        height = line.y / page.height
        numbered = not _MARGIN < height < 1 - _MARGIN and bool(_PAGE_NUMBER.match(line.text))
        # A slide's title comes back on the next slide: it is its largest line, and no running header.
        title = page.width > page.height and line.size == largest and line.size >= 14
        if not numbered and (title or _BOTTOM < height < _TOP or not repeated(line)):
            break
        found.add(id(line))
    return found


def _same_place(line: Line, other: Line, body: float) -> bool:
    """Whether two lines stand at the same place of their pages with the same words, but for a number that grows with the pages."""
    if abs(line.y - other.y) > _TOLERANCE or abs(line.size - other.size) > 0.6:
        return False
    if line.text == other.text:
        return True
    steps = {int(after) - int(before) for before, after in zip(_numbers(line), _numbers(other), strict=True)}
    return line.size <= body * 1.15 and steps <= {0, other.page - line.page}


def _numbers(line: Line) -> list[str]:
    return re.findall(r"\d+", line.text)


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())
