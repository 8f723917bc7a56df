"""The report to management: what it says, whatever it is written as."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.reading import swedish_date
from assistant.store.usage import Usage
from eval.compare import CAUSES, cause, compare
from eval.pages import comparison, figures, words
from eval.run import Run
from eval.summary import FEW, Figure
from knowledge.section import KnowledgeError

NAME = "Internationella assistenten"
LATEST = 5
"""Runs in the table of runs."""

GROUPS = 6
"""Kinds of questions in the report: one page holds no more."""


@dataclass(frozen=True, slots=True)
class Table:
    """A heading, what the columns are called, and the rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """One page: a title, the verdict, paragraphs and tables. `run` is the one it tells of."""

    title: str
    verdict: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...]
    method: str
    run: Run


def report(municipality: str, kept: Sequence[Run], use: Usage, days: int, today: date) -> Report:
    """The report of a municipality's latest run. `kept` are its runs, oldest first, at least one."""
    run = kept[-1]
    return Report(
        f"Så bra svarar {NAME}: {municipality}, {swedish_date(today)}",
        figures.verdict(run),
        tuple(p for p in (_used(use, days), _since(kept), _wrong(run)) if p),
        tuple(t for t in (_five(run), _kinds(run), _runs(kept)) if t.rows),
        _method(run),
        run,
    )


def as_csv(made: Report) -> bytes:
    """The report's tables as Swedish Excel opens them: UTF-8 with a byte-order mark, semicolons."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([[made.title], [made.verdict]])
    for table in made.tables:
        writer.writerows([[], [table.title], table.head, *table.rows])
    writer.writerows([[], [made.method]])
    return ("\ufeff" + out.getvalue().replace("\N{NO-BREAK SPACE}", " ")).encode()


def _used(use: Usage, days: int) -> str:
    if use.asked is None:
        return f"Så få har använt assistenten de senaste {days} dagarna att inga antal visas."
    told = ((use.answered, "fick svar"), (use.partial, "fick svar på en del"), (use.unanswered, "fick inget svar"))
    parts = ", ".join(f"{n} {what}" for n, what in told if n is not None)
    mended = f" Det tog {words.number(use.days_to_mend)} dagar i mitten från tystnad till åtgärd." if use.days_to_mend is not None else ""
    return f"De senaste {days} dagarna ställdes {use.asked} frågor{': ' + parts if parts else ''}.{mended}"


def _since(kept: Sequence[Run]) -> str:
    if len(kept) < 2:
        return ""
    try:
        found = compare(kept[-2], kept[-1])
    except KnowledgeError:
        return ""
    won = sum(f.won for f in found.flips)
    return f"Sedan körningen före har {won} frågor blivit rätt och {len(found.flips) - won} blivit fel. {comparison.chance(found)}"


def _wrong(run: Run) -> str:
    causes = Counter(cause(r) for r in run.rows if not r.right)
    if not causes:
        return ""
    return "Det som blev fel: " + ", ".join(f"{CAUSES[key]} ({n})" for key, n in causes.most_common()) + "."


def _five(run: Run) -> Table:
    rows = tuple((f"{s.name}. {s.meaning}", *_value(s.figure, s.enough or s.broken), str(s.figure.n)) for s in figures.five(run))
    return Table("Fem siffror", ("Mått", "Värde", "Troligen mellan", "Antal"), rows)


def _kinds(run: Run) -> Table:
    groups = figures.groups(run.rows, lambda r: r.type)[:GROUPS]
    rows = ((words.kind_words(g.key), f"{g.right} av {g.figure.n}", *_value(g.figure, g.enough)) for g in groups)
    return Table("Efter slag av fråga", ("Slag", "Rätt", "Andel", "Troligen mellan"), tuple(rows))


def _runs(kept: Sequence[Run]) -> Table:
    shares = [(r, figures.share_right(r.rows)) for r in kept[: -LATEST - 1 : -1]]
    rows = ((words.when_words(r), *_value(f, f.n >= FEW), str(f.n)) for r, f in shares)
    return Table("De senaste körningarna", ("Körning", "Gjorde rätt", "Troligen mellan", "Frågor"), tuple(rows))


def _value(figure: Figure, enough: bool) -> tuple[str, str]:
    if figure.value is None:
        return "Prövades inte", ""
    return (words.percent(figure.value), words.interval(figure)) if enough else ("Kan inte säga", f"färre än {FEW} frågor")


def _method(run: Run) -> str:
    return (
        f"Så är det mätt: {len(run.rows)} frågor som kommunens samordnare har godkänt ställdes den {words.when_words(run)} till samma "
        "assistent som medarbetarna använder, och svaren rättades mot de avsnitt och uppgifter som samordnaren har angett. "
        "”Troligen mellan” säger var värdet skulle hamna med många fler sådana frågor (konfidensintervall, 95 %)."
    )
