"""What names a person in a text – personal identity numbers, e-mail addresses, telephone numbers – taken out before it is kept or sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What was taken out; the value is what stands in the text instead, within brackets."""

    EMAIL = "e-postadress"
    IDENTITY = "personnummer"
    PHONE = "telefonnummer"


_PLURAL = {Kind.EMAIL: "e-postadresser", Kind.IDENTITY: "personnummer", Kind.PHONE: "telefonnummer"}

_SPACE = "[ \t\u00a0\u2009\u202f]"
_DASH = "[-\u2010-\u2015\u2212]"

_EMAIL = re.compile(r"(?<![\w.+'%&*=?^~-])[\w.+'%&*=?^~-]+@[\w-]+(?:\.[\w-]+)+")
_IDENTITY = re.compile(rf"(?<!\d)(18|19|20)?(\d\d)(\d\d)(\d\d)(?:{_SPACE}?(?:{_DASH}|\+){_SPACE}?|{_SPACE})?(\d{{4}})(?!\d)")
_PHONE_START = re.compile(rf"(?<![\d+])(?<!\d[/:.])(?<!\d{_DASH})(?:\+\d|\(0|0)")
_PHONE = re.compile(rf"\+?(?:\(\d{{1,4}}\)|\d{{1,15}})(?:{_SPACE}?{_DASH}?{_SPACE}?(?:\(0\)|\d{{1,15}})){{0,7}}")
_GROUP = re.compile(r"\d+")
_AREA = re.compile(r"0(?:8|1[01689]|13|2[0136]|3[1356]|4[0246]|54|6[03]|90)$|07\d\d?$|0[1-69]\d\d$")
"""Swedish area codes by their form: 08, those with three digits, mobile and service numbers, and those with four digits."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without what names a person, and the kinds of what was taken out, each once."""

    text: str
    kinds: tuple[Kind, ...] = ()

    @property
    def notice(self) -> str:
        """What the person is told, in Swedish; empty when nothing was taken out."""
        words = [_PLURAL[k] for k in self.kinds]
        listed = " och ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
        return f"Vi tog bort {listed} ur din text. Det sparas inte och skickas inte vidare." if words else ""


def mask(text: str) -> Masked:
    """The text with [personnummer], [e-postadress] and [telefonnummer] where those stood.

    Identity and coordination numbers count only with a real date and a right control digit, so that registration numbers stay.
    Masking what is masked changes nothing.
    """
    kinds: set[Kind] = set()
    before = None
    while before != text:  # what was taken out may have stood in the way of seeing what is beside it
        before = text
        for kind, without in _STEPS:
            changed = without(text)
            if changed != text:
                kinds.add(kind)
            text = changed
    return Masked(text, tuple(k for k in Kind if k in kinds))


def mask_all(value: Any) -> Any:
    """JSON values with every text in them masked; keys stay."""
    if isinstance(value, str):
        return mask(value).text
    if isinstance(value, dict):
        return {key: mask_all(v) for key, v in value.items()}
    return [mask_all(v) for v in value] if isinstance(value, list | tuple) else value


def _without_emails(text: str) -> str:
    return _EMAIL.sub(f"[{Kind.EMAIL}]", text)


def _without_identities(text: str) -> str:
    def instead(found: re.Match[str]) -> str:
        century, year, month, day, last = found.groups()
        real = _is_date(century, int(year), int(month), int(day)) and _luhn(f"{year}{month}{day}{last}")
        return f"[{Kind.IDENTITY}]" if real else found[0]

    return _IDENTITY.sub(instead, text)


def _is_date(century: str | None, year: int, month: int, day: int) -> bool:
    """Whether it is a day of the century, or of any where none is told; a coordination number adds 60 to the day."""
    for hundred in (century,) if century else ("19", "20"):
        try:
            date(int(hundred) * 100 + year, month, day - 60 if day > 60 else day)
        except ValueError:
            continue
        return True
    return False


def _luhn(digits: str) -> bool:
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(digits))
    return sum(d // 10 + d % 10 for d in doubled) % 10 == 0


def _without_phones(text: str) -> str:
    out, done = [], 0
    while start := _PHONE_START.search(text, done):
        length = _phone_length(text, start.start())
        out += [text[done : start.start()], f"[{Kind.PHONE}]" if length else text[start.start() : start.end()]]
        done = start.start() + length if length else start.end()
    return "".join([*out, text[done:]])


def _phone_length(text: str, start: int) -> int:
    """The characters of the telephone number that begins at `start`, the longest there is; 0 where none does."""
    found = _PHONE.match(text, start)
    if not found:
        return 0
    groups = list(_GROUP.finditer(found[0]))
    for count in range(len(groups), 0, -1):
        if _is_phone(found[0][0] == "+", [g[0] for g in groups[:count]]):
            end = groups[count - 1].end()
            return end + (found[0][end : end + 1] == ")")
    return 0


def _is_phone(plus: bool, groups: Sequence[str]) -> bool:
    digits = "".join(groups)
    if plus or digits.startswith("0046"):
        rest = digits.removeprefix("00").removeprefix("46")
        swedish = digits.removeprefix("00").startswith("46")
        return 7 <= len(rest.removeprefix("0")) <= 9 if swedish else 10 <= len(digits) <= 15
    if digits[:2] in ("0", "00"):
        return False
    if len(groups) == 1:
        return len(digits) in (9, 10) and not digits.startswith("080")
    return _grouped(digits, groups)


def _grouped(digits: str, groups: Sequence[str]) -> bool:
    """Whether an area code and a number of the length that goes with it; a date such as 08-12-2021 is neither."""
    area, lengths = groups[0], [len(g) for g in groups]
    if len(area) > 4:  # "070123 45 67": the area code is not set off
        return 9 <= len(digits) <= 10
    if not _AREA.match(area):
        return False
    if area.startswith("07") or area == "010":
        return len(digits) == 10
    if groups[1].startswith("0"):  # no number of a subscriber with a line begins so, but times do: 08 00-17 00
        return False
    return (8 if len(area) < 4 else 9) <= len(digits) <= 10 and lengths != [2, 2, 4]


_STEPS: tuple[tuple[Kind, Callable[[str], str]], ...] = (
    (Kind.EMAIL, _without_emails),
    (Kind.IDENTITY, _without_identities),
    (Kind.PHONE, _without_phones),
)
