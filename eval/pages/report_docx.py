"""The report to management as a Word document, a page of A4."""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from eval.pages.management import NAME, Report, Table

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def as_docx(made: Report) -> bytes:
    """The report with headings, tables whose first row is marked as a heading, and Swedish as its language."""
    document = Document()
    _page(document)
    document.core_properties.title, document.core_properties.author, document.core_properties.language = made.title, NAME, "sv-SE"
    document.core_properties.comments = ""
    document.add_heading(made.title, level=1)
    document.add_paragraph().add_run(made.verdict).bold = True
    for text in made.paragraphs:
        document.add_paragraph(text)
    for table in made.tables:
        _table(document, table)
    document.add_paragraph(made.method).paragraph_format.space_before = Pt(8)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.PORTRAIT, Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin = section.bottom_margin = Mm(15)
    normal = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(10), "Calibri"
    normal.paragraph_format.space_after = Pt(4)
    language = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): "sv-SE"})
    normal.element.get_or_add_rPr().append(language)
    for level, size in ((1, 16), (2, 12)):
        heading = document.styles[f"Heading {level}"]
        heading.font.size, heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(size), Pt(8), Pt(3)


def _table(document: DocumentObject, table: Table) -> None:
    document.add_heading(table.title, level=2)
    made = document.add_table(rows=1, cols=len(table.head), style="Light List Accent 1")
    repeated = made.rows[0]._tr.get_or_add_trPr()
    repeated.append(repeated.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
    widths = [Mm(170 - 32 * (len(table.head) - 1)), *[Mm(32)] * (len(table.head) - 1)]
    made.autofit = False
    for cells in (table.head, *table.rows):
        row = made.rows[0] if cells is table.head else made.add_row()
        for cell, text, width in zip(row.cells, cells, widths, strict=True):
            cell.width = width
            cell.paragraphs[0].paragraph_format.space_after = Pt(0)
            cell.paragraphs[0].add_run(text).font.size = Pt(9)
