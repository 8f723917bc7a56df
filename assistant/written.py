"""From the quoted answer to the written one: what a model wrote, with the notices, leads and quotes that no model decides on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer import Answer, Citation, Claim, Notice, NoticeKind
from assistant.generative import Assignment, Writer, Written, notice_of
from assistant.listener import Listener
from assistant.prompts import notice, say
from assistant.wording import written_text
from knowledge.section import Section
from knowledge.stems import stem
from knowledge.swedish import STOP_WORDS
from knowledge.words import tokens

Verify = Callable[[Sequence[Claim]], list[tuple[Claim, Citation]]]


class Around(Protocol):
    """The notices beside an answer with these citations that leaves more of the question open than is known."""

    def __call__(self, citations: Sequence[Citation], more: Sequence[str] = (), /) -> tuple[Notice, ...]: ...


@dataclass(frozen=True, slots=True)
class Wait:
    """Since when somebody waits, by time.monotonic(), and who hears of the answer while it is made."""

    since: float
    listener: Listener | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """The quoted answer and what a model is given to write instead: the question before, if it is followed up, and sections with titles."""

    quoted: Answer
    previous: str
    sources: Sequence[tuple[str, Section]]
    leads: tuple[str, ...]
    around: Around


def answer(writer: Writer, basis: Basis, wait: Wait, verify: Verify) -> Answer:
    """The written answer, or the quoted one with a notice that says why."""
    quoted, listener = basis.quoted, wait.listener
    if listener:
        listener.sources(quoted.citations)
    heard: list[Claim] = []

    def shown(claim: Claim) -> None:
        heard.append(claim)
        if listener and (cited := dict(verify(heard)).get(claim)):
            listener.claim(claim.text, cited)

    made = writer.write(Assignment(quoted.question, basis.previous, basis.sources, wait.since), listener, shown)
    kept = verify(_with_best_quote(made, quoted))
    if not made.claims or not kept:
        outcome = made.writing.outcome if not made.claims else "unverified"
        return replace(quoted, notices=(*quoted.notices, notice_of(outcome)), writing=replace(made.writing, outcome=outcome))
    citations = tuple(dict.fromkeys(citation for _, citation in kept))
    missing, open_parts = _missing(made, quoted.question)
    conflicts = [n for n in quoted.notices if n.kind is NoticeKind.CONFLICT]  # a model that cites one of two does not settle it
    partial = quoted.status == "partial" or not made.complete
    return replace(
        quoted,
        status="partial" if partial else "answered",
        text=written_text(_leads(basis.leads, partial), [(c.text, c.text == c.quote, citation.marker) for c, citation in kept]),
        citations=citations,
        notices=tuple(dict.fromkeys([*basis.around(citations, missing), *conflicts, *open_parts])),
        method="generative",
        writing=made.writing,
    )


def _with_best_quote(made: Written, quoted: Answer) -> list[Claim]:
    """The claims; where some were lost, with the best quote, unless they cite its section: what was lost may have been the very answer."""
    best = quoted.citations[0]
    if not made.lost or not made.claims or any(c.section_id == best.section_id for c in made.claims):
        return list(made.claims)
    return [*made.claims, Claim(best.quote, best.section_id, best.quote)]


def _leads(leads: Sequence[str], partial: bool) -> list[str]:
    """What stands before the claims: what a permission question meets, or a document's validity; never "Så står det"."""
    named = [lead for lead in dict.fromkeys(leads) if lead and lead != say("here")]
    return [say("here_partly"), *named] if partial else named


def _missing(made: Written, question: str) -> tuple[list[str], list[Notice]]:
    """What the model says is missing, where it says so in the question's own words; otherwise only that something is."""
    if made.complete:
        return [], []
    asked = {stem(t.word) for t in tokens(question)}
    own = [m for m in made.missing if {stem(t.word) for t in tokens(m) if t.word not in STOP_WORDS} <= asked and any(map(str.isalpha, m))]
    return own, [] if own else [Notice(NoticeKind.MISSING, notice("missing_some"))]
