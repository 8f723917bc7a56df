"""Claims that a language model proposes: shown only when their quote stands in the section and carries them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.answer import Claim
from assistant.claim_judge import Judge
from assistant.quotes import own_words
from knowledge.section import Section


@dataclass(frozen=True, slots=True)
class Proposed:
    """A claim as a model proposes it: Swedish prose, the marker of the section it names, and the words it says stand there."""

    text: str
    marker: str
    quote: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The claim as it may be shown, or the Swedish reason why it may not; one of the two is None."""

    claim: Claim | None
    reason: str | None


class ClaimVerifier:
    """Decides which proposed claims hold. Safe to use from several threads."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def check(self, proposed: Proposed, sections: Mapping[str, Section]) -> Verdict:
        """A claim against the sections that the model was given, by marker."""
        section = sections.get(proposed.marker.strip("[] "))
        if section is None:
            return Verdict(None, "Påståendet hänvisar till ett avsnitt som inte hör till underlaget.")
        quote = own_words(proposed.quote, section.text)
        if quote is None:
            return Verdict(None, "Citatet står inte ord för ord i avsnittet, eller är för kort.")
        return Verdict(Claim(proposed.text.strip(), section.id, quote), None)
