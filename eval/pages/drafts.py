"""The page /samordnare/forslag: drafted questions one by one, each beside its section, approved, changed or thrown away in one tap."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.citations import url_of
from assistant.page_context import PageContext, Place, form_of
from eval.cases import Case, parse
from eval.drafting import WANTED
from eval.drafting.job import Drafting, Drafts
from eval.pages.question_editing import name_of
from eval.pages.question_form import QuestionForm, approved
from eval.question_sets import QuestionSets, check
from eval.summary import FEW
from knowledge.section import KnowledgeError, Section

_NEAREST = 2
"""Sections shown beside a question that the documents should not settle."""
_SHORT_SECTION = 8
"""Sections in all below which a municipality is told why it gets few drafts."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A section as the page shows it: its lines in pieces, each with whether it is words of the answer."""

    headings: tuple[str, ...]
    url: str
    lines: tuple[tuple[tuple[str, bool], ...], ...]


def add_draft_pages(app: FastAPI, context: PageContext) -> None:
    """The drafts to look through, and what their buttons do."""

    @app.get("/samordnare/forslag")
    def looked_through(request: Request, kommun: str = "", klart: str = "", id: str = "") -> Response:
        return _page(context, request, context.place(request, kommun), klart, id)

    @app.get("/samordnare/forslag/lage")
    def progress(request: Request, kommun: str = "") -> Response:
        found = Drafts(context.settings.home, context.place(request, kommun).named).read()
        state = "done" if found.state == "none" else found.state
        return JSONResponse({"state": state, "done": found.done, "total": found.total, "text": _progress_text(found)})

    @app.post("/samordnare/forslag")
    async def written(request: Request) -> Response:
        sent = await form_of(request)
        return await asyncio.to_thread(_begun, context, request, sent)

    @app.post("/samordnare/forslag/{question_id}")
    async def judged(request: Request, question_id: str) -> Response:
        sent = await form_of(request)
        return await asyncio.to_thread(_judged, context, request, question_id, sent)


def _begun(context: PageContext, request: Request, sent: dict[str, str]) -> Response:
    place = context.place(request, sent.get("kommun", ""))
    try:
        Drafts(context.settings.home, place.named).start(context.engine, WANTED)
    except KnowledgeError as error:
        return _page(context, request, place, error=f"{error.reason} {error.remedy}")
    return _next(place)


def _judged(context: PageContext, request: Request, question_id: str, sent: dict[str, str]) -> Response:
    """Does what the pressed button (`gor`) says, and shows the next draft."""
    place = context.place(request, sent.get("kommun", ""))
    drafts, sets = Drafts(context.settings.home, place.named), QuestionSets(context.settings.home)
    doing = sent.get("gor", "")
    if doing not in ("godkann", "kasta", "hamta", "spara"):
        raise HTTPException(404)
    try:
        if doing == "godkann":
            sets.approve(place.named, question_id, name_of(request), date.today())
        elif doing == "kasta":
            drafts.throw(question_id)
            return _next(place, "kastad", question_id)
        elif doing == "hamta":
            drafts.fetch_back(question_id)
            return _next(place, "tillbaka", question_id)
        else:
            _changed(context, request, place.named, sets.find(place.named, question_id), sent)
            return _next(place, "andrad", question_id)
    except KnowledgeError as error:
        typed = sent if doing == "spara" else {}
        return _page(context, request, place, "", question_id, error=f"{error.reason} {error.remedy}", typed=typed)
    return _next(place, "godkand", question_id)


def _changed(context: PageContext, request: Request, municipality: str, earlier: Case, sent: dict[str, str]) -> None:
    """Save a draft with the words typed, and approve it. KnowledgeError when it cannot be."""
    sets = QuestionSets(context.settings.home)
    before = QuestionForm.of_case(earlier)
    form = QuestionForm(
        sent.get("fraga", ""), before.kind, before.role, before.expects, before.sections, sent.get("uppgifter", ""), before.tags
    )
    case = form.case(municipality, earlier)
    stops = [p for p in check(case, context.engine.index(), [c for c in sets.read(municipality) if c.id != case.id]) if p.stops]
    if stops:
        raise KnowledgeError(" ".join(p.reason for p in stops), " ".join(dict.fromkeys(p.remedy for p in stops)))
    sets.save(municipality, approved(case, name_of(request), date.today()))


def _next(place: Place, done: str = "", question_id: str = "") -> Response:
    asked = {"kommun": place.named} | ({"klart": done, "id": question_id} if done else {})
    return RedirectResponse(f"/samordnare/forslag?{urlencode(asked)}#framsteg", 303)


def _page(
    context: PageContext,
    request: Request,
    place: Place,
    done: str = "",
    question_id: str = "",
    *,
    error: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    if place.municipality is None:
        return context.page(request, "samordnare_forslag.html", place)
    home = context.settings.home
    try:
        record, cases = Drafts(home, place.municipality).read(), QuestionSets(home).read(place.municipality)
    except KnowledgeError as failed:
        return context.page(
            request, "samordnare_forslag.html", place, {"error": f"{failed.reason} {failed.remedy}", "broken": True}, status=500
        )
    left = [c for c in cases if c.draft and c.origin == "drafted"]
    again = typed is not None or done == "tillbaka"
    case = next((c for c in left if again and c.id == question_id), next(iter(left), None))
    drafted = len(record.drafted)
    values: dict[str, Any] = {
        "record": record,
        "progress": {"done": record.done, "total": record.total, "text": _progress_text(record)} if record.state == "running" else None,
        "progress_url": f"/samordnare/forslag/lage?{urlencode({'kommun': place.municipality})}",
        "case": case,
        "sections": _sections(context, place.municipality, case) if case else [],
        "typed": {"fraga": case.question, "uppgifter": "\n".join(case.facts)} | (typed or {}) if case else {},
        "changing": bool(typed),
        "looked_at": drafted - len(left),
        "drafted": drafted,
        "thrown": len(record.thrown),
        "approved": sum(1 for c in cases if not c.draft),
        "few": FEW,
        "few_sections": _few(context, place.municipality),
        "error": error or (record.error if record.state == "failed" else ""),
        "before": (done, question_id, _words_of(question_id, cases, record)) if done else None,
    }
    return context.page(request, "samordnare_forslag.html", place, values, status=400 if error else 200)


def _progress_text(record: Drafting) -> str:
    if record.total and record.done + 1 >= record.total:
        return "Letar frågor som ligger nära dokumenten men saknar svar i dem."
    return f"Läser dokument {min(record.done + 1, max(record.total - 1, 1))} av {max(record.total - 1, 1)}."


def _words_of(question_id: str, cases: list[Case], record: Drafting) -> str:
    """What the question said that was dealt with just now."""
    found = next((c.question for c in cases if c.id == question_id), None)
    if found is None and question_id in record.thrown:
        return parse(record.thrown[question_id], "kastade")[0].question
    return found or ""


def _few(context: PageContext, municipality: str) -> bool:
    """Whether the municipality's documents have so few sections that few drafts can be made."""
    documents = context.engine.index().documents.values()
    return sum(len(d.sections) for d in documents if d.municipality == municipality and not d.draft) < _SHORT_SECTION


def _sections(context: PageContext, municipality: str, case: Case) -> list[Shown]:
    """The sections that the answer is expected in; where none is, those that lie nearest."""
    if case.abstain:
        return [shown(h.section, ()) for h in context.engine.search(case.question, municipality, _NEAREST)]
    found = (context.engine.index().section(id_) for id_ in case.section_ids)
    return [shown(s, case.facts) for s in found if s]


def shown(section: Section, facts: tuple[str, ...]) -> Shown:
    """A section with the facts' words told apart, whichever way they are written."""
    words = sorted({w.strip() for f in facts for w in f.split(" | ") if w.strip()}, key=len, reverse=True)
    pattern = re.compile("(" + "|".join(r"\s+".join(map(re.escape, w.split())) for w in words) + ")", re.IGNORECASE) if words else None
    lines = [line for line in section.text.split("\n") if line.strip()]
    pieces = (pattern.split(line) if pattern else [line] for line in lines)
    return Shown(section.headings, url_of(section), tuple(tuple((p, n % 2 == 1) for n, p in enumerate(ps) if p) for ps in pieces))
