"""A first set of questions drafted from a municipality's own documents, offline: for the coordinator to approve, change or throw away.

What keeps the drafts from being those that the engine answers right: a positive draft is made from the statement alone, by what Swedish
grammar lets one ask of it, and neither the engine's search nor its answer is consulted, so a draft whose section is not found stays.
Which drafts are taken among many is decided by how sure their form is and by spreading them over sections and kinds. For near misses
see `near_misses`. What remains: a draft uses its document's words more than staff do, so figures from drafts alone are kinder than those
from questions that staff have asked; the page says so.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from itertools import islice

from assistant.engine import Engine
from eval.cases import Case
from eval.drafting import document_facts, from_text, headings
from eval.drafting.context import Speaker
from eval.drafting.drafted import Drafted
from eval.drafting.near_misses import near_misses
from knowledge.passages import searchable
from knowledge.section import Document

Tell = Callable[[int, int], None]
"""Told how many documents are done and how many there are."""
WANTED = 36
_NEAR_MISS = "near_miss"
_FACTS_A_DOCUMENT, _FACTS_IN_ALL = 5, 8
_PLAIN = 0.34
"""The greatest share of the positive drafts that only ask what a document says of a heading."""


def draft(
    engine: Engine, municipality: str, *, wanted: int = WANTED, without: Collection[str] = (), tell: Tell = lambda done, all_: None
) -> list[Case]:
    """Up to `wanted` drafts, a third of them near misses: fewer where the documents are few or short.

    `without` are ids of drafts made before: a question that was thrown away is not drafted again.
    """
    documents = [d for d in engine.index().documents.values() if d.municipality == municipality and searchable(d)]
    found: list[Drafted] = []
    for number, document in enumerate(documents):
        tell(number, len(documents) + 1)
        found += drafts_of(document)
    found = [d for d in found if draft_id(d.question) not in without]
    positives = chosen(found, wanted - wanted // 3)
    tell(len(documents), len(documents) + 1)
    unsettled = (n.question for n in near_misses(engine, municipality) if draft_id(n.question) not in without)
    missing = list(islice(unsettled, (len(positives) + 1) // 2))
    tell(len(documents) + 1, len(documents) + 1)
    return [_positive(d, municipality) for d in positives] + [_silent(q, municipality) for q in missing]


def drafts_of(document: Document) -> list[Drafted]:
    """Every draft that can be made from one document, in the order of its sections."""
    speaker = Speaker(document)
    found = document_facts.drafts_of(document, speaker)
    for section in document.sections:
        found += from_text.drafts_of(section, speaker)
        found += headings.drafts_of(section, speaker)
    return found


def chosen(drafts: Sequence[Drafted], wanted: int) -> list[Drafted]:
    """So many drafts, the surest forms first but spread: each further one from the same section, kind or statement counts less."""
    left = list({d.question.casefold(): d for d in drafts}.values())
    order = {d.question: n for n, d in enumerate(left)}
    taken: list[Drafted] = []
    sections: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    answers: Counter[tuple[str, tuple[str, ...]]] = Counter()
    while left and len(taken) < wanted:
        best = max(left, key=lambda d: (_worth(d, sections, kinds, answers), -order[d.question]))
        left.remove(best)
        if best.better <= 1.4 and sum(1 for d in taken if d.better <= 1.4) >= _PLAIN * wanted:
            continue
        if best.kind == document_facts.KIND and _too_many_facts(best, taken):
            continue
        taken.append(best)
        sections[best.section_id] += 1
        kinds[best.kind] += 1
        answers[best.section_id, best.facts] += 1
    return sorted(taken, key=lambda d: order[d.question])


def _worth(draft: Drafted, sections: Counter[str], kinds: Counter[str], answers: Counter[tuple[str, tuple[str, ...]]]) -> float:
    repeated = 1.5 * answers[draft.section_id, draft.facts] if draft.facts else 0.0
    return draft.better - 0.5 * sections[draft.section_id] - 0.08 * kinds[draft.kind] - repeated


def _too_many_facts(draft: Drafted, taken: Sequence[Drafted]) -> bool:
    said = [d.section_id.partition("#")[0] for d in taken if d.kind == document_facts.KIND]
    return len(said) >= _FACTS_IN_ALL or said.count(draft.section_id.partition("#")[0]) >= _FACTS_A_DOCUMENT


def draft_id(question: str) -> str:
    """The id of a draft, the same each time the question is drafted."""
    return f"utkast-{hashlib.sha256(' '.join(question.casefold().split()).encode()).hexdigest()[:10]}"


def _positive(draft: Drafted, municipality: str) -> Case:
    return replace(_drafted(draft.question, municipality, draft.kind), facts=draft.facts, section_ids=(draft.section_id,))


def _silent(question: str, municipality: str) -> Case:
    return replace(_drafted(question, municipality, _NEAR_MISS), abstain=True, reason="no_source")


def _drafted(question: str, municipality: str, kind: str) -> Case:
    return Case(draft_id(question), question, municipality, kind, origin="drafted")
