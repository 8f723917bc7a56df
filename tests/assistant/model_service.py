"""A service that speaks OpenAI's protocol over a real socket, well or badly: what it does is one function a request.

`Service(behave)` listens on 127.0.0.1 while it is used as a context. A behaviour gets the request and the handler and writes what it likes;
the ones here are made by the functions below.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Asked = dict[str, Any]
Behaviour = Callable[[Asked, BaseHTTPRequestHandler], None]
Right = tuple[str, str]
"""(a stretch of the document, the claim that it carries)."""


@dataclass
class Service:
    """`asked` holds the bodies of the requests so far, `headers` their headers; `port` is any that is free unless it is given."""

    behave: Behaviour
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Service:
        service = self
        self.closing = threading.Event()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            closing = self.closing

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                service.asked.append(body)
                service.headers.append(dict(self.headers))
                self.close_connection = True
                with suppress(OSError):  # whoever asked may have gone
                    service.behave(body, self)

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Listen no more; once more does nothing."""
        if not self.closing.is_set():
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()


def closed_port() -> str:
    """The address of a service that is not there."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/v1"


def head(handler: BaseHTTPRequestHandler, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content-Type": kind, "Connection": "close", **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def event(delta: dict[str, Any] | None = None, reason: str | None = None, **more: Any) -> bytes:
    """One event of the stream."""
    choices = [] if delta is None else [{"index": 0, "delta": delta, "finish_reason": reason}]
    chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices, **more}
    return b"data: " + json.dumps(chunk, ensure_ascii=False).encode() + b"\n\n"


def pieces(text: str, size: int = 40) -> Iterator[str]:
    return (text[start : start + size] for start in range(0, len(text), size))


def streams(text: str, *, reason: str | None = "stop", pause: float = 0.0, done: bool = True) -> Behaviour:
    """A whole reply, or one with another end."""

    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        head(handler)
        handler.wfile.write(event({"role": "assistant", "content": ""}))
        for piece in pieces(text):
            handler.wfile.write(event({"content": piece}))
            handler.wfile.flush()
            time.sleep(pause)
        if reason:
            handler.wfile.write(event({}, reason))
        if asked.get("stream_options", {}).get("include_usage"):
            usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
            handler.wfile.write(event(None, usage=usage))
        if done:
            handler.wfile.write(b"data: [DONE]\n\n")

    return behave


def replies(value: object, **more: Any) -> Behaviour:
    """A reply in JSON, streamed."""
    return streams(json.dumps(value, ensure_ascii=False), **more)


def proposal(*claims: tuple[str, str, str], completeness: str = "complete", missing: Sequence[str] = ()) -> dict[str, Any]:
    """What a model replies: claims as (marker, quote, text)."""
    listed = [{"marker": marker, "quote": quote, "text": text} for marker, quote, text in claims]
    return {"claims": listed, "completeness": completeness, "missing": list(missing)}


def sources_of(asked: Asked) -> list[dict[str, str]]:
    """The sources that a request holds, as {"märke", "dokument", "rubrik", "text"}."""
    user = next(m["content"] for m in asked["messages"] if m["role"] == "user")
    found: list[dict[str, str]] = json.loads(user)["källor"]
    return found


def question_of(asked: Asked) -> str:
    user = next(m["content"] for m in asked["messages"] if m["role"] == "user")
    return str(json.loads(user)["fråga"])


def right(answers: dict[str, Sequence[Right]], **more: Any) -> Behaviour:
    """A good model: for each question the claims that are right, each with the marker of the source where its quote stands.

    Asked again for some of them, it says them in the words of the quote.
    """

    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        claims = []
        again = asked["messages"][-1]["content"] if len(asked["messages"]) > 2 else None
        for quote, text in answers[question_of(asked)]:
            if again is not None:
                if text not in again:
                    continue
                text = quote
            source = next((s for s in sources_of(asked) if " ".join(quote.split()) in " ".join(s["text"].split())), None)
            claims.append((source["märke"] if source else "K1", quote, text))
        replies(proposal(*claims), **more)(asked, handler)

    return behave


def refuses(status: int, body: str = '{"error": {"message": "nej"}}', **headers: str) -> Behaviour:
    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        head(handler, status, "application/json", Content_Length=str(len(body.encode())), **headers)
        handler.wfile.write(body.encode())

    return behave


def one_after_the_other(*behaviours: Behaviour) -> Behaviour:
    """The first request meets the first; the last meets all that follow."""
    left = list(behaviours)

    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(asked, handler)

    return behave


def silent(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    """Takes the question and never answers."""
    handler.closing.wait(60)


def drips_headers(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-A: ")
    while not handler.closing.wait(0.05):
        handler.wfile.write(b"a")


def drips_comments(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    """A stream that is kept open by what says nothing."""
    head(handler)
    while not handler.closing.wait(0.05):
        handler.wfile.write(b": still here\n\n")


def endless(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    """Words without end, as fast as they are read."""
    head(handler)
    handler.wfile.write(event({"content": '{"claims": [], "completeness": "none", "missing": ["'}))
    while not handler.closing.is_set():
        handler.wfile.write(event({"content": "ord " * 20}))


def ten_megabytes(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    """One line of an event that never ends."""
    head(handler)
    handler.wfile.write(b'data: {"choices": [{"delta": {"content": "')
    for _ in range(300):
        handler.wfile.write(b"x" * 65536)


def breaks_off(text: str) -> Behaviour:
    """Closes the connection in the middle of a reply, by the length that it promised."""

    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        head(handler, Content_Length="100000")
        handler.wfile.write(event({"content": text[: len(text) // 2]}))
        handler.wfile.flush()

    return behave


def html(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    body = "<!doctype html><title>Logga in</title><p>Du måste logga in.</p>".encode()
    head(handler, 200, "text/html; charset=utf-8", Content_Length=str(len(body)))
    handler.wfile.write(body)


def redirects(to: str) -> Behaviour:
    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        head(handler, 307, Location=f"{to}/chat/completions", Content_Length="0")

    return behave


def fails_in_the_stream(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    head(handler)
    handler.wfile.write(event({"content": '{"claims": ['}))
    handler.wfile.write(b'data: {"error": {"message": "out of memory", "type": "server_error"}}\n\n')


def knows_no_schema(well: Behaviour) -> Behaviour:
    """A server that refuses what it does not know of."""

    def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
        unknown = {"response_format", "temperature", "stream_options"} & asked.keys()
        (refuses(400) if unknown else well)(asked, handler)

    return behave
