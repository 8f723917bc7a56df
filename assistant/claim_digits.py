"""The numbers of a claim, in digits or words: each must be the quote's, in that unit or in another that is as long."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.dates import MONTHS
from knowledge.stems import stem
from knowledge.words import Token, fold, tokens

_NUMERALS = {
    word: float(value)
    for value, word in enumerate(
        "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton arton nitton tjugo".split()
    )
} | {"en": 1.0, "båda": 2.0, "bägge": 2.0, "trettio": 30.0, "fyrtio": 40.0, "femtio": 50.0, "sextio": 60.0, "sjuttio": 70.0, "åttio": 80.0,
     "nittio": 90.0, "hundra": 100.0, "tusen": 1e3, "miljon": 1e6, "miljoner": 1e6, "dussin": 12.0}  # fmt: skip
_PARTS = (("hälften", 0.5), ("halv", 0.5), ("tredjedel", 1 / 3), ("fjärdedel", 0.25), ("femtedel", 0.2), ("tiondel", 0.1))
_LOOSE = frozenset({"en", "ett", "båda", "bägge"})
"""What may be no number: "en rapport"."""
DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:[ \u00a0\u202f.]\d{3})+)(?![\d])")
_MULTIPLE = re.compile(
    rf"\b(?P<count>(?:en )?halv|\d+(?:,\d+)?|{'|'.join(_NUMERALS)}) (?P<size>miljon(?:er)?|tusen|mkr|mnkr|tkr)\b", re.IGNORECASE
)
"""A number of millions or thousands: "en halv miljon", "2 miljoner"."""
_NUMERAL = re.compile(
    rf"\b(?:{'|'.join(word for word, value in _NUMERALS.items() if value < 100 and word not in _LOOSE)})\b", re.IGNORECASE
)
SIZES = {"mi": 1_000_000, "mk": 1_000_000, "mn": 1_000_000, "tu": 1_000, "tk": 1_000}
_HALF_YEAR = re.compile(r"\b(?:ett )?halvår\w*")
_SCALES = (
    {stem("vecka"): 7.0, stem("dygn"): 1.0, stem("dag"): 1.0},
    {stem("år"): 12.0, stem("månad"): 1.0},
    {stem("dygn"): 24.0, stem("timme"): 1.0},
)
"""Units of time that others make up."""
_UNITS = frozenset(
    map(stem, "år månad vecka dag timme minut dygn arbetsdag termin läsår natt kvartal krona kr euro procent % mil km elev gång".split())
)
_CALENDAR = re.compile(rf"\b(?:{'|'.join(MONTHS)}|(?:mån|tis|ons|tors|fre|lör|sön)dag|vår|sommar|höst|vinter)(?=en\b|n\b|ar\b|\b)")


@dataclass(frozen=True, slots=True)
class _Number:
    value: float
    unit: str
    loose: bool


def strange_number(claim: str, quote: str) -> bool:
    """Whether the claim names a number, a month or a weekday that the quote does not."""
    if strange_dates(claim, quote):
        return True
    held = list(_numbers(quote))
    return any(not n.loose and not any(_same(n, h) for h in held) for n in _numbers(claim))


def strange_dates(claim: str, quote: str) -> list[str]:
    """The months, weekdays and seasons that the claim names and the quote does not."""
    named = set(_CALENDAR.findall(fold(quote)))
    return [word for word in _CALENDAR.findall(fold(claim)) if word not in named]


def without_gaps(text: str) -> str:
    """A text with "500 000" and "500.000" as 500000."""
    return _THOUSANDS.sub(lambda m: m[1] + re.sub(r"\D", "", m[2]), text)


def in_digits(text: str) -> str:
    """A text with its numbers in one form: "tolv" as 12, "en halv miljon" and "500 000" as 500000."""
    return _NUMERAL.sub(lambda m: f"{_NUMERALS[m[0].casefold()]:g}", without_gaps(_MULTIPLE.sub(_written_out, text)))


def _numbers(text: str) -> Iterator[_Number]:
    """Every number of a text in order: "13–19" is two, "500 000" one, "halva" 0.5, "halvår" six months."""
    words = tokens(_MULTIPLE.sub(_written_out, without_gaps(_HALF_YEAR.sub("sex månader", fold(text)))))
    for token, following in zip(words, [*words[1:], None], strict=True):
        unit = stem(following.word) if following else ""
        for value in _values(token, following.word if following else ""):
            yield _Number(value, unit if unit in _UNITS else "", token.word in _LOOSE)


def _values(token: Token, following: str) -> list[float]:
    word = token.word
    if word[0].isdigit() or word.startswith("§"):
        return [float(d.replace(",", ".")) for d in DIGITS.findall(word)]
    if word in _NUMERALS:
        is_part = word in ("en", "ett") and following.startswith(tuple(beginning for beginning, _ in _PARTS))
        return [] if is_part else [_NUMERALS[word]]
    for beginning, value in _PARTS:
        if word.startswith(beginning):
            return [value]
    return []


def _same(claim: _Number, quote: _Number) -> bool:
    if claim.value == quote.value and (claim.unit == quote.unit or not claim.unit or not quote.unit):
        return True
    if (quote.unit in ("procent", "%") or not quote.unit) and claim.value < 1 and abs(claim.value * 100 - quote.value) < 0.5:
        return True
    scale = next((s for s in _SCALES if claim.unit in s and quote.unit in s), None)
    return scale is not None and claim.value * scale[claim.unit] == quote.value * scale[quote.unit]


def _written_out(found: re.Match[str]) -> str:
    said = found["count"].casefold()
    count = 0.5 if "halv" in said else _NUMERALS.get(said) or float(said.replace(",", "."))
    return str(round(count * SIZES[found["size"][:2].casefold()]))
