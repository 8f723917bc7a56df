"""What comes first: "får inte startas innan finansieringen är klar" is "finansieringen måste vara klar innan det startas"."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from assistant.claim_clauses import clauses
from assistant.claim_words import SYNONYM, content, data, strengths
from knowledge.glossary import Glossary
from knowledge.words import fold

_DENIED_BEFORE = re.compile(r"(?P<late>.*\b(?:inte|ej|aldrig|inga|ingen|inget)\b.*?)\b(?:innan|förrän|före)\b(?P<early>.*)", re.DOTALL)
_BEFORE = re.compile(r"(?P<early>.+?)\b(?:innan|före)\b(?P<late>.*)", re.DOTALL)
_OPENS = re.compile(r"(?:innan|före)\b(?P<late>[^,]*?)\b(?P<early>(?:ska|skall|måste|behöver|krävs)\b.*)", re.DOTALL)


@cache
def _then() -> re.Pattern[str]:
    """A leave that waits for what is done first: "sedan kan", "innan du får"."""
    return re.compile(rf"\b({'|'.join(data()['force']['then'])})\b(?:kan|får)\b")


def without_leave_after(text: str) -> str:
    """A text without the "kan" or "får" that only says what comes next: "…, sedan kan det undertecknas"."""
    return _then().sub(lambda m: m[1], fold(text))


@lru_cache(maxsize=10_000)
def _denied_orders(quote: str) -> tuple[tuple[str, str], ...]:
    """(what may not be yet, what must be first) of each clause of a quote that denies something before something else."""
    found = (_DENIED_BEFORE.search(fold(clause)) for clause in clauses(quote))
    return tuple((m["late"], m["early"]) for m in found if m)


def turned_orders(claim: str, quote: str, glossary: Glossary) -> int:
    """How many of the quote's "inte … innan …" the claim says the other way round, without the negation.

    What must be first there must be first here, and what may not be yet comes after it: "ska startas innan finansieringen är klar" is none.
    """
    said = fold(claim)
    order = _OPENS.match(said) or _BEFORE.search(said)
    if not order:
        return 0

    def held(part: str, by: str) -> bool:
        return max(strengths(content(part), content(by), glossary), default=0.0) >= SYNONYM

    return sum(
        held(order["early"], early) and held(order["late"], late) and not held(order["early"], late)
        for late, early in _denied_orders(quote)
    )
