"""A matter of the inbox as a question of the evaluation: made in one click, approved by the coordinator, followed to when it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer, Reason
from assistant.engine import Engine
from assistant.store.feedback import Cause
from assistant.store.worklist import Item
from eval.cases import Case
from eval.pages import words
from eval.pages.questions import Tried, tried
from eval.question_sets import QuestionSets
from eval.run import runs
from knowledge.section import EVERYBODY, KnowledgeError, Section

_PREFIX = "inkorg-"
_MOST = 5
"""Sections that are suggested."""
_SILENT: Mapping[str, Reason] = {"off_topic": "off_topic", "other_municipality": "other_municipality", "unclear": "unclear"}
"""Reasons for silence that are as they should be, most often."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What has become of a matter that was made a question. `day` is the last run's."""

    case: Case
    result: str
    day: str

    @property
    def text(self) -> str:
        """What has become of it, in words."""
        if self.case.draft:
            return "Förslag till fråga"
        return {
            "ej": "Väntar på nästa körning",
            "ratt": f"Rättad i körningen {self.day}",
            "fel": f"Fortfarande fel i körningen {self.day}",
        }[self.result]


def followed(home: Path, municipality: str) -> dict[str, Followed]:
    """The municipality's matters that were made questions, by the matter's id."""
    cases = [c for c in QuestionSets(home).read(municipality) if c.id.startswith(_PREFIX)]
    kept = runs(home, municipality) if any(not c.draft for c in cases) else []
    return {t.case.id.removeprefix(_PREFIX): _followed(t) for t in tried(cases, kept)}


def make(home: Path, item: Item, section: Section | None) -> Case:
    """Keep a matter as a question that nobody has approved yet: answered by a section, or by none.

    Raises:
        KnowledgeError: it is a question already.
    """
    sets = QuestionSets(home)
    case = Case(
        id=f"{_PREFIX}{item.id}",
        question=" ".join(item.question.split()),
        municipality=item.municipality,
        type="inbox",
        role=item.chosen_role or item.role,
        section_ids=(section.id,) if section else (),
        abstain=section is None,
        reason=None if section else _SILENT.get(item.reason or "", "no_source"),
        origin="inbox",
    )
    if any(c.id == case.id for c in sets.read(item.municipality)):
        raise KnowledgeError("Frågan finns redan i utvärderingen.", "Öppna den under Frågor om du vill ändra den.")
    sets.save(item.municipality, case)
    return case


def suggested(engine: Engine, item: Item, now: Answer) -> list[Section]:
    """The sections that may answer a matter, the likeliest first: what is cited today, what the search finds, what was shown.

    What was shown comes last where somebody said that it was the wrong section.
    """
    index = engine.index()
    found = [h.section.id for h in engine.search(item.question, item.municipality, _MOST)]
    cited, shown = [c.section_id for c in now.citations], list(item.sections)
    wrong = set(shown) if item.cause in (Cause.WRONG, Cause.WRONG_SECTION, Cause.OLD_DOCUMENT) else set()
    order = [*cited, *found, *shown] if item.why == "thumb_down" or cited else [*shown, *found]
    likely = sorted(dict.fromkeys(order), key=lambda id_: id_ in wrong)
    sections = (index.section(id_) for id_ in likely)
    return [s for s in sections if s and _may_be_cited(index.documents[s.document_id].municipality, item)][:_MOST]


def should_be_silent(item: Item) -> bool:
    """Whether no section is likelier than any: the question was about something else."""
    return item.why == "unanswered" and item.reason in _SILENT


def _may_be_cited(municipality: str | None, item: Item) -> bool:
    return municipality in (item.municipality, EVERYBODY)


def _followed(one: Tried) -> Followed:
    return Followed(one.case, one.result, words.when_words(one.tries[-1][0]) if one.tries else "")
