"""What language models have cost, summed from the log of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.store.record import Record


@dataclass(frozen=True, slots=True)
class ModelCost:
    """The answers that a model was asked for, those that it wrote, and what they took together.

    `quoted` counts by why the others were quoted (see answer.Writing.outcome), `dropped` the claims that did not hold.
    """

    asked: int = 0
    written: int = 0
    quoted: Mapping[str, int] = field(default_factory=dict)
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    dropped: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


def cost_of(records: Iterable[Record], municipality: str | None = None) -> ModelCost:
    """The sum over records; of one municipality's answers where it is given. `store.log.read(first, last)` gives those of a period."""
    found = [r.writing for r in records if r.writing and municipality in (None, r.municipality)]
    outcomes = Counter(str(w["outcome"]) for w in found)
    return ModelCost(
        asked=len(found),
        written=outcomes.pop("written", 0),
        quoted=dict(outcomes),
        tokens_in=sum(int(w["tokens_in"]) for w in found),
        tokens_out=sum(int(w["tokens_out"]) for w in found),
        seconds=round(sum(float(w["seconds"]) for w in found), 1),
        dropped=sum(len(w["dropped"]) for w in found),
    )
