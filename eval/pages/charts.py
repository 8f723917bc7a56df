"""Where the marks of a chart stand. The drawing is a template (samordnare_diagram.html), with the chart's table beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.curve import Point
from eval.pages.figures import share_right
from eval.pages.words import percent
from eval.run import Run

WIDTH, HEIGHT = 400, 240
LEFT, RIGHT, TOP, BOTTOM = 52, 20, 30, 46
"""Room for the axes' words, in the drawing's own units."""

MOST_DAYS = 5
"""Days written under a chart."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of a line in the drawing's units, from its upper left corner; `low` and `high` are the ends of its interval.

    `line` is how it is joined to the mark before it: "solid" or "dashed".
    """

    x: float
    y: float
    label: str = ""
    line: str = "solid"
    low: float | None = None
    high: float | None = None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A line over marks, with what the axes are called and the places of what is written along them."""

    title: str
    x_title: str
    y_title: str
    marks: tuple[Mark, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def pieces(self) -> list[tuple[Mark, Mark]]:
        """The pieces of the line; each is drawn as its second mark says."""
        return list(zip(self.marks, self.marks[1:], strict=False))

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the field that the marks stand in."""
        return LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM


def over_runs(runs: Sequence[Run], day: Mapping[str, str]) -> Chart:
    """The share right run by run, oldest first; `day` is the day of each run by its id. Dashed: the questions changed in between."""
    marks = []
    for place, run in enumerate(runs):
        figure = share_right(run.rows)
        same = place and runs[place - 1].made_with.get("questions") == run.made_with.get("questions")
        low, high = (None if end is None else _y(end) for end in (figure.low, figure.high))
        label = percent(figure.value) if place in (0, len(runs) - 1) else ""
        marks.append(Mark(_x((place + 0.5) / len(runs)), _y(figure.value or 0.0), label, "solid" if same else "dashed", low, high))
    every = max(1, -(-len(runs) // MOST_DAYS))
    ticks = tuple((m.x, day[r.id]) for m, r in list(zip(marks, runs, strict=True))[::every])
    return Chart("Andel frågor där assistenten gjorde rätt, körning för körning", "", "Gjorde rätt", tuple(marks), ticks, _percents(_y))


def over_thresholds(points: Sequence[Point], chosen: float) -> Chart:
    """How often an answer is right against how many questions get one. The point nearest to the chosen threshold is marked."""
    nearest = nearest_to(points, chosen)
    marks = [
        Mark(_x(p.coverage), _y(p.accuracy), f"gräns {threshold_words(p.threshold)}" if p is nearest else "", chosen=p is nearest)
        for p in points
        if p.accuracy is not None
    ]
    title = "Hur ofta svaren är rätt, mot hur många frågor som får svar"
    return Chart(title, "Andel frågor som får svar", "Svar som är rätt", tuple(marks), _percents(_x), _percents(_y))


def nearest_to(points: Sequence[Point], threshold: float) -> Point | None:
    """The point nearest to a threshold among those where something is answered."""
    return min((p for p in points if p.n), key=lambda p: abs(p.threshold - threshold), default=None)


def threshold_words(threshold: float) -> str:
    """A threshold as it is written in Swedish."""
    return f"{threshold:.2f}".replace(".", ",")


def _percents(place: Callable[[float], float]) -> tuple[tuple[float, str], ...]:
    return tuple((place(share), percent(share)) for share in (0.0, 0.25, 0.5, 0.75, 1.0))


def _x(share: float) -> float:
    return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)
