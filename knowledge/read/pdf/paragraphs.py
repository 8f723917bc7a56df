"""Printed lines → paragraphs, list items and table rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from knowledge.read.marks import list_number, without_bullet
from knowledge.read.pdf.joining import join
from knowledge.read.pdf.lines import Line
from knowledge.read.pdf.piece import Tag
from knowledge.read.pdf.tables import Row

_LETTER_BULLET = re.compile(r"^[lo]\s+(?=\w)")
_ENDS = re.compile(r"[.!?:;…][\"”’)\]]*$")
_KEY_VALUE = re.compile(r"^[A-ZÅÄÖ][^.:!?]{1,40}:(\s|$)")
_LOOSE = 1.3  # of the usual leading: more is a space between paragraphs


@dataclass
class Paragraph:
    """Lines that belong together. `bullet` is true for list items; `number` is a numbered item's number."""

    lines: list[Line] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    bullet: bool = False
    number: str | None = None
    row: Row | None = None

    @property
    def text(self) -> str:
        return self.row.text if self.row else join(self.texts)

    @property
    def page(self) -> int:
        return self.row.page if self.row else self.lines[0].page

    @property
    def size(self) -> float:
        return round(self.row.size * 2) / 2 if self.row else max(self.lines, key=lambda line: len(line.text)).size

    @property
    def bold(self) -> bool:
        return bool(self.lines) and all(line.bold for line in self.lines)

    @property
    def tag(self) -> Tag | None:
        return self.lines[0].tag if self.lines else None

    @property
    def printed(self) -> int:
        return self.row.printed if self.row else len(self.lines)


def paragraphs_of(lines: Sequence[Line | Row]) -> list[Paragraph]:
    """Return the document's paragraphs; one that clearly goes on over a page or column break is one."""
    leading = _leading(lines)
    found: list[Paragraph] = []
    for index, line in enumerate(lines):
        if isinstance(line, Row):
            found.append(Paragraph(row=line))
            continue
        last = found[-1] if found and found[-1].row is None else None
        rest = _bulleted(line)
        if rest is None and last is not None and _continues(last, line, leading, _local_room(lines, index)):
            last.lines.append(line)
            last.texts.append(line.text)
        else:
            found.append(Paragraph([line], [line.text if rest is None else rest], bullet=rest is not None))
    return _numbered_items(_with_marks(found))


def _bulleted(line: Line) -> str | None:
    """Return a list item's first line without its bullet, "" where the bullet stands alone, or None when it is none."""
    if without_bullet(line.text + " x") == "x":
        return ""
    rest = without_bullet(line.text)
    if rest is None and (match := _LETTER_BULLET.match(line.text)):
        rest = line.text[match.end() :]
    return rest


def _with_marks(found: Sequence[Paragraph]) -> list[Paragraph]:
    """Give a bullet that was set on a line of its own the text after it."""
    kept: list[Paragraph] = []
    for paragraph in found:
        alone = kept and kept[-1].bullet and not kept[-1].text
        if alone and not paragraph.bullet and paragraph.row is None:
            kept[-1] = Paragraph(paragraph.lines, paragraph.texts, bullet=True)
        else:
            kept.append(paragraph)
    return [paragraph for paragraph in kept if paragraph.text]


def _leading(lines: Sequence[Line | Row]) -> dict[float, float]:
    """Return the usual distance between two lines, by font size."""
    steps: dict[float, Counter[float]] = {}
    for before, after in pairwise(lines):
        if isinstance(before, Line) and isinstance(after, Line) and before.page == after.page and before.size == after.size:
            step = before.y - after.y
            if 0.9 * after.size < step < 2.2 * after.size:
                steps.setdefault(after.size, Counter())[round(step * 2) / 2] += 1
    # The tightest distance that is common: lists with air between the items may outnumber running text.
    return {size: min(step for step, count in counts.items() if count * 4 >= max(counts.values())) for size, counts in steps.items()}


def _local_room(lines: Sequence[Line | Row], index: int) -> float:
    """Return how far right the lines around one go: a box or a quotation is narrower than its page."""
    here = lines[index]
    assert isinstance(here, Line)
    group = [here]
    for step in (-1, 1):
        position = index + step
        while 0 <= position < len(lines) and len(group) < 12:
            line, edge = lines[position], group[0 if step < 0 else -1]
            if (
                not isinstance(line, Line)
                or line.page != here.page
                or abs(line.y - edge.y) > 1.7 * here.size
                or abs(line.x0 - here.x0) > 30
            ):
                break
            group.insert(0, line) if step < 0 else group.append(line)
            position += step
    return max(line.x1 for line in group) if len(group) >= 5 else here.room


def _continues(paragraph: Paragraph, line: Line, leading: dict[float, float], room: float) -> bool:
    last = paragraph.lines[-1]
    ended = bool(_ENDS.search(last.text))
    if abs(last.size - line.size) > 0.6:
        return False
    if line.page != last.page or line.y >= last.y:
        return _goes_on(paragraph, line)
    broken = _is_forced(last, line, room) and (ended or not line.text[0].islower() or bool(_KEY_VALUE.match(line.text)))
    if last.tag and line.tag and last.tag.role != "Span":
        if last.tag.block == line.tag.block:
            return not (broken and _KEY_VALUE.match(line.text))
        if {last.tag.role, line.tag.role} != {"P"} or ended:
            return False
    if last.bold != line.bold and (last.bold or line.bold_start) and (broken or not line.text[0].islower()):
        return False
    if last.y - line.y > _LOOSE * leading.get(line.size, 1.25 * line.size) + 0.5:
        return False
    return not broken and not _is_indented(paragraph, line, ended=ended)


def _goes_on(paragraph: Paragraph, line: Line) -> bool:
    """Whether a paragraph clearly goes on at the top of the next page or column."""
    last = paragraph.lines[-1]
    if line.page - last.page > 1 or last.bold != line.bold or _ENDS.search(last.text):
        return False
    return line.text[0].islower() and len(paragraph.text) > 30


def _is_forced(last: Line, line: Line, room: float) -> bool:
    """Whether the next line's first word would have fitted on the line before: then someone broke it on purpose."""
    word = line.text.split(" ", 1)[0]
    width = (line.x1 - line.x0) * (len(word) + 1) / max(1, len(line.text))
    return last.x1 + width + 1.2 * line.size < min(room, last.room or room)


def _is_indented(paragraph: Paragraph, line: Line, *, ended: bool) -> bool:
    """Whether a line begins something new by where it begins."""
    first, last = paragraph.lines[0], paragraph.lines[-1]
    if paragraph.bullet:
        return line.x0 < first.x0 - 3 and (ended or not line.text[0].islower())
    shift = line.x0 - last.x0
    return (shift > 0.8 * line.size and ended) or (shift < -3 and len(paragraph.lines) > 1 and ended)


def _numbered_items(found: list[Paragraph]) -> list[Paragraph]:
    """Make items of typed numbers ("1. …", "b) …") that count on from each other."""
    for before, after in pairwise(found):
        if before.row or after.row or before.bullet or after.bullet or before.size != after.size or before.bold or after.bold:
            continue
        one, two = list_number(before.texts[0]) or _taken(before), list_number(after.texts[0])
        if one and two and _next(one[0]) == two[0]:
            for paragraph, (number, text) in ((before, one), (after, two)):
                paragraph.number, paragraph.texts[0] = number, text
    return found


def _taken(paragraph: Paragraph) -> tuple[str, str] | None:
    return (paragraph.number, paragraph.texts[0]) if paragraph.number else None


def _next(number: str) -> str:
    return str(int(number) + 1) if number.isdigit() else chr(ord(number) + 1)
