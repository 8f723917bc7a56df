"""Claims that a language model proposes: shown only when their quote stands in the section and carries them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.answer import Claim
from assistant.claim_checks import Judges, supported
from assistant.claim_words import Around
from assistant.quotes import own_words, plain
from knowledge.section import Section

LONGEST_CLAIM, LONGEST_QUOTE = 600, 2_000
"""Characters. Longer ones are not read: a claim is a sentence or two, a quote a passage."""
_MARKER = re.compile(r"\s*\[\w{0,2}\d{1,3}\]")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A claim as a model proposes it: Swedish prose, the marker of the section it names, and the words it says stand there."""

    text: str
    marker: str
    quote: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The claim as it may be shown, or the Swedish reason why it may not; one of the two is None.

    The claim's quote is the document's own text in whole sentences, found word for word by `assistant.citations.find`.
    """

    claim: Claim | None
    reason: str | None


class ClaimVerifier:
    """Decides which proposed claims hold. Safe to use from several threads."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges

    def check(self, proposed: Proposed, sections: Mapping[str, Section]) -> Verdict:
        """A claim against the sections that the model was given, by marker ("1" or "[1]")."""
        section = sections.get(proposed.marker.strip("[] \n"))
        if section is None:
            return Verdict(None, "Påståendet hänvisar till ett avsnitt som inte hör till underlaget.")
        if len(proposed.text) > LONGEST_CLAIM or len(proposed.quote) > LONGEST_QUOTE:
            return Verdict(None, "Påståendet eller citatet är för långt.")
        quote = own_words(proposed.quote, section.text)
        if quote is None:
            return Verdict(None, "Citatet står inte ord för ord i avsnittet, eller är för kort.")
        text = spoken(proposed.text)
        if text == plain(quote):  # the document's own words need no judge
            return Verdict(Claim(text, section.id, quote), None)
        reason = supported(text, quote, self._judges, Around(" – ".join(section.headings), section.text))
        return Verdict(None, reason) if reason else Verdict(Claim(text, section.id, quote), None)


def verify_claims(proposed: Iterable[Proposed], sections: Mapping[str, Section], verifier: ClaimVerifier) -> list[Verdict]:
    """A verdict for each claim, in order; one that says what a claim before it said is dropped as well."""
    verdicts: list[Verdict] = []
    said: set[str] = set()
    for one in proposed:
        verdict = verifier.check(one, sections)
        if verdict.claim and verdict.claim.text.casefold() in said:
            verdict = Verdict(None, "Påståendet är redan sagt.")
        elif verdict.claim:
            said.add(verdict.claim.text.casefold())
        verdicts.append(verdict)
    return verdicts


def spoken(text: str) -> str:
    """A claim as it is shown: on one line, without markers, bullets and characters that do not show."""
    return plain(_MARKER.sub("", text)).removeprefix("- ").strip()
