"""The coordinator's pages under /samordnare: how good the answers are, what got worse and why, and what can be mended."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import FastAPI
from jinja2 import ChoiceLoader, FileSystemLoader, pass_context
from jinja2.runtime import Context

from assistant.page_context import AddPages, PageContext
from eval.compare import right
from eval.pages import words
from eval.pages.documents import add_document_pages
from eval.pages.drafts import add_draft_pages
from eval.pages.exchange import add_exchange
from eval.pages.guide import add_guide_page
from eval.pages.inbox import add_inbox_pages
from eval.pages.mending import add_mending_pages
from eval.pages.overview import add_overview_page
from eval.pages.question_editing import add_question_editing
from eval.pages.questions import add_question_pages
from eval.pages.report_page import add_report_page
from eval.pages.run_pages import add_run_pages

_TEMPLATES = Path(__file__).parent / "templates"
NAVIGATION = (
    ("/samordnare", "Översikt"),
    ("/samordnare/inkorg", "Inkorg"),
    ("/samordnare/fragor", "Frågor"),
    ("/samordnare/forslag", "Förslag"),
    ("/samordnare/korningar", "Körningar"),
    ("/samordnare/dokument", "Dokument"),
    ("/samordnare/ord", "Ord"),
    ("/samordnare/kontakter", "Kontakter"),
    ("/samordnare/rapport", "Rapport"),
)
"""Address and name of the pages that every page leads to."""

_PAGES: tuple[AddPages, ...] = (
    add_overview_page,
    add_exchange,
    add_question_editing,
    add_question_pages,
    add_draft_pages,
    add_run_pages,
    add_report_page,
    add_guide_page,
    add_document_pages,
    add_inbox_pages,
    add_mending_pages,
)
"""In this order: an address with a fixed name stands before one with a name that varies."""

_WORDS = (
    words.percent,
    words.interval,
    words.number,
    words.when_words,
    words.kind_words,
    words.role_words,
    words.status_words,
    words.reason_words,
    words.cited,
)
"""What every template may say things with."""


def add_pages(app: FastAPI, context: PageContext) -> None:
    """Adds every page of the coordinator's. What the entry-point group `assistant.pages` names."""
    env = context.templates.env
    env.loader = ChoiceLoader([FileSystemLoader(_TEMPLATES), *([env.loader] if env.loader else [])])
    env.globals |= {"coordinator_navigation": NAVIGATION, "to": to, "is_right": right} | {
        function.__name__: function for function in _WORDS
    }
    for add in _PAGES:
        add(app, context)


@pass_context
def to(page: Context, path: str, **query: Any) -> str:
    """The address of a coordinator's page, about the municipality that the present page is about."""
    several = len(page.get("municipalities") or ()) > 1
    asked = ({"kommun": page.get("municipality")} if several else {}) | {k: v for k, v in query.items() if v not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path
