"""A citation's source: the card with the quote in its surroundings, and the original file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol
from urllib.parse import quote as percent

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, Response
from fastapi.templating import Jinja2Templates

from assistant import reading
from knowledge import originals
from knowledge.generation import generation_folder
from knowledge.section import Document, Section

PDF = ".pdf"
_PDF_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""The browser's own reader of PDF puts a style of its own into the page."""


class IndexLike(Protocol):
    """The documents as they are indexed now, and the name of that index."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def generation(self) -> str: ...

    def document(self, document_id: str, /) -> Document | None: ...


class Shelf(Protocol):
    """What is needed of the engine."""

    def index(self) -> IndexLike: ...


def add_source_pages(app: FastAPI, pages: Jinja2Templates, shelf: Shelf, home: Path) -> None:
    """The routes /kalla/<document id>?avsnitt=<anchor>&citat=<quote> and /original/<document id>."""

    @app.get("/kalla/{document_id:path}")
    def card(request: Request, document_id: str, avsnitt: str = "", citat: str = "") -> Response:
        index = shelf.index()
        document = _found(index, document_id)
        section = next((s for s in document.citable if s.anchor == avsnitt), None)
        if section is None:
            raise HTTPException(404)
        context = {
            "document": document,
            "section": section,
            "surroundings": surroundings(section, citat),
            "page": reading.page_of(section, citat),
            "address": f"/dokument/{document.id}?citat={percent(citat, safe='')}#{section.anchor}",
            "original": original_of(index, document, home),
        }
        return pages.TemplateResponse(request, "card.html", context)

    @app.get("/original/{document_id:path}")
    def original(document_id: str) -> Response:
        index = shelf.index()
        document = _found(index, document_id)
        path = original_of(index, document, home)
        if path is None:
            raise HTTPException(404)
        name = Path(document.file).name
        if name.lower().endswith(PDF):
            headers = {"Content-Security-Policy": _PDF_POLICY}
            return FileResponse(path, media_type="application/pdf", filename=name, content_disposition_type="inline", headers=headers)
        return FileResponse(path, media_type="application/octet-stream", filename=name)  # never shown: it may hold a page with scripts


def original_of(index: IndexLike, document: Document, home: Path) -> Path | None:
    """Where the file that a document was read from lies, or None where it was not kept."""
    return originals.find(generation_folder(home, index.generation), document.hash)


def surroundings(section: Section, quote: str) -> tuple[reading.Group, ...]:
    """The paragraphs, lists and tables that hold the quoted words, with one before and one after; the whole section where none does."""
    groups = reading.marked_groups(section, quote)
    marked = [n for n, group in enumerate(groups) if group.marked]
    if not marked:
        return groups
    return groups[max(marked[0] - 1, 0) : marked[-1] + 2]


def _found(index: IndexLike, document_id: str) -> Document:
    document = index.document(document_id)
    if document is None:
        raise HTTPException(404)
    return document
