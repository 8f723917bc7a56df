"""What pages that other packages add are given: whose municipality, forms within limits, and how they are found."""

from __future__ import annotations

from importlib import metadata

import pytest
from fastapi import FastAPI, HTTPException, Request
from fastapi.testclient import TestClient

from assistant import page_context
from assistant.access.visitor import LOCAL, Role, Source, Visitor
from assistant.page_context import Place, form_of, installed_pages, municipality_of

KARIN = Visitor("konto:karin", Role.COORDINATOR, "Ekvik", "Karin", Source.ACCOUNT)


class Two:
    def municipalities(self) -> list[str]:
        return ["Ekvik", "Norrö"]


class Nowhere:
    def municipalities(self) -> list[str]:
        return []


def request_of(visitor: Visitor) -> Request:
    return Request({"type": "http", "assistant.visitor": visitor})


@pytest.mark.parametrize("wanted", ["", "Ekvik", "Norrö", "Ingenstans"])
def test_a_coordinator_sees_their_own_municipality_whatever_is_asked_for(wanted: str) -> None:
    assert municipality_of(Two(), request_of(KARIN), wanted) == ("Ekvik", ["Ekvik"])


@pytest.mark.parametrize(("wanted", "shown"), [("", "Ekvik"), ("Norrö", "Norrö"), ("Ingenstans", "Ekvik")])
def test_on_the_open_machine_any_with_documents_may_be_chosen(wanted: str, shown: str) -> None:
    assert municipality_of(Two(), request_of(LOCAL), wanted) == (shown, ["Ekvik", "Norrö"])


def test_without_documents_there_is_no_municipality() -> None:
    place = Place(*municipality_of(Nowhere(), request_of(LOCAL), "Ekvik"))
    assert place.municipality is None
    with pytest.raises(HTTPException):
        _ = place.named


def test_a_form_gives_the_first_of_each_field_and_is_refused_when_too_large() -> None:
    app = FastAPI()

    @app.post("/")
    async def sent(request: Request) -> dict[str, str]:
        return await form_of(request)

    client = TestClient(app)
    assert client.post("/", content="a=1&a=2&b=%C3%A5%20&c=").json() == {"a": "1", "b": "å ", "c": ""}
    assert client.post("/", content="a=" + "x" * 70_000).status_code == 413


def test_pages_are_found_by_their_entry_points_in_the_order_of_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    there = [metadata.EntryPoint(name, value, page_context.GROUP) for name, value in (("b", "json:dumps"), ("a", "json:loads"))]
    monkeypatch.setattr(page_context, "entry_points", lambda group: there if group == "assistant.pages" else [])
    assert [page.__name__ for page in installed_pages()] == ["loads", "dumps"]
