"""Running headers, footers and page numbers: told from the text by their coming back at the same place on other pages."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations

from knowledge.read.pdf.lines import Line
from knowledge.read.pdf.piece import Page
from knowledge.read.pdf.tables import take_tables

_PAGE_NUMBER = re.compile(
    r"^[-–—|\s]*((sida|sidan|sid\.?|s\.|page)\s*)?\d{1,3}(\s*([(/:]|av|of|\|)\s*\d{1,3}\s*\)?)?[-–—|\s]*$", re.IGNORECASE
)
_MARGIN = 0.12  # of the page's height: where a lone number is the page's
_TOP, _BOTTOM = 0.75, 0.15  # of the page's height: how far down a header (often a table) reaches, and how far up a footer
_TOLERANCE = 4.0  # points
_NUMBER = re.compile(r"\d+")
_FEW_NUMBERS, _MOST_NUMBERS = 8, 30
"""Up to how many numbers of a line two may grow with the pages; how many are read."""
_SHARE = 0.3  # of the pages: a document with chapters has several running headers

_Look = tuple[tuple[int, ...], tuple[int, ...]]
"""Which of a line's numbers are taken as growing, and the numbers."""


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
    """Says of a line whether it comes back at the same place on other pages: the same words, but for numbers that grow with the pages.

    Each line is looked up by what it says with some of its numbers taken as growing, never compared with every other: a document may
    have thousands of pages.
    """

    def __init__(self, pages: Sequence[Sequence[Line]], body: float) -> None:
        self._body = body
        self._fewest = max(2.0, _SHARE * len(pages))
        self._alike: dict[str, list[Line]] = defaultdict(list)
        self._looks: dict[str, dict[_Look, list[Line]]] = {}
        self._known: dict[tuple[str, _Look, float, float], frozenset[int]] = {}
        for line in (line for lines in pages for line in lines):
            self._alike[_key(line.text)].append(line)

    def __call__(self, line: Line) -> bool:
        key = _key(line.text)
        if key not in self._looks:
            found = self._looks[key] = defaultdict(list)
            for other in self._alike[key]:
                for look in _looks(other, self._body):
                    found[look].append(other)
        pages = [self._pages(key, look, line) for look in _looks(line, self._body)]
        return max(map(len, pages)) >= self._fewest or len(frozenset().union(*pages)) >= self._fewest

    def _pages(self, key: str, look: _Look, line: Line) -> frozenset[int]:
        """The pages on which a look comes back at the place of a line."""
        asked = (key, look, round(line.y, 1), line.size)
        if asked not in self._known:
            near = (o for o in self._looks[key][look] if abs(line.y - o.y) <= _TOLERANCE and abs(line.size - o.size) <= 0.6)
            self._known[asked] = frozenset(other.page for other in near)
        return self._known[asked]


def _looks(line: Line, body: float) -> list[_Look]:
    """What a line may share with those that are the same on other pages: its numbers, less the page's where they are taken as growing."""
    try:
        numbers = [int(n) for n in _NUMBER.findall(line.text)[:_MOST_NUMBERS]]
    except ValueError:  # longer than Python reads
        numbers = []
    most = 0 if line.size > body * 1.15 else 2 if len(numbers) <= _FEW_NUMBERS else 1
    chosen = (growing for count in range(most + 1) for growing in combinations(range(len(numbers)), count))
    return [(growing, tuple(n - line.page * (i in growing) for i, n in enumerate(numbers))) for growing in chosen]


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


def _key(text: str) -> str:
    return re.sub(r"\d+", "#", text.casefold())
