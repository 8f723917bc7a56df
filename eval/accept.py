"""What the project says of itself: the runs that README's figures come from, and the baseline that its checks compare with."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from assistant.settings import Settings
from eval import sets
from eval.gate import write_baseline
from eval.run import Row, Run, read
from eval.running import run_set
from eval.summary import Figure

AS_OF = date(2026, 11, 22)
"""The day that the validity in the sets is written down for."""
CHECKED, PARTS = "lindhamn", "fit,dev"
"""The set and its splits that each change is checked on: none that is held out."""
SHOWN = {"heldout": "undanhållet", "unseen": "osett"}
"""The sets that README shows, with what it calls them."""
ROOT = Path(__file__).parents[1]
BASELINE = ROOT / "eval" / "baseline.json"
RUNS = ROOT / "eval" / "runs"
_BETWEEN = re.compile(r"(?<=<!-- siffrorna börjar -->\n).*?(?=<!-- siffrorna slutar -->)", re.DOTALL)


def accept(settings: Settings, tell: sets.Tell) -> str:
    """Run all that is shown and checked, keep it in the project, and put the figures into README; the figures.

    Raises:
        KnowledgeError: a set cannot be used.
    """
    write_baseline(BASELINE, run_set(sets.named(CHECKED), settings, split=PARTS, as_of=AS_OF, tell=tell))
    RUNS.mkdir(exist_ok=True)
    for name in SHOWN:
        _write(run_set(sets.named(name), settings, split=None, as_of=AS_OF, tell=tell), RUNS / f"{name}.json")
    readme = ROOT / "README.md"
    readme.write_text(_BETWEEN.sub(lambda _: figures_text(), readme.read_text(encoding="utf-8")), encoding="utf-8")
    return figures_text()


def figures_text() -> str:
    """The table of README, from the runs that are kept in the project."""
    runs = [read(str(RUNS / f"{name}.json"), ROOT) for name in SHOWN]
    figures = [run.figures for run in runs]
    rows = {
        "helt rätt svar: rätt avsnitt, rätt uppgifter, ingen annan kommuns regler": [_share(f["correct"]) for f in figures],
        "första källan är rätt avsnitt": [_share(f["section_first"]) for f in figures],
        "tiger när dokumenten inte har svaret": [_share(f["abstained"]) for f in figures],
        "tystnader som var rätt": [_share(f["abstention_precision"]) for f in figures],
        "citat som står ord för ord i sitt avsnitt": [_all(f["quote_in_section"]) for f in figures],
        "svar med källor från en annan kommun": [_none(f["scope_leak"]) for f in figures],
        "svarets längd: hälften av svaren, nio av tio": [
            f"högst {f['words_p50'].value:.0f} ord, högst {f['words_p90'].value:.0f}" for f in figures
        ],
    }
    asked = ", ".join(
        f"{called} {len(run.rows)} frågor den {run.started:%Y-%m-%d}" for called, run in zip(SHOWN.values(), runs, strict=True)
    )
    head = [f"| mått | {' | '.join(SHOWN.values())} |", f"| --- |{' --- |' * len(SHOWN)}"]
    return "\n".join([*head, *(f"| {title} | {' | '.join(cells)} |" for title, cells in rows.items()), "", f"Mätt: {asked}.", ""])


def _write(run: Run, path: Path) -> None:
    """Write a run without the answers' words: what its figures, a report and a comparison need."""
    content = replace(run, rows=()).as_dict() | {"questions": len(run.rows), "figures": {k: f.as_dict() for k, f in run.figures.items()}}
    rows = ",\n".join(json.dumps(_short(r), ensure_ascii=False) for r in run.rows)
    head = json.dumps({k: v for k, v in content.items() if k != "rows"}, ensure_ascii=False, indent=1)
    path.write_text(f'{head.removesuffix(chr(10) + "}")},\n "rows": [\n{rows}\n]}}\n', encoding="utf-8")


def _short(row: Row) -> dict[str, Any]:
    answer = {key: row.answer[key] for key in ("question", "status", "reason")}
    answer["citations"] = [{key: c[key] for key in ("section_id", "headings")} for c in row.answer["citations"]]
    told = ("correct", "abstained")
    scores = [
        {"name": s.name, "value": s.value, "reason": s.reason if s.name in told else "", "trials": s.trials}
        for s in row.scores
        if s.value is not None
    ]
    return row.as_dict() | {"answer": answer, "scores": scores}


def _share(figure: Figure) -> str:
    return f"{figure.value:.2f} [{figure.low:.2f}–{figure.high:.2f}], n = {figure.n}".replace(".", ",")


def _all(figure: Figure) -> str:
    return "alla" if figure.value == 1 else _share(figure)


def _none(figure: Figure) -> str:
    return "inga" if figure.value == 0 else _share(figure)
