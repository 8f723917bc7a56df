"""What an answer to "får vi …?" says that the quotes leave open: on what condition, and who decides."""

from __future__ import annotations

import pytest

from assistant.extractive import Passage, missing
from assistant.question import Kind
from knowledge.section import Section


def said(kind: Kind, text: str) -> list[str]:
    section = Section("lindhamn/policy#resor", "lindhamn/policy", ("Resor",), text)
    return [n.text for n in missing(kind, [Passage(section, 0, 0)])]


@pytest.mark.parametrize(
    ("quote", "told"),
    [
        ("Skolorna uppmuntras att delta i utbyten.", "Dokumenten säger inte vilka villkor som gäller för det, eller vem som beslutar."),
        ("Rektor beslutar om klassens utbyten.", "Dokumenten säger inte vilka villkor som gäller för det."),
        ("Utbyten är tillåtna under förutsättning att alla kan följa med.", "Dokumenten säger inte vem som beslutar om det."),
    ],
)
def test_each_part_that_a_permission_lacks_is_named(quote: str, told: str) -> None:
    assert said(Kind.MAY, quote) == [told]


@pytest.mark.parametrize("quote", ["Klassen får inte ta emot gåvor.", "Rektor beslutar om utbyten som varar högst två veckor."])
def test_a_plain_no_and_a_whole_permission_lack_nothing(quote: str) -> None:
    assert said(Kind.MAY, quote) == []


def test_other_questions_lack_nothing_of_the_kind() -> None:
    assert said(Kind.WHO, "Skolorna uppmuntras att delta i utbyten.") == []
