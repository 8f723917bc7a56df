"""How long each store is kept, by which decision, and what that means for a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from assistant.settings import Settings

DEFAULT_DAYS = 180


class Kept(StrEnum):
    """The stores that have a time of their own; the value is the name in the settings and in the journal."""

    CONVERSATIONS = "samtal"
    ANSWER_LOG = "svarslogg"
    FEEDBACK = "aterkoppling"
    EVALUATION = "utvardering"
    VERSIONS = "versioner"


@dataclass(frozen=True, slots=True)
class Rule:
    """A store's time in days and the reference of the decision behind it. `stated` is whether somebody set the time."""

    store: Kept
    days: int
    decision: str | None
    stated: bool

    def first_kept(self, today: date) -> date:
        """The first day that is kept; what is of an earlier day is past its time."""
        return today - timedelta(days=self.days)


def rules(settings: Settings) -> Mapping[Kept, Rule]:
    """The rule of each store."""
    return {store: _rule(settings, store) for store in Kept}


def ready_for_others(settings: Settings) -> list[str]:
    """What is missing before others than oneself may be let in, Swedish sentences; empty when nothing is."""
    missing = []
    for rule in rules(settings).values():
        name = f"ASSISTANT_GALLRING_{rule.store.upper()}"
        if not rule.stated:
            missing.append(f"Ange med {name} hur många dagar {WORDS[rule.store]} sparas.")
        if rule.decision is None:
            missing.append(f"Ange med {name}_BESLUT vilket gallringsbeslut som gäller för {WORDS[rule.store]}.")
    return missing


WORDS = {
    Kept.CONVERSATIONS: "konversationer",
    Kept.ANSWER_LOG: "svarsloggen",
    Kept.FEEDBACK: "återkoppling och vidareskickade frågor",
    Kept.EVALUATION: "utvärderingens körningar",
    Kept.VERSIONS: "citerade versioner av dokument",
}
"""What each store is called where it is told."""

OF_PEOPLE = (Kept.CONVERSATIONS, Kept.ANSWER_LOG, Kept.FEEDBACK)
"""The stores that hold what people have written."""


def _rule(settings: Settings, store: Kept) -> Rule:
    days: int | None = getattr(settings, f"gallring_{store}")
    decision: str | None = getattr(settings, f"gallring_{store}_beslut")
    return Rule(store, days or DEFAULT_DAYS, (decision or "").strip() or None, days is not None)
