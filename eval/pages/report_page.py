"""The page /samordnare/rapport: a report to management, to print, and as DOCX and CSV."""

from __future__ import annotations

from datetime import timedelta

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.page_context import PageContext, Place
from assistant.store.usage import usage
from eval.pages import charts, words
from eval.pages.exchange import as_file
from eval.pages.management import Report, as_csv, report
from eval.pages.overview import DAYS, counts_people
from eval.pages.report_docx import MEDIA_TYPE, as_docx
from eval.run import Run, runs


def add_report_page(app: FastAPI, context: PageContext) -> None:
    """The report in three shapes. There is none before the first run."""

    def made(request: Request, place: Place) -> tuple[Report, list[Run]] | None:
        kept = runs(context.settings.home, place.municipality) if place.municipality else []
        if not kept:
            return None
        today = context.engine.today()
        use = usage(context.store, place.named, today - timedelta(days=DAYS), per_person=counts_people(request))
        return report(place.named, kept, use, DAYS, today), kept

    def demanded(request: Request, place: Place) -> Report:
        found = made(request, place)
        if found is None:
            raise HTTPException(404)
        return found[0]

    @app.get("/samordnare/rapport")
    def shown(request: Request, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        found = made(request, place)
        values: dict[str, object] = {}
        if found:
            kept = found[1][-12:]
            chart = charts.over_runs(kept, words.labels(kept)) if len(kept) > 1 else None
            values = {"report": found[0], "chart": chart}
        return context.page(request, "samordnare_rapport.html", place, values)

    @app.get("/samordnare/rapport.docx")
    def word(request: Request, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        return as_file(as_docx(demanded(request, place)), f"rapport-{place.named}.docx", MEDIA_TYPE)

    @app.get("/samordnare/rapport.csv")
    def sheet(request: Request, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        return as_file(as_csv(demanded(request, place)), f"rapport-{place.named}.csv", "text/csv; charset=utf-8")
