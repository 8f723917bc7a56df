"""What every reader makes of a file: blocks in reading order."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is, as far as the format itself says."""

    TITLE = "title"  # the document's own title, where the format marks one (DOCX style Title, the largest line of a PDF's first page)
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"  # one list item, its bullet or number removed from the text
    ROW = "row"  # one table row, its cells joined by " | "
    SLIDE = "slide"  # a slide's title (PPTX, or a page of slides made into PDF): the same title may recur on the next slide


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item or table row.

    `level` is a heading's depth from 1, or None where the format marks no heading. `page` counts from 1, None where the format has none.
    `bold` is true when all of the text is bold, `size` is the font size in points where known. `number` is a list item's or heading's
    own number ("4.1") where the format keeps it apart from the text. `lines` is how many printed lines it took.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int | None = None
    page: int | None = None
    bold: bool = False
    size: float | None = None
    number: str | None = None
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: its blocks, what the format says of the document, and warnings in Swedish for the one who added it.

    `properties` may hold "title", and nothing that a person did not write in the document itself.
    `furniture` holds running headers and footers, each once: they are not text, but they may state the decision or the owner.
    """

    blocks: tuple[Block, ...]
    properties: dict[str, str]
    furniture: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
