"""What an answer is made of, from the composer's draft to the object that every page and the command line show."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Status = Literal["answered", "partial", "unanswered"]
Reason = Literal["no_source", "off_topic", "unclear", "other_municipality", "unverified", "service_error"]
Method = Literal["extractive", "generative"]


class NoticeKind(StrEnum):
    """What a notice beside the answer is about."""

    VALIDITY = "validity"
    BRIDGE = "bridge"
    SCOPE = "scope"
    MISSING = "missing"
    CONFLICT = "conflict"
    CONTACT = "contact"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing the reader must know beside the answer; Swedish, whole sentences."""

    kind: NoticeKind
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement with the passage it rests on. `text` is Swedish prose without markers; `quote` stands word for word in the section."""

    text: str
    section_id: str
    quote: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a composer proposes, before verification."""

    claims: tuple[Claim, ...]
    missing: tuple[str, ...] = ()
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A verified quote with where it stands. Fields are the contract's (see docs/kontrakt.md)."""

    marker: int
    document_id: str
    document_title: str
    municipality: str | None
    headings: tuple[str, ...]
    section_id: str
    page: int | None
    quote: str
    validity: str
    url: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """A section that is near an unanswered question, as a link."""

    section_id: str
    headings: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A claim that a language model proposed and that is not shown: its words, and in Swedish why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Writing:
    """What it took to have a language model write an answer, and how it went.

    `outcome` is "written", or why the answer is quoted instead (see `model_trouble.Trouble`, "budget", "unverified", "stopped"). `prompts`
    is the version of the texts that the model was given. Tokens are the service's own count, estimated where it tells none.
    """

    model: str
    prompts: str
    outcome: str
    tokens_in: int = 0
    tokens_out: int = 0
    calls: int = 0
    seconds: float = 0.0
    dropped: tuple[Dropped, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer object: the same for the command line, the chat and the evaluation."""

    id: str
    question: str
    municipality: str | None
    status: Status
    reason: Reason | None
    text: str
    citations: tuple[Citation, ...] = ()
    notices: tuple[Notice, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    method: Method = "extractive"
    elapsed_ms: float = 0.0
    trace: dict[str, Any] = field(default_factory=dict, compare=False)
    """How the answer came about, for the evaluation; not part of the contract's object."""
    writing: Writing | None = field(default=None, compare=False)
    """None where no language model was asked; not part of the contract's object either."""

    def as_dict(self) -> dict[str, Any]:
        """The contract's object: keys in English, plain JSON types."""
        return {
            "id": self.id,
            "question": self.question,
            "municipality": self.municipality,
            "status": self.status,
            "reason": self.reason,
            "text": self.text,
            "citations": [
                {
                    "marker": c.marker,
                    "document_id": c.document_id,
                    "document_title": c.document_title,
                    "municipality": c.municipality,
                    "headings": list(c.headings),
                    "section_id": c.section_id,
                    "page": c.page,
                    "quote": c.quote,
                    "validity": c.validity,
                    "url": c.url,
                }
                for c in self.citations
            ],
            "notices": [{"kind": str(n.kind), "text": n.text} for n in self.notices],
            "nearest": [{"section_id": n.section_id, "headings": list(n.headings), "url": n.url} for n in self.nearest],
            "method": self.method,
            "elapsed_ms": round(self.elapsed_ms, 1),
        }


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of the conversation, as the contract's history gives it."""

    question: str
    text: str = ""
    status: str = ""
    section_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with who asks it. `quotes_only` is for who needs to know what the documents say, not to have it written well."""

    question: str
    municipality: str | None = None
    id: str = ""
    history: tuple[Turn, ...] = ()
    quotes_only: bool = False
