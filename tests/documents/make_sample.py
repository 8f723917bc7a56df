"""Makes the sample documents in knowledge/documents from the source texts in tests/documents/sample.

    python tests/documents/make_sample.py

The PDFs need Chromium (apt-get install chromium fonts-liberation); everything else needs the development install only.
Also writes tests/documents/sample/expected.json: the metadata and the sections that reading each document must give.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from sample.as_docx import as_docx
from sample.as_html import as_html
from sample.as_pdf import CHROMIUM, as_pdf
from sample.as_pptx import as_pptx
from sample.source import Source, load

HERE = Path(__file__).parent
SOURCES = HERE / "sample"
DOCUMENTS = HERE.parents[1] / "knowledge" / "documents"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--font-render-hinting=none"]
WITHOUT_BROWSER = {".docx": as_docx, ".pptx": as_pptx, ".html": as_html}


def sources() -> list[Source]:
    """Every source text, by file name."""
    return [load(path) for path in sorted(SOURCES.glob("*.md")) if path.name != "README.md"]


def expected() -> dict[str, dict[str, Any]]:
    """Per file: the title, the metadata that the document states, and its sections."""
    return {source.file: {"title": source.title, **source.expected, "sections": source.sections()} for source in sources()}


def make(source: Source, browser: Browser) -> bytes:
    """The document's bytes, in the format that its file name says."""
    suffix = Path(source.file).suffix
    return as_pdf(source, browser) if suffix == ".pdf" else WITHOUT_BROWSER[suffix](source)


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for source in sources():
            (DOCUMENTS / source.file).write_bytes(make(source, browser))
        browser.close()
    text = json.dumps(expected(), ensure_ascii=False, indent=1, default=str)
    (SOURCES / "expected.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
