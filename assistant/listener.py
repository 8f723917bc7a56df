"""Who hears of an answer while it is made: sources as they are found, claims as they are verified."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.answer import Citation


class Listener(Protocol):
    """Called from the thread that makes the answer, only where a language model writes it. What is heard may still give way to quotes."""

    def sources(self, citations: Sequence[Citation]) -> None:
        """What the answer will rest on; nothing has been written yet."""

    def doing(self, what: str) -> None:
        """What goes on now, a Swedish sentence."""

    def claim(self, text: str, citation: Citation) -> None:
        """A claim that has been verified. Its citation's marker counts among the claims heard so far."""

    def stopped(self) -> bool:
        """Whether the person does not want the answer any more. Asked often."""
