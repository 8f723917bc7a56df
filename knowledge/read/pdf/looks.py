"""Which paragraphs are headings, and how deep: from the file's tags and outline, else from size, weight and number."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from knowledge.read.block import Block, BlockKind
from knowledge.read.marks import heading_number
from knowledge.read.pdf.paragraphs import Paragraph
from knowledge.read.pdf.piece import OutlineEntry

_DATED = re.compile(r"\b\d{1,2} [a-zåäö]{3,9} (19|20)\d\d\b|\b(19|20)\d\d-\d\d-\d\d\b|\b(dnr|diarienummer)\b", re.IGNORECASE)
_LONGEST = 140
_LONGEST_BOLD = 110
_LARGER = 1.08


@dataclass(frozen=True, slots=True)
class _Style:
    """A look that headings share; the greater comes first."""

    size: float
    caps: bool
    bold: bool

    @property
    def rank(self) -> tuple[float, bool, bool]:
        return (-self.size, not self.caps, not self.bold)


@dataclass(slots=True)
class _Heading:
    paragraph: Paragraph
    style: _Style
    number: str | None
    text: str
    known: int | None  # the level that tags or the outline give


def blocks_of(paragraphs: Sequence[Paragraph], outline: Sequence[OutlineEntry], title: str, slides: set[int]) -> list[Block]:
    """Return the document's blocks. `title` is the file's own; `slides` are the pages that are slides."""
    body = body_size(paragraphs)
    headings = _headings([p for p in paragraphs if p.page not in slides], body, outline)
    top = _title(paragraphs, headings, title, slides)
    if top:
        headings = _without_cover(headings, paragraphs, top)
    levels = _levels([heading for heading in headings if not top or not _same_look(heading, top)])
    found = {id(heading.paragraph): heading for heading in headings}
    blocks = []
    for paragraph in paragraphs:
        heading = found.get(id(paragraph))
        if top and _is_title(paragraph, top):
            blocks.append(_block(paragraph, BlockKind.TITLE))
        elif heading and id(paragraph) in levels:
            level = levels[id(paragraph)]
            blocks.append(_block(paragraph, BlockKind.HEADING, level=level, number=heading.number, text=heading.text))
        elif paragraph.row:
            blocks.append(_block(paragraph, BlockKind.ROW))
        else:
            listed = paragraph.bullet or paragraph.number or (paragraph.tag and paragraph.tag.role == "LI")
            blocks.append(_block(paragraph, BlockKind.ITEM if listed else BlockKind.PARAGRAPH, number=paragraph.number))
    return blocks


def body_size(paragraphs: Iterable[Paragraph]) -> float:
    """Return the size of most of the document's characters."""
    sizes: Counter[float] = Counter()
    for paragraph in paragraphs:
        sizes[paragraph.size] += len(paragraph.text)
    return max(sizes, key=lambda size: sizes[size], default=0.0)


def _block(paragraph: Paragraph, kind: BlockKind, *, level: int | None = None, number: str | None = None, text: str | None = None) -> Block:
    return Block(text or paragraph.text, kind, level, paragraph.page, paragraph.bold, paragraph.size, number, paragraph.printed)


def _headings(paragraphs: Sequence[Paragraph], body: float, outline: Sequence[OutlineEntry]) -> list[_Heading]:
    tagged = sum(_tag_level(paragraph) is not None for paragraph in paragraphs) > 1
    entries: dict[str, list[OutlineEntry]] = {}
    for entry in outline:
        entries.setdefault(_plain(entry.title), []).append(entry)
    found = []
    counted = _counted(paragraphs)
    first = min((paragraph.page for paragraph in paragraphs), default=0)
    largest = max((paragraph.size for paragraph in paragraphs if _tag_level(paragraph) is not None), default=0.0)
    for paragraph in paragraphs:
        text = paragraph.text
        if paragraph.row or paragraph.bullet or paragraph.number or not any(character.isalpha() for character in text):
            continue
        marked = next((e.level for e in entries.get(_plain(text), []) if e.page is None or abs(e.page - paragraph.page) <= 1), None)
        known = _tag_level(paragraph) or marked
        by_look = _looks_like_heading(paragraph, body) or id(paragraph) in counted
        # In a tagged file only what is tagged is a heading; but many leave their title a plain paragraph.
        if known is None and not (by_look and (not tagged or (paragraph.page == first and paragraph.size > largest))):
            continue
        number, rest = heading_number(text)
        letters = [character for character in text if character.isalpha()]
        style = _Style(paragraph.size, len(letters) > 3 and all(c.isupper() for c in letters), paragraph.bold)
        found.append(_Heading(paragraph, style, number, rest, known))
    return found


def _tag_level(paragraph: Paragraph) -> int | None:
    role = paragraph.tag.role if paragraph.tag else ""
    return int(role[1:]) if re.fullmatch(r"H[1-6]", role) else None


def _looks_like_heading(paragraph: Paragraph, body: float) -> bool:
    text = paragraph.text
    if paragraph.tag and paragraph.tag.role in {"LI", "Caption", "Note"}:
        return False
    if (
        text.endswith((".", ",", ";"))
        or (_DATED.search(text) and not heading_number(text)[0])
        or not (text[0].isalnum() or text[0] in '§"”')
    ):
        return False
    if paragraph.size >= _LARGER * body and paragraph.size >= body + 0.9:
        return len(text) <= _LONGEST and (paragraph.printed <= 2 or paragraph.size >= 1.3 * body)
    return (
        paragraph.bold
        and paragraph.size >= body - 0.5
        and len(text) <= _LONGEST_BOLD
        and paragraph.printed <= 2
        and not re.search(r":\s+\S", text)
    )


def _counted(paragraphs: Sequence[Paragraph]) -> set[int]:
    """Return the plain one-line paragraphs that count 1, 2, 3 … with text between them: numbered headings without a look of their own."""
    found: list[Paragraph] = []
    wanted = 1
    for paragraph, after in zip_longest(paragraphs, paragraphs[1:]):
        number, text = heading_number(paragraph.text) if not paragraph.row else (None, "")
        plain = number is not None and paragraph.printed == 1 and len(text) <= 80 and not text.endswith((".", ",", ";"))
        if (
            plain
            and number is not None
            and after is not None
            and len(after.text) > 60
            and int(number.partition(".")[0]) in {wanted, wanted - 1}
        ):
            found.append(paragraph)
            wanted = int(number.partition(".")[0]) + 1
    return {id(paragraph) for paragraph in found} if wanted > 3 else set()


def _title(paragraphs: Sequence[Paragraph], headings: Sequence[_Heading], title: str, slides: set[int]) -> _Heading | None:
    """Return the heading that is the document's title: on its first page, larger than all others or named in the file's properties."""
    first = min((paragraph.page for paragraph in paragraphs), default=0)
    if first in slides:
        return None
    here = [heading for heading in headings if heading.paragraph.page == first and heading.number is None]
    largest = max((heading.style.size for heading in headings), default=0.0)
    for heading in here:
        others = [other for other in headings if other is not heading and not _same_text(other, heading)]
        alone = all(other.style.size < heading.style.size - 0.4 for other in others)
        named = bool(title) and _plain(title) == _plain(heading.text)
        tops = sum(other.known == 1 for other in headings)
        single = heading.known == 1 and tops == 1 and heading is headings[0] and len(headings) > 1
        if (alone and heading.style.size == largest and others and heading.known in {None, 1}) or named or single:
            return heading
    return None


def _is_title(paragraph: Paragraph, title: _Heading) -> bool:
    same = _plain(paragraph.text) == _plain(title.text) and abs(paragraph.size - title.style.size) < 0.6
    return paragraph is title.paragraph or (same and paragraph.row is None and paragraph.page <= title.paragraph.page + 2)


def _same_look(heading: _Heading, title: _Heading) -> bool:
    return heading is title or _is_title(heading.paragraph, title)


def _same_text(one: _Heading, other: _Heading) -> bool:
    return _plain(one.text) == _plain(other.text)


def _without_cover(headings: Sequence[_Heading], paragraphs: Sequence[Paragraph], title: _Heading) -> list[_Heading]:
    """Leave out what only looks like headings on a cover: a first page with the title but no running text."""
    page = title.paragraph.page
    running = [p for p in paragraphs if p.page == page and len(p.text) > 150]
    if running or any(heading.number or (heading.known and heading is not title) for heading in headings if heading.paragraph.page == page):
        return list(headings)
    return [heading for heading in headings if heading.paragraph.page != page or heading is title]


def _levels(headings: Sequence[_Heading]) -> dict[int, int]:
    """Return each heading's level from 1, by the id of its paragraph: what tags or outline say, else the rank of its look and number."""
    shallowest: dict[_Style, int] = {}
    for heading in headings:
        if heading.number:
            depth = heading.number.count(".")
            shallowest[heading.style] = min(depth, shallowest.get(heading.style, depth))

    def key(heading: _Heading) -> tuple[tuple[float, bool, bool], int]:
        deeper = heading.number.count(".") - shallowest[heading.style] if heading.number else 0
        return (heading.style.rank, deeper)

    order = sorted({key(heading) for heading in headings})
    known: dict[tuple[tuple[float, bool, bool], int], Counter[int]] = {}
    for heading in headings:
        if heading.known:
            known.setdefault(key(heading), Counter())[heading.known] += 1
    least = min((heading.known for heading in headings if heading.known), default=1)
    levels: dict[int, int] = {}
    for heading in headings:
        said = known.get(key(heading))
        level = heading.known or (said.most_common(1)[0][0] if said else None)
        levels[id(heading.paragraph)] = level - least + 1 if level else order.index(key(heading)) + 1
    return levels


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", heading_number(text)[1].casefold()).strip()
