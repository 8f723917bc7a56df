"""Whose documents may be cited: the asker's own and the national ones, or those of the municipalities that the question names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from assistant.question import Question
from knowledge import municipalities
from knowledge.section import EVERYBODY


@dataclass(frozen=True, slots=True)
class Scope:
    """`groups` are answered side by side, each a set of municipalities that may be cited together; `other` is named and not the asker's.

    `problem` is a reason not to answer at all: "other_municipality", "no_source" or "unclear".
    """

    groups: tuple[tuple[str, ...], ...] = ()
    own: str | None = None
    other: str | None = None
    problem: str | None = None
    foreign: bool = False


def scope_of(question: Question, asker: str | None, present: Collection[str]) -> Scope:
    """The scope of a question. `present` are the municipalities with documents that may be cited."""
    own = asker and next((m for m in present if municipalities.same(m, asker)), asker)
    named = tuple(question.named)
    others = tuple(m for m in named if not own or not municipalities.same(m, own))
    if others and own and (question.binding or (question.binds and len(others) < len(named))):
        return Scope(own=own, other=others[0], problem="other_municipality")
    if named:
        groups = tuple((m,) for m in named if m in present)
        if not groups or (others and not any(m in present for m in others) and len(named) == len(others)):
            return Scope(own=own, other=named[0], problem="no_source")
        return Scope(groups, own, others[0] if others else None, None, foreign=bool(others))
    if own:
        return Scope(((own, EVERYBODY),), own)
    if question.everybody:
        return Scope(tuple((m,) for m in sorted(present) if m != EVERYBODY))
    alone = [m for m in present if m != EVERYBODY]
    if len(alone) == 1:
        return Scope(((alone[0], EVERYBODY),), alone[0])
    return Scope(problem="unclear")
