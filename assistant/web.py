"""The web application: the chat at "/", the documents at "/dokument", the role path, "/om", and "/halsa" for operators."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.convertors import Convertor, register_url_convertor

from assistant import guard, reading
from assistant.about import service_of
from assistant.about_page import add_about_page
from assistant.answer import Answer, Ask
from assistant.desk import Desk
from assistant.feedback import Feedback
from assistant.forwarding import Forwarding
from assistant.render import VALIDITY_WORDS
from assistant.role_page import add_role_page
from assistant.source_pages import add_source_pages, original_of
from knowledge.register import Municipality
from knowledge.section import EVERYBODY, Document, KnowledgeError, Validity

if TYPE_CHECKING:
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


class EngineLike(Protocol):
    """What the chat and the pages need of `Engine`. Each method may be called from any thread and may raise KnowledgeError."""

    def ask(self, ask: Ask, /) -> Answer: ...

    def index(self) -> IndexLike: ...

    def validity(self, document: Document, /) -> Validity: ...

    def municipalities(self) -> list[str]: ...


class Unserved(Convertor[str]):
    """Every path but those of Chainlit's that the chat needs: its other routes are open to anyone, and none of them is ours."""

    regex = r"(?!(?:assets/.+|auth/config|user|project/(?:translations|settings|action)|ws/socket\.io/?)$).*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("unserved", Unserved())


def create_app(
    engine: EngineLike, settings: Settings, *, forwarding: Forwarding | None = None, feedback: Feedback | None = None
) -> FastAPI:
    """The application, ready to serve. Chainlit keeps its files under the home from the first call in a process on.

    Without `forwarding` a question is passed on by a prepared e-mail; without `feedback` none is asked for.
    """
    _prepare(settings.home / "chainlit")
    from assistant import chat  # not before the line above: Chainlit reads its configuration when it is imported

    desk = Desk(engine, settings.home, forwarding=forwarding, feedback=feedback)
    app = FastAPI(title=NAME, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(guard.Guard)
    app.mount("/statisk", StaticFiles(directory=PAGES / "static"))
    pages = Jinja2Templates(directory=PAGES / "templates")
    pages.env.globals |= {"name": NAME, "validity_words": VALIDITY_WORDS, "validity_of": engine.validity}
    pages.env.filters |= {"day": reading.swedish_date, "whose": reading.municipality_words}
    _add_chat_page(app, pages, *chat.bundle())
    _add_document_pages(app, pages, engine, settings.home)
    add_source_pages(app, pages, engine, settings.home)
    add_role_page(app, pages, engine, desk.role_paths)
    add_about_page(app, pages, service_of(settings))
    _add_service_pages(app, engine)
    chat.mount(app, desk)
    return app


def run(settings: Settings, engine: EngineLike, *, forwarding: Forwarding | None = None, feedback: Feedback | None = None) -> None:
    """Serves until it is stopped. KnowledgeError when the address is taken."""
    listener = _listen(settings.host, settings.port)
    app = create_app(engine, settings, forwarding=forwarding, feedback=feedback)
    config = uvicorn.Config(app, log_level="warning", server_header=False, ws_max_size=LARGEST_MESSAGE)
    print(f"{NAME} finns på http://{settings.host}:{listener.getsockname()[1]} – avsluta med Ctrl+C.", flush=True)
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _prepare(root: Path) -> None:
    """Puts our configuration where Chainlit looks for it, and keeps it from reading a stray .env file."""
    for name in ("config.toml", "translations/sv-SE.json"):
        place = root / ".chainlit" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((PAGES / "chainlit" / name).read_bytes())  # not a copy with its rights: the install may be read-only
    (root / "chainlit_sv-SE.md").touch()  # Chainlit's "readme": empty, so that its button is left out
    os.environ["CHAINLIT_APP_ROOT"] = str(root.resolve())
    os.environ["CHAINLIT_ENV_FILE"] = os.devnull


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port))
    except OSError as error:
        raise KnowledgeError(
            f"Det går inte att lyssna på {host}:{port} ({error.strerror}).",
            "Stäng det program som använder porten, eller välj en annan med --port.",
        ) from error


def _add_chat_page(app: FastAPI, pages: Jinja2Templates, script: str, style: str) -> None:
    @app.get("/")
    def chat_page(request: Request) -> Response:
        policy = {"Content-Security-Policy": guard.CHAT_POLICY}
        return pages.TemplateResponse(request, "chat.html", {"script": script, "style": style}, headers=policy)

    @app.post("/set-session-cookie")
    def no_cookie() -> JSONResponse:
        """Chainlit's page asks for a cookie that only several servers behind one address would need."""
        return JSONResponse({})


def _add_document_pages(app: FastAPI, pages: Jinja2Templates, engine: EngineLike, home: Path) -> None:
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
            return missing(request)
        if found.id != document_id:  # it had this id before
            return RedirectResponse(str(request.url.replace(path=f"/dokument/{found.id}")))
        context = {"document": found, "metadata": reading.metadata(found), "parts": reading.parts(found, citat), "quote": citat}
        context["original"] = original_of(index, found, home)
        return pages.TemplateResponse(request, "document.html", context)

    @app.exception_handler(KnowledgeError)
    def unavailable(request: Request, error: KnowledgeError) -> Response:
        return pages.TemplateResponse(request, "unavailable.html", {"error": error}, status_code=503)

    def not_found(request: Request, _error: Exception) -> Response:
        return missing(request)

    for status in (404, 405):
        app.add_exception_handler(status, not_found)


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
