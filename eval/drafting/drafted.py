"""A drafted question before it is chosen."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drafted:
    """A question with the kind shown to people, the words that must be in the answer, and the section that they stand in.

    `better` is how safe its form is: of two drafts from one statement the one with the higher figure is kept.
    """

    question: str
    kind: str
    facts: tuple[str, ...]
    section_id: str = ""
    better: float = 1.0
