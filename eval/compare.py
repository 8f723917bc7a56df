"""Two runs over the same questions: which turned right, which turned wrong and why, and whether chance could have done it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Any

from eval.intervals import mcnemar
from eval.run import Row, Run
from knowledge.section import KnowledgeError

CAUSES = {
    "not_found": "hittades inte",
    "wrong_section": "fel avsnitt",
    "wrong_words": "fel ord ur rätt avsnitt",
    "wrongly_silent": "tyst fast svaret finns",
    "should_be_silent": "svarade fast svar saknas",
    "scope_leak": "en annan kommuns dokument",
    "document_changed": "dokumentet har ändrats",
    "question_changed": "frågans facit har ändrats",
}


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that is right in one run only. `cause` is a key of `CAUSES`, why the wrong one is wrong."""

    before: Row
    after: Row
    cause: str

    @property
    def won(self) -> bool:
        """Whether it turned right."""
        return right(self.after)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed between two runs over the `n` questions that both have; `p` is McNemar's exact two-sided probability."""

    before: Run
    after: Run
    n: int
    flips: tuple[Flip, ...]
    p: float

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types."""
        return {
            "before": self.before.id,
            "after": self.after.id,
            "questions": self.n,
            "won": [f.after.id for f in self.flips if f.won],
            "lost": [{"id": f.after.id, "cause": f.cause} for f in self.flips if not f.won],
            "p": round(self.p, 6),
        }


def compare(before: Run, after: Run) -> Comparison:
    """The questions of two runs, paired by id.

    Raises:
        KnowledgeError: they have no question in common.
    """
    earlier = {r.id: r for r in before.rows}
    pairs = [(earlier[r.id], r) for r in after.rows if r.id in earlier and earlier[r.id].answer["question"] == r.answer["question"]]
    if not pairs:
        raise KnowledgeError("Körningarna har inga frågor gemensamma.", "Jämför två körningar av samma frågesamling.")
    changed = _changed(before, after)
    flips = tuple(Flip(b, a, _cause(b, a, changed)) for b, a in pairs if right(b) != right(a))
    won = sum(f.won for f in flips)
    return Comparison(before, after, len(pairs), flips, mcnemar(len(flips) - won, won))


def right(row: Row) -> bool:
    """Whether a question came out as it should: correct, or silent where nothing answers."""
    return row.right


def cause(row: Row) -> str:
    """Why a wrong row is wrong, as a key of `CAUSES`."""
    if row.value("abstained") is not None:
        return "should_be_silent"
    if row.value("scope_leak"):
        return "scope_leak"
    if row.value("recall_at_10") == 0:
        return "not_found"
    if row.value("answered") == 0:
        return "wrongly_silent"
    return "wrong_words" if row.value("section_any") else "wrong_section"


def _cause(before: Row, after: Row, changed: Set[str]) -> str:
    """Why only one is right: the question or a document that belongs to it was changed, or else what the wrong one shows."""
    if before.version != after.version:
        return "question_changed"
    sections = [*before.expected, *after.expected, *(c["section_id"] for row in (before, after) for c in row.answer["citations"])]
    if {s.partition("#")[0] for s in sections} & changed:
        return "document_changed"
    return cause(before if right(after) else after)


def _changed(before: Run, after: Run) -> Set[str]:
    """The ids of the documents that are not the same in both."""
    return {i for i in before.documents.keys() | after.documents.keys() if before.documents.get(i) != after.documents.get(i)}
