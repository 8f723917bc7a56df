"""Passing a question on: to whoever keeps an inbox for the coordinator, else by a prepared e-mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote as percent

from assistant.answer import Answer, Nearest
from knowledge.register import Municipality
from knowledge.section import EVERYBODY, Document

SUBJECT = "Fråga om kommunens internationella arbete"
_LONGEST_BODY = 1500
"""Characters of a prepared e-mail: some mail programs cut longer addresses."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A question that the documents did not settle. `name` is None unless the asker gives it; `conversation` is where a reply goes."""

    question: str
    municipality: str | None
    role: str | None
    searched: tuple[str, ...]
    nearest: tuple[Nearest, ...]
    name: str | None
    conversation: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the coordinator answered, or which section answers now: `text` is plain Swedish, `url` one of our own addresses or None."""

    id: str
    question: str
    text: str
    url: str | None = None


class Forwarding(Protocol):
    """The coordinator's inbox. Both methods may be called from any thread and raise KnowledgeError when nothing could be kept or read."""

    def put(self, forwarded: Forwarded, /) -> str:
        """Keep a question; its id."""
        ...

    def replies(self, conversation: str, /) -> Sequence[Reply]:
        """The replies to what was passed on from a conversation that were not given before, oldest first."""
        ...


def may_be_forwarded(answer: Answer) -> bool:
    """Whether somebody else may know: unanswered, but a question of the field that was understood; or answered in part."""
    if answer.status == "unanswered":
        return answer.reason not in ("off_topic", "unclear")
    return answer.status == "partial"


def forwarded(
    answer: Answer, documents: Iterable[Document], *, role: str | None = None, name: str | None = None, conversation: str = ""
) -> Forwarded:
    """What is passed on of an answer, with the titles of the documents that were searched."""
    whose = (answer.municipality, EVERYBODY)
    searched = tuple(sorted({d.title for d in documents if not d.draft and d.municipality in whose}))
    return Forwarded(answer.question, answer.municipality, role, searched, answer.nearest, name, conversation)


def mail_link(question: Forwarded, municipalities: Iterable[Municipality]) -> str:
    """A mailto address with everything in it but the sender; without a recipient where the municipality has registered none."""
    to = next((m.email for m in municipalities if m.name == question.municipality and m.email), "")
    return f"mailto:{percent(to, safe='@')}?subject={percent(SUBJECT)}&body={percent(_body(question))}"


def _body(question: Forwarded) -> str:
    near = [f"- {' › '.join(n.headings)}" for n in question.nearest]
    lines = [
        "Hej!",
        "",
        "Jag har en fråga om kommunens internationella arbete som dokumenten inte svarar på:",
        question.question,
        "",
        *(["Jag har sökt i: " + "; ".join(question.searched) + ".", ""] if question.searched else []),
        *(["Avsnitt som ligger nära frågan:", *near] if near else []),
    ]
    return "\r\n".join(lines)[:_LONGEST_BODY]
