"""What must hold before a change counts: quotes word for word, nobody else's rules, no question wrong that was right, no figure too low."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.compare import CAUSES, cause
from eval.run import Run
from eval.summary import TITLES
from knowledge.section import KnowledgeError


@dataclass(frozen=True, slots=True)
class Baseline:
    """The ids of the questions that were right, and of those that are accepted as wrong."""

    right: frozenset[str] = frozenset()
    accepted: frozenset[str] = frozenset()


def read_baseline(path: Path) -> Baseline:
    """The baseline of a file. KnowledgeError when it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Baseline(frozenset(map(str, content["right"])), frozenset(map(str, content["accepted"])))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{path} är ingen baslinje.", "Skriv den med python -m eval run --write-baseline FIL.") from error


def write_baseline(path: Path, run: Run) -> None:
    """Make a run the baseline: what is right in it. What was accepted as wrong and still is stays accepted."""
    right = sorted(r.id for r in run.rows if r.right)
    accepted = sorted((read_baseline(path).accepted if path.is_file() else set()) - set(right))
    content = {"set": run.set, "split": run.split, "right": right, "accepted": accepted}
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def floors(said: list[str]) -> dict[str, float]:
    """Figures with the least that each may be, from MÅTT=GRÄNS. KnowledgeError for what is no such."""
    found = {}
    for one in said:
        name, _, value = one.partition("=")
        if name not in TITLES or not value.replace(".", "", 1).isdigit():
            raise KnowledgeError(
                f"”{one}” går inte att tolka som en gräns.", f"Skriv till exempel correct=0.8. Måtten är {', '.join(TITLES)}."
            )
        found[name] = float(value)
    return found


def failures(run: Run, baseline: Baseline | None = None, least: Mapping[str, float] | None = None) -> list[str]:
    """What does not hold, in Swedish; empty when all does."""
    figures = run.figures
    found = []
    for name in ("quote_in_section", "quote_in_sources"):
        value = figures[name].value
        if value is not None and value < 1:
            found.append(f"{TITLES[name]}: {_number(value)}, ska vara 1 ({', '.join(_where(run, name, below=1))}).")
    if leaks := _where(run, "scope_leak", above=0):
        found.append(f"{TITLES['scope_leak']}: {', '.join(leaks)}. Det får inte hända.")
    for name, limit in (least or {}).items():
        value = figures[name].value
        if value is None or value < limit:
            found.append(f"{TITLES[name]}: {'inget värde' if value is None else _number(value)}, ska vara minst {_number(limit)}.")
    return [*found, *(_lost(run, baseline) if baseline else [])]


def _lost(run: Run, baseline: Baseline) -> list[str]:
    """The questions that were right in the baseline and are not, but for the accepted; those that the run lacks too."""
    rows = {r.id: r for r in run.rows}
    wrong = [rows[i] for i in sorted(baseline.right - baseline.accepted) if i in rows and not rows[i].right]
    missing = sorted(baseline.right - baseline.accepted - rows.keys())
    lost = [f"{r.id} är fel men var rätt: {CAUSES[cause(r)]}. ”{r.answer['question']}”" for r in wrong]
    return lost + ([f"Frågor i baslinjen saknas i körningen: {', '.join(missing)}."] if missing else [])


def _where(run: Run, name: str, *, below: float | None = None, above: float | None = None) -> list[str]:
    """The ids of the questions whose score with a name is below or above a limit."""
    values = ((r.id, r.value(name)) for r in run.rows)
    return [i for i, v in values if v is not None and ((below is not None and v < below) or (above is not None and v > above))]


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".").replace(".", ",")
