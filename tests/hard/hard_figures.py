"""What was promised, how it is tried, and the last figures: one table in docs/motstandskraft.md, made from docs/motstandskraft.json.

Only a whole run (`make test-hard`) changes them; a part of it replaces its own promises' figures and leaves the others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
FIGURES, PAGE = DOCS / "motstandskraft.json", DOCS / "motstandskraft.md"
_BEGIN, _END = "<!-- siffrorna börjar -->", "<!-- siffrorna slutar -->"

Figures = dict[str, list[dict[str, str]]]
"""By the number of the promise: what was measured, its value and the day, all in Swedish."""


def merged(earlier: Mapping[str, list[dict[str, str]]], now: Mapping[str, list[dict[str, str]]]) -> Figures:
    """The earlier figures with those of a run, which may be of some tests alone, in place of what was measured before in the same words."""

    def together(number: str) -> list[dict[str, str]]:
        return list({f["what"]: f for f in (*earlier.get(number, ()), *now.get(number, ()))}.values())

    return {number: together(number) for number in sorted({*earlier, *now}, key=int)}


def table(figures: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """The figures as a Markdown table, a row each."""
    lines = [
        f"| {number} | {figure['what']} | {figure['value']} | {figure['day']} |"
        for number, measured in figures.items()
        for figure in measured
    ]
    return "\n".join(["| löfte | vad som mättes | siffra | dag |", "| --- | --- | --- | --- |", *lines])


def placed(page: str, figures: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """The page with the table between its two marks."""
    before, rest = page.split(_BEGIN)
    return f"{before}{_BEGIN}\n{table(figures)}\n{_END}{rest.split(_END)[1]}"


def write(now: Mapping[str, list[dict[str, str]]]) -> None:
    """Keep a run's figures and redraw the page's table."""
    figures = merged(json.loads(FIGURES.read_text("utf-8")), now)
    FIGURES.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")
    PAGE.write_text(placed(PAGE.read_text("utf-8"), figures), "utf-8")
