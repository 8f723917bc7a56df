"""A source text as PPTX: a slide a top heading, a heading under it as a bold first line on the slide."""

from __future__ import annotations

import copy
import io
from datetime import datetime

from pptx import Presentation
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.text.text import TextFrame, _Paragraph
from pptx.util import Emu, Pt

from .source import Part, Source
from .zipped import with_fixed_dates

TITLE_SLIDE, TITLE_AND_CONTENT = 0, 1
FOOTER, SLIDE_NUMBER = 11, 12


def as_pptx(source: Source) -> bytes:
    """The PPTX's bytes, the same on every run."""
    deck = Presentation()
    properties = deck.core_properties
    properties.created = properties.modified = datetime(2025, 1, 1)
    properties.title, properties.author, properties.last_modified_by = source.title, "", ""
    first = deck.slides.add_slide(deck.slide_layouts[TITLE_SLIDE])
    first.shapes.title.text = source.title
    first.placeholders[1].text = "\n".join(source.lines)
    for parts in _by_slide(source.parts):
        _slide(deck, parts, source.footer)
    written = io.BytesIO()
    deck.save(written)
    return with_fixed_dates(written.getvalue())


def _by_slide(parts: tuple[Part, ...]) -> list[list[Part]]:
    slides: list[list[Part]] = []
    for part in parts:
        if part.kind == "heading" and part.level == 1:
            slides.append([])
        slides[-1].append(part)
    return slides


def _slide(deck: Deck, parts: list[Part], footer: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[TITLE_AND_CONTENT])
    slide.shapes.title.text = parts[0].text
    body = slide.placeholders[1]
    texts = [part for part in parts[1:] if part.kind != "table"]
    for index, part in enumerate(texts):
        _paragraph(body.text_frame, part, first=index == 0)
    for table in (part for part in parts if part.kind == "table"):
        body.left, body.top, body.width, body.height = Emu(457_200), Emu(1_600_200), Emu(8_229_600), Emu(900_000)
        _table(slide, table)
    _running(slide, footer)


def _paragraph(frame: TextFrame, part: Part, *, first: bool) -> None:
    paragraph = frame.paragraphs[0] if first else frame.add_paragraph()
    run = paragraph.add_run()
    run.text, run.font.size = part.text, Pt(22)
    run.font.bold = part.kind == "heading" or None
    if part.kind != "item":
        _without_bullet(paragraph)


def _without_bullet(paragraph: _Paragraph) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", "0")
    properties.set("indent", "0")
    properties.insert(0, properties.makeelement("{http://schemas.openxmlformats.org/drawingml/2006/main}buNone", {}))


def _table(slide: Slide, part: Part) -> None:
    rows = part.rows
    shape = slide.shapes.add_table(len(rows), len(rows[0]), Emu(457_200), Emu(2_600_000), Emu(8_229_600), Emu(400_000 * len(rows)))
    for row, values in zip(shape.table.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value


def _running(slide: Slide, footer: str) -> None:
    """The layout's footer and slide number, which the library leaves out of a new slide."""
    for shape in slide.slide_layout.placeholders:
        if shape.placeholder_format.idx in {FOOTER, SLIDE_NUMBER}:
            element = copy.deepcopy(shape._element)
            element.nvSpPr.cNvPr.set("id", str(max(other.shape_id for other in slide.shapes) + 1))
            slide.shapes._spTree.append(element)
    for shape in slide.placeholders:
        if shape.placeholder_format.idx == FOOTER:
            shape.text_frame.text = footer
