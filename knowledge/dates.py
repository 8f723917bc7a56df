"""Dates as Swedish documents write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]}|\\.)?" if len(m) > 3 else m for m in MONTHS)
_DATE = re.compile(
    rf"(?P<d1>\b\d{{1,2}})(?::?e)?\s+(?P<m1>{_MONTH})\s+(?P<y1>(?:19|20)\d\d)\b"
    r"|\b(?P<y2>(?:19|20)\d\d)\s?[-–./]\s?(?P<m2>\d{1,2})\s?[-–./]\s?(?P<d2>\d{1,2})\b"
    r"|\b(?P<y3>(?:19|20)\d\d)(?P<m3>[01]\d)(?P<d3>[0-3]\d)\b",
    re.IGNORECASE,
)
_YEARS = re.compile(r"\b(?P<a>(?:19|20)\d\d)\s*(?:[-–—]|till|t\.o\.m\.)\s*(?P<b>(?:(?:19|20)\d\d)|\d\d)\b(?!\s*[-–]\s*\d)")


def dates(text: str) -> Iterator[tuple[date, int, int]]:
    """Each whole date in a text with where it starts and ends; impossible ones are passed over."""
    for found in _DATE.finditer(text):
        day, month, year = (next(v for v in (found[f"{k}1"], found[f"{k}2"], found[f"{k}3"]) if v) for k in "dmy")
        number = int(month) if month.isdigit() else next(i for i, m in enumerate(MONTHS, 1) if m.startswith(month.lower()[:3]))
        try:
            yield date(int(year), number, int(day)), found.start(), found.end()
        except ValueError:
            continue


def year_span(text: str) -> tuple[int, int] | None:
    """The first span of years in a text: "2023–2027" or "2014-16" as (2023, 2027)."""
    for found in _YEARS.finditer(text):
        first, last = int(found["a"]), int(found["b"])
        last = last if last > 99 else first // 100 * 100 + last
        if first < last <= first + 30:
            return first, last
    return None


def swedish(day: date) -> str:
    """A date as staff write it: "22 oktober 2008"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
