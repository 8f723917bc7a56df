"""What pages that other packages add are given, how they are found, and whose municipality they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import parse_qs

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from fastapi.templating import Jinja2Templates

from assistant import guard
from assistant.access import visitor
from assistant.access.ids import TooLargeError, read_body
from assistant.settings import Settings
from assistant.store.store import Store

if TYPE_CHECKING:
    from assistant.engine import Engine

GROUP = "assistant.pages"
"""The entry-point group: each entry is a function (app, context) that adds routes. The gate decides who reaches them."""


class Municipal(Protocol):
    """What is needed of the engine to know whose pages are shown."""

    def municipalities(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a page may use. Every part is safe to use from several threads."""

    templates: Jinja2Templates
    engine: Engine
    store: Store
    settings: Settings

    def place(self, request: Request, wanted: str = "") -> Place:
        """Whose page is shown: `wanted` (the query's or the form's "kommun") where the visitor may see it."""
        return Place(*municipality_of(self.engine, request, wanted))

    def page(
        self, request: Request, template: str, place: Place, values: Mapping[str, Any] | None = None, *, status: int = 200
    ) -> Response:
        """A coordinator's page: the template's `municipality` and `municipalities` come from `place`."""
        known = {"municipality": place.municipality, "municipalities": place.municipalities}
        headers = {"Content-Security-Policy": guard.COORDINATOR_POLICY}
        return self.templates.TemplateResponse(request, template, {**known, **(values or {})}, status_code=status, headers=headers)


@dataclass(frozen=True, slots=True)
class Place:
    """The municipality that a page is about, None where none has documents, and those that the visitor may choose among."""

    municipality: str | None
    municipalities: list[str]

    @property
    def named(self) -> str:
        """The municipality. HTTPException(404) when there is none."""
        if self.municipality is None:
            raise HTTPException(404)
        return self.municipality


AddPages = Callable[[FastAPI, PageContext], None]


def installed_pages() -> list[AddPages]:
    """What installed packages add, the project's own evaluation among them."""
    return [entry.load() for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name)]


def municipality_of(engine: Municipal, request: Request, wanted: str) -> tuple[str | None, list[str]]:
    """Whose pages are shown, and those to choose among: on the open machine all that have documents, else the visitor's own."""
    who = visitor.of(request.scope)
    names = [who.municipality] if who and who.municipality else engine.municipalities()
    return (wanted if wanted in names else next(iter(names), None)), names


async def form_of(request: Request) -> dict[str, str]:
    """The fields of a sent form without files, the first of each name. HTTPException(413) when it is larger than 64 kB."""
    try:
        sent = parse_qs((await read_body(request.receive)).decode("utf-8", "replace"), keep_blank_values=True)
    except TooLargeError:
        raise HTTPException(413) from None
    return {name: values[0] for name, values in sent.items()}
