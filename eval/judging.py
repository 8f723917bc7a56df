"""Whether a written answer itself says what it should, as a language model reads it: its quotes are not counted, and nothing else is.

A share of the coordinators' facts beside the other figures; it decides nothing. The model must point at the answer's own words for each
fact that it finds said, and words that do not stand there count as not said.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from assistant.build import build_client
from assistant.generative import Client
from assistant.masking import mask_all
from assistant.model_client import Message, Order
from assistant.model_trouble import ModelError
from assistant.prompts import checked
from assistant.settings import Settings
from eval.cases import Case
from eval.scores import Score
from knowledge.section import KnowledgeError

_TOKENS = 1_000
"""The most that one judgement's reply may have."""
_NAME = "facts_said"


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


class _Fact(_Form):
    number: int
    said: bool
    words: str


class _Reply(_Form):
    facts: list[_Fact]


class FactJudge:
    """Has a language model read written answers, each within so many seconds."""

    def __init__(self, client: Client, seconds: float) -> None:
        self._client, self._seconds = client, seconds

    def score(self, case: Case, answer: Mapping[str, Any]) -> Score:
        """The share of a question's facts that the text of its answer says.

        It applies to written answers, to facts that are words (the project's own sets have patterns), and where the service replied.
        """
        if answer["method"] != "generative" or case.origin is None or not case.facts:
            return Score(_NAME, None, "Svaret är inte skrivet av en språkmodell, eller så har frågan inga uppgifter i ord.")
        said = self._said(case, str(answer["text"]))
        if said is None:
            return Score(_NAME, None, "Språkmodellen kunde inte bedöma svaret.")
        unsaid = [fact for fact, held in zip(case.facts, said, strict=True) if not held]
        why = f"Svarets egna ord säger inte {', '.join(unsaid)}." if unsaid else "Svarets egna ord säger alla uppgifter."
        return Score(_NAME, sum(said) / len(said), why)

    def _said(self, case: Case, text: str) -> list[bool] | None:
        deadline = time.monotonic() + self._seconds
        order = Order(_messages(case.question, text, case.facts), _Reply.model_json_schema(), _TOKENS, deadline)
        try:
            found = _Reply.model_validate(from_json(_object(self._client.reply(order).text)))
        except (ModelError, ValidationError, ValueError):
            return None
        shown = _one_line(text)
        held = {f.number for f in found.facts if f.said and f.words.strip() and _one_line(f.words) in shown}
        return [number in held for number in range(1, len(case.facts) + 1)]


def build_claim_reader_of_facts(settings: Settings) -> FactJudge:
    """The judge with the language model that writes the answers. KnowledgeError when none is set."""
    if (client := build_client(settings)) is None:
        raise KnowledgeError("Ingen språkmodell är inställd som kan bedöma svaren.", "Ange ASSISTANT_MODEL och ASSISTANT_MODEL_URL.")
    return FactJudge(client, settings.model_seconds)


def _messages(question: str, text: str, facts: Sequence[str]) -> list[Message]:
    """Everything that is judged is strings of JSON, with what names a person masked."""
    data = {"fråga": question, "svar": text, "uppgifter": [{"nummer": n, "uppgift": f} for n, f in enumerate(facts, start=1)]}
    texts = _texts()
    return [
        ("system", texts["judge"].format().strip()),
        ("user", texts["data"].format(data=json.dumps(mask_all(data), ensure_ascii=False))),
    ]


@cache
def _texts() -> Mapping[str, str]:
    name = "utvardering.toml"
    return checked(files("prompts").joinpath(name).read_text(encoding="utf-8"), name)


def _object(text: str) -> str:
    """The reply's object, without what a model says around it."""
    return text[text.index("{") : text.rindex("}") + 1]


def _one_line(text: str) -> str:
    return " ".join(text.replace("*", "").split()).casefold()
