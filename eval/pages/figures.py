"""A run as the coordinator reads it: one sentence, five figures, and the share right by kind and role."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from eval.compare import right
from eval.intervals import wilson
from eval.run import Row, Run
from eval.summary import FEW, Figure


@dataclass(frozen=True, slots=True)
class Shown:
    """One of the five figures: its name, what it means, and what it must be, where it must be something."""

    name: str
    meaning: str
    figure: Figure
    wanted: float | None = None

    @property
    def broken(self) -> bool:
        """Whether it is not what it must be."""
        return self.wanted is not None and self.figure.value not in (None, self.wanted)

    @property
    def enough(self) -> bool:
        """Whether it rests on enough questions to say anything."""
        return self.figure.n >= FEW


@dataclass(frozen=True, slots=True)
class Group:
    """The questions of one kind or role."""

    key: str
    figure: Figure

    @property
    def enough(self) -> bool:
        """Whether there are enough of them to say anything."""
        return self.figure.n >= FEW

    @property
    def right(self) -> int:
        """How many came out right."""
        return round((self.figure.value or 0.0) * self.figure.n)


def share_right(rows: Iterable[Row]) -> Figure:
    """The share of rows that came out as they should, with its interval."""
    found = [right(r) for r in rows]
    return Figure(sum(found) / len(found), len(found), *wilson(sum(found), len(found))) if found else Figure(None, 0)


def five(run: Run) -> list[Shown]:
    """The figures of the overview, the most important first."""
    known = run.figures
    return [
        Shown("Gjorde rätt", "Rätt svar när dokumenten har det, tyst när de inte har det.", share_right(run.rows)),
        Shown("Rätt svar", "Av frågorna som dokumenten besvarar: rätt avsnitt och alla uppgifter.", known["correct"]),
        Shown("Rätt att tiga", "Av frågorna som dokumenten inte besvarar: assistenten teg.", known["abstained"]),
        Shown("Ordagranna citat", "Av citaten: står ord för ord i avsnittet. Ska vara alla.", known["quote_in_section"], 1.0),
        Shown("Fel kommun", "Av svaren: citerar en annan kommuns dokument. Ska vara inget.", known["scope_leak"], 0.0),
    ]


def groups(rows: Iterable[Row], key: Callable[[Row], str | None]) -> list[Group]:
    """The share right of each kind or role, those with most questions first; rows without one are left out."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if name := key(row):
            found.setdefault(name, []).append(row)
    return sorted((Group(name, share_right(own)) for name, own in found.items()), key=lambda g: (-g.figure.n, g.key))


def verdict(run: Run) -> str:
    """How good the answers are, in one sentence."""
    n, wrong = len(run.rows), [r for r in run.rows if not right(r)]
    for shown in five(run):
        if shown.broken:
            return _broken(shown)
    if n < FEW:
        return f"Det går inte att säga hur bra svaren är, för {_questions(n)} räcker inte: det behövs minst {FEW}."
    if not wrong:
        return f"Assistenten gjorde rätt på alla {n} frågor."
    silent = sum(r.answer["status"] == "unanswered" for r in wrong)
    return f"Assistenten gjorde rätt på {n - len(wrong)} av {n} frågor; {_of_the_rest(silent, len(wrong) - silent)}."


def _of_the_rest(silent: int, mistaken: int) -> str:
    if not mistaken:
        return f"på {_the_rest(silent)} teg den fast svaret finns"
    if not silent:
        return f"på {_the_rest(mistaken)} svarade den fel"
    return f"på de andra svarade den fel {_times(mistaken)} och teg i onödan {_times(silent)}"


def _broken(shown: Shown) -> str:
    if shown.wanted == 1.0:
        return "Lita inte på svaren innan felet är rättat, för assistenten har visat citat som inte står ordagrant i dokumenten."
    return "Lita inte på svaren innan felet är rättat, för assistenten har citerat en annan kommuns dokument som er egna."


def _questions(n: int) -> str:
    return "en fråga" if n == 1 else f"{n} frågor"


def _the_rest(n: int) -> str:
    return "den sista" if n == 1 else f"de andra {n}"


def _times(n: int) -> str:
    return "en gång" if n == 1 else f"{n} gånger"
