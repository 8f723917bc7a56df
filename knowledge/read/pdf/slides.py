"""Slides that were made into PDF: few lines in large type on a landscape page, the largest on top being the slide's title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from knowledge.read.block import Block, BlockKind
from knowledge.read.pdf.lines import Line
from knowledge.read.pdf.paragraphs import Paragraph
from knowledge.read.pdf.piece import Page

_MOST_LINES = 30
_SMALLEST = 14.0  # points, on a page that is as wide as a slide (ten inches or more)


def slide_pages(pages: Sequence[Page], lines: Sequence[Sequence[Line]]) -> set[int]:
    """Return the numbers of the pages that are slides."""
    found = set()
    for page, here in zip(pages, lines, strict=True):
        if page.width > 1.15 * page.height and here and len(here) <= _MOST_LINES:
            sizes = [line.size for line in here]
            if median(sizes) >= _SMALLEST * page.width / 960 or max(sizes) >= 24 * page.width / 960:
                found.add(page.number)
    return found


def slide_blocks(paragraphs: Sequence[Paragraph], page: Page) -> list[Block]:
    """Return one slide's blocks: its title first, then its items, rows and lines."""
    title = _title(paragraphs, page)
    blocks = []
    for paragraph in paragraphs:
        kind = BlockKind.ITEM if paragraph.bullet or paragraph.number else BlockKind.ROW if paragraph.row else BlockKind.PARAGRAPH
        kind = BlockKind.SLIDE if paragraph is title else kind
        block = Block(paragraph.text, kind, None, paragraph.page, paragraph.bold, paragraph.size, paragraph.number, paragraph.printed)
        blocks.insert(0, block) if paragraph is title else blocks.append(block)
    return blocks


def _title(paragraphs: Sequence[Paragraph], page: Page) -> Paragraph | None:
    candidates = [p for p in paragraphs if not p.bullet and not p.number and not p.row and len(p.text) <= 140]
    if not candidates:
        return None
    best = max(candidates, key=lambda p: (p.size, p.lines[0].y))
    others = [p.size for p in paragraphs if p is not best]
    # Where nothing is larger, the line on top is the title.
    return best if not others or best.size > max(others) else max(candidates, key=lambda p: p.lines[0].y)
