"""The pages /samordnare/korningar, /samordnare/jamfor and /samordnare/tillit: every run, what changed, and how far to trust the answers."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.page_context import PageContext, Place
from eval.compare import cause, compare
from eval.curve import accuracy_coverage
from eval.pages import charts, comparison, figures, words
from eval.pages.overview import run_progress
from eval.run import Run, runs
from eval.summary import FEW, TITLES, Figure
from knowledge.section import KnowledgeError


def add_run_pages(app: FastAPI, context: PageContext) -> None:
    """The list of runs, a run, two runs compared, and accuracy against coverage."""

    def kept_of(place: Place) -> list[Run]:
        return runs(context.settings.home, place.municipality) if place.municipality else []

    @app.get("/samordnare/korningar")
    def listed(request: Request, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        kept = kept_of(place)
        values = {"kept": [(r, figures.share_right(r.rows)) for r in reversed(kept)], "few": FEW}
        return context.page(request, "samordnare_korningar.html", place, values | run_progress(context, place))

    @app.get("/samordnare/korningar/{run_id}")
    def shown(request: Request, run_id: str, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        run = _of_id(kept_of(place), run_id)
        wrong = [(r, words.CAUSES[cause(r)]) for r in run.rows if not r.right]
        values = {
            "run": run,
            "verdict": figures.verdict(run),
            "five": figures.five(run),
            "measures": [(TITLES[name], *_cells(name, figure)) for name, figure in run.figures.items()],
            "wrong": wrong,
            "few": FEW,
        }
        return context.page(request, "samordnare_korning.html", place, values)

    @app.get("/samordnare/jamfor")
    def compared(request: Request, kommun: str = "", fore: str = "", efter: str = "") -> Response:
        place = context.place(request, kommun)
        kept = kept_of(place)
        if len(kept) < 2:
            return context.page(request, "samordnare_jamfor.html", place, {"kept": kept})
        after = _of_id(kept, efter) if efter else kept[-1]
        before = _of_id(kept, fore) if fore else next((r for r in reversed(kept) if r.started < after.started), kept[0])
        return context.page(request, "samordnare_jamfor.html", place, {"kept": kept} | _comparison(before, after))

    @app.get("/samordnare/tillit")
    def trust(request: Request, kommun: str = "") -> Response:
        place = context.place(request, kommun)
        kept = kept_of(place)
        return context.page(request, "samordnare_tillit.html", place, _trust(kept[-1], context.engine.threshold) if kept else {})


def _of_id(kept: list[Run], run_id: str) -> Run:
    found = next((r for r in kept if r.id == run_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _comparison(before: Run, after: Run) -> dict[str, Any]:
    chosen = {"before": before, "after": after}
    try:
        found = compare(before, after)
    except KnowledgeError as error:
        return chosen | {"error": f"{error.reason} {error.remedy}"}
    return chosen | {
        "found": found,
        "lost": [(f, comparison.why(f)) for f in found.flips if not f.won],
        "won": [(f, comparison.why(f)) for f in found.flips if f.won],
        "chance": comparison.chance(found),
        "differences": comparison.differences(before, after),
    }


def _trust(run: Run, threshold: float) -> dict[str, Any]:
    points = accuracy_coverage(run)
    values = {"run": run, "points": points, "threshold": charts.threshold_words(threshold), "few": FEW, "enough": len(run.rows) >= FEW}
    nearest = charts.nearest_to(points, threshold)
    return values | {"chart": charts.over_thresholds(points, threshold), "nearest": nearest, "written": charts.threshold_words}


def _cells(name: str, figure: Figure) -> tuple[str, str, str]:
    """Value, interval and number of a figure as they are written."""
    if figure.value is None:
        return "–", "", "0"
    if figure.low is None:
        value = f"{figure.value:.2f}".replace(".", ",") if name == "reciprocal_rank" else words.number(round(figure.value))
        return value, "", str(figure.n)
    if figure.n < FEW:
        return f"{round(figure.value * figure.n)} av {figure.n}", "Kan inte säga", str(figure.n)
    return words.percent(figure.value), words.interval(figure), str(figure.n)
