"""Whether what was found can answer: a small calibrated model over stated features (fitted by `python -m eval fit`)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from assistant.expectation import is_hard
from assistant.matching import Match
from assistant.question import Kind, Part, own_words
from knowledge.query import Query

_FILE = Path(__file__).with_name("evidence.json")
_HELD = 0.3
"""From what strength a statement has to do with a word."""
_SOFT = (Kind.MAY, Kind.MUST, Kind.YESNO)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic model: a weight for each feature, an intercept, and the probability from which the assistant answers."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Mapping[str, float]) -> float:
        """How likely it is that the statements found settle the question, 0–1."""
        z = self.intercept + sum(self.weights.get(name, 0.0) * value for name, value in features.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, z))))


@cache
def model() -> Model:
    """The fitted model that comes with the package."""
    content = json.loads(_FILE.read_text(encoding="utf-8"))
    return Model(content["weights"], content["intercept"], content["threshold"])


def features(part: Part, query: Query, matches: Sequence[Match], floor: float) -> dict[str, float]:
    """What speaks for and against: each between about -1 and 1. All zero but the kind where nothing matched.

    `floor` is the cosine at the end of the pool that the search brought.
    """
    kind = part.kind
    hard = float(is_hard(kind))
    best = matches[0] if matches else None
    group = {
        "hard": hard,
        "done": float(kind is Kind.DONE),
        "name": float(kind is Kind.NAME),
        "soft": float(kind in _SOFT),
        "about": float(kind in (Kind.ABOUT, Kind.LIST, Kind.WHY, Kind.HOW, Kind.ROLE, Kind.DEFINITION)),
        "refers": float(part.refers),
        "terms": min(len(query.terms), 8) / 8,
        "english": float(query.language == "en"),
    }
    if best is None:
        return group
    total = sum(t.weight for t in query.terms) or 1.0
    top = matches[:3]
    absent = sum(t.weight for t, s in zip(query.terms, _strongest(query, matches), strict=True) if s < _HELD) / total
    rival = next((m for m in matches if m.section.id != best.section.id), None)
    soft = group["soft"]
    rarest = sorted(zip(query.terms, best.strengths, strict=True), key=lambda p: -p[0].weight)[:2]
    key = min((s for _, s in rarest), default=0.0)
    return group | {
        "coverage": best.coverage,
        "own": best.own,
        "missing": best.missing,
        "absent": absent,
        "dense": (max(m.dense for m in top) - 0.4) * 3,
        "dense_margin": (max(m.dense for m in matches) - floor) * 3,
        "agreement": (best.dense - max(m.dense for m in matches)) * 3,
        "heading": best.headed,
        "key": key,
        "soft_key": soft * key,
        "fits": max(0.0, best.fit),
        "cannot": min(0.0, best.fit),
        "thin": max(0.0, 0.5 - best.coverage),
        "hard_fit": hard * best.fit,
        "hard_own": hard * best.own,
        "hard_missing": hard * best.missing,
        "soft_own": soft * best.own,
        "soft_missing": soft * best.missing,
        "about_coverage": group["about"] * best.coverage,
        "about_missing": group["about"] * best.missing,
        "predicate": _predicate(part, query, best),
        "quantifier": _quantifier(part, best),
        "reading": best.logit / 5,
        "read_best": max(m.logit for m in matches) / 5,
        "margin": min(0.5, best.score - rival.score) if rival else 0.3,
        "score": best.score - 1.0,
    }


_SAYS_AGAIN = (Kind.MAY, Kind.MUST, Kind.YESNO, Kind.WHO, Kind.NAME, Kind.WHERE, Kind.WHICH, Kind.LIST, Kind.ABOUT)
"""Kinds whose answer says again what is asked; a time need not ("när får man besked?"), nor a way ("hur går det till?")."""


def inherited(part: Part, query: Query, best: Match) -> bool:
    """Whether a statement has to do with the question before, and nothing with the words of this one."""
    if not part.follows or part.kind not in _SAYS_AGAIN:
        return False
    own = set(own_words(part.text))
    held = [s for term, s in zip(query.terms, best.strengths, strict=True) if own.intersection(term.word.split())]
    return bool(held) and max(held) < _HELD


_ALL = re.compile(r"\b(?:alla|varje|samtliga|var och en|all)\b", re.IGNORECASE)


def _quantifier(part: Part, best: Match) -> float:
    """-1 when the question is about all of something and the statement is not, 1 when both are, else 0."""
    if not _ALL.search(part.text) or part.kind not in _SOFT:
        return 0.0
    return 1.0 if _ALL.search(best.statement.text) else -1.0


def _strongest(query: Query, matches: Sequence[Match]) -> list[float]:
    """For each term how well it is held anywhere in what was found."""
    return [max((m.strengths[i] for m in matches), default=0.0) for i in range(len(query.terms))]


def _predicate(part: Part, query: Query, best: Match) -> float:
    """For a who: how well the statement holds the deed asked about, the first word after "vem"; 0.6, the usual, for any other kind."""
    if part.kind is not Kind.WHO:
        return 0.6
    after = re.split(r"\b(?:vem|vems|vilka?|vilken \w+|who)\b", part.text, maxsplit=1, flags=re.IGNORECASE)[-1].casefold()
    for word in re.findall(r"[\w-]+", after):
        for number, term in enumerate(query.terms):
            if term.word.split()[0] == word:
                return max(best.mine[number], 0.9 * best.strengths[number])
    return 0.6
