"""Two runs over the same questions: which turned right, which turned wrong and why, and whether chance could have done it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from eval.intervals import mcnemar
from eval.run import Row, Run
from eval.summary import Scored
from knowledge.section import KnowledgeError

CAUSES = {
    "not_found": "hittades inte",
    "wrong_section": "fel avsnitt",
    "wrong_words": "fel ord ur rätt avsnitt",
    "wrongly_silent": "tyst fast svaret finns",
    "should_be_silent": "svarade fast svar saknas",
    "scope_leak": "en annan kommuns dokument",
    "document_changed": "dokumenten har ändrats",
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
    changed = before.made_with["corpus"] != after.made_with["corpus"]
    flips = tuple(Flip(b, a, _cause(b, a, changed)) for b, a in pairs if right(b) != right(a))
    won = sum(f.won for f in flips)
    return Comparison(before, after, len(pairs), flips, mcnemar(len(flips) - won, won))


def right(row: Row) -> bool:
    """Whether a question came out as it should: correct, or silent where nothing answers."""
    scored = Scored(row.type, row.scores)
    return bool(scored.value("correct") or scored.value("abstained"))


def cause(row: Row) -> str:
    """Why a wrong row is wrong, as a key of `CAUSES`."""
    scored = Scored(row.type, row.scores)
    if scored.value("abstained") is not None:
        return "should_be_silent"
    if scored.value("scope_leak"):
        return "scope_leak"
    if scored.value("recall_at_10") == 0:
        return "not_found"
    if scored.value("answered") == 0:
        return "wrongly_silent"
    return "wrong_words" if scored.value("section_any") else "wrong_section"


def _cause(before: Row, after: Row, changed: bool) -> str:
    wrong = before if right(after) else after
    cited = {c["section_id"] for c in (after if wrong is before else before).answer["citations"]}
    return "document_changed" if changed and cited - {c["section_id"] for c in wrong.answer["citations"]} else cause(wrong)
