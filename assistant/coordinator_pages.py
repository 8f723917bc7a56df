"""The coordinator's list: what the documents did not settle, what did not help, and questions that wait for a reply."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from fastapi.templating import Jinja2Templates

from assistant.access import visitor
from assistant.access.ids import TooLargeError, read_body
from assistant.answer import Ask
from assistant.citations import url_of
from assistant.desk import Engine
from assistant.feedback import CAUSES
from assistant.store.store import Store
from assistant.store.worklist import Item
from knowledge.section import EVERYBODY, KnowledgeError, Section

LONGEST_REPLY = 4000
"""Characters of a reply."""

WHY = {"unanswered": "Utan svar", "thumb_down": "Tumme ned", "forwarded": "Skickad vidare"}
ROLES = {"user": "medarbetare", "coordinator": "samordnare"}
DONE = {"svar": "Svaret är sparat. Det visas i konversationen där frågan ställdes.", "klar": "Markerat som klart."}


def add_coordinator_pages(app: FastAPI, pages: Jinja2Templates, engine: Engine, store: Store) -> None:
    """The routes under /samordnare. The gate lets only coordinators through, who see their own municipality."""

    def item_page(request: Request, item: Item, error: str = "", typed: str = "") -> Response:
        sections = {"now": _sections_now(engine, item), "near": _sections(engine, item.sections)}
        context = {"item": item, "error": error, "typed": typed} | sections | _WORDS
        return pages.TemplateResponse(request, "coordinator_item.html", context, status_code=400 if error else 200)

    @app.get("/samordnare")
    def listed(request: Request, kommun: str = "", visa: str = "", klart: str = "") -> Response:
        municipality, names = _municipality(engine, request, kommun)
        items = store.worklist.items(municipality) if municipality else []
        left = [i for i in items if not i.settled]
        context = {"municipality": municipality, "municipalities": names, "left": len(left), "items": items if visa == "alla" else left}
        return pages.TemplateResponse(request, "coordinator.html", context | _WORDS | {"all": visa == "alla", "done": DONE.get(klart)})

    @app.get("/samordnare/{item_id}")
    def shown(request: Request, item_id: str, kommun: str = "") -> Response:
        return item_page(request, _found(store, item_id, _municipality(engine, request, kommun)[0]))

    @app.post("/samordnare/{item_id}")
    async def answered(request: Request, item_id: str) -> Response:
        form = await _form(request)
        return await asyncio.to_thread(dealt_with, request, item_id, form)

    def dealt_with(request: Request, item_id: str, form: dict[str, str]) -> Response:
        municipality, _ = _municipality(engine, request, form.get("kommun", ""))
        item = _found(store, item_id, municipality)
        try:
            done = _deal(engine, store, item, form)
        except KnowledgeError as error:
            return item_page(request, item, f"{error.reason} {error.remedy}", form.get("text", ""))
        return RedirectResponse(f"/samordnare?{urlencode({'kommun': municipality, 'klart': done})}", 303)


_WORDS = {"why": WHY, "roles": ROLES, "causes": CAUSES}


def _deal(engine: Engine, store: Store, item: Item, form: dict[str, str]) -> str:
    """Does what the form asks for; the key of what is told then. KnowledgeError when it cannot be done."""
    if form.get("gor") == "klar":
        store.worklist.settle(item.id, item.municipality)
        return "klar"
    if item.why != "forwarded":
        raise HTTPException(404)
    if form.get("gor") == "avsnitt":
        section = _section(engine, form.get("avsnitt", ""), item.municipality)
        store.inbox.answered_by(item.id, item.municipality, section.id, section.headings)
        return "svar"
    text = form.get("text", "").strip()
    if not 0 < len(text) <= LONGEST_REPLY:
        raise KnowledgeError("Svaret är tomt eller för långt.", f"Skriv mellan 1 och {LONGEST_REPLY} tecken.")
    store.inbox.reply(item.id, item.municipality, text)
    return "svar"


def _municipality(engine: Engine, request: Request, wanted: str) -> tuple[str | None, list[str]]:
    """Whose list is shown, and those to choose among: on the open machine all that have documents, else the coordinator's own."""
    who = visitor.of(request.scope)
    names = [who.municipality] if who and who.municipality else engine.municipalities()
    return (wanted if wanted in names else next(iter(names), None)), names


def _found(store: Store, item_id: str, municipality: str | None) -> Item:
    items = store.worklist.items(municipality) if municipality else []
    found = next((item for item in items if item.id == item_id), None)
    if found is None:
        raise HTTPException(404)
    return found


def _sections_now(engine: Engine, item: Item) -> list[tuple[Section, str]]:
    """The sections that the engine would cite for a question today: a document may have been mended since."""
    if item.why != "forwarded":
        return []
    answer = engine.ask(Ask(item.question, municipality=item.municipality, quotes_only=True))
    return _sections(engine, [c.section_id for c in answer.citations])


def _sections(engine: Engine, ids: tuple[str, ...] | list[str]) -> list[tuple[Section, str]]:
    """The sections that are still there, each once, with their addresses."""
    found = (engine.index().section(id_) for id_ in dict.fromkeys(ids))
    return [(s, url_of(s)) for s in found if s]


def _section(engine: Engine, said: str, municipality: str) -> Section:
    """A section that may be cited to the municipality, by its id or the address of its page."""
    index = engine.index()
    section = index.section(said.strip().partition("/dokument/")[2] or said.strip())
    document = index.documents.get(section.document_id) if section else None
    if section is None or document is None or document.draft or document.municipality not in (municipality, EVERYBODY):
        raise KnowledgeError("Avsnittet finns inte i kommunens dokument.", "Välj ett avsnitt, eller klistra in adressen till det.")
    return section


async def _form(request: Request) -> dict[str, str]:
    try:
        sent = parse_qs((await read_body(request.receive)).decode("utf-8", "replace"), keep_blank_values=True)
    except TooLargeError:
        raise HTTPException(413) from None
    return {name: values[0] for name, values in sent.items()}
