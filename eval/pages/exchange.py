"""The question set as a CSV file: out to a spreadsheet and back."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from assistant.page_context import PageContext, Place
from eval.pages.questions import Chosen, list_page
from eval.pages.uploading import sent
from eval.question_sets import QuestionSets
from knowledge.section import KnowledgeError

LARGEST_FILE = 4_000_000
"""Bytes of a file that is read in."""


def add_exchange(app: FastAPI, context: PageContext) -> None:
    """Export by GET, import by POST, at one address."""

    @app.get("/samordnare/fragor.csv")
    def exported(request: Request, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        content = QuestionSets(context.settings.home).export_csv(place.named)
        return as_file(content, f"fragor-{place.named}.csv", "text/csv; charset=utf-8")

    @app.post("/samordnare/fragor.csv")
    async def imported(request: Request) -> Response:
        fields: dict[str, str] = {}
        try:
            async with sent(request, largest=LARGEST_FILE) as form:
                fields, content = form.fields, b"".join([await file.read() for file in form.files[:1]])
        except KnowledgeError as error:
            place = context.place(request, fields.get("kommun", ""))
            return await asyncio.to_thread(_refused, context, request, place, error)
        place = context.place(request, fields.get("kommun", ""))
        return await asyncio.to_thread(_imported, context, request, place, content)


def as_file(content: bytes, name: str, media_type: str) -> Response:
    """A response that the browser saves under a name, which may have any letters."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)


def _imported(context: PageContext, request: Request, place: Place, content: bytes) -> Response:
    try:
        found = QuestionSets(context.settings.home).import_csv(place.named, content, context.engine.index())
    except KnowledgeError as error:
        return _refused(context, request, place, error)
    if not found.problems:
        return RedirectResponse(f"/samordnare/fragor?{urlencode({'kommun': place.named, 'klart': 'inlast'})}", 303)
    done = f"{len(found.added)} nya och {len(found.changed)} ändrade frågor är inlästa."
    return list_page(context, request, place, Chosen(), 1, {"problems": found.problems, "done": done})


def _refused(context: PageContext, request: Request, place: Place, error: KnowledgeError) -> Response:
    return list_page(context, request, place, Chosen(), 1, {"error": f"{error.reason} {error.remedy}"}, status=400)
