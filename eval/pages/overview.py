"""The page /samordnare: how the assistant is used, how good its answers are, and the button that starts a run."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from assistant.access import visitor
from assistant.access.visitor import Source
from assistant.page_context import PageContext, Place, form_of
from assistant.store.usage import usage
from eval import background
from eval.background import Progress
from eval.compare import compare
from eval.pages import charts, figures, words
from eval.question_sets import QuestionSets
from eval.run import Run, runs
from eval.summary import FEW
from knowledge.section import KnowledgeError

DAYS = 90
"""Days of use that the overview counts."""


def add_overview_page(app: FastAPI, context: PageContext) -> None:
    """The overview, the start of a run, and how far it has come."""

    def page(request: Request, place: Place, error: str = "") -> Response:
        values = _values(context, request, place) | {"error": error}
        return context.page(request, "samordnare_oversikt.html", place, values, status=400 if error else 200)

    @app.get("/samordnare")
    def overview(request: Request, kommun: str = "") -> Response:
        return page(request, context.place(request, kommun))

    @app.post("/samordnare/korningar")
    async def start(request: Request) -> Response:
        return await asyncio.to_thread(started, request, (await form_of(request)).get("kommun", ""))

    def started(request: Request, kommun: str) -> Response:
        place = context.place(request, kommun)
        try:
            background.start(context.settings, place.named)
        except KnowledgeError as error:
            return page(request, place, f"{error.reason} {error.remedy}")
        return RedirectResponse(f"/samordnare?{urlencode({'kommun': place.named})}", 303)

    @app.get("/samordnare/korningar/lage")
    def progress(request: Request, kommun: str = "") -> JSONResponse:
        found = background.progress(context.settings.home, context.place(request, kommun).named)
        return JSONResponse(progress_values(found) if found else {"state": "none"})


def progress_values(found: Progress) -> dict[str, Any]:
    """How far a run has come, as the page and its script read it."""
    text = f"{found.done} av {found.total} frågor är ställda." if found.total else "Körningen förbereds."
    return {"state": found.state, "done": found.done, "total": found.total, "text": text, "error": found.error}


def run_values(kept: list[Run]) -> dict[str, Any]:
    """What is told of the latest run and of those before it."""
    latest = kept[-1]
    changed = _changed(kept)
    return {
        "run": latest,
        "verdict": figures.verdict(latest),
        "five": figures.five(latest),
        "kinds": figures.groups(latest.rows, lambda r: r.type),
        "roles": figures.groups(latest.rows, lambda r: r.role),
        "chart": charts.over_runs(kept, words.labels(kept)) if len(kept) > 1 else None,
        "history": [(r, figures.share_right(r.rows)) for r in reversed(kept)],
        "changed": changed,
    }


def _values(context: PageContext, request: Request, place: Place) -> dict[str, Any]:
    if place.municipality is None:
        return {}
    home, municipality = context.settings.home, place.municipality
    kept = runs(home, municipality)
    first = context.engine.today() - timedelta(days=DAYS)
    return {
        "days": DAYS,
        "use": usage(context.store, municipality, first, per_person=counts_people(request)),
        **run_progress(context, place),
        **(run_values(kept) if kept else {}),
    }


def counts_people(request: Request) -> bool:
    """Whether people can be told apart, so that a small group is one of few people; on the open machine it is one of few questions."""
    who = visitor.of(request.scope)
    return who is None or who.source is not Source.LOCAL


def run_progress(context: PageContext, place: Place) -> dict[str, Any]:
    """What the part of a page needs that starts a run and shows how far it has come."""
    if place.municipality is None:
        return {}
    cases = QuestionSets(context.settings.home).read(place.municipality)
    approved = sum(c.approved_on is not None for c in cases)
    found = background.progress(context.settings.home, place.municipality)
    return {
        "few": FEW,
        "approved": approved,
        "drafts": len(cases) - approved,
        "progress": progress_values(found) if found and found.state == "running" else None,
        "failed": found.error if found and found.state == "failed" else "",
        "progress_url": f"/samordnare/korningar/lage?{urlencode({'kommun': place.municipality})}",
    }


def _changed(kept: list[Run]) -> tuple[int, int] | None:
    """How many questions turned right and wrong since the run before the latest; None where that cannot be said."""
    if len(kept) < 2:
        return None
    try:
        found = compare(kept[-2], kept[-1])
    except KnowledgeError:
        return None
    won = sum(f.won for f in found.flips)
    return won, len(found.flips) - won
