"""/samordnare/inkorg: what the documents did not settle, what did not help, and what waits for a reply; grouped, and mended here."""

from __future__ import annotations

import asyncio
from urllib.parse import quote, urlencode

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.answer import Ask
from assistant.citations import url_of
from assistant.engine import Engine
from assistant.feedback import CAUSES
from assistant.page_context import PageContext, Place, form_of
from assistant.store.worklist import Item
from eval.pages import inbox_questions
from eval.pages.inbox_groups import InboxGroups
from eval.pages.likeness import topic_of
from knowledge.section import EVERYBODY, KnowledgeError, Section

LONGEST_REPLY = 4000
"""Characters of a reply."""

WHY = {"unanswered": "Utan svar", "thumb_down": "Tumme ned", "forwarded": "Skickad vidare"}
DONE = {
    "svar": "Svaret är sparat. Det visas i konversationen där frågan ställdes.",
    "klar": "Markerat som klart.",
}
_WORDS = {"why": WHY, "causes": CAUSES}


def add_inbox_pages(app: FastAPI, context: PageContext) -> None:
    """The routes under /samordnare/inkorg. The gate lets only coordinators through, who see their own municipality."""
    grouping = InboxGroups(context.settings)

    @app.get("/samordnare/inkorg")
    def listed(request: Request, kommun: str = "", visa: str = "", klart: str = "") -> Response:
        place = context.place(request, kommun)
        items = context.store.worklist.items(place.municipality) if place.municipality else []
        left = [i for i in items if not i.settled]
        groups, alone = grouping.of(items if visa == "alla" else left)
        followed = inbox_questions.followed(context.settings.home, place.municipality) if place.municipality else {}
        values = {"left": len(left), "groups": groups, "alone": alone, "followed": followed, "all": visa == "alla", "done": DONE.get(klart)}
        return context.page(request, "samordnare_inkorg.html", place, values | _WORDS)

    @app.get("/samordnare/inkorg/{item_id}")
    def shown(request: Request, item_id: str, kommun: str = "", klart: str = "") -> Response:
        place = context.place(request, kommun)
        return _item_page(context, request, place, _found(context, item_id, place), done=DONE.get(klart))

    @app.post("/samordnare/inkorg/{item_id}")
    async def answered(request: Request, item_id: str) -> Response:
        form = await form_of(request)
        return await asyncio.to_thread(_dealt_with, context, request, item_id, form)


def _dealt_with(context: PageContext, request: Request, item_id: str, form: dict[str, str]) -> Response:
    place = context.place(request, form.get("kommun", ""))
    item = _found(context, item_id, place)
    try:
        where, done = _deal(context, item, form)
    except KnowledgeError as error:
        return _item_page(context, request, place, item, error=f"{error.reason} {error.remedy}", typed=form.get("text", ""))
    return RedirectResponse(f"{where}?{urlencode({'kommun': place.named, 'klart': done})}", 303)


def _deal(context: PageContext, item: Item, form: dict[str, str]) -> tuple[str, str]:
    """Does what the form asks for; where to go on, and the key of what is told there. KnowledgeError when it cannot be done."""
    store, wanted = context.store, form.get("gor")
    if wanted == "klar":
        store.worklist.settle(item.id, item.municipality)
        return "/samordnare/inkorg", "klar"
    if wanted == "fraga":
        chosen = form.get("avsnitt", "")
        section = _section(context.engine, chosen, item.municipality) if chosen else None
        case = inbox_questions.make(context.settings.home, item, section)
        return f"/samordnare/fragor/{quote(case.id)}", "fraga"
    if item.why != "forwarded":
        raise HTTPException(404)
    if wanted == "avsnitt":
        section = _section(context.engine, form.get("avsnitt", ""), item.municipality)
        store.inbox.answered_by(item.id, item.municipality, section.id, section.headings)
        return "/samordnare/inkorg", "svar"
    text = form.get("text", "").strip()
    if not 0 < len(text) <= LONGEST_REPLY:
        raise KnowledgeError("Svaret är tomt eller för långt.", f"Skriv mellan 1 och {LONGEST_REPLY} tecken.")
    store.inbox.reply(item.id, item.municipality, text)
    return "/samordnare/inkorg", "svar"


def _item_page(
    context: PageContext, request: Request, place: Place, item: Item, *, error: str = "", typed: str = "", done: str | None = None
) -> Response:
    engine, index = context.engine, context.engine.index()
    now = engine.ask(Ask(item.question, municipality=item.municipality, quotes_only=True))
    cited = _sections(engine, [c.section_id for c in now.citations])
    near = _sections(engine, item.sections)
    documents = dict.fromkeys(s.document_id for s, _ in near)
    values = {
        "item": item,
        "error": error,
        "done": done,
        "typed": typed,
        "now": cited,
        "status": now.status,
        "near": near,
        "suggested": [(s, url_of(s)) for s in inbox_questions.suggested(engine, item, now)],
        "silent_first": inbox_questions.should_be_silent(item),
        "question": inbox_questions.followed(context.settings.home, item.municipality).get(item.id),
        "topic": topic_of(item.question),
        "documents": [d for d in map(index.document, documents) if d and d.municipality == item.municipality],
    }
    return context.page(request, "samordnare_arende.html", place, values | _WORDS, status=400 if error else 200)


def _found(context: PageContext, item_id: str, place: Place) -> Item:
    items = context.store.worklist.items(place.municipality) if place.municipality else []
    found = next((item for item in items if item.id == item_id), None)
    if found is None:
        raise HTTPException(404)
    return found


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
