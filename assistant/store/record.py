"""An answer as it is kept: what was asked, what was answered, from which words of which version, and made with what."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import datetime
from functools import cache
from importlib import metadata
from importlib.resources import files
from typing import Any

from assistant.answer import Answer
from assistant.masking import mask, mask_all
from knowledge.folder import PIPELINE


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks. `identifier` is the user's, None for one who is not logged in; `conversation` is the conversation's id.

    `role` is what they may do; `chosen_role` is what they say that they are (a key of `starters.role_names`), None where they don't.
    """

    identifier: str | None = None
    municipality: str | None = None
    role: str | None = None
    conversation: str | None = None
    chosen_role: str | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation with the version of the document that it is from; `version` is a hash that versions.py knows."""

    document_id: str
    document_title: str
    section_id: str
    headings: tuple[str, ...]
    quote: str
    validity: str
    document_hash: str | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """One answer in the log. `person` is a key, never an account; `time` is local, with its offset; the question is masked."""

    id: str
    time: str
    municipality: str | None
    role: str | None
    conversation: str | None
    person: str | None
    question: str
    text: str
    status: str
    reason: str | None
    method: str
    citations: tuple[Cited, ...]
    nearest: tuple[str, ...]
    made_with: Mapping[str, str]
    elapsed_ms: float
    writing: Mapping[str, Any] | None = None
    """What it took to have a language model write it (see answer.Writing), its texts masked; None where none was asked."""

    @classmethod
    def of(cls, answer: Answer, asker: Asker, person: str | None, versions: Mapping[str, tuple[str, str]]) -> Record:
        """The record of an answer given now; `versions` are (hash of the file, hash of the kept version) by the document's id."""
        unknown = (None, None)
        return cls(
            id=answer.id,
            time=datetime.now().astimezone().isoformat(timespec="milliseconds"),
            municipality=asker.municipality,
            role=asker.role,
            conversation=asker.conversation,
            person=person,
            question=mask(answer.question).text,
            text=answer.text,
            status=answer.status,
            reason=answer.reason,
            method=answer.method,
            citations=tuple(
                Cited(c.document_id, c.document_title, c.section_id, c.headings, c.quote, c.validity, *versions.get(c.document_id, unknown))
                for c in answer.citations
            ),
            nearest=tuple(n.section_id for n in answer.nearest),
            made_with=made_with(),
            elapsed_ms=round(answer.elapsed_ms, 1),
            writing=mask_all(asdict(answer.writing)) if answer.writing else None,
        )

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types; `from_dict` reads them."""
        return {**asdict(self), "made_with": dict(self.made_with)}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Record:
        """What `as_dict` wrote. Fields of later versions are passed over. Raises KeyError or TypeError for what is no record."""
        cited = (Cited(**{f.name: c[f.name] for f in fields(Cited)} | {"headings": tuple(c["headings"])}) for c in row["citations"])
        own = {f.name: row[f.name] for f in fields(cls) if f.name in row or f.default is MISSING}
        return cls(**own | {"citations": tuple(cited), "nearest": tuple(row["nearest"])})

    def says(self, word: str) -> bool:
        """Whether the question, the answer or what it cites contains a word or words, in whatever case."""
        cited = (part for c in self.citations for part in (c.document_title, *c.headings, c.quote))
        return any(word.casefold() in part.casefold() for part in (self.question, self.text, *cited))


@cache
def made_with() -> Mapping[str, str]:
    """The versions that an answer depends on: of the program, its texts, its glossary and how documents are read."""
    prompts = (p for p in sorted(files("prompts").iterdir(), key=lambda p: p.name) if p.is_file())
    glossary = files("knowledge").joinpath("glossary.toml")
    return {
        "program": metadata.version("kommunassistenten"),
        "prompts": _digest(p.read_bytes() for p in prompts),
        "glossary": _digest([glossary.read_bytes()]),
        "pipeline": str(PIPELINE),
    }


def _digest(contents: Iterable[bytes]) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()[:16]
