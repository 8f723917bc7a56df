"""Where a link leads when what it names is gone: a page for a document, an answer for a section's anchor, and the kept versions."""

from __future__ import annotations

from typing import Protocol

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from assistant import guard, reading
from assistant.citations import url_of
from assistant.gone import IndexLike, gone_document, gone_section
from assistant.store.versions import Versions
from knowledge.section import Section


class Shelf(Protocol):
    """What is needed of the engine."""

    def index(self) -> IndexLike: ...


WITH_SCRIPT = {"Content-Security-Policy": f"{guard.PAGE_POLICY}; script-src 'self'; connect-src 'self'"}
"""For pages whose script asks what became of an anchor: a browser sends none to the server."""


def add_gone_pages(app: FastAPI, pages: Jinja2Templates, engine: Shelf, versions: Versions) -> None:
    """The routes /avsnitt/<document id>?ankare=<anchor>, in JSON for the pages' own script, and /tidigare/<version>."""

    @app.get("/avsnitt/{document_id:path}")
    def section(document_id: str, ankare: str = "") -> JSONResponse:
        index = engine.index()
        found = gone_section(index, versions, document_id, ankare)
        titles = {s.document_id: index.documents[s.document_id].title for s in found.nearest}
        earlier = f"/tidigare/{found.version}#{found.was.anchor}" if found.was else None
        return JSONResponse(
            {
                "now": url_of(found.now) if found.now else None,
                "heading": _path(found.was) if found.was else None,
                "earlier": earlier,
                "nearest": [{"document": titles[s.document_id], "heading": _path(s), "url": url_of(s)} for s in found.nearest],
            }
        )

    @app.get("/tidigare/{version}")
    def earlier(request: Request, version: str) -> Response:
        document = versions.get(version)
        if document is None:
            raise HTTPException(404)
        now = engine.index().document(document.id)
        if now and now.citable == document.citable:
            return RedirectResponse(f"/dokument/{now.id}")
        context = {"document": document, "now": now, "metadata": reading.metadata(document), "parts": reading.parts(document)}
        return pages.TemplateResponse(request, "earlier.html", context)


def gone_page(request: Request, pages: Jinja2Templates, index: IndexLike, versions: Versions, document_id: str) -> Response | None:
    """The page of a document that is there no longer; None where nothing is known of it, nor anything near."""
    found = gone_document(index, versions, document_id)
    if found.was is None and not found.nearest:
        return None
    context = {"found": found, "document_id": document_id}
    return pages.TemplateResponse(request, "gone.html", context, status_code=410 if found.was else 404, headers=WITH_SCRIPT)


def _path(section: Section) -> str:
    return " › ".join(section.headings)
