"""What a language model replies: claims with quotes, whether they answer the whole question, and what is missing. Read, never trusted."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from assistant.claims import Proposed

MARKERS = tuple(f"K{n}" for n in range(1, 7))
"""What the sections are called that a model is shown."""
MOST_CLAIMS = 10
"""More than these are not read: an answer is short."""
_LONGEST = 2_000
"""Characters of a claim or a quote that are read."""

Completeness = Literal["complete", "partial", "none"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="ignore", json_schema_extra={"additionalProperties": False})


class _Claim(_Form):
    marker: str
    quote: str
    text: str


class _Reply(_Form):
    claims: list[_Claim]
    completeness: Completeness
    missing: list[str]


@dataclass(frozen=True, slots=True)
class Proposals:
    """A whole reply."""

    claims: tuple[Proposed, ...]
    completeness: Completeness
    missing: tuple[str, ...]


def schema() -> dict[str, Any]:
    """The JSON schema that a service is asked to keep the model to."""
    made = _Reply.model_json_schema()
    made["$defs"]["_Claim"]["properties"]["marker"] = {"type": "string", "enum": list(MARKERS)}
    return made


def read_whole(text: str) -> Proposals | None:
    """A whole reply; None when it is not of the form, whatever stands around its JSON."""
    start = _start(text)
    try:
        value, _ = json.JSONDecoder().raw_decode(text[start:]) if start is not None else (None, 0)
        reply = _Reply.model_validate(value)
    except (ValueError, RecursionError):  # ValidationError is a ValueError
        return None
    return Proposals(tuple(map(_proposed, reply.claims[:MOST_CLAIMS])), reply.completeness, tuple(m[:_LONGEST] for m in reply.missing[:3]))


def read_begun(text: str) -> list[Proposed]:
    """The claims that are whole in a reply that is still coming; the last may be on its way, so it is left until another follows."""
    start = _start(text)
    try:
        value = from_json(text[start:], allow_partial=True) if start is not None else None
    except ValueError:
        return []
    claims = value.get("claims") if isinstance(value, dict) else None
    found = claims if isinstance(claims, list) else []
    whole = found if isinstance(value, dict) and len(value) > 1 else found[:-1]
    read = []
    for claim in whole[:MOST_CLAIMS]:
        try:
            read.append(_proposed(_Claim.model_validate(claim)))
        except ValidationError:
            return []
    return read


def _start(text: str) -> int | None:
    """Where the reply's object begins: after what a model says to itself, if it does so aloud."""
    thought = text.rfind("</think>")
    if thought < 0 and text.lstrip().startswith("<think>"):
        return None
    found = text.find("{", max(thought, 0))
    return found if found >= 0 else None


def _proposed(claim: _Claim) -> Proposed:
    marker = claim.marker.strip(" []().:").upper()
    return Proposed(_sentence(claim.text[:_LONGEST]), marker, claim.quote[:_LONGEST])


def _sentence(text: str) -> str:
    """One line of prose: what would be read as a marker, as bold or as a list of ours is no part of it."""
    text = re.sub(r"\s*[\[(]\s*K?\d{1,3}(?:\s*,\s*K?\d{1,3})*\s*[\])]", "", text)
    text = re.sub(r"^[-*•#>\s]+", "", " ".join(text.replace("**", "").split()))
    return text if text.endswith((".", "!", "?", "”")) or not text else f"{text}."
