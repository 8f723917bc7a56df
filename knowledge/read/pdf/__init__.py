"""PDF files: text and structure rebuilt from where, how large and how bold each piece of text is set.

`file` opens the PDF and `content` runs its pages; `lines`, `furniture`, `tables`, `columns` and `paragraphs` put the pieces together again;
`looks` and `slides` say what is a heading.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.read.block import Block, Reading
from knowledge.read.clean import Cleaner
from knowledge.read.marks import without_contents
from knowledge.read.pdf.columns import in_reading_order
from knowledge.read.pdf.contents import without_contents_lines
from knowledge.read.pdf.file import File, load
from knowledge.read.pdf.furniture import split_furniture
from knowledge.read.pdf.joining import keep_hard_hyphens
from knowledge.read.pdf.lines import Line, lines_of
from knowledge.read.pdf.looks import blocks_of
from knowledge.read.pdf.paragraphs import paragraphs_of
from knowledge.read.pdf.piece import Page
from knowledge.read.pdf.slides import slide_blocks, slide_pages
from knowledge.read.pdf.tables import Row, aligned_rows, take_tables
from knowledge.section import KnowledgeError

_SCANNED = (
    "PDF-filen är inskannad: den består av bilder utan text.",
    "Lägg in originalet i Word, eller kör textigenkänning (OCR) på filen och lägg in den igen.",
)
_EMPTY = ("PDF-filen innehåller ingen text.", "Kontrollera att rätt fil har lagts in, eller spara originalet som en ny PDF.")
_UNREADABLE = ("Texten i PDF-filen är kodad så att den inte går att läsa.", "Lägg in originalet i Word, eller spara det som en ny PDF.")
_MENDED = "PDF-filen är skadad. Text eller hela sidor kan saknas; läs igenom dokumentet."
_HIDDEN = "PDF-filen innehåller osynlig text. Den har inte lästs in."


def read(data: bytes) -> Reading:
    """Return a PDF's blocks with their pages; KnowledgeError when it is encrypted, cut off, scanned or damaged."""
    file = load(data)
    cleaner = Cleaner()
    lines = [lines_of(page, cleaner) for page in file.pages]
    _check(file, lines)
    _warn(file, lines, cleaner)
    kept, furniture = split_furniture(file.pages, lines, _body_size(lines))
    slides = slide_pages(file.pages, kept)
    kept = keep_hard_hyphens(without_contents_lines(kept, len(file.pages)))
    properties = cleaner.title(file.title)
    return Reading(
        blocks=tuple(without_contents(_blocks(file, kept, slides, properties.get("title", "")))),
        properties=properties,
        furniture=tuple(furniture),
        warnings=tuple(cleaner.warnings),
    )


def _blocks(file: File, lines: Sequence[Sequence[Line]], slides: set[int], title: str) -> list[Block]:
    left, right = _borders(lines)
    ordered: list[Line | Row] = []
    for page, here in zip(file.pages, lines, strict=True):
        ordered += _ordered(page, here, left, right)
    paragraphs = paragraphs_of(ordered)
    if not slides:
        return blocks_of(paragraphs, file.outline, title, slides)
    prose = iter(blocks_of([p for p in paragraphs if p.page not in slides], file.outline, title, slides))
    by_page: dict[int, list[Block]] = {}
    for block in prose:
        by_page.setdefault(block.page or 0, []).append(block)
    for page in file.pages:
        if page.number in slides:
            by_page[page.number] = slide_blocks([p for p in paragraphs if p.page == page.number], page)
    return [block for number in sorted(by_page) for block in by_page[number]]


def _ordered(page: Page, lines: Sequence[Line], left: float, right: float) -> list[Line | Row]:
    """Return a page's lines in reading order, with its tables' rows in their places."""
    if not lines:
        return []
    rest, rows = take_tables(page, lines)
    tagged = any(segment.tag for line in rest for segment in line.segments)
    flowing: list[Line | Row] = list(in_reading_order(rest, left=left, right=right)) if rest else []
    if not tagged:
        flowing = aligned_rows([line for line in flowing if isinstance(line, Line)])
    for row in rows:
        # Before the first line that stands lower: columns keep their order, and a table in one stays there.
        place = next((index for index, item in enumerate(flowing) if item.y < row.y), len(flowing))
        while place < len(flowing) and isinstance(flowing[place], Row) and flowing[place].y >= row.y:
            place += 1
        flowing.insert(place, row)
    return flowing


def _body_size(lines: Sequence[Sequence[Line]]) -> float:
    sizes: dict[float, int] = {}
    for here in lines:
        for line in here:
            sizes[line.size] = sizes.get(line.size, 0) + len(line.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _borders(lines: Sequence[Sequence[Line]]) -> tuple[float, float]:
    """Return where the document's lines begin and how far they go; one line in fifty may go further."""
    every = [line for here in lines for line in here]
    ends = sorted(line.x1 for line in every)
    return (min((line.x0 for line in every), default=0.0), ends[int(0.98 * (len(ends) - 1))] if ends else 0.0)


def _check(file: File, lines: Sequence[Sequence[Line]]) -> None:
    text = "".join(line.text for here in lines for line in here)
    if len(text.strip()) < 3:
        raise KnowledgeError(*(_SCANNED if any(box.image for page in file.pages for box in page.boxes) else _EMPTY))
    strange = sum(character == "\ufffd" or "\ue000" <= character <= "\uf8ff" or character < " " for character in text)
    if strange > 0.2 * len(text):
        raise KnowledgeError(*_UNREADABLE)


def _warn(file: File, lines: Sequence[Sequence[Line]], cleaner: Cleaner) -> None:
    if file.broken:
        cleaner.warn(f"{_pages(file.broken)} i PDF-filen är skadad. Text kan saknas.")
    elif file.mended:
        cleaner.warn(_MENDED)
    scanned = [page.number for page, here in zip(file.pages, lines, strict=True) if page.has_image and not here]
    if scanned:
        cleaner.warn(f"{_pages(scanned)} är en bild utan text. Innehållet där har inte lästs in.")
    if any(not piece.visible and piece.text.strip() for page in file.pages for piece in page.pieces):
        cleaner.warn(_HIDDEN)


def _pages(numbers: Sequence[int]) -> str:
    """Return the beginning of a sentence about one or more pages."""
    if len(numbers) == 1:
        return f"Sidan {numbers[0]}"
    shown = ", ".join(str(number) for number in numbers[:10])
    return f"Var och en av sidorna {shown}{' med flera' if len(numbers) > 10 else ''}"
