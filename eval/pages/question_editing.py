"""Writing, changing, approving and removing a question, under /samordnare/fragor."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.access import visitor
from assistant.citations import url_of
from assistant.page_context import PageContext, Place, form_of
from eval.cases import Case
from eval.pages import words
from eval.pages.question_form import QuestionForm, approved
from eval.pages.questions import found_case
from eval.question_sets import QuestionSets, check
from knowledge.section import KnowledgeError

SUGGESTED = 6
"""Sections that are suggested to a question."""


def add_question_editing(app: FastAPI, context: PageContext) -> None:
    """The form of a new question and of one that is there, and what its buttons do."""

    @app.get("/samordnare/fragor/ny")
    def new(request: Request, kommun: str = "", fraga: str = "") -> Response:
        return _form_page(context, request, context.place(request, kommun), QuestionForm(fraga), None)

    @app.get("/samordnare/fragor/{question_id}/andra")
    def change(request: Request, question_id: str, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        case = found_case(context, place.named, question_id)
        return _form_page(context, request, place, QuestionForm.of_case(case), case)

    @app.post("/samordnare/fragor/ny")
    async def added(request: Request) -> Response:
        return await asyncio.to_thread(_dealt_with, context, request, None, await form_of(request))

    @app.post("/samordnare/fragor/{question_id}")
    async def changed(request: Request, question_id: str) -> Response:
        return await asyncio.to_thread(_dealt_with, context, request, question_id, await form_of(request))


def _dealt_with(context: PageContext, request: Request, question_id: str | None, sent: dict[str, str]) -> Response:
    """Does what the pressed button (`gor`) says."""
    place = context.place(request, sent.get("kommun", ""))
    earlier = found_case(context, place.named, question_id) if question_id else None
    doing, sets = sent.get("gor", ""), QuestionSets(context.settings.home)
    if doing in ("godkann", "ta-bort") and earlier:
        if doing == "godkann":
            sets.approve(place.named, earlier.id, name_of(request), date.today())
            return _back(place, earlier.id, "godkand")
        sets.remove(place.named, earlier.id)
        return _back(place, None, "borta")
    if doing not in ("spara", "utkast", "foresla"):
        raise HTTPException(404)
    form = QuestionForm.of_sent(sent)
    if doing == "foresla":
        return _form_page(context, request, place, form, earlier, suggest=True)
    try:
        case = _saved(context, request, place, form, earlier, approve=doing == "spara")
    except KnowledgeError as error:
        return _form_page(context, request, place, form, earlier, error=f"{error.reason} {error.remedy}")
    return _back(place, case.id, "sparad" if doing == "spara" else "forslag")


def _saved(context: PageContext, request: Request, place: Place, form: QuestionForm, earlier: Case | None, *, approve: bool) -> Case:
    """The question as it was saved. KnowledgeError when it cannot be."""
    sets = QuestionSets(context.settings.home)
    case = form.case(place.named, earlier)
    others = [c for c in sets.read(place.named) if c.id != case.id]
    problems = [p for p in check(case, context.engine.index(), others) if p.stops]
    if problems:
        raise KnowledgeError(" ".join(p.reason for p in problems), " ".join(dict.fromkeys(p.remedy for p in problems)))
    if approve:
        case = approved(case, name_of(request), date.today())
    sets.save(place.named, case)
    return case


def name_of(request: Request) -> str:
    """What the visitor is called where it is written who approved something."""
    who = visitor.of(request.scope)
    return who.name if who else ""


def _back(place: Place, question_id: str | None, done: str) -> Response:
    path = f"/samordnare/fragor/{question_id}" if question_id else "/samordnare/fragor"
    return RedirectResponse(f"{path}?{urlencode({'kommun': place.named, 'klart': done})}", 303)


def _form_page(
    context: PageContext, request: Request, place: Place, form: QuestionForm, case: Case | None, *, error: str = "", suggest: bool = False
) -> Response:
    values: dict[str, Any] = {
        "form": form,
        "case": case,
        "error": error,
        "kinds": words.KINDS | ({form.kind: form.kind} if form.kind not in words.KINDS else {}),
        "roles": words.ROLES,
        "reasons": words.EXPECTED_REASONS,
        "suggested": _suggested(context, place.named, form) if suggest or (error and not form.sections) else [],
        "asked_for": suggest,
    }
    return context.page(request, "samordnare_fraga_andra.html", place, values, status=400 if error else 200)


def _suggested(context: PageContext, municipality: str, form: QuestionForm) -> list[tuple[str, str, str]]:
    """Sections near to a question that are not stated yet: id, headings and address, the nearest first."""
    if not form.question.strip():
        return []
    stated = set(form.sections.split())
    hits = context.engine.search(form.question, municipality, SUGGESTED)
    return [(h.section.id, " › ".join(h.section.headings), url_of(h.section)) for h in hits if h.section.id not in stated]
