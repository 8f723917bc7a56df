"""Tables of contents, told by their title, their dots and the page numbers at the ends of their lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from knowledge.read.marks import has_leaders, is_contents_entry, is_contents_title
from knowledge.read.pdf.lines import Line


def without_contents_lines(pages: Sequence[Sequence[Line]], count: int) -> list[list[Line]]:
    """Return each page's lines without those of tables of contents; `count` is the number of pages."""
    every = [line for lines in pages for line in lines]
    repeated = Counter(_plain(line) for line in every)
    dropped: set[int] = set()
    inside = False
    for index, line in enumerate(every):
        after = every[index + 1] if index + 1 < len(every) else None
        if is_contents_title(line.text):
            inside = after is not None and (_is_entry(after, count) or repeated[_plain(after)] > 1)
            if inside:
                dropped.add(id(line))
            continue
        wrapped = inside and after is not None and _is_entry(after, count) and line.page == after.page and line.size <= after.size + 1
        inside = inside and (_is_entry(line, count) or wrapped or _comes_back(line, every[index + 1 :], repeated))
        if inside or has_leaders(line.text) or (line.tag is not None and line.tag.role == "TOC"):
            dropped.add(id(line))
    return [[line for line in lines if id(line) not in dropped] for lines in pages]


def _is_entry(line: Line, count: int) -> bool:
    """Whether a line ends in the number of one of the document's pages (which may be counted from the cover or after it)."""
    number = re.search(r"(\d{1,3})$", line.text)
    return is_contents_entry(line.text) and number is not None and int(number[1]) <= count + 20


def _comes_back(line: Line, later: Sequence[Line], repeated: Counter[str]) -> bool:
    """Whether an entry without a page number stands again later, as the heading that it names."""
    return repeated[_plain(line)] > 1 and any(_plain(other) == _plain(line) for other in later)


def _plain(line: Line) -> str:
    return re.sub(r"[\W\d]+", " ", line.text.casefold()).strip()
