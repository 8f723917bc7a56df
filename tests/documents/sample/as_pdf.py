"""A source text as PDF, printed by Chromium: real fonts, running header and footer, page numbers, a contents page."""

from __future__ import annotations

import html
import io
import re
import shutil
from pathlib import Path

from playwright.sync_api import Browser
from pypdf import PdfReader

from .source import MARKDOWN, Part, Source

CHROMIUM = shutil.which("chromium")
STYLES = Path(__file__).with_name("print.css")
FIXED = b"D:20250101000000"
HYPHENATE = """
() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const below = (node, at) => {
    const range = document.createRange();
    const top = place => {
      range.setStart(node, place);
      range.setEnd(node, place + 1);
      return [...range.getClientRects()].at(-1)?.top ?? 0;
    };
    return top(at + 1) > top(at - 1) + 2;
  };
  while (walker.nextNode()) {
    const node = walker.currentNode;
    node.data = [...node.data].map((letter, at) => letter !== "\\u00ad" ? letter : below(node, at) ? "-" : "").join("");
  }
}
"""
RUNNING = '<div style="font: 8pt Liberation Sans; width: 100%; margin: 0 20mm; display: flex; justify-content: {}">{}</div>'


def as_pdf(source: Source, browser: Browser) -> bytes:
    """The PDF's bytes. Printed twice where there is a contents page, since only the first print tells the page numbers."""
    pages = _pages_of_headings(source, _print(source, browser, {})) if source.contents else {}
    return re.sub(rb"D:\d{14}", FIXED, _print(source, browser, pages))


def _print(source: Source, browser: Browser, pages: dict[str, int]) -> bytes:
    page = browser.new_page()
    page.emulate_media(media="print")
    page.set_content(_html(source, pages))
    page.evaluate(HYPHENATE)
    printed = page.pdf(
        format="A4",
        margin={"top": "25mm", "bottom": "25mm", "left": "25mm", "right": "25mm"},
        display_header_footer=True,
        header_template=RUNNING.format("space-between", "".join(f"<span>{html.escape(text)}</span>" for text in source.header)),
        footer_template=RUNNING.format("flex-end" if source.style == "guide" else "center", f"<span>{_footer(source)}</span>"),
        outline=source.style == "lindhamn",
        tagged=source.style == "lindhamn",
        print_background=True,
    )
    page.close()
    return printed


def _footer(source: Source) -> str:
    text = html.escape(source.footer)
    return text.replace("{page}", '<span class="pageNumber"></span>').replace("{pages}", '<span class="totalPages"></span>')


def _html(source: Source, pages: dict[str, int]) -> str:
    style = STYLES.read_text(encoding="utf-8")
    cover = f'<div class="front {source.layout}">{_cover(source)}</div>'
    body = cover + (_contents(source, pages) if source.contents else "") + MARKDOWN.render(source.body)
    return f'<!doctype html><html lang="sv"><meta charset="utf-8"><style>{style}</style><body class="{source.style}">{body}</body></html>'


def _cover(source: Source) -> str:
    title = f'<p class="title">{html.escape(source.title)}</p>'
    lines = "".join(f'<p class="line">{html.escape(line)}</p>' for line in source.lines)
    if source.layout == "box":
        rows = "".join(f"<tr><td><b>{html.escape(key)}</b></td><td>{html.escape(value)}</td></tr>" for key, value in source.facts)
        return f"{title}<table>{rows}</table>"
    facts = "".join(f'<p class="line"><b>{html.escape(key)}:</b> {html.escape(value)}</p>' for key, value in source.facts)
    return title + lines + facts


def _contents(source: Source, pages: dict[str, int]) -> str:
    rows = "".join(
        f'<p class="entry level{heading.level}"><span>{html.escape(heading.text)} {_leader(source, heading)}</span>'
        f"<span>{pages.get(heading.text, 0)}</span></p>"
        for heading in source.headings
    )
    return f'<div class="contents"><p class="contents-title">{html.escape(source.contents)}</p>{rows}</div>'


def _leader(source: Source, heading: Part) -> str:
    """Dots to the page number, as a word processor prints them; the guide's designer has none."""
    return "" if source.style == "guide" else "." * (120 - 2 * len(heading.text))


def _pages_of_headings(source: Source, printed: bytes) -> dict[str, int]:
    """The page each heading stands on, looked for after the cover (page 1) and the contents (page 2)."""
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages]
    return {
        heading.text: next(number for number, text in enumerate(texts, start=1) if number > 2 and heading.text in text)
        for heading in source.headings
    }
