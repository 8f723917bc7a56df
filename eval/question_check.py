"""What is wrong with a coordinator's question, each fault with its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from eval.cases import Case
from eval.gold import place
from knowledge.index import Index
from knowledge.section import Section

ALIKE = 92
"""From this similarity of their words, 0–100, two questions test the same thing."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault and what to do about it, in Swedish. One that does not stop a question is only told."""

    reason: str
    remedy: str
    stops: bool = True


def check(case: Case, index: Index, others: Iterable[Case]) -> list[Problem]:
    """The faults of a question, those that stop it first; `others` are the rest of its set, and it may be among them."""
    return [*unsaid(case), *_places(case, index), *_facts(case, index), *_near(case, others)]


def unsaid(case: Case) -> Iterator[Problem]:
    """What a question must say before it can be kept; a draft need not yet say what should come of it."""
    if not case.question.strip():
        yield Problem("Frågan är tom.", "Skriv frågan så som en medarbetare skulle ställa den.")
    if case.abstain and (case.section_ids or case.gold or case.facts):
        yield Problem(
            "Frågan ska inte besvaras men har ändå ett förväntat avsnitt.", "Ta bort avsnitt och uppgifter, eller ändra vad som ska ske."
        )
    if not case.expects and not case.draft:
        yield Problem("Frågan säger inte vad som ska ske.", "Välj avsnittet där svaret står, eller ange att dokumenten inte svarar.")


def _places(case: Case, index: Index) -> Iterator[Problem]:
    allowed = {place(case.municipality), place(None)}
    for id_ in case.section_ids:
        section = index.section(id_)
        document = section and index.documents.get(section.document_id)
        if section is None:
            yield Problem(f"Avsnittet {id_} finns inte i dokumenten.", "Välj ett avsnitt som finns; dokumentet kan ha bytts ut.")
        elif document and (document.draft or document.municipality is None or place(document.municipality) not in allowed):
            yield Problem(f"Avsnittet {id_} får inte citeras för kommunen.", "Välj ett avsnitt i kommunens egna dokument.")


def _facts(case: Case, index: Index) -> Iterator[Problem]:
    sections = [s for s in map(index.section, case.section_ids) if s]
    text = "\n".join(map(_words, sections))
    for fact, pattern in zip(case.facts, case.patterns, strict=True):
        if not fact.strip():
            yield Problem("En uppgift är tom.", "Ta bort den tomma raden.")
        elif sections and not pattern.search(text):
            yield Problem(f"Uppgiften ”{fact}” står inte i avsnittet.", "Skriv orden som de står där, med | mellan varianter som godtas.")


def _words(section: Section) -> str:
    return " ".join(" ".join([*section.headings, section.text]).split())


def _near(case: Case, others: Iterable[Case]) -> Iterator[Problem]:
    asked = _plain(case.question)
    for other in others:
        if other.id != case.id and fuzz.token_sort_ratio(asked, _plain(other.question)) >= ALIKE:
            yield Problem(f"Frågan liknar ”{other.question}”.", "Behåll den ena, om de inte prövar olika saker.", stops=False)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
