"""Invented answers and documents for what is kept."""

from __future__ import annotations

import uuid
from dataclasses import replace

from assistant.answer import Answer, Citation, Nearest
from assistant.store.record import Asker, Record
from knowledge.section import Document, Section

EVA = Asker("eva", "Ekvik", "larare", "11111111-1111-4111-8111-111111111111")
KIM = Asker("kim", "Ekvik", "rektor", "22222222-2222-4222-8222-222222222222")
SECRET = "Får elefanterna åka till Älmhult?"
"""A question that stands nowhere else, so that it can be looked for."""


def document(text: str = "Rektor beslutar om resor.", title: str = "Policy") -> Document:
    section = Section("ekvik/policy#resor", "ekvik/policy", ("Resor",), text)
    return Document("ekvik/policy", title, "policy.pdf", "f" * 64, (section,), municipality="Ekvik")


def answer(question: str = SECRET, **changes: object) -> Answer:
    place = ("ekvik/policy", "Policy", "Ekvik", ("Resor",), "ekvik/policy#resor", None)
    cited = Citation(1, *place, "Rektor beslutar om resor.", "current", "/dokument/ekvik/policy#resor")
    given = Answer(new_id(), question, "Ekvik", "answered", None, "”Rektor beslutar om resor.” [1]", (cited,), elapsed_ms=12.34)
    return replace(given, **changes)


def unanswered(question: str = "Vem betalar visum?") -> Answer:
    near = (Nearest("ekvik/policy#resor", ("Resor",), "/dokument/ekvik/policy#resor"),)
    return answer(question, status="unanswered", reason="no_source", text="Det står inte i dokumenten.", citations=(), nearest=near)


def record(given: Answer | None = None, asker: Asker = EVA, person: str | None = "eva-key", **changes: object) -> Record:
    return replace(Record.of(given or answer(), asker, person, {}), **changes)


def new_id() -> str:
    return str(uuid.uuid4())
