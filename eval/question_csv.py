"""Questions as CSV that Swedish Excel opens and saves: semicolons, a byte-order mark, Swedish columns, and nothing run as a formula."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.answer import Reason
from eval.cases import Case
from knowledge.section import KnowledgeError

COLUMNS = ("Id", "Kommun", "Fråga", "Roll", "Slag", "Vad som ska ske", "Avsnitt", "Uppgifter", "Taggar", "Godkänd av", "Godkänd den")
_NEEDED = ("Fråga", "Vad som ska ske")
ANSWERED = "besvaras"
SILENT: Mapping[str, Reason | None] = {
    "besvaras inte": None,
    "besvaras inte: finns inte i dokumenten": "no_source",
    "besvaras inte: gäller en annan kommun": "other_municipality",
    "besvaras inte: frågan är oklar": "unclear",
    "besvaras inte: hör inte till ämnet": "off_topic",
}
"""What should come of a question that is not to be answered, as it is written and as a case has it."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")


def to_csv(cases: Iterable[Case]) -> bytes:
    """A row for each question; several sections, facts or tags stand on lines of their own in their cell."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(COLUMNS)
    for case in cases:
        writer.writerow(_safe(value) for value in _cells(case))
    return ("\ufeff" + out.getvalue()).encode("utf-8", "replace")


def rows(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """The rows that are not blank, by column, each with its number in the file (the first after the heading is 2).

    Raises:
        KnowledgeError: it is no CSV, or lacks a column that must be there.
    """
    text = _text(content)
    first = text.partition("\n")[0]
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(";\t,", key=first.count), strict=True))
    except csv.Error as error:
        raise KnowledgeError("Filen går inte att läsa som CSV.", "Spara den i Excel som ”CSV UTF-8 (semikolonavgränsad)”.") from error
    names = [name.strip() for name in table[0]] if table else []
    if missing := [name for name in _NEEDED if name not in names]:
        raise KnowledgeError(
            f"Filen saknar kolumnen {' och '.join(missing)}.", f"Kolumnerna ska heta {', '.join(COLUMNS)}, med semikolon emellan."
        )
    numbered = enumerate(table[1:], start=2)
    return [(n, dict(zip(names, map(_restored, cells), strict=False))) for n, cells in numbered if any(c.strip() for c in cells)]


def case_of(row: Mapping[str, str], municipality: str, before: Case | None) -> Case:
    """The question of a row; what a row does not say is as it was `before`.

    Raises:
        KnowledgeError: a cell holds what it cannot hold.
    """
    told = row.get("Kommun", "").strip()
    if told and told.casefold() != municipality.casefold():
        raise KnowledgeError(
            f"Frågan hör till {told}, inte till {municipality}.", "Läs in den hos den kommunen, eller ändra kolumnen Kommun."
        )
    what = " ".join(row["Vad som ska ske"].casefold().split())
    if what not in (ANSWERED, *SILENT):
        raise KnowledgeError(f"”{row['Vad som ska ske']}” går inte att tolka.", f"Skriv {ANSWERED}, eller {', '.join(SILENT)}.")
    id_ = row.get("Id", "").strip() or (before.id if before else f"fraga-{uuid.uuid4().hex[:8]}")
    question = " ".join(row["Fråga"].split())
    start = before or Case(id_, question, municipality, "fråga", origin="written")
    return replace(
        start,
        id=id_,
        question=question,
        municipality=municipality,
        type=_kept(row, "Slag", start.type) or "fråga",
        role=_kept(row, "Roll", start.role or "") or None,
        abstain=what in SILENT,
        reason=SILENT.get(what),
        gold=() if what in SILENT else start.gold,
        section_ids=_lines(row, "Avsnitt", start.section_ids),
        facts=_lines(row, "Uppgifter", start.facts),
        tags=_lines(row, "Taggar", start.tags),
        approved_by=_kept(row, "Godkänd av", start.approved_by or "") or None,
        approved_on=_day(row, start.approved_on),
    )


def _cells(case: Case) -> Sequence[str]:
    silent = next((said for said, reason in SILENT.items() if reason == case.reason), "besvaras inte")
    return (
        case.id,
        case.municipality or "",
        case.question,
        case.role or "",
        case.type,
        silent if case.abstain else ANSWERED,
        "\n".join(case.section_ids),
        "\n".join(case.facts),
        "\n".join(case.tags),
        case.approved_by or "",
        case.approved_on.isoformat() if case.approved_on else "",
    )


def _safe(value: str) -> str:
    """A cell that a spreadsheet does not run; `_restored` gives the value back."""
    return f"'{value}" if value.startswith(_DANGEROUS) else value


def _restored(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_DANGEROUS) else cell


def _text(content: bytes) -> str:
    """The text of a file as Excel saves it: UTF-8, UTF-16 with its mark, or else Windows' own Western code page."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _kept(row: Mapping[str, str], column: str, before: str) -> str:
    return row[column].strip() if column in row else before


def _lines(row: Mapping[str, str], column: str, before: tuple[str, ...]) -> tuple[str, ...]:
    if column not in row:
        return before
    return tuple(line.strip() for line in row[column].splitlines() if line.strip())


def _day(row: Mapping[str, str], before: date | None) -> date | None:
    said = _kept(row, "Godkänd den", before.isoformat() if before else "")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError as error:
        raise KnowledgeError(f"”{said}” är inget datum.", "Skriv datum som 2026-11-22.") from error
