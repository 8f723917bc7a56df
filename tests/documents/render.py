"""Makes office documents, slides and PDFs of a simple structure, with what real ones have around the text."""

from __future__ import annotations

import html
import io
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import pptx
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from pptx.util import Inches, Pt

HEADER = "Styrdokument | Dnr 2026:1"
FOOTER = "<p style='font-size:8pt;margin-left:2cm'>Sida <span class=pageNumber></span> (<span class=totalPages></span>)"


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with the blocks under it: ("paragraph" | "item" | "row", text), a row's cells parted by tabs."""

    level: int
    number: str | None
    heading: str
    blocks: list[tuple[str, str]]

    @property
    def shown(self) -> str:
        return f"{self.number} {self.heading}" if self.number else self.heading


@dataclass(frozen=True, slots=True)
class Made:
    """A document to make."""

    title: str
    cover: list[str]
    parts: list[Part]


def to_docx(made: Made, *, contents: bool = True) -> bytes:
    """Return a Word document with styles, a cover, a typed table of contents, a running header and page numbers."""
    document = docx.Document()
    document.add_paragraph(made.title, style="Title")
    for line in made.cover:
        document.add_paragraph(line)
    if contents:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("Innehåll")
        for part in made.parts:
            document.add_paragraph(f"{part.shown}\t3")
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for part in made.parts:
        document.add_heading(part.shown, level=part.level)
        rows: list[str] = []
        for kind, text in [*part.blocks, ("end", "")]:
            if rows and kind != "row":
                _docx_table(document, rows)
                rows = []
            if kind == "row":
                rows.append(text)
            elif kind == "item":
                document.add_paragraph(text, style="List Bullet")
            elif kind == "paragraph":
                document.add_paragraph(text)
    section = document.sections[0]
    section.header.paragraphs[0].text = HEADER
    footer = section.footer.paragraphs[0]
    footer.add_run("Sida ")
    _field(footer, "PAGE")
    footer.add_run(" (")
    _field(footer, "NUMPAGES")
    footer.add_run(")")
    return _saved(document)


def _docx_table(document: Any, rows: list[str]) -> None:
    cells = [row.split("\t") for row in rows]
    table = document.add_table(rows=len(cells), cols=max(map(len, cells)), style="Table Grid")
    for line, texts in zip(table.rows, cells, strict=True):
        for cell, text in zip(line.cells, texts, strict=False):
            cell.text = text


def _field(paragraph: Any, code: str) -> None:
    element = OxmlElement("w:fldSimple")
    element.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    element.append(run)
    paragraph._p.append(element)


def to_pptx(made: Made) -> bytes:
    """Return slides: a title slide, then one for each part with text; a lower heading is a bold line under its parent's title."""
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[0])
    first.shapes.title.text = made.title
    first.placeholders[1].text = "\n".join(made.cover)
    top = ""
    for part in made.parts:
        top = part.shown if part.level == 1 else top
        if part.blocks:
            _slide(deck, part, top)
    return _saved(deck)


def _slide(deck: Any, part: Part, top: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = top
    frame = slide.placeholders[1].text_frame
    lead = [part.shown] if part.level > 1 else []
    texts = lead + [text for kind, text in part.blocks if kind != "row"]
    for position, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size = text, Pt(24 if position < len(lead) else 18 - len(" ".join(texts)) // 400 * 2)
        run.font.bold = position < len(lead)
    rows = [text.split("\t") for kind, text in part.blocks if kind == "row"]
    if rows:
        second = deck.slides.add_slide(deck.slide_layouts[5])
        second.shapes.title.text = top
        table = second.shapes.add_table(len(rows), max(map(len, rows)), Inches(0.5), Inches(1.6), Inches(9), Inches(1)).table
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                table.cell(i, j).text = text
                table.cell(i, j).text_frame.paragraphs[0].runs[0].font.size = Pt(12)


def _saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def to_html(made: Made) -> str:
    """Return a page to print: cover, contents page with dots and page numbers, then the text."""
    lines = [f"<h1>{html.escape(made.title)}</h1>"] + [f"<p>{html.escape(line)}</p>" for line in made.cover]
    lines.append("<div style='page-break-before:always'><p style='font-size:18pt'>Innehåll</p>")
    lines += [
        f"<p class=entry><span>{html.escape(part.shown)} {'.' * 60}</span><span>{2 + i // 4}</span></p>"
        for i, part in enumerate(made.parts)
    ]
    lines.append("</div><div style='page-break-before:always'></div>")
    for part in made.parts:
        lines.append(f"<h{part.level + 1}>{html.escape(part.shown)}</h{part.level + 1}>")
        open_list = open_table = False
        for kind, text in part.blocks:
            if open_list and kind != "item":
                lines.append("</ul>")
            if open_table and kind != "row":
                lines.append("</table>")
            if kind == "item":
                lines.append(("" if open_list else "<ul>") + f"<li>{html.escape(text)}</li>")
            elif kind == "row":
                cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in text.split("\t"))
                lines.append(("" if open_table else "<table>") + f"<tr>{cells}</tr>")
            else:
                lines.append(f"<p>{html.escape(text)}</p>")
            open_list, open_table = kind == "item", kind == "row"
        lines.append(("</ul>" if open_list else "") + ("</table>" if open_table else ""))
    style = (
        "body{font:11pt serif} h1{font-size:24pt} h2{font-size:16pt} h3{font-size:13pt} table{border-collapse:collapse}"
        " td{border:1px solid;padding:4pt}"
        " .entry{display:flex;justify-content:space-between} .entry span:first-child{overflow:hidden;white-space:nowrap;width:95%}"
    )
    head = f"<!doctype html><html lang=sv><meta charset=utf-8><title>{html.escape(made.title)}</title><style>{style}</style>"
    return f"{head}<body>{''.join(lines)}"


def chromium() -> str | None:
    """Return the path of a browser that can print, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def office() -> str | None:
    """Return the path of an office suite that can convert, or None."""
    return shutil.which("soffice")


def to_pdf(documents: Sequence[Made], *, tagged: bool = False) -> list[bytes]:
    """Return the PDFs that a browser prints, with a running header and page numbers."""
    from playwright.sync_api import sync_playwright

    printed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        for made in documents:
            page = browser.new_page()
            page.set_content(to_html(made))
            printed.append(
                page.pdf(
                    format="A4",
                    display_header_footer=True,
                    header_template=f"<p style='font-size:8pt;margin-left:2cm'>{HEADER}",
                    footer_template=FOOTER,
                    margin={"top": "2.5cm", "bottom": "2.5cm", "left": "2cm", "right": "2cm"},
                    tagged=tagged,
                )
            )
            page.close()
        browser.close()
    return printed


def to_office_pdf(documents: Sequence[tuple[bytes, str]], *, options: str = "") -> list[bytes]:
    """Return the PDFs that an office suite makes of (file, "docx" or "pptx") pairs; `options` are its export options as JSON."""
    program = office()
    assert program is not None
    with tempfile.TemporaryDirectory() as folder:
        sources = [Path(folder) / f"{index}.{ending}" for index, (_, ending) in enumerate(documents)]
        for source, (data, _) in zip(sources, documents, strict=True):
            source.write_bytes(data)
        target = f"pdf:writer_pdf_Export:{options}" if options else "pdf"
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [program, "--headless", profile, "--convert-to", target, "--outdir", folder, *map(str, sources)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return [source.with_suffix(".pdf").read_bytes() for source in sources]
