"""Blocks → a document's title, cover lines and sections, in the order of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.furniture import normal, without_furniture
from knowledge.headings import SENDER, Heading, find_headings
from knowledge.metadata import LABEL, SELF
from knowledge.read.block import Block, BlockKind, Reading

_PROSE_WORDS = 12
"""A block before the first heading with at least so many words is text, not cover."""


@dataclass(slots=True)
class Part:
    """A section before it has an id. `text` and `pages` are as in `Section`."""

    headings: tuple[str, ...]
    number: str | None
    text: str
    pages: tuple[tuple[int, int], ...]


@dataclass(slots=True)
class Split:
    """What a reading falls into. `title` is None when nothing in the text looks like one; `cover` are lines with their page."""

    title: str | None
    cover: list[str] = field(default_factory=list)
    cover_page: int | None = None
    parts: list[Part] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    slides: bool = False


def split(reading: Reading) -> Split:
    """Divide a reading into cover and sections; running headers, page numbers and contents pages are in neither."""
    blocks, running = without_furniture(reading.blocks)
    furniture = [b.text for b in running] + [_PAGE_MARK.sub("", line) for line in reading.furniture]
    headings = find_headings(blocks)
    labelled = _labelled_title(furniture)
    title_at = None if labelled else _title_at(blocks, headings)
    first = min((i for i in headings if i != title_at), default=len(blocks))
    if title_at is not None and title_at in headings and not _titles_text(blocks, headings, title_at):
        del headings[title_at]
    elif title_at is not None and title_at in headings:
        first = min(headings)
    running_title = next((t for t in furniture if KIND.search(t) and len(t.split()) > 1 and _like_title(Block(t))), None)
    if title_at is not None and running_title and not KIND.search(blocks[title_at].text):
        title_at = None
    labelled = labelled or (running_title if title_at is None else None)
    title = (
        labelled
        or _labelled_title([b.text for b in blocks[:first]])
        or (_clean_title(blocks[title_at].text) if title_at is not None else None)
    )
    preamble = blocks[:first]
    cover, intro = _cover(preamble, title_at)
    paths = _paths(headings, title)
    parts = list(_parts(blocks, first, paths))
    if intro:
        parts.insert(0, _part((title or "Inledning",), None, intro))
    repeated = [b.text for b in running if b.kind is BlockKind.ROW or _says_something(b.text)]
    labelled_lines = [line for line in furniture if LABEL.match(re.split(r":| \| ", line)[0].strip())]
    repeated += [line for line in furniture if (_states_decision(line) or line in labelled_lines) and line not in repeated]
    furniture += [b.text for b in reading.blocks if re.match(r"(sid|innehålls|dokument)ansvarig:", b.text, re.I)]
    own = [b.text for b in cover]
    cover_lines = own + [line for line in repeated if not any(line in text for text in own)]
    return Split(
        title,
        cover_lines,
        (cover or running or blocks[:1] or [Block("")])[0].page,
        _merged(parts),
        furniture,
        sum(b.kind is BlockKind.SLIDE for b in blocks) >= 2,
    )


def _title_at(blocks: Sequence[Block], headings: dict[int, Heading]) -> int | None:
    """Where the title stands: marked as such, or the first heading-like line when it heads the whole document."""
    marked = next((i for i, b in enumerate(blocks) if b.kind is BlockKind.TITLE), None)
    if marked is not None:
        return marked
    if not headings:
        return next((i for i, b in enumerate(blocks[:6]) if _like_title(b)), None)
    order = sorted(headings)
    first = order[0]
    top = [i for i in order if headings[i].depth == headings[first].depth and headings[i].style == headings[first].style]
    if first and not headings[first].number and _like_title(blocks[first]) and not any(map(_like_title, blocks[:first])) and len(top) == 1:
        return first
    before = [i for i in range(first) if _like_title(blocks[i])]
    if len(before) > 2 and not any(KIND.search(blocks[i].text) for i in before) and not headings[first].number:
        return first  # a web page's menu, with the page's own heading after it
    if before:
        return max(
            before,
            key=lambda i: (bool(KIND.search(blocks[i].text)) and len(blocks[i].text.split()) > 1, len(blocks[i].text.split()) > 1, -i),
        )
    unnumbered = not headings[first].number and headings[first].style not in ("bolditem", "number")
    return first if unnumbered and (len(top) == 1 or headings[first].style.startswith(("slide", "plain", "caps", "bold"))) else None


_PAGE_MARK = re.compile(
    r"\s*(?:[|·–-]\s*)?(?:sida?\s*\d{1,3}(?:\s*(?:\(\d+\)|av \d+|/\s?\d+))?|\d{1,3}\s*(?:\(\d+\)|av \d+))$", re.IGNORECASE
)
KIND = re.compile(
    r"(policy|strategi|riktlinje|plan\b|program|rutin|regler|reglemente|handbok|vägledning|anvisning|avtal|överenskommelse|rapport|guide|föreskrift)",
    re.I,
)


def _like_title(block: Block) -> bool:
    text = block.text
    plain = block.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.SLIDE)
    short = 1 <= len(text.split()) <= 14 and not re.search(r"[.;!?]$|:\s|§", text)
    return (
        plain and short and not SENDER.match(text) and bool(re.search(r"[a-zåäö]{4}|[A-ZÅÄÖ]{4}", text)) and not re.match(r"^[»\d]", text)
    )


def _titles_text(blocks: Sequence[Block], headings: dict[int, Heading], at: int) -> bool:
    """Whether the title line is also the heading of text of its own: a slide's title, or running text right under it."""
    if headings[at].style.startswith("slide"):
        return True
    after = at + 1
    return (
        after < len(blocks)
        and after not in headings
        and (blocks[after].kind is BlockKind.ITEM or len(blocks[after].text.split()) >= _PROSE_WORDS)
    )


def _clean_title(text: str) -> str:
    return re.sub(r"^(titel|dokumentnamn|rubrik)\b\s*:?\s*\|?\s*", "", " ".join(text.split()), flags=re.I).strip(" :|")


def _labelled_title(lines: Sequence[str]) -> str | None:
    for line in lines:
        if found := re.match(r"^(?:titel|rubrik|dokumentnamn|dokumentets namn)\b\s*:?\s*\|?\s*(?P<title>[^|]{4,120})", line, re.I):
            return " ".join(found["title"].split())
    return None


def _cover(preamble: Sequence[Block], title_at: int | None) -> tuple[list[Block], list[Block]]:
    """Lines before the first heading: short and labelled ones are the cover, running text is an introduction."""
    prose = next((i for i, b in enumerate(preamble) if _is_prose(b)), len(preamble))
    cover = list(preamble[:prose])
    intro = [b for b in preamble[prose:] if b.kind is not BlockKind.TITLE]
    return (cover if any(_says_something(b.text) for b in cover) else []), intro


def _is_prose(block: Block) -> bool:
    text = block.text
    if len(text.split()) <= 45 and (
        _states_decision(text) or re.match(rf"^{SELF}\s+gäller\b.*\d{{4}}", text, re.I) or re.search(r"\butgiven av\b.*\d{4}", text, re.I)
    ):
        return False
    return (
        block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM) and len(text.split()) >= _PROSE_WORDS and not re.match(r"^[^.]{2,40}:\s", text)
    )


def _states_decision(text: str) -> bool:
    """Whether a line says who decided, under which number, or who owns the document, rather than what it rules."""
    return bool(_DECISION_LINE.search(text)) and bool(re.search(r"\d{4}|§|:\s*\S|\|", text))


_DECISION_LINE = re.compile(
    r"^[^.]{0,60}\b(antagen|antaget|antagna|antogs|beslutad|beslutat|beslutsdatum|beslut:|fastställd|fastställt|godkänd|dnr|diarienummer|diarienr|dokumentansvarig|dokumentägare)\b",
    re.I,
)


def _says_something(text: str) -> bool:
    """Whether a cover line states a fact: a decision, a date, a label with a value."""
    return bool(re.search(r"\d{4}|§|:\s*\S|\b(antagen|beslutad|fastställd|dnr|diarienr|titel|gäller|ansvarig)\b", text, re.I))


def _paths(headings: dict[int, Heading], title: str | None) -> dict[int, tuple[tuple[str, ...], str | None]]:
    """Index of block → (heading path, number). Depth comes from format and number; else a look not open yet goes one deeper."""
    stack: list[Heading] = []
    paths = {}
    before: int | None = None
    for i in sorted(headings):
        heading = headings[i]
        chained = (
            before is not None and i == before + 1 and bool(stack) and not heading.number and heading.style in ("plain", "caps", "bold")
        )
        if chained and stack[-1].style in (heading.style, "slide1"):
            stack.append(Heading(heading.text, heading.style + "+", heading.depth))
        else:
            _close(stack, heading)
            stack.append(heading)
        path = [h.text for h in stack]
        if len(path) > 1 and title and normal(path[0]) == normal(title) and not stack[0].style.startswith("slide"):
            path = path[1:]
        paths[i] = (tuple(path), heading.number)
        before = i
    return paths


def _close(stack: list[Heading], heading: Heading) -> None:
    """Take from the stack what the new heading ends."""
    if heading.depth is not None:
        while stack and (stack[-1].depth is None or stack[-1].depth >= heading.depth):
            stack.pop()
        return
    for k, held in enumerate(stack):
        if held.style.rstrip("+") == heading.style or (held.style == "slide1" and heading.style in ("plain", "caps")):
            del stack[k:]
            return


def _parts(blocks: Sequence[Block], first: int, paths: dict[int, tuple[tuple[str, ...], str | None]]) -> Iterator[Part]:
    at, held = (), []  # type: tuple[str, ...], list[Block]
    number: str | None = None
    for i in range(first, len(blocks)):
        if i in paths:
            if held:
                yield _part(at, number, held)
            (at, number), held = paths[i], []
        elif blocks[i].kind is not BlockKind.TITLE:
            held.append(blocks[i])
    if held:
        yield _part(at, number, held)


def _part(headings: tuple[str, ...], number: str | None, blocks: Sequence[Block]) -> Part:
    text, pages = "", list[tuple[int, int]]()
    for k, block in enumerate(blocks):
        tight = (
            k and (block.kind in (BlockKind.ITEM, BlockKind.ROW)) and (blocks[k - 1].kind is block.kind or blocks[k - 1].text.endswith(":"))
        )
        text += "" if not k else "\n" if tight else "\n\n"
        if block.page is not None and (not pages or pages[-1][1] != block.page):
            pages.append((len(text), block.page))
        text += f"- {block.text}" if block.kind is BlockKind.ITEM else block.text
    return Part(headings, number, text, tuple(pages))


def _merged(parts: Sequence[Part]) -> list[Part]:
    """Parts that go on under the same heading on the next slide or page are one."""
    out: list[Part] = []
    for part in parts:
        if out and out[-1].headings == part.headings:
            offset = len(out[-1].text) + 2
            more = tuple((o + offset, p) for o, p in part.pages if not out[-1].pages or p != out[-1].pages[-1][1])
            out[-1] = Part(part.headings, out[-1].number, f"{out[-1].text}\n\n{part.text}", out[-1].pages + more)
        else:
            out.append(part)
    return out
