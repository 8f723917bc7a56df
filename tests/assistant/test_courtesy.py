"""What is said to a chat that is no question."""

from __future__ import annotations

import pytest

from assistant.courtesy import courtesy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hej!", "hello"),
        ("god morgon", "hello"),
        ("Tack!", "thanks"),
        ("ok, tack så mycket för hjälpen", "thanks"),
        ("Tack och hej!", "thanks"),
        ("nej tack", "thanks"),
        ("Hej då 😀", "thanks"),
    ],
)
def test_greetings_and_thanks_are_recognised(text: str, said: str) -> None:
    assert courtesy(text) == said


@pytest.mark.parametrize(
    "text", ["", "?", "Hej, får vi söka pengar?", "ok men var?", "För en dag?", "det var så mycket", "och alla?", "Tack vare vem", "bra?"]
)
def test_what_may_be_a_question_is_left_alone(text: str) -> None:
    assert courtesy(text) is None
