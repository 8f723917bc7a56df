"""The verifier of claims measured: attacks that must not be shown and paraphrases that must, and the choice of its one number.

`claims/training/` is what the cross-encoder learned from, with the fitting part; the calibrating part chooses the threshold; the held-out
and the fresh part are only counted. `claims/README.md` says who wrote what, and how often the totals have been looked at.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from assistant import claim_checks
from assistant.claim_checks import ClaimReader, carried, rule_fault
from assistant.claims import ClaimVerifier, Proposed
from assistant.quotes import own_words
from eval.intervals import wilson
from eval.report import table
from knowledge.section import Section

_FOLDER = Path(__file__).parent / "claims"
_CHOSEN = Path(claim_checks.__file__).with_name("claims.json")
Part = Literal["fitting", "calibrating", "held out", "fresh"]
PARTS: dict[Part, str] = {"fitting": "träning", "calibrating": "gräns", "held out": "undanhållet", "fresh": "undanhållet, en annan hand"}
PARAPHRASE = "paraphrase"
KINDS = {
    "invented_number": "påhittat tal",
    "negation": "nekande ändrat",
    "modality": "ska, bör, får ändrat",
    "wrong_section": "fel avsnitt",
    "foreign_quote": "citat som inte finns",
    "role": "annan roll",
    "condition": "villkor utelämnat",
    "quantifier": "omfång ändrat",
    "joined": "påhitt tillagt",
}
BARS = dict.fromkeys(KINDS, 0.05) | dict.fromkeys(("invented_number", "negation", "modality", "wrong_section", "foreign_quote"), 0.01)
"""The most of each kind that may be shown."""
_THROUGH = 0.87
"""The share of the calibrating paraphrases that the threshold lets through: the bar of 0.85 and a little more."""


@dataclass(frozen=True, slots=True)
class Row:
    """An attack or a paraphrase: a claim with the quote and the section that it is said to rest on."""

    id: str
    kind: str
    section: str
    quote: str
    claim: str
    question: str
    heading: str = "Prov"

    @property
    def group(self) -> str:
        """The number of the section, which several rows share."""
        return self.id[1:4]

    @property
    def part(self) -> Part:
        """What the row is for; no section is in two parts."""
        if self.group >= "400":
            return "calibrating" if self.group <= "420" else "fresh"
        split = hashlib.sha256(f"split{self.group}".encode()).digest()[0] % 2
        return "held out" if self.group < "100" and split == 1 else "fitting"


@dataclass(frozen=True, slots=True)
class Shown:
    """How many rows of a kind were shown, and the same as the contract's bar wants it: at most for attacks, at least for paraphrases."""

    kind: str
    part: Part
    shown: int
    rows: int

    @property
    def share(self) -> float:
        """Of the rows, those shown."""
        return self.shown / self.rows if self.rows else 0.0


@cache
def rows() -> tuple[Row, ...]:
    """Every attack, then every paraphrase."""
    writers = ("", "fitting-", "stranger-", "calibrating-", "fresh-")
    return tuple(
        Row(**json.loads(line))
        for name in ("attacks", "paraphrases")
        for writer in writers
        for line in (_FOLDER / f"{writer}{name}.jsonl").read_text("utf-8").splitlines()
    )


def measure(reader: ClaimReader, chosen: Iterable[Row]) -> list[Shown]:
    """What the verifier shows of each kind and part."""
    verifier, counted = ClaimVerifier(reader), dict[tuple[str, Part], list[bool]]()
    for row in chosen:
        counted.setdefault((row.kind, row.part), []).append(passes(verifier, row))
    return [Shown(kind, part, sum(found), len(found)) for (kind, part), found in counted.items()]


def passes(verifier: ClaimVerifier, row: Row) -> bool:
    """Whether the verifier shows the row's claim."""
    section = Section("prov#1", "prov", (row.heading,), row.section)
    return verifier.check(Proposed(row.claim, "1", row.quote), {"1": section}).claim is not None


def choose(reader: ClaimReader) -> float:
    """The highest log odds at which `_THROUGH` of the calibrating paraphrases are still shown: no attack more than that must be."""
    faithful = [r for r in rows() if r.part == "calibrating" and r.kind == PARAPHRASE]
    quoted = [(r, quote) for r in faithful if (quote := own_words(r.quote, r.section)) and not rule_fault(r.claim, quote, r.heading)]
    found = sorted((carried(r.claim, quote, reader, r.heading) for r, quote in quoted), reverse=True)
    return round(found[min(math.ceil(_THROUGH * len(faithful)), len(found)) - 1] - 0.01, 2)


def write(threshold: float) -> None:
    """Keep the number where the verifier reads it."""
    _CHOSEN.write_text(json.dumps({"threshold": threshold}) + "\n", encoding="utf-8")
    claim_checks.threshold.cache_clear()


def claims_text(found: Sequence[Shown]) -> str:
    """The table per kind and part, in Swedish Markdown."""
    by = {(s.kind, s.part): s for s in found}
    lines = ["# Kontrollen av påståenden", "", "Andel som visas, med 95 procents intervall.", ""]
    cells = [(title, f"högst {BARS[kind]:.0%}", *(_cell(by.get((kind, part))) for part in PARTS)) for kind, title in KINDS.items()]
    cells.append(("alla angrepp", "", *(_cell(_together(found, part)) for part in PARTS)))
    cells.append(("trogna omskrivningar", "minst 85%", *(_cell(by.get((PARAPHRASE, part))) for part in PARTS)))
    return "\n".join([*lines, *table(("slag", "krav", *PARTS.values()), cells)])


def _together(found: Sequence[Shown], part: Part) -> Shown:
    of = [s for s in found if s.part == part and s.kind != PARAPHRASE]
    return Shown("", part, sum(s.shown for s in of), sum(s.rows for s in of))


def _cell(shown: Shown | None) -> str:
    if shown is None or not shown.rows:
        return "–"
    low, high = wilson(shown.shown, shown.rows)
    return f"{shown.share:.1%} ({shown.shown} av {shown.rows}; {low:.0%}–{high:.0%})"
