"""Whether a quote carries a claim: a cross-encoder reads the two together, and near the quote's own words rules of words have a say too.

The cross-encoder understands free words, and minds a single word too little; the rules mind each word, and understand few. So a claim that
the rules have nothing against needs the lower mark of the cross-encoder. One that they are against is not shown where most of its words
stand in the quote, or where it binds more or less than the quote; else, in words of which they understand too few, it needs the higher mark
(decision 27).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant import claim_reading, claim_rules
from assistant.claim_force import binds_otherwise
from assistant.claim_judge import Judge
from assistant.claim_reading import ClaimReader
from assistant.claim_words import NOWHERE, Around

_NEAR = 0.75
"""The share of a claim's words that stand in its quote from which it is near the quote's own words."""
_AGREED, _ALONE = -2.0, -1.0
"""The log odds from which a claim is shown that the rules have nothing against, and one that the cross-encoder alone speaks for."""


@dataclass(frozen=True, slots=True)
class Judges:
    """What claims are judged by: the embedder and glossary of the rules, and the cross-encoder."""

    rules: Judge
    reader: ClaimReader


def supported(claim: str, quote: str, judges: Judges, around: Around = NOWHERE) -> str | None:
    """None when the quote carries the claim, else a short Swedish reason; `around` is where the quote stands."""
    against = claim_rules.fault(claim, quote, judges.rules, around)
    if against and (near(claim, quote) or binds_otherwise(claim, quote)):
        return against
    return claim_reading.fault(claim, quote, judges.reader, around.headings, _ALONE if against else _AGREED)


def near(claim: str, quote: str) -> bool:
    """Whether most of the claim's words stand in the quote."""
    said, held = (re.findall(r"\w+", text.casefold()) for text in (claim, quote))
    return sum(word in set(held) for word in said) >= _NEAR * len(said)
