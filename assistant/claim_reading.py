"""Whether a quote carries a claim: a cross-encoder reads the two together and says so, or not.

It is of the same make as the one that reads questions (`knowledge.cross_encoder`), trained by `python -m eval train --of claims` on claims
that quotes carry and claims that differ in one thing: a number, a condition, who acts, what is denied. What can be told for certain is told
by a rule first: letters of another alphabet, and numbers and names that the quote does not have.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.claim_digits import in_digits, strange_number
from assistant.claim_words import latin
from knowledge.lexicon import commonness
from knowledge.stems import stem
from knowledge.swedish import ABBREVIATIONS, STOP_WORDS
from knowledge.words import fold, tokens

WEIGHTS = Path(__file__).with_name("claim_encoder.npz")
"""What training gave."""
CLAIM, QUOTE = 80, 256
"""The most tokens of each that are read."""
_MARKER = re.compile(r"\s*\[\w{0,2}\d{1,3}\]")
_SHORT = 14
"""Words of a quote in which each counts."""
_PLAIN_NO = re.compile(r"\b(?:inte|ej|icke|inga|ingen|inget|aldrig|varken)\b")
_NO = re.compile(
    r"\b(?:inte|ej|icke|inga|ingen|inget|aldrig|varken|utan|utom|bara|endast|enbart|först|innan|förrän|krävs|kräver|nej|fri|fritt|fria|"
    r"avgiftsfri\w*|kostnadsfri\w*|gratis|annan|andra|annat|annars|saknar?|saknas|högst|minst|mer|mindre|längre|under|över|låta bli|"
    r"i stället|istället|måste|behöver)\b|"
    r"\b(?:förb[ju]\w+|otillåt\w*|und(?:vik|ant)\w+|slipp\w*|avst\w+|avrå\w+|avböj\w*|avslå\w*|neka\w*|ute(?:slut|bli|läm)\w+|"
    r"upphör\w*|stopp\w*|befri\w*|o(?:möjlig|giltig|beroende|avsett)\w*|hindr\w*|begräns\w*|bortse\w*|åsido\w*)"
)
"""What may say the same as a denial, or turn it."""
_ONE_FORM = (
    (re.compile(r"\b(?:som mest|maximalt|upp till)\b"), "högst"),
    (re.compile(r"\båtminstone\b"), "minst"),
    (re.compile(r"\b(?:på )?mer än (?=\d)"), "över "),
    (re.compile(r"\bsenast (?=\d+ \w+ (?:före|innan)\b)"), "minst "),
    (re.compile(r"\bvarje (?=(?:år|läsår|månad|termin|vecka|kvartal)\b)"), "per "),
)
"""Ways to say a limit, and the one that is read."""
_BOUND = (
    r"\b(?:högst|max|maximalt|mest|upp till|inom|senast|tak\w*|gräns\w*|mer|mera|fler|mindre|färre|lägre|högre|under|över\w*|minst|"
    r"åtminstone|lägst|från|tidigast|kortare|längre|yngre|äldre|innan|före|efter|sista|fyll\w*|uppåt|nedåt|begräns\w*)\b"
)
_LIMITS = (
    (re.compile(r"\b(?:högst|maximalt|som mest|upp till|minst|lägst|över|under|mer än|mindre än)\s+\d"), re.compile(_BOUND)),
    (
        re.compile(r"\b(?:endast|bara|enbart)\b"),
        re.compile(
            r"\b(?:endast|bara|enbart|inte|ingen|inga|inget|krävs|kräver|måste|utom|först|förutsatt|förutsättning\w*|villkor\w*|annan|andra|enda|ensam)\b"
        ),
    ),
    (
        re.compile(r"\b(?:om|innan|förutsatt|förutsättning|såvida|utom|undantag)\b"),
        re.compile(
            r"\b(?:om|innan|före|när|då|först|utan|utom|undantag\w*|förutsatt|förutsättning\w*|såvida|krävs|kräver|måste|bara|endast|efter|sedan|"
            r"så länge|villkor\w*|annars|inte|den som|de som|för att|ifall|vid|med|som)\b|^\w+(?:r|s|t|ts)\b"
        ),
    ),
)
"""What limits a rule, and the words of which one at least says so in a claim; the last also a verb that opens it."""
_MOST = re.compile(r"\b(?:högst|max|maximalt|som mest|upp till|inom)\b")
_LEAST = re.compile(r"\b(?:minst|åtminstone|lägst|tidigast)\b")
_SHORTEST = 4
"""Letters of a name that say which it is, whatever its ending."""


class ClaimReader(Protocol):
    """Reads pairs of a claim and a quote: the log odds that the quote carries the claim, (pairs,)."""

    def logits(self, pairs: Sequence[tuple[str, str]], /) -> NDArray[np.float32]: ...

    def fits(self, pair: tuple[str, str], /) -> bool: ...


def fault(claim: str, quote: str, reader: ClaimReader, headings: str, least: float) -> str | None:
    """What speaks against a claim, a short Swedish reason, or None.

    Args:
        headings: those over the quote; their words are no strangers.
        least: the log odds from which the quote is held to carry the claim.
    """
    if found := certain_fault(claim, quote, headings):
        return found
    if not reader.fits(as_read(claim, quote)):
        return "Citatet är för långt att pröva påståendet mot."
    if carried(claim, quote, reader, headings) < least:
        return "Påståendet säger inte samma sak som citatet: något är tillagt, utelämnat eller ändrat."
    return None


def carried(claim: str, quote: str, reader: ClaimReader, headings: str = "") -> float:
    """The log odds that the quote carries the claim, with or without the last heading over it: a claim may say what that says."""
    said, held = as_read(claim, quote)
    if _bare(said) == _bare(held):  # the same words need no judge
        return math.inf
    over = headings.rpartition(" – ")[2]
    return float(max(reader.logits([(said, held), *([as_read(claim, f"{over}: {quote}")] if over else [])])))


def _bare(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


def as_read(claim: str, quote: str) -> tuple[str, str]:
    """Both in the form in which they are read together: numbers in digits, limits in one word, the quote without its own markers."""
    return _in_one_form(claim), _in_one_form(_MARKER.sub("", quote))


def _in_one_form(text: str) -> str:
    text = in_digits(text)
    for ways, one in _ONE_FORM:
        text = ways.sub(one, text)
    return text


def certain_fault(claim: str, quote: str, headings: str = "") -> str | None:
    """What can be told for certain to be wrong, in Swedish; None when nothing is."""
    if not latin(claim):
        return "Påståendet har tecken ur ett annat alfabet."
    if all(t.word in STOP_WORDS for t in tokens(claim)):
        return "Påståendet säger ingenting."
    if strange_number(claim, quote):
        return "Påståendet nämner ett tal eller en tid som inte står i citatet."
    if _turned(claim, quote) or _unlimited(claim, quote):
        return "Påståendet nekar, eller sätter en gräns, på annat sätt än citatet."
    if name := _strange_name(claim, f"{headings}. {quote}"):
        return f"Påståendet nämner ett namn som inte står i citatet ({name})."
    if word := _made_up(claim, f"{headings}. {quote}"):
        return f"Påståendet har ett ord som varken står i citatet eller är känt ({word})."
    return None


def _turned(claim: str, quote: str) -> bool:
    """Whether one of the two denies and the other does not, in a short quote, or "högst" stands where "minst" did.

    A longer quote may deny what the claim says nothing of; the shorter it is, the less the cross-encoder minds a single word.
    """
    said, held = fold(claim), fold(quote)
    denied = bool(_PLAIN_NO.search(said)), bool(_PLAIN_NO.search(held))
    if len(tokens(quote)) <= _SHORT and denied[0] != denied[1]:
        return not _NO.search(held if denied[0] else said)
    most, least = (bool(_MOST.search(text)) - bool(_LEAST.search(text)) for text in (said, held))
    return most * least == -1 and not any(denied)


def _unlimited(claim: str, quote: str) -> bool:
    """Whether a claim leaves out what limits a short quote: a number, "högst", "endast", "om"."""
    if len(tokens(quote)) > _SHORT:
        return False
    quote = _MARKER.sub("", quote)
    said, held = in_digits(fold(claim)), in_digits(fold(quote))
    return strange_number(quote, claim) or any(limit.search(held) and not says.search(said) for limit, says in _LIMITS)


def _made_up(claim: str, known: str) -> str | None:
    """The first word of a claim that is no word of the language, does not begin like one, and is not known."""
    held = fold(known)
    for token in tokens(claim):
        word = token.word
        beginnings = [word[:length] for length in range(len(word), _SHORTEST - 1, -1)]
        if word.isalpha() and beginnings and not any(commonness(b) > 0 or b in held for b in beginnings):
            return word
    return None


def _strange_name(claim: str, known: str) -> str | None:
    """The first proper name of a claim that is not known: a capital within a sentence, or several."""
    held = fold(known)
    stems = {stem(t.word) for t in tokens(known)}
    for token in tokens(claim):
        written = claim[token.start : token.end]
        starts = not token.start or claim[: token.start].rstrip()[-1:] in ".:!?-–"
        if not written[:1].isupper() or (starts and not written[1:2].isupper()):
            continue
        first = token.word.split("-")[0]  # "EU-medel" are of the EU
        long = ABBREVIATIONS.get(first, first)
        spelled = len(first) <= _SHORTEST and written[: len(first)].isupper() and f" {written[0]}" in f" {known}"
        beginning = first[: max(_SHORTEST, len(first) - 2)]
        if stem(first) not in stems and beginning not in held and fold(long) not in held and not spelled:
            return token.word
    return None
