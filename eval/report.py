"""Runs and comparisons as text that a person reads, in Swedish Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from eval.compare import CAUSES, Comparison, cause, right
from eval.intervals import wilson
from eval.run import Row, Run
from eval.summary import FEW, TITLES, Figure


def run_table(run: Run) -> str:
    """The figures of a run with n and intervals."""
    part = f", delen {run.split}" if run.split else ""
    lines = [f"# {run.id}: {len(run.rows)} frågor{part}", ""]
    if len(run.rows) < FEW:
        lines += [f"Färre än {FEW} frågor: siffrorna säger inte hur bra assistenten är.", ""]
    lines += table(("mått", "värde", "95 %", "n"), [(TITLES[name], *_cells(figure, name)) for name, figure in run.figures.items()])
    return "\n".join([*lines, *([""] if run.warnings else []), *(f"Obs: {w}" for w in run.warnings)])


def run_report(run: Run, *, failures: bool = True) -> str:
    """The table, the share right by type and by role, and each question that went wrong with its cause."""
    by_type = _shares((r.type, right(r)) for r in run.rows)
    by_role = _shares((r.role, right(r)) for r in run.rows if r.role)
    lines = [run_table(run), "", "## Rätt efter slag av fråga", "", *table(("slag", "rätt", "95 %", "n"), by_type)]
    if by_role:
        lines += ["", "## Rätt efter roll", "", *table(("roll", "rätt", "95 %", "n"), by_role)]
    wrong = [r for r in run.rows if not right(r)]
    if failures and wrong:
        lines += ["", "## Frågor som blev fel", "", *(_failure(r) for r in wrong)]
    return "\n".join(lines)


def comparison_text(found: Comparison) -> str:
    """What turned right and wrong between two runs, and whether chance could have done it."""
    won, lost = [f for f in found.flips if f.won], [f for f in found.flips if not f.won]
    verdict = "Skillnaden kan vara slumpen." if found.p >= 0.05 else "Skillnaden är större än slumpen brukar ge."
    lines = [
        f"# {found.before.id} → {found.after.id}",
        "",
        f"{found.n} gemensamma frågor: {len(won)} blev rätt, {len(lost)} blev fel (McNemar, exakt: p = {found.p:.4f}). {verdict}",
    ]
    for title, flips in (("Blev fel", lost), ("Blev rätt", won)):
        lines += ["", f"## {title}"] if flips else []
        for flip in flips:
            lines += ["", f"**{flip.after.id}** {flip.after.answer['question']} ({CAUSES[flip.cause]})"]
            lines += [f"- före: {_short(flip.before)}", f"- efter: {_short(flip.after)}"]
    return "\n".join(lines)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table with its columns aligned, also for reading in a terminal."""
    cells = [list(head), *(list(r) for r in rows)]
    widths = [max(len(r[n]) for r in cells) for n in range(len(head))]
    lines = [
        "| " + " | ".join(c.ljust(w) if not n else c.rjust(w) for n, (c, w) in enumerate(zip(r, widths, strict=True))) + " |" for r in cells
    ]
    return [lines[0], "| " + " | ".join("-" * w if not n else "-" * (w - 1) + ":" for n, w in enumerate(widths)) + " |", *lines[1:]]


def _cells(figure: Figure, name: str) -> tuple[str, str, str]:
    if figure.value is None:
        return "–", "", "0"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}" if name == "reciprocal_rank" else f"{figure.value:.0f}", "", str(figure.n)
    return f"{figure.value:.3f}", f"{figure.low:.2f}–{figure.high:.2f}", str(figure.n)


def _shares(rows: Iterable[tuple[str, bool]]) -> list[tuple[str, str, str, str]]:
    groups: dict[str, list[bool]] = {}
    for key, is_right in rows:
        groups.setdefault(key, []).append(is_right)
    out = []
    for key, found in sorted(groups.items()):
        low, high = wilson(sum(found), len(found))
        out.append((key, f"{sum(found) / len(found):.3f}", f"{low:.2f}–{high:.2f}", str(len(found))))
    return out


def _failure(row: Row) -> str:
    reason = " ".join(s.reason for s in row.scores if s.name in ("correct", "abstained"))
    return f"- **{row.id}** {row.answer['question']} ({CAUSES[cause(row)]}) {reason} {_short(row)}"


def _short(row: Row) -> str:
    cited = "; ".join(" › ".join(c["headings"]) for c in row.answer["citations"][:3])
    return f"{row.answer['status']}: {cited}" if cited else f"{row.answer['status']} ({row.answer['reason']})"
