"""The page /samordnare/guide: how to evaluate the assistant, from docs/utvardering.md."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from markdown_it import MarkdownIt
from markupsafe import Markup

from assistant.page_context import PageContext

GUIDE = Path(__file__).parents[2] / "docs" / "utvardering.md"


def add_guide_page(app: FastAPI, context: PageContext) -> None:
    """The guide as a page. Not there where the program was installed without its docs; no page links to it then."""
    context.templates.env.globals["guide_is_here"] = GUIDE.is_file()

    @app.get("/samordnare/guide")
    def guide(request: Request, kommun: str = "") -> Response:
        if not GUIDE.is_file():
            raise HTTPException(404)
        title, _, text = GUIDE.read_text(encoding="utf-8").removeprefix("# ").partition("\n")
        return context.page(request, "samordnare_guide.html", context.place(request, kommun), {"title": title, "text": _html(text)})


def _html(text: str) -> Markup:
    """The text as HTML, its tables in regions that scroll by themselves on a narrow screen."""
    first, *others = MarkdownIt("commonmark", {"html": False}).enable("table").render(text).split("<table>")
    regions = (f'<div class="scroll" tabindex="0" role="region" aria-label="Tabell {n}"><table>{rest}' for n, rest in enumerate(others, 1))
    return Markup("".join([first, *regions]).replace("</table>", "</table></div>"))
