"""Questions put in the middle of a conversation: what was asked before is about something else, and should make no difference."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Turn
from eval.cases import Case


def after_another(cases: Sequence[Case], seed: int = 1) -> list[Case]:
    """The questions that have nothing before them, each after another of the same municipality that other sections answer."""
    chance, first = random.Random(seed), [c for c in cases if not c.history]

    def others(case: Case) -> list[Case]:
        return [c for c in first if c.id != case.id and c.municipality == case.municipality and not _answered_together(c, case)]

    return [replace(c, history=(_turn(chance.choice(there)),)) for c in first if (there := others(c))]


def _turn(case: Case) -> Turn:
    """A question as if it had been answered as expected."""
    return Turn(case.question, "", "unanswered" if case.abstain else "answered", case.section_ids)


def _answered_together(one: Case, other: Case) -> bool:
    return bool(set(one.gold) & set(other.gold) or set(one.section_ids) & set(other.section_ids))
