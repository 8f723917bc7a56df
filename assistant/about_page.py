"""The page /om: what the service is, and what it does with what people type. Open without login."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from assistant.about import Service


def add_about_page(app: FastAPI, pages: Jinja2Templates, service: Service) -> None:
    """The route /om, filled in from how the service runs."""

    @app.get("/om")
    def about(request: Request) -> Response:
        return pages.TemplateResponse(request, "about.html", {"service": service, "authorities": authorities()})


@cache
def authorities() -> dict[str, Any]:
    """The authorities that pages link to, by short name: the only addresses outside the house, with those of the programmes."""
    return tomllib.loads(files("prompts").joinpath("contacts.toml").read_text(encoding="utf-8"))
