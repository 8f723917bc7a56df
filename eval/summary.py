"""A run in figures: shares with their 95 % intervals and how many they rest on, lengths and times as they are spread."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from eval.intervals import wilson
from eval.scores import Score

FEW = 20
"""Below so many questions a share says nothing that one would act on."""

OFF_TOPIC = frozenset({"off_topic", "adversarial", "unclear"})
"""Types of questions that no document about the subject could settle; all others without an answer are near misses."""

_SHARES = {
    "correct": "Helt rätt svar",
    "section_first": "Rätt avsnitt först",
    "section_any": "Rätt avsnitt citerat",
    "facts": "Alla uppgifter med",
    "facts_said": "Alla uppgifter sagda med egna ord, enligt språkmodellen",
    "answered": "Svarade när den skulle",
    "partial": "Besvarade bara delvis",
    "quote_in_section": "Citat ordagranna i avsnittet",
    "quote_in_sources": "Citat ordagranna i källan",
    "scope_leak": "Annan kommuns dokument citerat",
    "validity_shown": "Giltighet visad när den ska",
    "bridge_told": "Bro sagd när den behövs",
    "abstained": "Teg när den skulle",
    "abstained_on_topic": "– på närliggande frågor",
    "abstained_off_topic": "– på frågor om annat",
    "abstention_precision": "Tystnader som var rätt",
    "marked": "Status, orsak, giltighet och upplysning rätt",
    "hit_at_1": "Sökning: rätt avsnitt överst",
    "recall_at_10": "Sökning: rätt avsnitt bland tio",
    "reciprocal_rank": "Sökning: MRR",
}
_SPREADS = {"words": "Ord i svaret", "ms": "Svarstid (ms)", "tokens": "Kostnad (språkmodellens token)"}
TITLES = _SHARES | {
    f"{key}_{q}": f"{title}, {name}" for key, title in _SPREADS.items() for q, name in (("p50", "median"), ("p90", "90 %"), ("p95", "95 %"))
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a run. `value` is None where it applied to nothing; `low` and `high` only for shares of yes and no."""

    value: float | None
    n: int
    low: float | None = None
    high: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types, rounded to four places."""
        return {k: round(v, 4) if isinstance(v, float) else v for k, v in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Scored:
    """One question's type and scores."""

    type: str
    scores: tuple[Score, ...]

    def value(self, name: str) -> float | None:
        """The score with a name, None where it does not apply."""
        return next((s.value for s in self.scores if s.name == name), None)


def summarise(rows: Sequence[Scored]) -> dict[str, Figure]:
    """The figures of a run by name, in the order in which they are shown."""
    silent = [r for r in rows if r.value("abstained") is not None]
    kept = [1.0 for r in silent if r.value("abstained")]
    lost = [0.0 for r in rows if r.value("answered") == 0]
    special = {
        "abstained_on_topic": _share((r for r in silent if r.type not in OFF_TOPIC), "abstained"),
        "abstained_off_topic": _share((r for r in silent if r.type in OFF_TOPIC), "abstained"),
        "abstention_precision": _figure([(v, 1) for v in (*kept, *lost)]),
        "marked": _share(rows, "status", "reason", "validity", "notice"),
        "reciprocal_rank": _mean(rows, "reciprocal_rank"),
    }
    shares = {name: special.get(name) or _share(rows, name) for name in _SHARES}
    return shares | {f"{key}_{q}": figure for key in _SPREADS for q, figure in _spread(rows, key).items()}


def _share(rows: Iterable[Scored], *names: str) -> Figure:
    """The share right of the scores with these names that apply."""
    return _figure([(s.value, s.trials) for r in rows for s in r.scores if s.name in names and s.value is not None])


def _figure(values: Sequence[tuple[float, int]]) -> Figure:
    n = sum(trials for _, trials in values)
    right = sum(value * trials for value, trials in values)
    return Figure(right / n, n, *wilson(right, n)) if n else Figure(None, 0)


def _mean(rows: Sequence[Scored], name: str) -> Figure:
    values = [v for r in rows if (v := r.value(name)) is not None]
    return Figure(statistics.fmean(values), len(values)) if values else Figure(None, 0)


def _spread(rows: Sequence[Scored], name: str) -> dict[str, Figure]:
    """Median and upper ends; the end of a share q is the value at the place q·(n − 1), rounded down."""
    values = sorted(v for r in rows if (v := r.value(name)) is not None)
    upper = "p90" if name == "words" else "p95"
    if not values:
        return {"p50": Figure(None, 0), upper: Figure(None, 0)}
    return {
        "p50": Figure(statistics.median(values), len(values)),
        upper: Figure(values[int(int(upper[1:]) / 100 * (len(values) - 1))], len(values)),
    }
