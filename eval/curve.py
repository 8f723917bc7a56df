"""How much to trust it: what answering from another threshold of evidence would have given, from the rows of a run."""

from __future__ import annotations

from dataclasses import dataclass

from eval.run import Row, Run

THRESHOLDS = tuple(n / 20 for n in range(21))


@dataclass(frozen=True, slots=True)
class Point:
    """From a threshold upwards `n` questions are answered, which is the share `coverage` of those that count.

    `accuracy` is the share of the `n` that have an answer in the documents and whose first citation is in the right section; None where
    `n` is 0. Below the run's own threshold the first citation is taken to be the nearest statement.
    """

    threshold: float
    coverage: float
    accuracy: float | None
    n: int


def accuracy_coverage(run: Run) -> list[Point]:
    """A point for each twentieth and for the run's own threshold, in order; none for a run without questions.

    Questions about a document's own facts are answered, and those that nothing was searched for are silent, whatever the threshold.
    """
    own = threshold_of(run)
    counted = [(_evidence(row, own), _first(row)) for row in run.rows]
    points = []
    for threshold in sorted({*THRESHOLDS, *([own] if own is not None else [])}) if counted else []:
        answered = [first for evidence, first in counted if evidence is not None and evidence >= threshold]
        accuracy = sum(answered) / len(answered) if answered else None
        points.append(Point(threshold, len(answered) / len(counted), accuracy, len(answered)))
    return points


def threshold_of(run: Run) -> float | None:
    """The threshold that the run answered from; None for a run that was kept before runs told it."""
    stated = run.settings.get("threshold")
    return float(stated) if stated else None


def _evidence(row: Row, own: float | None) -> float | None:
    """How likely the engine held an answer to be; beyond every threshold where it answered without asking, None where it never would."""
    strongest = max(row.likelihood, default=0.0)
    if row.answer["status"] != "unanswered":
        return strongest if strongest >= (own or 0.0) and strongest else float("inf")
    return strongest if strongest and strongest < (own if own is not None else 1.0) else None


def _first(row: Row) -> bool:
    """Whether the first citation is, or would be, in the right section."""
    return bool(row.value("section_first") if row.answer["status"] != "unanswered" else row.value("nearest_first"))
