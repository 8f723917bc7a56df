"""The page /min-roll: the role path of one municipality, chosen among several by a link; printed, it is a card of one page."""

from __future__ import annotations

from typing import Protocol

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from assistant.render import cited_url
from assistant.role_path import RolePath


class Paths(Protocol):
    """Where role paths come from."""

    def of(self, municipality: str, /) -> RolePath: ...


class Municipal(Protocol):
    """What is needed of the engine."""

    def municipalities(self) -> list[str]: ...


def add_role_page(app: FastAPI, pages: Jinja2Templates, engine: Municipal, paths: Paths) -> None:
    """The route /min-roll?kommun=<name>; the name is not needed where there is but one."""

    @app.get("/min-roll")
    def role(request: Request, kommun: str = "") -> Response:
        municipalities = engine.municipalities()
        if kommun and kommun not in municipalities:
            raise HTTPException(404)
        chosen = kommun or (municipalities[0] if len(municipalities) == 1 else "")
        context = {"municipalities": municipalities, "path": paths.of(chosen) if chosen else None, "cited_url": cited_url}
        return pages.TemplateResponse(request, "role.html", context)
