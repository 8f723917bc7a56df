"""Passing a question on: to the coordinator's inbox, or by a prepared e-mail where that fails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote as percent

from assistant.answer import Answer, Nearest
from knowledge.register import Municipality
from knowledge.section import EVERYBODY, Document

SUBJECT = "Fråga om kommunens internationella arbete"
_LONGEST_BODY = 1500
"""Characters of a prepared e-mail: some mail programs cut longer addresses."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A question that the documents did not settle. `name` is None unless the asker gives it."""

    question: str
    municipality: str | None
    searched: tuple[str, ...]
    nearest: tuple[Nearest, ...]
    name: str | None
    answer_id: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What the coordinator answered, or which section answers now: `text` is plain Swedish, `url` one of our own addresses or None."""

    id: str
    question: str
    text: str
    url: str | None = None


def may_be_forwarded(answer: Answer) -> bool:
    """Whether somebody else may know: unanswered, but a question of the field that was understood; or answered in part."""
    if answer.status == "unanswered":
        return answer.reason not in ("off_topic", "unclear")
    return answer.status == "partial"


def forwarded(answer: Answer, documents: Iterable[Document], *, name: str | None = None) -> Forwarded:
    """What is passed on of an answer, with the titles of the documents that were searched."""
    whose = (answer.municipality, EVERYBODY)
    searched = tuple(sorted({d.title for d in documents if not d.draft and d.municipality in whose}))
    return Forwarded(answer.question, answer.municipality, searched, answer.nearest, name, answer.id)


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
