"""The door to pypdf: a PDF's bytes → its pages' pieces of text, its outline and its title."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pypdf
from pypdf.errors import DependencyError, LimitReachedError, PyPdfError, WrongPasswordError
from pypdf.generic import ContentStream, Destination, IndirectObject
from pypdf.generic._font import Font

from knowledge.read.pdf.content import Canvas
from knowledge.read.pdf.glyphs import Glyphs
from knowledge.read.pdf.piece import Matrix, OutlineEntry, Page
from knowledge.read.pdf.tags import structure
from knowledge.read.pdf.tokens import instructions
from knowledge.section import KnowledgeError

_LIMITS = {
    "zlib_maximum_output_length": 60_000_000,
    "stream_decoding_work_maximum_length": 150_000_000,
    "page_tree_maximum_entries": 5_000,
    "outline_maximum_entries": 5_000,
}
_FAULTS = (PyPdfError, LimitReachedError, KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, OSError)
"""What malformed files make pypdf raise."""
_DAMAGED = ("PDF-filen är skadad och går inte att läsa.", "Öppna originalet, spara det som en ny PDF och lägg in den i stället.")
_CUT = ("PDF-filen är avkortad: slutet saknas.", "Hämta den på nytt från källan och lägg in hela filen.")
_LOCKED = ("PDF-filen är skyddad med lösenord.", "Ta bort lösenordet, eller lägg in originalet i Word, och försök igen.")


@dataclass(frozen=True, slots=True)
class File:
    """A whole PDF. `broken` are the numbers of pages of which some or all could not be read; `mended` says that pages may be lost whole."""

    pages: tuple[Page, ...]
    outline: tuple[OutlineEntry, ...]
    title: str
    broken: tuple[int, ...]
    mended: bool = False


def load(data: bytes) -> File:
    """Return what stands on every page; KnowledgeError when the file is encrypted, cut off or damaged."""
    _check_whole(data)
    with pypdf.apply_configuration(None, **_LIMITS):
        try:
            file = _load(pypdf.PdfReader(io.BytesIO(data), strict=False))
            return file if _is_placed(data) else replace(file, mended=True)
        except (WrongPasswordError, DependencyError) as error:
            raise KnowledgeError(*_LOCKED) from error
        except _FAULTS as error:
            raise KnowledgeError(*_DAMAGED) from error


def _check_whole(data: bytes) -> None:
    length = re.search(rb"/Linearized\b[^>]{0,200}?/L\s+(\d+)", data[:2048])
    if b"%%EOF" not in data or (length and int(length[1]) > len(data) + 16):
        raise KnowledgeError(*_CUT)


def _is_placed(data: bytes) -> bool:
    """Whether the table of places is where the file's end says it is: bytes were lost or added before it where it is not."""
    said = re.findall(rb"startxref\s+(\d{1,12})", data[-4096:])
    start = max(data[:1024].find(b"%PDF-"), 0)  # places count from here
    return bool(said) and any(
        re.match(rb"\s*(?:xref|\d+\s+\d+\s+obj)\b", data[at : at + 64]) for at in {int(said[-1]), int(said[-1]) + start}
    )


def _load(reader: Any) -> File:
    # An empty user password is how files are "protected" that anyone may read.
    if reader.is_encrypted and not reader.decrypt(""):
        raise KnowledgeError(*_LOCKED)
    fonts: dict[Any, tuple[Any, Glyphs]] = {}
    pages: list[Page] = []
    broken: list[int] = []
    unread = 0
    for number, source in enumerate(reader.pages, 1):
        page = Page(number, *_size(source))
        pages.append(page)
        try:
            _draw(reader, source, page, fonts)
            if page.damaged or "/Contents" not in source or not _is_whole(source.get("/Contents")):
                broken.append(number)
        except _FAULTS:
            unread += 1
            broken.append(number)
    if unread == len(pages):
        raise KnowledgeError(*_DAMAGED)
    for number, tags in structure(reader, {_identity(page): number for number, page in enumerate(reader.pages, 1)}).items():
        pages[number - 1].tags = tags
    return File(tuple(pages), tuple(_outline(reader)), _title(reader), tuple(broken), _counted(reader) > len(pages))


def _counted(reader: Any) -> int:
    """How many pages the file says that it has."""
    try:
        return int(reader.trailer["/Root"].get_object()["/Pages"].get_object().get("/Count", 0))
    except _FAULTS:
        return 0


def _draw(reader: Any, source: Any, page: Page, fonts: dict[Any, tuple[Any, Glyphs]]) -> None:
    if "/Contents" not in source or source["/Contents"] is None:
        return

    def font(resource: Any) -> Glyphs:
        key = (resource.idnum, resource.generation) if isinstance(resource, IndirectObject) else id(resource)
        if key not in fonts:
            # The resource is kept beside its glyphs: an id stands for one object only while that object lives.
            fonts[key] = (resource, _glyphs(resource.get_object()))
        return fonts[key][1]

    def operations(stream: Any) -> Iterator[tuple[Any, bytes]]:
        return instructions(ContentStream(stream, reader, "bytes").get_data())

    resources = source.get("/Resources", {})
    resources = resources.get_object() if hasattr(resources, "get_object") else resources
    Canvas(page, font, operations).run(operations(source["/Contents"].get_object()), resources, _upright(source))


def _is_whole(contents: Any) -> bool:
    """Whether a page's compressed content unpacks to its end: pypdf hands out what it could save of a damaged one without a word."""
    contents = contents.get_object() if contents is not None else []
    for part in contents if isinstance(contents, list) else [contents]:
        stream = part.get_object()
        if stream.get("/Filter") in ("/FlateDecode", ["/FlateDecode"]):
            unpacker = zlib.decompressobj()
            try:
                unpacker.decompress(stream._data, _LIMITS["zlib_maximum_output_length"])
            except zlib.error:
                return False
            if not unpacker.eof:
                return False
    return True


def _glyphs(resource: Any) -> Glyphs:
    inner = resource
    if "/DescendantFonts" in resource:
        inner = resource["/DescendantFonts"].get_object()[0].get_object()
    descriptor = inner.get("/FontDescriptor")
    weight = descriptor.get_object().get("/FontWeight", 400) if descriptor is not None else 400
    return Glyphs(Font.from_font_resource(resource), str(resource.get("/BaseFont", "")), float(weight))


def _rotation(source: Any) -> int:
    rotation = source.get("/Rotate", 0)
    return int(rotation) % 360 if isinstance(rotation, int | float) else 0


def _size(source: Any) -> tuple[float, float]:
    box = source.cropbox
    width, height = float(box.width), float(box.height)
    return (height, width) if _rotation(source) in {90, 270} else (width, height)


def _upright(source: Any) -> Matrix:
    """Return the transformation from a page's own coordinates to those of the page as it is read."""
    box = source.cropbox
    left, bottom, right, top = float(box.left), float(box.bottom), float(box.right), float(box.top)
    turned: dict[int, Matrix] = {
        0: (1, 0, 0, 1, -left, -bottom),
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }
    return turned.get(_rotation(source), turned[0])


def _outline(reader: Any) -> Iterator[OutlineEntry]:
    def walk(entries: Any, level: int) -> Iterator[OutlineEntry]:
        for entry in entries:
            if isinstance(entry, list):
                yield from walk(entry, level + 1)
            elif isinstance(entry, Destination):
                number = reader.get_destination_page_number(entry)
                yield OutlineEntry(str(entry.title or ""), level, number + 1 if number is not None and number >= 0 else None)

    try:
        yield from walk(reader.outline, 1)
    except _FAULTS:
        return


def _title(reader: Any) -> str:
    try:
        return str(reader.metadata.title or "") if reader.metadata else ""
    except _FAULTS:
        return ""


def _identity(page: Any) -> int | None:
    reference = page.indirect_reference
    return reference.idnum if reference is not None else None
