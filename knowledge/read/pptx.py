"""PowerPoint presentations: each slide's title, then its text in the order it is read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.read.clean import Cleaner
from knowledge.read.formats import check_unpacked_size
from knowledge.read.marks import as_item, row_text, without_contents
from knowledge.read.pptx_bullets import A, has_bullet
from knowledge.read.pptx_seen import Paper, is_beside, is_marked_hidden
from knowledge.section import KnowledgeError

_DAMAGED = ("Presentationen är skadad.", "Öppna den i PowerPoint, låt programmet reparera den, spara och försök igen.")
_TITLES = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE, PP_PLACEHOLDER.VERTICAL_TITLE}
_FURNITURE = {PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER}
_HIDDEN_SLIDES = "Presentationen har dolda bilder. De har inte lästs in."
_HIDDEN_TEXT = "Presentationen har text som inte syns. Den har inte lästs in."
_TOO_DEEP = "Presentationen har grupper i för många led. Text kan saknas; läs igenom dokumentet."
_FOOT = 0.85  # of the slide's height
_DEEPEST = 30  # groups in groups
_SAME_ROW = 180_000  # English Metric Units, half a centimetre: shapes whose tops are so close stand side by side


def read(data: bytes) -> Reading:
    """Return a PPTX file's blocks; the page is the slide's number. Speaker notes and hidden slides are left out."""
    check_unpacked_size(data)
    try:
        deck = pptx.Presentation(io.BytesIO(data))
    except ValueError as error:
        if "content type" in str(error):
            raise KnowledgeError(
                "Filen är en mall eller innehåller makron.", "Spara den som en vanlig PowerPoint-presentation (PPTX)."
            ) from error
        raise KnowledgeError(*_DAMAGED) from error
    except (KeyError, zipfile.BadZipFile, zlib.error, SyntaxError, PythonPptxError) as error:
        raise KnowledgeError(*_DAMAGED) from error
    return _Reader(deck).read()


class _Reader:
    def __init__(self, deck: Any) -> None:
        self._deck = deck
        self._cleaner = Cleaner()
        self._furniture: dict[str, None] = {}
        self._footers = Counter(text for slide in deck.slides for text in {self._footer(shape) for shape in slide.shapes} if text)

    def read(self) -> Reading:
        blocks: list[Block] = []
        for number, slide in enumerate(self._deck.slides, 1):
            if slide._element.get("show") in {"0", "false"}:
                self._cleaner.warn(_HIDDEN_SLIDES)
                continue
            self._drop_hidden(slide)
            blocks += without_contents(list(self._slide(slide, number)))
        return Reading(
            blocks=tuple(blocks),
            properties=self._cleaner.title(self._deck.core_properties.title or ""),
            furniture=tuple(self._furniture),
            warnings=tuple(self._cleaner.warnings),
        )

    def _drop_hidden(self, slide: Any) -> None:
        """Take out of a slide what nobody sees, before anything reads it."""
        paper, width, height = Paper(slide), self._deck.slide_width, self._deck.slide_height
        for shape in _every(slide.shapes, 0):
            gone = is_marked_hidden(shape) or (is_beside(shape, width, height) and shape._element.getparent() is slide.shapes._spTree)
            for run in list(shape._element.iter(f"{A}r")):
                if gone or (getattr(shape, "has_text_frame", False) and paper.hides(run, shape)):
                    if "".join(run.itertext()).strip():
                        self._cleaner.warn(_HIDDEN_TEXT)
                    run.getparent().remove(run)

    def _slide(self, slide: Any, number: int) -> Iterator[Block]:
        titles = [shape for shape in slide.shapes if _placeholder(shape) in _TITLES]
        body = [block for shape in _in_order(slide.shapes) if shape not in titles for block in self._shape(shape, number)]
        title = " ".join(text for shape in titles if (text := self._cleaner.line(shape.text_frame.text)))
        if title:
            # A title layout's short first slide is the document's cover.
            cover = number == 1 and _placeholder(titles[0]) is PP_PLACEHOLDER.CENTER_TITLE and sum(len(block.text) for block in body) < 200
            yield Block(title, BlockKind.TITLE if cover else BlockKind.SLIDE, page=number)
        elif (top := _untitled(body)) is not None:
            body.remove(top)
            yield Block(top.text, BlockKind.SLIDE, page=number, bold=top.bold, size=top.size)
        yield from body

    def _shape(self, shape: Any, number: int, depth: int = 0) -> Iterator[Block]:
        if hasattr(shape, "shapes"):
            if depth == _DEEPEST:
                self._cleaner.warn(_TOO_DEEP)
                return
            for inner in _in_order(shape.shapes):
                yield from self._shape(inner, number, depth + 1)
        elif getattr(shape, "has_table", False) and shape.has_table:
            yield from self._table(shape.table, number)
        elif getattr(shape, "has_text_frame", False) and shape.has_text_frame:
            footer = self._footer(shape)
            if _placeholder(shape) in _FURNITURE or footer == str(number) or self._footers[footer] > 1:
                text = self._cleaner.line(shape.text_frame.text)
                if any(character.isalpha() for character in text):
                    self._furniture.setdefault(text)
                return
            yield from self._frame(shape, number)

    def _footer(self, shape: Any) -> str:
        """Return the text of a box at the foot of a slide that is no placeholder, else ""; the same on several slides, it is furniture."""
        low = shape.top is not None and shape.top > _FOOT * self._deck.slide_height
        return self._cleaner.line(shape.text_frame.text) if low and shape.has_text_frame and not shape.is_placeholder else ""

    def _table(self, table: Any, number: int) -> Iterator[Block]:
        for row in table.rows:
            cells = ["" if cell.is_spanned else self._cleaner.line(cell.text_frame.text) for cell in row.cells]
            if text := row_text(cells):
                yield Block(text, BlockKind.ROW, page=number)

    def _frame(self, shape: Any, number: int) -> Iterator[Block]:
        paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if self._cleaner.line(paragraph.text)]
        leads = False
        for position, paragraph in enumerate(paragraphs):
            text = self._cleaner.line(paragraph.text)
            bold, size = _look(paragraph)
            lead = position == 0 and len(paragraphs) > 1 and bold and len(text) <= 100 and not _look(paragraphs[1])[0]
            leads = leads or lead
            listed = has_bullet(shape, paragraph) and len(paragraphs) - leads > 1 and not lead
            yield as_item(Block(text, BlockKind.ITEM if listed else BlockKind.PARAGRAPH, page=number, bold=bold, size=size))


def _look(paragraph: Any) -> tuple[bool, float | None]:
    """Return whether all of a paragraph is bold, and its largest size in points where it is stated."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    sizes = [run.font.size.pt for run in runs if run.font.size is not None]
    inherited = paragraph.font.bold
    return bool(runs) and all(run.font.bold if run.font.bold is not None else inherited for run in runs), max(sizes, default=None)


def _untitled(blocks: Sequence[Block]) -> Block | None:
    """Return the line that is the title of a slide without a title: its first, when it is short and the largest."""
    if not blocks or blocks[0].kind is not BlockKind.PARAGRAPH or len(blocks[0].text) > 100:
        return None
    first = blocks[0]
    others = [block for block in blocks[1:] if block.size is not None]
    larger = first.size is not None and all((block.size or 0) < first.size for block in others)
    return first if larger or (first.bold and not any(block.bold for block in blocks[1:])) else None


def _placeholder(shape: Any) -> Any:
    return shape.placeholder_format.type if shape.is_placeholder else None


def _every(shapes: Any, depth: int) -> Iterator[Any]:
    """All shapes, those in groups too."""
    for shape in shapes:
        yield shape
        if hasattr(shape, "shapes") and depth < _DEEPEST:
            yield from _every(shape.shapes, depth + 1)


def _in_order(shapes: Any) -> list[Any]:
    """Return shapes from top to bottom, and from left to right where they stand side by side."""
    by_top = sorted(shapes, key=lambda shape: shape.top or 0)
    rows: list[list[Any]] = []
    for shape in by_top:
        if rows and (shape.top or 0) - (rows[-1][0].top or 0) < _SAME_ROW:
            rows[-1].append(shape)
        else:
            rows.append([shape])
    return [shape for row in rows for shape in sorted(row, key=lambda shape: shape.left or 0)]
