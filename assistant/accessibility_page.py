"""The page /tillganglighet: the statement that the law on accessibility to digital public service demands. Open without login."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from assistant.about import Service
from assistant.about_page import authorities


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is not accessible: what, whom it stops, why it is so, what one can do instead, and the criteria of WCAG 2.1."""

    what: str
    whom: str
    why: str
    instead: str
    criterion: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What is known of the service's accessibility, the day that it was assessed and the day that the statement was last changed."""

    assessed: date
    updated: date
    lacks: tuple[Lack, ...]


def add_accessibility_page(app: FastAPI, pages: Jinja2Templates, service: Service) -> None:
    """The route /tillganglighet, with the municipality and whom to tell from how the service runs."""

    @app.get("/tillganglighet")
    def accessibility(request: Request) -> Response:
        context = {"service": service, "authorities": authorities(), "statement": statement()}
        return pages.TemplateResponse(request, "accessibility.html", context)


@cache
def statement() -> Statement:
    """What prompts/tillganglighet.toml says."""
    read = tomllib.loads(files("prompts").joinpath("tillganglighet.toml").read_text(encoding="utf-8"))
    return Statement(read["assessed"], read["updated"], tuple(Lack(**lack) for lack in read["lack"]))
