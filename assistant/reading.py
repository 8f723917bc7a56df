"""Document → what the reading page shows: metadata in words, headings and text in their order, the quoted words marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from markupsafe import Markup

from knowledge.section import EVERYBODY, Document, Section

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december")
REVIEWS = {1: "varje år", 2: "vartannat år", 3: "vart tredje år", 4: "vart fjärde år", 5: "vart femte år"}
LONGEST_QUOTE = 5000
"""Characters of `?citat=` that are looked for."""

Span = tuple[int, int]
_WORD = re.compile(r"\w+|§")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind that stand together; a table's lines hold their cells."""

    kind: Literal["paragraph", "list", "table"]
    lines: tuple[tuple[Markup, ...], ...]

    @property
    def marked(self) -> bool:
        """Whether quoted words stand here."""
        return any("<mark>" in cell for line in self.lines for cell in line)


@dataclass(frozen=True, slots=True)
class Part:
    """A heading with the text under it. `anchor` is None for a heading that has only headings under it."""

    level: int
    heading: str
    anchor: str | None = None
    page: int | None = None
    groups: tuple[Group, ...] = ()
    old_anchors: tuple[str, ...] = ()

    @property
    def marked(self) -> bool:
        """Whether quoted words stand here."""
        return any(group.marked for group in self.groups)


def swedish_date(day: date) -> str:
    """The day as it is written in Swedish: 25 juni 2013."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def municipality_words(municipality: str | None) -> str:
    """The heading under which a municipality's documents stand."""
    if municipality is None:
        return "Kommunen framgår inte"
    return "Gäller alla kommuner" if municipality == EVERYBODY else municipality


def metadata(document: Document) -> list[tuple[str, str | None]]:
    """What the document says of itself, label and value; None is what it does not say."""
    return [
        ("Kommun", municipality_words(document.municipality) if document.municipality else None),
        ("Typ av dokument", document.kind and document.kind.capitalize() + (" (utkast, inte beslutat)" if document.draft else "")),
        ("Beslutat av", document.decided_by),
        ("Beslutsdatum", _day(document.decided_on)),
        ("Paragraf", document.paragraph),
        ("Diarienummer", document.registration_number),
        ("Gäller från", _day(document.valid_from)),
        ("Gäller till", _day(document.valid_until)),
        ("Ska prövas", _review(document)),
        ("Ersätter", ", ".join(document.replaces) or None),
        ("Gäller för", document.applies_to),
        ("Ansvarig", document.owner),
        ("Fil", document.file),
    ]


def parts(document: Document, quote: str = "") -> list[Part]:
    """Every heading of the document in order, cover sheet first, with the words of `quote` marked wherever they stand."""
    found: list[Part] = []
    above: tuple[str, ...] = ()
    for section in document.citable:
        *parents, heading = section.headings
        for depth, parent in enumerate(parents):
            if above[: depth + 1] != tuple(parents[: depth + 1]):
                found.append(Part(_level(depth), parent))
        above = section.headings
        found.append(_part(document, section, f"{section.number or ''} {heading}".strip(), quote))
    return found


def marked_groups(section: Section, quote: str) -> tuple[Group, ...]:
    """The section's text with the words of `quote` marked."""
    return tuple(_groups(section.text, quoted(section.text, quote)))


def page_of(section: Section, quote: str) -> int | None:
    """The page on which the quote begins; the section's first where it is not found, None where the format has no pages."""
    places = quoted(section.text, quote)
    return section.page_at(places[0][0]) if places else section.page


def quoted(text: str, quote: str) -> list[Span]:
    """Where the words of `quote` stand in `text`, whatever line breaks, bullets or cell bars stand between them."""
    sought = [word.casefold() for word in _WORD.findall(quote[:LONGEST_QUOTE])]
    words = [(word.group().casefold(), word.start(), word.end()) for word in _WORD.finditer(text)]
    if not sought:
        return []
    lead, tail = _edges(quote)
    starts = (i for i in range(len(words) - len(sought) + 1) if [w for w, _, _ in words[i : i + len(sought)]] == sought)
    return [_widened(text, words[i][1], words[i + len(sought) - 1][2], lead, tail) for i in starts]


def _edges(quote: str) -> tuple[str, str]:
    words = list(_WORD.finditer(quote))
    return quote[: words[0].start()].strip(), quote[words[-1].end() :].strip()


def _widened(text: str, start: int, end: int, lead: str, tail: str) -> Span:
    """The span with the quote's own opening and closing marks, where the text has them too."""
    if lead and text[:start].endswith(lead) and lead != "-":
        start -= len(lead)
    return start, end + (len(tail) if text.startswith(tail, end) else 0)


def _part(document: Document, section: Section, heading: str, quote: str) -> Part:
    before = {old.partition("#")[2] for old, now in document.aliases if now == section.id}
    old = tuple(sorted(before - {s.anchor for s in document.citable}))
    groups = marked_groups(section, quote)
    return Part(_level(len(section.headings) - 1), heading, section.anchor, section.page, groups, old)


def _level(depth: int) -> int:
    return min(depth + 2, 6)


def _groups(text: str, spans: list[Span]) -> Iterator[Group]:
    kind: Literal["paragraph", "list", "table"] | None = None
    lines: list[tuple[Markup, ...]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        now, cells = _line(line.rstrip("\r\n"), offset, spans)
        if kind and (now != kind or now == "paragraph"):
            yield Group(kind, tuple(lines))
            lines = []
        kind = now
        lines += [cells] if cells else []
        offset += len(line)
    if kind:
        yield Group(kind, tuple(lines))


def _line(line: str, offset: int, spans: list[Span]) -> tuple[Literal["paragraph", "list", "table"] | None, tuple[Markup, ...]]:
    if not line.strip():
        return None, ()
    if line.startswith("- "):
        return "list", (_marked(line[2:], offset + 2, spans),)
    if " | " not in line:
        return "paragraph", (_marked(line, offset, spans),)
    cells = []
    for cell in line.split(" | "):
        cells.append(_marked(cell, offset, spans))
        offset += len(cell) + 3
    return "table", tuple(cells)


def _marked(text: str, offset: int, spans: list[Span]) -> Markup:
    """`text`, which begins at `offset`, escaped, with what lies within a span in <mark>."""
    made, end = Markup(), 0
    for start, stop in spans:
        first, last = max(start - offset, end), min(stop - offset, len(text))
        if first < last:
            made += Markup("{}<mark>{}</mark>").format(text[end:first], text[first:last])
            end = last
    return made + text[end:]


def _day(day: date | None) -> str | None:
    return swedish_date(day) if day else None


def _review(document: Document) -> str | None:
    if document.review_each_mandate:
        return "varje mandatperiod"
    years = document.review_interval_years
    return None if years is None else REVIEWS.get(years, f"vart {years}:e år")
