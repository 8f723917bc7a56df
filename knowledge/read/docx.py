"""Word documents: structure from styles, outline levels and list numbering."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

import docx

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.read.clean import Cleaner
from knowledge.read.docx_numbering import Numbering
from knowledge.read.docx_runs import Runs
from knowledge.read.docx_styles import Styles, W
from knowledge.read.formats import check_unpacked_size
from knowledge.read.marks import as_item, heading_number, row_text, without_bullet, without_contents
from knowledge.section import KnowledgeError

_DAMAGED = ("Word-dokumentet är skadat.", "Öppna det i Word, låt Word reparera det, spara och försök igen.")
_KEY_VALUE = re.compile(r"^[A-ZÅÄÖ][^.:!?]{1,40}:(\s|$)")
_PAGE_NUMBER = re.compile(r"^(sida|sid\.?|page)?\s*\d{0,3}\s*([(/:]|av|of)?\s*\d{0,3}\s*\)?$", re.IGNORECASE)


def read(data: bytes) -> Reading:
    """Return a DOCX file's blocks; pages are not known."""
    check_unpacked_size(data)
    try:
        document = docx.Document(io.BytesIO(data))
    except ValueError as error:
        if "content type" in str(error):
            raise KnowledgeError(
                "Filen är en Word-mall eller innehåller makron.", "Spara den som ett vanligt Word-dokument (DOCX)."
            ) from error
        raise KnowledgeError(*_DAMAGED) from error
    except (KeyError, zipfile.BadZipFile, zlib.error, SyntaxError, docx.exceptions.PythonDocxError) as error:
        raise KnowledgeError(*_DAMAGED) from error
    return _Reader(document).read()


class _Reader:
    def __init__(self, document: Any) -> None:
        self._document = document
        self._cleaner = Cleaner()
        self._styles = Styles(document.styles.element)
        self._runs = Runs(self._styles, self._cleaner)
        self._numbering = Numbering(_numbering_root(document))

    def read(self) -> Reading:
        body = self._document.element.body
        blocks = [as_item(block) for block in self._container(body) if block.text]
        self._runs = Runs(self._styles, self._cleaner, tab=" | ")  # a header's tabs part its left, middle and right
        furniture = dict.fromkeys(text for part in _margins(self._document) for text in self._margin(part))
        return Reading(
            blocks=tuple(without_contents(blocks)),
            properties=self._cleaner.title(self._document.core_properties.title or ""),
            furniture=tuple(furniture),
            warnings=tuple(self._cleaner.warnings),
        )

    def _container(self, element: Any) -> Iterator[Block]:
        for child in element:
            if child.tag == f"{W}p":
                yield from self._paragraph(child)
            elif child.tag == f"{W}tbl":
                yield from self._table(child)
            elif child.tag == f"{W}sdt":
                gallery = child.find(f"{W}sdtPr//{W}docPartGallery")
                content = child.find(f"{W}sdtContent")
                if content is not None and (gallery is None or "Contents" not in gallery.get(f"{W}val", "")):
                    yield from self._container(content)
            elif child.tag in {f"{W}ins", f"{W}moveTo", f"{W}customXml", f"{W}smartTag"}:
                yield from self._container(child)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        found = self._runs.read(element)
        contents = found.in_contents or self._styles.is_contents(element)
        numbering = self._styles.numbering(element)
        text = self._cleaner.text(found.text)
        if text and not contents:
            number = self._numbering.next(*numbering) if numbering else None
            yield from self._text_blocks(element, text, number, listed=numbering is not None, bold=found.bold, size=found.size)
        for box in found.boxes:
            yield from self._container(box)

    def _text_blocks(self, element: Any, text: str, number: str | None, *, listed: bool, bold: bool, size: float | None) -> Iterator[Block]:
        line = " ".join(text.split("\n"))
        level = self._styles.level(element)
        if self._styles.is_title(element) and level is None:
            yield Block(line, BlockKind.TITLE, bold=bold, size=size)
        elif level is not None:
            typed, rest = heading_number(line) if number is None else (number, line)
            yield Block(rest, BlockKind.HEADING, level=level, bold=bold, size=size, number=typed)
        elif listed or self._styles.is_listed(element):
            yield Block(without_bullet(line) or line, BlockKind.ITEM, bold=bold, size=size, number=number)
        else:
            for part in _lines(text):
                yield Block(part, bold=bold, size=size)

    def _table(self, table: Any) -> Iterator[Block]:
        rows = [_cells(row) for row in table.iter(f"{W}tr") if _owner(row) is table]
        headed = any(
            self._styles.level(p) is not None
            for row in rows
            for cell in row
            for p in cell.findall(f"{W}p")
            if "".join(p.itertext()).strip()
        )
        if headed or all(len(row) <= 1 for row in rows):
            # A table that only lays the page out: its cells are read as text.
            for row in rows:
                for cell in row:
                    yield from self._container(cell)
            return
        for row in rows:
            texts = ["" if _continues(cell) else " ".join(self._cell(cell)) for cell in row]
            yield Block(row_text(texts), BlockKind.ROW)

    def _cell(self, cell: Any) -> list[str]:
        return [block.text.replace(" | ", " ") for block in self._container(cell) if block.text]

    def _margin(self, part: Any) -> Iterator[str]:
        for block in self._container(part):
            text = " | ".join(part for part in block.text.split(" | ") if part.strip() and not _PAGE_NUMBER.match(part))
            if text:
                yield text.strip(" |")


def _lines(text: str) -> list[str]:
    """Split a paragraph at its soft line breaks where they separate "key: value" lines or list items; else they are spaces."""
    lines = text.split("\n")
    marked = sum(bool(_KEY_VALUE.match(line)) or without_bullet(line) is not None for line in lines)
    return [line for line in lines if line] if marked > 1 else [" ".join(line for line in lines if line)]


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter(f"{W}tc") if _owner(cell, f"{W}tr") is row]


def _owner(element: Any, tag: str = f"{W}tbl") -> Any:
    return next((ancestor for ancestor in element.iterancestors(tag)), None)


def _continues(cell: Any) -> bool:
    """Whether a cell is the lower part of one merged downwards."""
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _numbering_root(document: Any) -> Any:
    try:
        return document.part.numbering_part.element
    except (KeyError, NotImplementedError, AttributeError):
        return None


def _margins(document: Any) -> Iterator[Any]:
    for section in document.sections:
        for margin in (
            section.header,
            section.first_page_header,
            section.even_page_header,
            section.footer,
            section.first_page_footer,
            section.even_page_footer,
        ):
            if not margin.is_linked_to_previous:
                yield margin._element
