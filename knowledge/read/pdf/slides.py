"""Slides that were made into PDF: few lines in large type on a landscape page, the largest on top being the slide's title."""

from __future__ import annotations

from collections.abc import Sequence
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
    """Return one slide's blocks: its title first, then its items, rows and lines. A short first slide is the document's cover."""
    title = _title(paragraphs, page)
    rest = [paragraph for paragraph in paragraphs if paragraph is not title]
    blocks = [_block(paragraph, _kind(paragraph, rest)) for paragraph in rest]
    if title is None:
        return blocks
    cover = (
        page.number == 1
        and not any(block.kind is not BlockKind.PARAGRAPH for block in blocks)
        and sum(len(block.text) for block in blocks) < 200
    )
    return [_block(title, BlockKind.TITLE if cover else BlockKind.SLIDE), *blocks]


def _kind(paragraph: Paragraph, rest: Sequence[Paragraph]) -> BlockKind:
    if paragraph.row:
        return BlockKind.ROW
    # A bold line before lines that are not is a heading under the slide's title, with or without a bullet.
    lead = len(rest) > 1 and rest[0].bold and len(rest[0].text) <= 100 and not rest[1].bold
    listed = (paragraph.bullet or paragraph.number is not None) and len(rest) - lead > 1
    return BlockKind.ITEM if listed and not (lead and paragraph is rest[0]) else BlockKind.PARAGRAPH


def _block(paragraph: Paragraph, kind: BlockKind) -> Block:
    return Block(paragraph.text, kind, None, paragraph.page, paragraph.bold, paragraph.size, paragraph.number, paragraph.printed)


def _title(paragraphs: Sequence[Paragraph], page: Page) -> Paragraph | None:
    candidates = [p for p in paragraphs if not p.bullet and not p.number and not p.row and len(p.text) <= 140]
    if not candidates:
        return None
    best = max(candidates, key=lambda p: (p.size, p.lines[0].y))
    others = [p.size for p in paragraphs if p is not best]
    # Where nothing is larger, the line on top is the title.
    return best if not others or best.size > max(others) else max(candidates, key=lambda p: p.lines[0].y)
