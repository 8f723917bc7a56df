"""A source text as DOCX, in one of three manners: facts in a table, facts in the page header, or as an amateur would."""

from __future__ import annotations

import io
from datetime import datetime

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Row
from docx.text.paragraph import Paragraph

from .source import Part, Source
from .zipped import with_fixed_dates

FIXED = datetime(2025, 1, 1)


def as_docx(source: Source) -> bytes:
    """The DOCX's bytes, the same on every run."""
    document = Document()
    _set_language(document)
    _set_properties(document, source)
    _running(document, source)
    _front(document, source)
    for part in source.parts:
        (_amateur if source.layout == "amateur" else _styled)(document, part)
    written = io.BytesIO()
    document.save(written)
    return with_fixed_dates(written.getvalue())


def _set_language(document: DocxDocument) -> None:
    document.styles["Normal"].font.name = "Calibri"
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "sv-SE")
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _set_properties(document: DocxDocument, source: Source) -> None:
    properties = document.core_properties
    properties.created = properties.modified = FIXED
    properties.author = properties.comments = ""
    properties.title = "" if source.layout == "amateur" else source.title


def _running(document: DocxDocument, source: Source) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(30)
    section.header.paragraphs[0].text = "\t\t".join(text for text in source.header if text)
    if source.layout == "header":
        table = section.header.add_table(0, 2, Mm(150))
        table.style = "Table Grid"
        for fact in source.facts:
            _fill(table.add_row(), fact)
    footer = section.footer.paragraphs[0]
    before, number, after = source.footer.partition("{page}")
    footer.add_run(before)
    if number:
        _field(footer, "PAGE", "1")
    footer.add_run(after)


def _front(document: DocxDocument, source: Source) -> None:
    if source.layout == "amateur":
        title = document.add_paragraph().add_run(source.title)
        title.bold, title.font.size = True, Pt(18)
        for line in source.lines:
            document.add_paragraph(line)
        return
    document.add_paragraph(source.title, style="Title")
    if source.layout == "table":
        _table(document, source.facts)
    if source.contents:
        _contents(document, source)


def _contents(document: DocxDocument, source: Source) -> None:
    """The contents as a word processor leaves them: one field around lines of the styles TOC 1 and TOC 2."""
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph(source.contents, style="TOC Heading")
    styles = [document.styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH) for level in (1, 2)]
    for style in styles:
        style.paragraph_format.tab_stops.add_tab_stop(Mm(148), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
    lines = []
    for heading, page in zip(source.headings, source.contents_pages, strict=True):
        lines.append(document.add_paragraph(f"{heading.text}\t{page}", style=styles[heading.level - 1]))
    _mark(lines[0], "begin", 0)
    _mark(lines[0], 'TOC \\o "1-3" \\h', 1)
    _mark(lines[0], "separate", 2)
    _mark(lines[-1], "end")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _styled(document: DocxDocument, part: Part) -> None:
    if part.kind == "heading":
        document.add_heading(part.text, part.level)
    elif part.kind == "item":
        name = "List Number" if part.ordered else "List Bullet"
        document.add_paragraph(part.text, style=name if part.level == 1 else f"{name} {part.level}")
    elif part.kind == "table":
        _table(document, part.rows)
    else:
        document.add_paragraph(part.text)


def _amateur(document: DocxDocument, part: Part) -> None:
    """No styles at all: bold lines for headings, a typed hyphen and a tab for list items."""
    if part.kind == "heading":
        run = document.add_paragraph().add_run(part.text)
        run.bold, run.font.size = True, Pt(12)
    elif part.kind == "table":
        _table(document, part.rows)
    else:
        document.add_paragraph(f"-\t{part.text}" if part.kind == "item" else part.text)


def _table(document: DocxDocument, rows: tuple[tuple[str, ...], ...]) -> None:
    table = document.add_table(0, len(rows[0]), style="Table Grid")
    for row in rows:
        _fill(table.add_row(), row)
    document.add_paragraph()


def _fill(row: _Row, values: tuple[str, ...]) -> None:
    for cell, value in zip(row.cells, values, strict=True):
        cell.text = value


def _field(paragraph: Paragraph, code: str, shown: str) -> None:
    for kind in ("begin", code, "separate"):
        _mark(paragraph, kind)
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def _mark(paragraph: Paragraph, kind: str, position: int | None = None) -> None:
    """Put a field's begin, separate or end mark, or its code, at the end of the paragraph or as its run number `position`."""
    run = paragraph.add_run()
    if kind in {"begin", "separate", "end"}:
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
    else:
        mark = OxmlElement("w:instrText")
        mark.text = f" {kind} "
    run._r.append(mark)
    if position is not None:
        paragraph.runs[position]._r.addprevious(run._r)
