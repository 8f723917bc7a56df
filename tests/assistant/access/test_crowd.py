"""Several people at once: each gets the answers to what they asked themselves."""

from __future__ import annotations

import asyncio

from serving import Serve

from eval.crowd import QUESTIONS, crowd


def test_each_of_several_people_at_once_gets_the_answers_to_their_own_questions(serve: Serve) -> None:
    found = asyncio.run(crowd(serve(people=False), 6, "Ekvik"))
    assert found["errors"] == []
    assert (found["answers"], found["mixed_up"]) == (6 * len(QUESTIONS), 0)
