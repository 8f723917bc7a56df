"""Questions from a main clause: the constituent that would be the answer is taken out, and asked for with the rest of the clause."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from eval.drafting import amounts, contents, whom
from eval.drafting.clause import Clause
from eval.drafting.drafted import Drafted
from eval.drafting.pieces import LONGEST_FRONT

_JOINED = re.compile(r"^(?P<first>.{8,}?),? och (?P<verb>ska|bör|får|måste|kan) (?P<second>.+)$")
_NOT_ONLY = re.compile(r"\b(?:inte|ej) (?:heller|bara|enbart|minst)\b")
_OF_A_SUBJECT = (
    whom.does,
    whom.is_done_by,
    amounts.amounts,
    contents.governed,
    whom.answers_for,
    contents.may_or_must,
    whom.goes_to,
)


def questions(clause: Clause) -> Iterator[Drafted]:
    """The questions that a clause answers; their words still lean on the text. Each is without its question mark."""
    joined = _JOINED.match(clause.rest)
    if joined and clause.kind == "subject":
        yield from questions(replace(clause, rest=joined["first"]))
        yield from questions(replace(clause, verb=joined["verb"], rest=joined["second"]))
        return
    if _NOT_ONLY.search(clause.rest):
        return
    yield from contents.purpose(clause)
    if clause.kind == "subject" and len(clause.front.split()) <= LONGEST_FRONT:
        for ask in _OF_A_SUBJECT:
            yield from ask(clause)
    yield from contents.obliged(clause)
    yield from amounts.times(clause)
    yield from contents.applies(clause)
