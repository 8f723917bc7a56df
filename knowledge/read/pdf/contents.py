"""Tables of contents, told by their title, their dots and the page numbers at the ends of their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.read.marks import has_leaders, heading_number, is_contents_entry, is_contents_title
from knowledge.read.pdf.lines import Line


def without_contents_lines(pages: Sequence[Sequence[Line]], count: int) -> list[list[Line]]:
    """Return each page's lines without those of tables of contents; `count` is the number of pages."""
    every = [line for lines in pages for line in lines]
    last = {_named(line): index for index, line in enumerate(every)}
    dropped: set[int] = set()
    listed: set[str] | None = None  # what the table has named so far, while inside one
    for index, line in enumerate(every):
        after = every[index + 1] if index + 1 < len(every) else None
        if is_contents_title(line.text) and after is not None and (_is_entry(after, count) or last[_named(after)] > index + 1):
            listed = set()
            dropped.add(id(line))
            continue
        if listed is not None:
            wrapped = after is not None and _is_entry(after, count) and line.page == after.page and line.size <= after.size + 1
            # An entry without a page number stands again later, as the heading that it names; what was named already is that heading.
            belongs = _is_entry(line, count) or wrapped or last[_named(line)] > index
            listed = listed | {_named(line)} if belongs and _named(line) not in listed else None
        if listed is not None or has_leaders(line.text) or (line.tag is not None and line.tag.role == "TOC"):
            dropped.add(id(line))
    return [[line for line in lines if id(line) not in dropped] for lines in pages]


def _is_entry(line: Line, count: int) -> bool:
    """Whether a line ends in the number of one of the document's pages (which may be counted from the cover or after it)."""
    number = re.search(r"(\d{1,3})$", line.text)
    return is_contents_entry(line.text) and number is not None and int(number[1]) <= count + 20


def _named(line: Line) -> str:
    """Return what an entry names: its text without number, dots and page."""
    text = heading_number(re.sub(r"[\s.…_]*\d{1,3}$", "", line.text) if is_contents_entry(line.text) else line.text)[1]
    return re.sub(r"\W+", " ", text.casefold()).strip()
