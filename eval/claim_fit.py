"""The verifier of claims measured: attacks that must not be shown and paraphrases that must, and the fit of its few numbers on one half.

`claims/attacks.jsonl` and `claims/paraphrases.jsonl` were written by hand before the verifier was. The halves share no section: which
half a row is in is told by a hash of its section's number. `claims/fitting-*.jsonl` were written to fit on when the first figure of the
held-out half was known (attacks shown 6.9 %, paraphrases 78.6 %), `claims/stranger-*.jsonl` later still, in the manner of a model; no
row of the held-out half has been looked at since. Rules and numbers were tuned on the fitting half and those alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold, cross_val_predict  # type: ignore[import-untyped]

from assistant import claim_rules
from assistant.claim_checks import Judges
from assistant.claim_features import features, likeness
from assistant.claim_judge import Judge
from assistant.claim_rules import rule_fault
from assistant.claim_words import Around
from assistant.claims import ClaimVerifier, Proposed
from assistant.evidence import Model
from assistant.quotes import own_words
from eval.intervals import wilson
from eval.report import table
from knowledge.section import Section

_FOLDER = Path(__file__).parent / "claims"
_FITTED = Path(claim_rules.__file__).with_name("claims.json")
Part = Literal["fitting", "calibrating", "held out", "fresh", "last"]
PARTS: dict[Part, str] = {
    "fitting": "anpassning",
    "calibrating": "gränser",
    "held out": "undanhållet",
    "fresh": "en annan hand",
    "last": "en tredje hand",
}
"""The first two were looked at and chosen on; the others are only counted."""
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
_ADDED = "100"
"""From this number on a section was written to fit on."""
_SHOWN = 0.005
"""The share of the fitting attacks that may be shown, out of fold, at the threshold, beside those in which nothing is to be weighed."""
_MARGIN = 0.01
"""How far below the least alike of the fitting paraphrases the floor lies."""


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
    def around(self) -> Around:
        """Where the quote stands."""
        return Around(self.heading, self.section)

    @property
    def part(self) -> Part:
        """What the row is for; no section is in two parts."""
        if self.group >= "400":
            return "last" if self.group > "520" else "fresh" if "420" < self.group <= "460" else "calibrating"
        held_out = self.group < _ADDED and hashlib.sha256(f"split{self.group}".encode()).digest()[0] % 2 == 1
        return "held out" if held_out else "fitting"


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
    writers = ("", "fitting-", "stranger-", "calibrating-", "second-", "fresh-", "last-")
    return tuple(
        Row(**json.loads(line))
        for name in ("attacks", "paraphrases")
        for writer in writers
        for line in (_FOLDER / f"{writer}{name}.jsonl").read_text("utf-8").splitlines()
    )


def measure(judges: Judges, chosen: Iterable[Row]) -> list[Shown]:
    """What the verifier shows of each kind and part."""
    verifier, counted = ClaimVerifier(judges), dict[tuple[str, Part], list[bool]]()
    for row in chosen:
        counted.setdefault((row.kind, row.part), []).append(passes(verifier, row))
    return [Shown(kind, part, sum(found), len(found)) for (kind, part), found in counted.items()]


def passes(verifier: ClaimVerifier, row: Row) -> bool:
    """Whether the verifier shows the row's claim."""
    section = Section("prov#1", "prov", (row.heading,), row.section)
    return verifier.check(Proposed(row.claim, "1", row.quote), {"1": section}).claim is not None


def fit(judge: Judge) -> claim_rules.Fitted:
    """The numbers of the rules, from the fitting half: what the rules leave is weighed by a logistic model.

    The threshold is the lowest at which, out of fold, no more than `_SHOWN` of the half's attacks with something to weigh are shown.
    """
    half = [r for r in rows() if r.part == "fitting"]
    quoted = [(r, quote) for r in half if (quote := own_words(r.quote, r.section))]
    left = [(r, quote) for r, quote in quoted if not rule_fault(r.claim, quote, judge, r.around)]
    found = [features(r.claim, quote, judge, r.around) for r, quote in left]
    names = list(found[0])
    x = np.array([[f[n] for n in names] for f in found])
    y = np.array([r.kind == PARAPHRASE for r, _ in left])
    weighing = LogisticRegression(C=3.0, class_weight="balanced", max_iter=5_000)
    groups = [r.group for r, _ in left]
    out_of_fold = cross_val_predict(weighing, x, y, groups=groups, cv=GroupKFold(10), method="predict_proba")[:, 1]
    stoppable = ~y & x.any(axis=1)  # where nothing is added or left out there is nothing to weigh
    threshold = _threshold(out_of_fold[stoppable], sum(r.kind != PARAPHRASE for r in half))
    weighing.fit(x, y)
    weights = {n: round(float(w), 3) for n, w in zip(names, weighing.coef_[0], strict=True)}
    least = min(likeness(r.claim, quote, judge) for r, quote in left if r.kind == PARAPHRASE)
    return claim_rules.Fitted(Model(weights, round(float(weighing.intercept_[0]), 3), threshold), round(least - _MARGIN, 3))


def _threshold(attacks: NDArray[np.float64], all_attacks: int) -> float:
    most = int(_SHOWN * all_attacks)
    return round(float(np.sort(attacks)[::-1][most]) + 0.001, 3)


def write(found: claim_rules.Fitted) -> None:
    """Keep the numbers where the verifier reads them."""
    content = {"weights": found.model.weights, "intercept": found.model.intercept, "threshold": found.model.threshold, "floor": found.floor}
    _FITTED.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    claim_rules.fitted.cache_clear()


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
