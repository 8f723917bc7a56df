"""The numbers of a claim, in digits or words, with unit, limit and how often: each must be the quote's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.claim_digits import DIGITS, SIZES, without_gaps
from assistant.claim_words import data
from knowledge.stems import stem
from knowledge.words import Token, fold, tokens

Bound = Literal["", "≥", ">", "≤", "<", "≈"]

_OPPOSITE: dict[Bound, Bound] = {">": "≤", "<": "≥", "≥": "<", "≤": ">"}
_MULTIPLE = re.compile(
    r"\b(?P<count>(?:en )?halv|\d+(?:,\d+)?) (?P<size>miljon(?:er)?|tusen|mkr|mnkr|tkr)\b(?P<more> (?:kronor|euro|kr)\b)?"
)
"""A number of millions or thousands: "en halv miljon", "2 miljoner"."""
_DAYS, _MONTHS = {stem("vecka"): 7.0, stem("dygn"): 1.0, stem("dag"): 1.0}, {stem("år"): 12.0, stem("månad"): 1.0}
NEGATION = re.compile(r"\b(?:inte|ej|icke|inga|ingen|inget|aldrig)\b")
"""What turns a limit that comes after it."""
_LOOSE = frozenset({"en", "ett", "båda", "bägge"})
_BEFORE: tuple[tuple[str, Bound], ...] = (
    (r"(?:mer|mera|fler|flera|längre|högre|större|äldre)(?: \w+)? än", ">"),
    (r"(?:mindre|färre|kortare|lägre|yngre|senare)(?: \w+)? än", "<"),
    (r"(?:över|(?:överst[ie]\w+|överskrid\w+)(?: [\w-]+){0,3})", ">"),
    (r"(?:underst[ie]\w+|underskrid\w+)(?: [\w-]+){0,3}", "<"),
    (r"(?:fyllt|fyllda|fyller|minst|åtminstone|lägst|från|från och med|tidigast|fr o m)", "≥"),
    (r"sista \w*(?:dag|dagen|datum|datumet)(?: [^\d\s]+){0,8}", "≤"),
    (r"(?:högst|max|maximalt|som mest|upp till|inom|inom loppet av|senast|före|t o m|till och med|till)", "≤"),
    (r"(?:cirka|ca|ungefär|omkring|runt|närmare)", "≈"),
)
_AFTER: tuple[tuple[str, Bound], ...] = (
    (r"(?:\w+ )?eller (?:mer|mera|fler|flera|längre|högre|äldre|uppåt|tidigare)|(?:\w+ )?och (?:uppåt|äldre)", "≥"),
    (r"(?:\w+ )?eller (?:mindre|färre|kortare|lägre|yngre|senare)|(?:\w+ )?och (?:nedåt|yngre)", "≤"),
)
_AHEAD = re.compile(r"^(?:\w+ ){1,2}(?:före|innan|i förväg)\b")
_DURATION = frozenset(map(stem, "år månad vecka dag timme minut dygn arbetsdag termin läsår natt mandatperiod kvartal".split()))
_UNITS = _DURATION | frozenset(
    map(stem, "krona kr euro procent % mil km person deltagare elev lärare gång miljon prisbasbelopp styrka".split())
)
_EACH = r"år(?:et)?|månad(?:en)?|veckan?|kvartal(?:et)?|termin(?:en)?|läsår(?:et)?|mandatperiod(?:en)?|dag(?:en)?|dygn(?:et)?|natt"
_OFTEN = re.compile(
    r"\b(?:(?P<yearly>årlig\w*|månatlig\w*|veckovis|månadsvis|kvartalsvis|terminsvis|dagligen)"
    rf"|(?:varje|per|var|vart|om|i)\s+(?P<each>{_EACH})(?! \d)"
    r"|(?P<other>vartannat|varannan|vartannan)\s+(?P<second>\w+)"
    r"|var(?:t)?\s+(?P<nth>tredje|fjärde|femte|sjätte|tionde)\s+(?P<nthunit>\w+))\b"
)
_ADVERBS = {"årlig": "år", "månat": "månad", "vecko": "vecka", "månad": "månad", "kvart": "kvartal", "termi": "termin", "dagli": "dag"}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the unit after it ("" when that is no known unit) and its limit."""

    value: float
    unit: str
    bound: Bound
    loose: bool = False
    """Whether it may be no number: "en", "ett", "båda" without a limit."""


@lru_cache(maxsize=10_000)
def quantities(text: str, *, turned: bool = False) -> tuple[Quantity, ...]:
    """Every number of a text in order: "13–19" is two, "500 000" one, "halv" 0.5.

    `turned` reads a limit after a negation as the opposite limit: "får inte överstiga två" as "högst två".
    """
    words = tokens(_MULTIPLE.sub(_written_out, without_gaps(fold(text))))
    out: list[Quantity] = []
    for place, token in enumerate(words):
        for value in _values(token, words[place + 1].word if place + 1 < len(words) else ""):
            before = " ".join(t.word for t in words[max(0, place - 10) : place])
            after = " ".join(t.word for t in words[place + 1 : place + 7])
            unit = stem(after.split()[0]) if after else ""
            bound = _bound(before, after, unit)
            bound = bound or _far_bound([t.word for t in words[max(0, place - 4) : place]])
            if turned and NEGATION.search(" ".join(t.word for t in words[:place])):
                bound = _OPPOSITE.get(bound, bound)
            bound = "" if token.word in data()["ordinals"] else bound
            loose = token.word in _LOOSE and not bound
            out.append(Quantity(value, unit if unit in _UNITS else "", bound, loose))
    return tuple(out)


def frequencies(text: str) -> frozenset[str]:
    """How often, in one form: "årligen", "varje år", "en gång om året" are all "1 år"; "vartannat år" is "2 år"."""
    out = set()
    for found in _OFTEN.finditer(fold(text)):
        if found["yearly"]:
            out.add(f"1 {_ADVERBS[found['yearly'][:5]]}")
        elif found["each"]:
            out.add(f"1 {stem(found['each'])}")
        elif found["second"]:
            out.add(f"2 {stem(found['second'])}")
        else:
            out.add(f"{data()['ordinals'][found['nth']]} {stem(found['nthunit'])}")
    return frozenset(" ".join([o.split()[0], stem(o.split()[1])]) for o in out)


def holds_numbers(claim: Sequence[Quantity], quote: Sequence[Quantity]) -> bool:
    """Whether each of the claim's numbers is one of the quote's, with that unit and limit."""
    return all(wanted.loose or any(_same(wanted, h) for h in quote) for wanted in claim)


def dropped_numbers(claim: str, quote: str) -> int:
    """How many of the quote's numbers the claim leaves out."""
    said = quantities(claim)
    return sum(not q.loose and not any(s.value == q.value or _same_time(s, q) for s in said) for q in quantities(quote))


def dropped_limit(claim: str, quote: str) -> bool:
    """Whether the claim leaves out a number that limits the quote's rule: "över 10 000 kronor"."""
    said = quantities(claim)
    return any(q.bound and q.bound != "≈" and not any(s.value == q.value or _same_time(s, q) for s in said) for q in quantities(quote))


def _same(claim: Quantity, quote: Quantity) -> bool:
    units = claim.unit == quote.unit or not claim.unit or not quote.unit
    equal = claim.value == quote.value and units
    return (equal or _same_time(claim, quote)) and (claim.bound == quote.bound or (quote.loose and not claim.bound))


def _same_time(claim: Quantity, quote: Quantity) -> bool:
    """Whether two are as long in other units: "en vecka" and "sju dagar", "ett år" and "tolv månader"."""
    return any(
        claim.unit in scale and quote.unit in scale and claim.value * scale[claim.unit] == quote.value * scale[quote.unit]
        for scale in (_DAYS, _MONTHS)
    )


def _written_out(found: re.Match[str]) -> str:
    count = 0.5 if "halv" in found["count"] else float(found["count"].replace(",", "."))
    return f"{round(count * SIZES[found['size'][:2]])}{found['more'] or (' kronor' if found['size'].endswith('kr') else '')}"


def _values(token: Token, following: str) -> list[float]:
    word = token.word
    if word[0].isdigit() or word.startswith("§"):
        return [float(d.replace(",", ".")) for d in DIGITS.findall(word)]
    if word in ("båda", "bägge"):
        return [2.0]
    if word in data()["numerals"]:
        return [] if word in ("en", "ett") and following.startswith("halv") else [float(data()["numerals"][word])]
    for beginning, value in (("hälften", 0.5), ("halv", 0.5), ("tredjedel", 1 / 3), ("fjärdedel", 0.25), ("dubbel", 2.0), ("dubbl", 2.0)):
        if word.startswith(beginning):
            return [value]
    ordinal = data()["ordinals"].get(word)
    return [float(ordinal)] if ordinal and (word != "andra" or following.endswith("dagen") or following == "gången") else []


def _far_bound(before: Sequence[str]) -> Bound:
    """The limit of a number that does not stand next to it: "kan som mest ta emot tolv"; "" where another number stands between."""
    text = " ".join(before)
    found = re.search(r"(?P<up>\bhögst|som mest|maximalt|upp till)|(?P<low>\b(?:minst|åtminstone))", text)
    if not found or any(w[0].isdigit() or w in data()["numerals"] for w in text[found.end() :].split()):
        return ""
    return "≤" if found["up"] else "≥"


def _bound(before: str, after: str, unit: str) -> Bound:
    found: Bound = ""
    for pattern, bound in _AFTER:
        if re.match(pattern, after):
            return bound
    for pattern, bound in _BEFORE:
        if hit := re.search(rf"(?:^| )({pattern})(?: den| klockan| bli| under| en| ett)?$", before):
            word, found = hit[1], bound
            if unit in _DURATION and word in ("senast", "inom", "högst", "minst") and _AHEAD.match(after):
                found = "≥" if word in ("senast", "minst") else "≤"
            if word in ("till", "från") or (word == "före" and unit in _DURATION):
                found = ""
            break
    if not found and re.search(r"(?:^| )under$", before) and unit not in _DURATION:
        return "<"
    if not found and unit in _DURATION and _AHEAD.match(after) and re.match(r"(?:\w+ )?(?:i förväg|före|innan) eller tidigare", after):
        return "≥"
    return found
