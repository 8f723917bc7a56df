"""Questions in the middle of a conversation, as the evaluation puts them."""

from __future__ import annotations

from eval.cases import of_split
from eval.conversation import after_another
from eval.sets import named


def test_each_question_comes_after_another_that_other_sections_answer() -> None:
    cases = of_split(named("lindhamn").cases(), "fit,dev")
    by_question = {c.question: c for c in cases}
    asked = after_another(cases)
    assert {c.id for c in asked} == {c.id for c in cases if not c.history}
    for case in asked:
        (before,) = case.history
        other = by_question[before.question]
        assert other.id != case.id
        assert other.municipality == case.municipality
        assert not set(other.gold) & set(case.gold)
    assert after_another(cases) == asked
