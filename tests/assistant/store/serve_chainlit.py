"""A real Chainlit with our data layer, a login that takes anybody by name, and an answer that echoes; prints its port.

Run as `python serve_chainlit.py HOME`. `acting` is set as the web application is to set it: from who is logged in, for each request.
"""

from __future__ import annotations

import os
import socket
import sys
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from assistant import web
from assistant.settings import Settings
from assistant.store.acting import acting
from assistant.store.store import Store


def serve(home: Path) -> None:
    web._prepare(home / "chainlit", SimpleNamespace(prefix="", secret="en hemlighet som bara testet har, minst 32 tecken"))
    del os.environ["CHAINLIT_CUSTOM_AUTH"]  # this server has a login of its own
    warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
    import chainlit as cl
    import uvicorn
    from chainlit.auth import decode_jwt, get_token_from_cookies
    from chainlit.server import app
    from starlette.requests import HTTPConnection

    from assistant.answer import Answer
    from assistant.store.chainlit_layer import DataLayer
    from assistant.store.record import Asker

    store = Store.open(Settings(home=home))
    cl.data_layer(lambda: DataLayer(store))
    cl.password_auth_callback(_anybody(cl))

    @cl.on_message
    async def answer(message: Any) -> None:
        reply = cl.Message(content=f"Svar på: {message.content}")
        user = cl.user_session.get("user").identifier
        asker = Asker(user, "Ekvik", None, cl.context.session.thread_id)
        store.answered(Answer(reply.id, message.content, "Ekvik", "answered", None, reply.content), asker, [])
        await reply.send()

    @cl.on_chat_resume
    async def resume(thread: Any) -> None:
        """Chainlit resumes only where this is."""

    async def as_who_is_logged_in(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in ("http", "websocket"):
            token = get_token_from_cookies(dict(HTTPConnection(scope).cookies))
            acting.set(decode_jwt(token).identifier if token else None)
        await app(scope, receive, send)

    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(as_who_is_logged_in, log_level="error")).run(sockets=[listener])


def _anybody(cl: Any) -> Any:
    async def login(username: str, password: str) -> Any:
        return cl.User(identifier=username)

    return login


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
