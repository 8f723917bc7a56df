"""/samordnare/dokument: what is in force, what reading warned of, what is missing; upload, correct, replace, withdraw."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.datastructures import UploadFile

from assistant import indexing, reading
from assistant.access import visitor
from assistant.page_context import PageContext, Place
from assistant.source_pages import original_of
from eval import companions
from eval.pages import document_form, shelf
from eval.pages.uploading import LARGEST, MOST, Sent, sent
from knowledge.municipalities import plain_name
from knowledge.register import Stated
from knowledge.section import Document, KnowledgeError
from knowledge.uploads import Uploads, digest_of_stream

DONE = {
    "uppladdat": "Filerna är sparade och läses in nu. Det som redan är inläst svarar under tiden.",
    "uppgifter": "Uppgifterna är sparade. De gäller när dokumentet är inläst på nytt.",
    "ersatt": "Den nya filen är sparad och läses in nu. Länkar till det gamla dokumentet leder till det nya.",
    "tillbaka": "Dokumentet tas bort ur svaren nu. Filen sparas så länge något sparat svar hänvisar till den.",
    "atertaget": "Dokumentet är tillbaka och läses in nu.",
    "borttagen": "Filen är borttagen.",
    "lasin": "Dokumenten läses in på nytt.",
}


def add_document_pages(app: FastAPI, context: PageContext) -> None:
    """The routes /samordnare/dokument, /samordnare/dokument/<document id> and /samordnare/inlasning, which tells how far the reading is."""

    @app.get("/samordnare/dokument")
    def listed(request: Request, kommun: str = "", klart: str = "") -> Response:
        return _list_page(context, request, _place(context, request, kommun), done=DONE.get(klart))

    @app.post("/samordnare/dokument")
    async def changed(request: Request) -> Response:
        return await _handled(context, request, None, _change_list)

    @app.get("/samordnare/inlasning")
    def progress(request: Request, kommun: str = "") -> Response:
        now = indexing.progress(context.settings.home, _place(context, request, kommun).named)
        if now is None:
            raise HTTPException(404)
        return JSONResponse({"state": now.state, "done": now.done, "total": now.total, "text": now.text})

    @app.get("/samordnare/dokument/{document_id:path}")
    def shown(request: Request, document_id: str, kommun: str = "", klart: str = "") -> Response:
        shelf.caught_up(context)
        place = _place(context, request, kommun)
        document = _document(context, place, document_id)
        if document.id != document_id:  # it had this id before
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"/samordnare/dokument/{quote(document.id)}{query}")
        return _document_page(context, request, place, document, done=DONE.get(klart))

    @app.post("/samordnare/dokument/{document_id:path}")
    async def changed_one(request: Request, document_id: str) -> Response:
        return await _handled(context, request, document_id, _change_document)


Change = Callable[[PageContext, Place, str | None, Sent], tuple[str, str]]
"""Does what a form asks for; the address to go on to and the key of what is told there."""


async def _handled(context: PageContext, request: Request, document_id: str | None, change: Change) -> Response:
    """A form dealt with: on to the page that shows what came of it, or back with the error and what was typed."""
    fields: dict[str, str] = {}
    try:
        async with sent(request) as form:
            fields = form.fields
            new = fields.get("ny_kommun", "").strip()
            place = _place(context, request, new or fields.get("kommun", ""))
            if new and place.municipality != plain_name(new, place.municipalities):
                raise KnowledgeError(f"Kommunen ”{new[:60]}” känns inte igen.", "Skriv kommunens namn, till exempel Lidingö.")
            where, done = await asyncio.to_thread(change, context, place, document_id, form)
    except KnowledgeError as error:
        return await asyncio.to_thread(_refused, context, request, document_id, fields, f"{error.reason} {error.remedy}")
    return RedirectResponse(f"{where}?{urlencode({'kommun': place.named, 'klart': done})}", 303)


def _refused(context: PageContext, request: Request, document_id: str | None, fields: dict[str, str], error: str) -> Response:
    place = context.place(request, fields.get("kommun", ""))
    if document_id is None:
        return _list_page(context, request, place, error=error)
    return _document_page(context, request, place, _document(context, place, document_id), error=error, typed=fields)


def _change_list(context: PageContext, place: Place, _id: str | None, form: Sent) -> tuple[str, str]:
    uploads, wanted = Uploads(context.settings.home, place.named), form.fields.get("gor", "")
    file = form.fields.get("fil", "")
    if wanted == "ladda-upp":
        _upload(context, uploads, form.files)
        done = "uppladdat"
    elif wanted == "lagg-tillbaka":
        uploads.restore(file)
        done = "atertaget"
    elif wanted == "ta-bort":
        uploads.take_back(file)
        done = "borttagen"
    elif wanted == "titel":
        title = document_form.read(document_form.FIELDS[0], form.fields.get("title", ""))
        if not title:
            raise KnowledgeError("Titeln är tom.", "Skriv en titel som skiljer dokumentet från det som redan finns.")
        uploads.state(file, replace(uploads.register().stated(file) or Stated(), title=title))
        done = "uppgifter"
    elif wanted == "las-in":
        done = "lasin"
    else:
        raise HTTPException(404)
    indexing.start(context.settings, place.named)
    return "/samordnare/dokument", done


def _change_document(context: PageContext, place: Place, document_id: str | None, form: Sent) -> tuple[str, str]:
    document = _document(context, place, document_id or "")
    uploads, file = Uploads(context.settings.home, place.named), _file_of(context, place, document)
    if file is None:
        raise KnowledgeError("Dokumentet läses in från en mapp på servern.", "Be den som sköter servern att ändra det där.")
    wanted, where = form.fields.get("gor", ""), f"/samordnare/dokument/{quote(document.id)}"
    if wanted == "uppgifter":
        before = uploads.register().stated(file) or Stated()
        uploads.state(file, document_form.stated_from(form.fields, document, before))
        done = "uppgifter"
    elif wanted == "ersatt":
        if len(form.files) != 1:
            raise KnowledgeError("Ingen fil är vald.", "Välj den fil som ska ersätta dokumentet.")
        _check(context, uploads, form.files[0])
        uploads.replace(file, form.files[0].filename or "", form.files[0].file, today=date.today())
        done = "ersatt"
    elif wanted == "dra-tillbaka":
        uploads.withdraw(file, today=date.today())
        where, done = "/samordnare/dokument", "tillbaka"
    else:
        raise HTTPException(404)
    indexing.start(context.settings, place.named)
    return where, done


def _upload(context: PageContext, uploads: Uploads, files: list[UploadFile]) -> None:
    """Store all files or, where one cannot be, none."""
    if not files:
        raise KnowledgeError("Ingen fil är vald.", "Välj en eller flera filer och försök igen.")
    for file in files:
        _check(context, uploads, file)
    for file in files:
        uploads.add(file.filename or "", file.file)


def _check(context: PageContext, uploads: Uploads, file: UploadFile) -> None:
    """KnowledgeError when a file is empty, or is there already."""
    if not file.size:
        raise KnowledgeError(f"Filen {file.filename} är tom (0 byte).", "Hämta dokumentet på nytt från källan och välj det igen.")
    digest = digest_of_stream(file.file)
    own = (d for d in context.engine.index().documents.values() if d.municipality == uploads.municipality)
    known = next((f"dokumentet ”{d.title}”" for d in own if d.hash == digest), None) or uploads.holding(digest)
    if known:
        raise KnowledgeError(f"Filen {file.filename} finns redan, som {known}.", "Välj en annan fil.")


def _list_page(context: PageContext, request: Request, place: Place, *, error: str = "", done: str | None = None) -> Response:
    values: dict[str, Any] = {"error": error, "done": done, "largest": LARGEST // 1_000_000, "most": MOST}
    who = visitor.of(request.scope)
    values["any_municipality"] = who is not None and who.municipality is None
    if place.municipality:
        values |= _of_municipality(context, place.municipality)
    return context.page(request, "samordnare_dokument.html", place, values, status=400 if error else 200)


def _of_municipality(context: PageContext, municipality: str) -> dict[str, Any]:
    uploads, now = Uploads(context.settings.home, municipality), indexing.progress(context.settings.home, municipality)
    shelf.caught_up(context)
    listed = shelf.rows(context, municipality)
    failed = shelf.failed_files(uploads, now.report) if now else []
    read = {row.file for row in listed} | {f.file for f in failed}
    unanswered = [i.question for i in context.store.worklist.items(municipality) if i.why in ("unanswered", "forwarded")]
    documents = context.engine.index().documents
    homeless = [d for d in documents.values() if d.municipality is None]
    return {
        "rows": listed,
        "failed": failed,
        "unread": [name for name in uploads.names() if name not in read],
        "withdrawn": uploads.withdrawn(),
        "missing": companions.missing([r.document for r in listed], unanswered),
        "checked": companions.checked(),
        "homeless": [(d, shelf.warnings(d)) for d in homeless],
        "fresh": _fresh(context, now),
        "since": next(iter(context.store.log.days()), None),
    } | _progress(now, municipality)


def _fresh(context: PageContext, now: indexing.Indexing | None) -> list[Document]:
    """The documents that the latest reading brought, to be looked through."""
    if now is None or now.state != "done":
        return []
    found = (context.engine.index().document(id_) for key in ("added", "changed") for id_ in now.report.get(key, ()))
    return [d for d in found if d]


def _document_page(
    context: PageContext, request: Request, place: Place, document: Document, *, error: str = "", done: str | None = None,
    typed: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    home, municipality = context.settings.home, place.named
    file, uploads = _file_of(context, place, document), Uploads(home, municipality)
    stated = (uploads.register().stated(file) if file else None) or Stated()
    now = indexing.progress(home, municipality)
    values: dict[str, Any] = {
        "document": document,
        "warnings": shelf.warnings(document),
        "metadata": reading.metadata(document),
        "parts": reading.parts(document),
        "cited": shelf.citations(context, municipality),
        "file": file,
        "fields": document_form.FIELDS,
        "typed": document_form.shown(document) | (typed or {}),
        "stated": {f.key for f in document_form.FIELDS if getattr(stated, f.key) is not None},
        "original": original_of(context.engine.index(), document, home),
        "failed": [f for f in shelf.failed_files(uploads, now.report) if f.file == file] if now else [],
        "error": error,
        "done": done,
    }  # fmt: skip
    return context.page(request, "samordnare_ett_dokument.html", place, values | _progress(now, municipality), status=400 if error else 200)


def _progress(now: indexing.Indexing | None, municipality: str) -> dict[str, Any]:
    return {"progress": now, "progress_url": f"/samordnare/inlasning?{urlencode({'kommun': municipality})}"}


def _place(context: PageContext, request: Request, wanted: str) -> Place:
    """Whose documents; on the open machine also a municipality that has none yet."""
    place, who = context.place(request, wanted), visitor.of(request.scope)
    if who is None or who.municipality or not wanted.strip() or place.municipality == wanted:
        return place
    name = plain_name(wanted, place.municipalities)
    return Place(name, sorted({*place.municipalities, name})) if name else place


def _document(context: PageContext, place: Place, document_id: str) -> Document:
    """The municipality's document with an id that it has or had. HTTPException(404) when there is none."""
    found = context.engine.index().document(document_id)
    if found is None or found.municipality != place.municipality:
        raise HTTPException(404)
    return found


def _file_of(context: PageContext, place: Place, document: Document) -> str | None:
    return shelf.uploaded_files(context.settings.home, place.named).get(document.id)
