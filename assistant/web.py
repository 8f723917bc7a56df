"""The web application: the chat at "/", the documents at "/dokument", the role path, "/om", and "/halsa" for operators."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.convertors import Convertor, register_url_convertor
from starlette.types import Scope

from assistant import guard, reading
from assistant.about import service_of
from assistant.about_page import add_about_page
from assistant.access import eventlog, ready, visitor
from assistant.access.doors import Doors, open_doors
from assistant.access.forwarded import Forwarded
from assistant.access.gate import Gate
from assistant.access.ids import OwnerOf
from assistant.access.login import add_pages
from assistant.access.rules import chainlit_paths
from assistant.accessibility_page import add_accessibility_page
from assistant.answer import Answer, Ask
from assistant.desk import Desk
from assistant.gone_pages import WITH_SCRIPT, add_gone_pages, gone_page
from assistant.listener import Listener
from assistant.page_context import AddPages, PageContext, installed_pages
from assistant.prefix import Prefix, prefix_of
from assistant.render import VALIDITY_WORDS
from assistant.role_page import add_role_page
from assistant.source_pages import add_source_pages, original_of
from assistant.store.owners import Owners
from assistant.store.removal import every_day
from assistant.store.retention import ready_for_others
from assistant.store.store import Store
from assistant.store.versions import Versions
from knowledge.register import Municipality
from knowledge.section import EVERYBODY, Document, KnowledgeError, Section, Validity

if TYPE_CHECKING:
    from assistant.engine import Engine
    from assistant.settings import Settings

PAGES = Path(__file__).parent / "pages"
NAME = "Internationella assistenten"
LARGEST_MESSAGE = 2**20
"""Bytes of one message over the chat's socket."""


class IndexLike(Protocol):
    """The documents as they are indexed now."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def generation(self) -> str: ...

    @property
    def municipalities(self) -> tuple[Municipality, ...]: ...

    def document(self, document_id: str, /) -> Document | None: ...

    def section(self, section_id: str, /) -> Section | None: ...


class EngineLike(Protocol):
    """What the chat and the pages need of `Engine`. Each method may be called from any thread and may raise KnowledgeError."""

    def ask(self, ask: Ask, listener: Listener | None = None, /) -> Answer: ...

    def index(self) -> IndexLike: ...

    def validity(self, document: Document, /) -> Validity: ...

    def municipalities(self) -> list[str]: ...


class Unserved(Convertor[str]):
    """Every path but those that `access.rules` leaves to Chainlit."""

    regex = f"(?!(?:{chainlit_paths()})$).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("unserved", Unserved())


def create_app(engine: EngineLike, settings: Settings, *, kept: OwnerOf | None = None, added: Iterable[AddPages] | None = None) -> FastAPI:
    """The application, ready to serve. Chainlit keeps its files under the home from the first call in a process on.

    `kept` says whose a kept thing is, in place of the store; `added` are pages in place of those that installed packages add.
    KnowledgeError when others would be served without login, or something else is missing.
    """
    store = Store.open(settings)
    doors = open_doors(settings, store.database.engine)
    for address in _addresses(settings):
        ready.demand(address, [lambda: ready_for_others(settings)])
    _prepare(settings.home / "chainlit", doors)
    from assistant import chat  # not before the line above: Chainlit reads its configuration when it is imported

    desk = Desk(engine, settings.home, store)
    app = FastAPI(title=NAME, docs_url=None, redoc_url=None, openapi_url=None, lifespan=_with_gallring(store, settings))
    app.mount("/statisk", StaticFiles(directory=PAGES / "static"))
    pages = Jinja2Templates(directory=PAGES / "templates")
    pages.env.globals |= {"name": NAME, "validity_words": VALIDITY_WORDS, "validity_of": engine.validity, "open_here": doors.open_here}
    pages.env.globals["root_of"] = doors.prefix
    pages.env.filters |= {"day": reading.swedish_date, "whose": reading.municipality_words}
    _add_chat_page(app, pages, desk, *chat.bundle())
    _add_document_pages(app, pages, engine, settings.home, store.versions)
    add_gone_pages(app, pages, engine, store.versions)
    add_source_pages(app, pages, engine, settings.home)
    add_role_page(app, pages, engine, desk.role_paths)
    service = service_of(settings, login=not doors.open_here)
    add_about_page(app, pages, service)
    add_accessibility_page(app, pages, service)
    add_pages(app, pages, doors, [lambda: _without_index(engine)])
    context = PageContext(pages, cast("Engine", engine), store, settings)  # added pages may use more of the engine than those here do
    for add in installed_pages() if added is None else added:
        add(app, context)
    _add_service_pages(app, engine)
    chat.mount(app, desk, doors, kept or Owners(store))
    _put_in_front(app, pages, doors, chat.owner_of, chat.keeps, settings.public_url)
    return app


def run(settings: Settings, engine: EngineLike) -> None:
    """Serves until it is stopped. KnowledgeError when the address is taken."""
    app = create_app(engine, settings)  # first, because it refuses to serve others when something is missing
    listener = _listen(settings.host, settings.port)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, proxy_headers=False, ws_max_size=LARGEST_MESSAGE, log_config=None
    )
    eventlog.to_stderr()
    place = f"http://{settings.host}:{listener.getsockname()[1]}{prefix_of(settings.public_url)}"
    print(f"{NAME} finns på {place}{app.state.notice} Avsluta med Ctrl+C.", flush=True)
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # what the program consists of: to look through it takes a fifth of a second, in which nobody would be served
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _addresses(settings: Settings) -> list[str]:
    """Where people reach the chat. Through a proxy others do, whatever address the chat itself listens on."""
    public = urlsplit(settings.public_url or "").hostname
    return [settings.host, *([public] if public else []), *(["en adress bakom en proxy"] if settings.proxies else [])]


def _with_gallring(store: Store, settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """While the application runs, what is past its time is removed every day."""

    @asynccontextmanager
    async def running(_app: FastAPI) -> AsyncIterator[None]:
        job = asyncio.create_task(every_day(store, settings))
        yield
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job

    return running


def _put_in_front(
    app: FastAPI, pages: Jinja2Templates, doors: Doors, owner_of: OwnerOf, keeps: Callable[[], bool], public: str | None
) -> None:
    """What every request meets, the last first: the path it comes under, whose words of it are believed, the guard, and the gate."""

    def page(scope: Scope, status: int, error: KnowledgeError) -> Response:
        template = "missing.html" if status == 404 else "refused.html"
        return pages.TemplateResponse(Request(scope), template, {"error": error}, status_code=status)

    app.state.notice = " – utan inloggning, bara på den här datorn." if doors.open_here else " – med inloggning."
    app.add_middleware(Gate, doors=doors, owner_of=owner_of, keeps=keeps, page=page)
    app.add_middleware(guard.Guard, public=public)
    app.add_middleware(Forwarded, proxies=doors.proxies)
    if doors.prefix:
        app.add_middleware(Prefix, prefix=doors.prefix)


def _without_index(engine: EngineLike) -> list[str]:
    try:
        engine.index()
    except KnowledgeError as error:
        return [f"{error.reason} {error.remedy}"]
    return []


def _prepare(root: Path, doors: Doors) -> None:
    """Puts our configuration where Chainlit looks for it, keeps it from a stray .env file, and has it know people by our gate alone."""
    for name in ("config.toml", "translations/sv-SE.json"):
        place = root / ".chainlit" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        ours = (PAGES / "chainlit" / name).read_text("utf-8").replace('"/statisk/', f'"{doors.prefix}/statisk/')
        place.write_text(ours, "utf-8")  # not a copy with its rights: the install may be read-only
    (root / "chainlit_sv-SE.md").touch()  # Chainlit's "readme": empty, so that its button is left out
    os.environ["CHAINLIT_APP_ROOT"] = str(root.resolve())
    os.environ["CHAINLIT_ENV_FILE"] = os.devnull
    os.environ["CHAINLIT_AUTH_SECRET"] = doors.secret
    os.environ["CHAINLIT_CUSTOM_AUTH"] = "1"


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise KnowledgeError(
            f"Det går inte att lyssna på {host}:{port} ({error.strerror}).",
            "Stäng det program som använder porten, eller välj en annan med --port.",
        ) from error


def _add_chat_page(app: FastAPI, pages: Jinja2Templates, desk: Desk, script: str, style: str) -> None:
    @app.get("/thread/{thread_id}")
    @app.get("/")
    def chat_page(request: Request) -> Response:
        who = visitor.of(request.scope)
        context = {"script": script, "style": style, "waiting": desk.keeping.waiting(who.identifier) if who else []}
        return pages.TemplateResponse(request, "chat.html", context, headers={"Content-Security-Policy": guard.CHAT_POLICY})

    @app.get("/logo")
    def logo() -> FileResponse:
        """Chainlit's list of conversations asks for it here, whatever its settings say."""
        return FileResponse(PAGES / "static" / "logotyp.svg")

    @app.post("/set-session-cookie")
    def no_cookie() -> JSONResponse:
        """Chainlit's page asks for a cookie that only several servers behind one address would need."""
        return JSONResponse({})


def _add_document_pages(app: FastAPI, pages: Jinja2Templates, engine: EngineLike, home: Path, versions: Versions) -> None:
    def missing(request: Request) -> Response:
        return pages.TemplateResponse(request, "missing.html", status_code=404)

    @app.get("/dokument")
    def documents(request: Request) -> Response:
        return pages.TemplateResponse(request, "documents.html", {"shelves": _shelves(engine.index().documents.values())})

    @app.get("/dokument/{document_id:path}")
    def document(request: Request, document_id: str, citat: str = "") -> Response:
        index = engine.index()
        found = index.document(document_id)
        if found is None:
            return gone_page(request, pages, index, versions, document_id) or missing(request)
        if found.id != document_id:  # it had this id before
            return RedirectResponse(f"/dokument/{found.id}" + (f"?{request.url.query}" if request.url.query else ""))
        context = {"document": found, "metadata": reading.metadata(found), "parts": reading.parts(found, citat), "quote": citat}
        context["original"] = original_of(index, found, home)
        return pages.TemplateResponse(request, "document.html", context, headers=WITH_SCRIPT)

    @app.exception_handler(KnowledgeError)
    def unavailable(request: Request, error: KnowledgeError) -> Response:
        return pages.TemplateResponse(request, "unavailable.html", {"error": error}, status_code=503)

    def not_found(request: Request, _error: Exception) -> Response:
        return missing(request)

    for status in (404, 405):
        app.add_exception_handler(status, not_found)
    app.add_exception_handler(RequestValidationError, not_found)  # an address whose number, say, is none


def _add_service_pages(app: FastAPI, engine: EngineLike) -> None:
    @app.get("/halsa")
    def health() -> JSONResponse:
        try:
            return JSONResponse({"status": "ok", "documents": len(engine.index().documents)})
        except KnowledgeError as error:
            return JSONResponse({"status": "fel", "orsak": error.reason, "gör så här": error.remedy}, 503)

    @app.api_route("/{path:unserved}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
    def unserved() -> None:
        raise HTTPException(404)


def _shelves(documents: Iterable[Document]) -> list[tuple[str | None, list[Document]]]:
    """The documents by municipality: the municipalities in Swedish order, then what applies to all, then what nobody states."""

    def place(document: Document) -> tuple[bool, bool, str]:
        return document.municipality is None, document.municipality == EVERYBODY, _swedish_order(document.municipality or "")

    ordered = sorted(documents, key=lambda d: (place(d), _swedish_order(d.title)))
    return [(municipality, list(shelf)) for municipality, shelf in groupby(ordered, key=lambda d: d.municipality)]


def _swedish_order(text: str) -> str:
    return text.casefold().translate(str.maketrans("åä", "äå"))  # å stands before ä in Swedish, after it in Unicode
