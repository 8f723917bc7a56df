"""A reading → a document: sections with lasting ids, and what the document says of itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import PurePath

from knowledge import municipalities as places
from knowledge.metadata import Facts, Source, decision_in, facts
from knowledge.orders import OMITTED, gives_orders
from knowledge.read.block import Block, Reading
from knowledge.register import Stated
from knowledge.section import COVER, EVERYBODY, Document, KnowledgeError, Section
from knowledge.split import Part, Split, split
from knowledge.statements import statements

MOST_STATEMENTS = 25_000
"""Sentences, list items and table rows of one document, each of which becomes a vector: a book of a thousand pages has about as many."""

_ORDERS = "Dokumentet innehåller text som säger åt assistenten vad den ska svara. Den har inte lästs in: ”{first}”"


def describe(reading: Reading, *, file: str, digest: str, stated: Stated | None = None, municipalities: Sequence[str] = ()) -> Document:
    """The document that a reading is of.

    Args:
        file: its name in the folder, shown to people and used for a title when the text has none.
        digest: hash of its content.
        stated: what the register says of it, which wins over the text.
        municipalities: names beside the 290, from the register.

    Raises:
        KnowledgeError: no text to cite, more than can be indexed, or two sections that would share an id.
    """
    reading = _without_orders(reading)
    parts = split(reading)
    if not parts.parts:
        raise KnowledgeError(
            "Filen har ingen löpande text att hänvisa till.",
            "Kontrollera att rätt fil lades in. En inskannad bild måste först tolkas till text.",
        )
    if sum(len(statements(p.text)) for p in parts.parts) > MOST_STATEMENTS:
        raise KnowledgeError("Dokumentet har fler än 25 000 meningar och punkter.", "Dela upp det i flera dokument.")
    title = (stated.title if stated else None) or parts.title or reading.properties.get("title") or _file_title(file)
    if not (stated and stated.title) and gives_orders(title):
        title, reading = f"Dokument {digest[:8]}", replace(reading, warnings=(*reading.warnings, _ORDERS.format(first=title[:120])))
    hints = [*(h for p in parts.parts for h in p.headings), _file_title(file)]
    found = facts(Source(title, parts.cover, parts.furniture, [p.text for p in parts.parts], parts.slides, hints, municipalities))
    known = _stated_over(found, stated)
    document_id = (stated.id if stated else None) or _document_id(title, known, found)
    sections = _sections(document_id, parts.parts)
    cover = _cover(document_id, parts)
    return Document(
        id=document_id,
        title=title,
        file=file,
        hash=digest,
        sections=sections,
        cover=cover,
        url=stated.url if stated else None,
        decision_section=_decision_section(sections, cover, known.decided_on),
        warnings=tuple(reading.warnings) + _warnings(known),
        **{name: getattr(known, name) for name in Facts.__dataclass_fields__},
    )


def slug(text: str) -> str:
    """Text as part of an id: a–z, 0–9 and hyphens; å and ä become a, ö becomes o."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[‐-―]", "-", text.casefold())).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _without_orders(reading: Reading) -> Reading:
    """The reading with a mark in the place of each text that orders whoever answers about, and a warning that quotes the first."""
    ordering = [b.text for b in reading.blocks if gives_orders(b.text)]
    ordering += [t for t in (*reading.properties.values(), *reading.furniture) if gives_orders(t)]
    if not ordering:
        return reading
    first = ordering[0] if len(ordering[0]) <= 120 else f"{ordering[0][:120]}…"
    return replace(
        reading,
        blocks=tuple(Block(OMITTED, page=b.page) if b.text in ordering else b for b in reading.blocks),
        properties={name: text for name, text in reading.properties.items() if text not in ordering},
        furniture=tuple(text for text in reading.furniture if text not in ordering),
        warnings=(*reading.warnings, _ORDERS.format(first=first)),
    )


def _file_title(file: str) -> str:
    return re.sub(r"[_-]+", " ", PurePath(file).stem).strip().capitalize()


def _stated_over(found: Facts, stated: Stated | None) -> Facts:
    """The facts of the text, each replaced by what the register states; a stated decision makes a draft a document."""
    if stated is None:
        return found
    given = {n: v for n in Facts.__dataclass_fields__ if (v := getattr(stated, n, None)) not in (None, ())}
    if "municipality" in given and given["municipality"] != EVERYBODY:
        given["municipality"] = places.plain_name(given["municipality"]) or given["municipality"]
    if "review_interval_years" in given:
        given["review_each_mandate"] = False
    if "decided_on" in given:
        given["draft"] = False
    return replace(found, **given)


def _document_id(title: str, known: Facts, found: Facts) -> str:
    place = slug(known.municipality) if known.municipality else "okand"
    year = known.decided_on.year if known.decided_on else None
    name = slug(title)[:80].strip("-") or "dokument"
    return f"{place}/{name}" + (f"-{year}" if year and not name.endswith(str(year)) else "")


def _sections(document_id: str, parts: Sequence[Part]) -> tuple[Section, ...]:
    taken: set[str] = set()
    out = []
    for part in parts:
        anchor = "/".join(slug(h)[:80] for h in part.headings) or "text"
        if anchor in taken:
            mark = slug(part.number) if part.number else "-".join(slug(part.text).split("-")[:5])
            anchor = f"{anchor}-{mark}"
        if anchor in taken:
            raise KnowledgeError(
                f"Två avsnitt har samma rubrik och samma början: ”{part.headings[-1]}”.",
                "Ge rubrikerna olika namn i dokumentet, eller lägg in texten bara en gång.",
            )
        taken.add(anchor)
        out.append(Section(f"{document_id}#{anchor}", document_id, part.headings, part.text, part.number, part.pages))
    return tuple(out)


def _cover(document_id: str, parts: Split) -> Section | None:
    lines = [line for line in dict.fromkeys(parts.cover) if line.strip()]
    if not lines:
        return None
    pages = ((0, parts.cover_page),) if parts.cover_page else ()
    return Section(f"{document_id}#{COVER}", document_id, ("Försättsblad",), "\n".join(lines), None, pages)


def _decision_section(sections: Sequence[Section], cover: Section | None, day: date | None) -> str | None:
    if day is None or (cover and re.search(str(day.year), cover.text)):
        return None
    return next(
        (s.id for s in sections for line in re.split(r"(?<=[.!?])\s+|\n", s.text) if decision_in(line) and str(day.year) in line), None
    )


def _warnings(known: Facts) -> tuple[str, ...]:
    out = []
    if known.municipality is None:
        out.append("Det framgår inte vilken kommun dokumentet gäller. Ange det i register.toml, annars används det inte i några svar.")
    if known.draft:
        out.append("Dokumentet ser ut att vara ett förslag. Det används inte i några svar förrän beslutet anges i register.toml.")
    return tuple(out)
