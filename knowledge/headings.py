"""Which blocks are headings, how deep, where the format says it and where only the text does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.read.block import Block, BlockKind

NUMBERED = re.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?[\s|]+(?P<text>[A-ZÅÄÖ].*)$")
_LABEL = re.compile(
    r"^(?:(?:antag(?:en|et|na)|beslut(?:ad|at)|fastställ[dt]|godkän[dt])\b|(?:beslutsdatum|beslutsinstans|dokumenttyp|dokumentnamn|dokumentansvarig|diarienummer|diarienr|dnr|d-nr)\b|"
    r"(?:titel|version|reviderad|datum|ersätter|utbytt|handläggare|sign|flik|telefon|e-post|tel)\s*(?:[:|]|\d|$)|"
    r"(?:dokumentet gäller|beslut|gäller (?:för|från|till)|giltig\w*|kontakt|ansvarig|ägare|"
    r"författare|upprättad|tidpunkt för aktualitetsprövning|"
    r"andra tillhörande dokument|förvaltning|organisation|postadress|besöksadress)\s*(?:[:|]|\d))",
    re.I,
)
SENDER = re.compile(r"^(?:[A-ZÅÄÖ][\w-]+ ){1,2}(?:kommun|stad|KOMMUN|STAD)$")
"""A line that only names the municipality."""
_PART = re.compile(r"^\w+ \d{1,2}: ")
"""What opens a numbered heading in words: "Spår 1: Skola"."""
_CAPTION = re.compile(r"^(ur|källa|foto|bild|illustration|figur|tabell|diagram|källor)\b", re.I)
_FINITE = re.compile(r"\b(ska|skall|bör|kan|får|är|har|måste|vill|innebär|omfattar|ansvarar)\b", re.I)


@dataclass(frozen=True, slots=True)
class Heading:
    """A block that heads what follows. `style` groups headings that look alike; `depth` is set where the format or a number gives it."""

    text: str
    style: str
    depth: int | None = None
    number: str | None = None


def find_headings(blocks: Sequence[Block]) -> dict[int, Heading]:
    """Index of block → heading. Marked headings count as they are; unmarked ones only where their surroundings say so."""
    marked = sum(b.kind is BlockKind.HEADING for b in blocks)
    numbered = _numbered(blocks)
    found: dict[int, Heading] = {}
    for i, block in enumerate(blocks):
        if block.kind in (BlockKind.HEADING, BlockKind.SLIDE):
            found[i] = _marked(block)
        elif i in numbered:
            found[i] = numbered[i]
        elif (style := _style(block, marked >= 2)) and _heads(blocks, i, style):
            found[i] = Heading(_bare(block.text), style)
    _demote_without_text(blocks, found)
    if not marked:
        _demote_menus(blocks, found)
        _demote_before_first_number(blocks, found)
    return found


def _marked(block: Block) -> Heading:
    cut = NUMBERED.match(block.text)
    number = block.number or (cut["number"] if cut else None)
    depth = 1 if block.kind is BlockKind.SLIDE else block.level or 1
    return Heading(_bare(cut["text"] if cut else block.text), f"{block.kind}{depth}", depth, number)


def _bare(text: str) -> str:
    return re.sub(r"\s*:$", "", " ".join(text.split()))


def _numbered(blocks: Sequence[Block]) -> dict[int, Heading]:
    """Numbered headings: short numbered lines that text, or a deeper number, follows. A run of bare numbered lines is a list."""
    found: dict[int, Heading] = {}
    for i, block in enumerate(blocks):
        text = f"{block.number} {block.text}" if block.number and block.kind is BlockKind.PARAGRAPH else block.text
        cut = NUMBERED.match(text)
        if block.kind is not BlockKind.PARAGRAPH or not cut or len(text) > 100 or len(text.split()) > 13 or re.search(r"[.,;!?]$", text):
            continue
        follower = NUMBERED.match(blocks[i + 1].text) if i + 1 < len(blocks) else None
        deeper = follower and follower["number"].startswith(cut["number"] + ".")
        if i + 1 < len(blocks) and (not follower or deeper or block.bold or len(blocks[i + 1].text) > 100):
            found[i] = Heading(_bare(cut["text"]), "number", cut["number"].count(".") + 1, cut["number"])
    return found if len(found) >= 2 else {}


def _style(block: Block, marked: bool) -> str | None:
    """What an unmarked line looks like, when it looks like a heading at all."""
    text = block.text
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return None
    if not (1 <= len(text.split()) <= 10 and len(text) <= 85 and text[0].isupper()) or re.search(r"[.,;!=@|/]$|[=@]|https?:|www\.", text):
        return None
    if (
        SENDER.match(text)
        or _CAPTION.match(text)
        or _LABEL.match(text)
        or (re.search(r":\s+\S", text) and not _PART.match(text))
        or block.lines > 2
        or re.match(r"^[\W\d]+$", text)
    ):
        return None
    if re.search(r"[a-zåäö]{3}\.\s+[A-ZÅÄÖ]", text):
        return None
    if text.endswith("?") and block.kind is BlockKind.ITEM:
        return None
    if text.endswith("?") and not re.match(r"(?i)(vad|vem|vilk|varför|hur|när|var|kan|får|ska|måste|behöver|gäller)\w*\b", text):
        return None
    if block.bold:
        return "bolditem" if block.kind is BlockKind.ITEM else "bold"
    if block.kind is BlockKind.ITEM or marked:
        return None
    return "caps" if text.isupper() and len(text) > 3 else "plain"


def _heads(blocks: Sequence[Block], i: int, style: str) -> bool:
    """Whether what follows is what a heading of this look would have under it."""
    if i + 1 >= len(blocks):
        return False
    here, after = blocks[i], blocks[i + 1]
    if after.kind in (BlockKind.HEADING, BlockKind.SLIDE):
        return style != "plain"
    if style == "bolditem":
        return not after.bold
    if here.text.endswith(":") and style == "plain" and (after.kind is BlockKind.ITEM or len(here.text.split()) > 5):
        return False
    if style == "bold":
        return not _LABEL.match(after.text)
    if here.text.endswith("?") and style == "plain" and (after.text.endswith("?") or (i and blocks[i - 1].text.endswith((":", "?")))):
        return False
    lead_in = bool(_FINITE.search(here.text)) and (
        here.text.endswith(":") or len(here.text.split()) > 6 or bool(_FINITE.fullmatch(here.text.split()[-1]))
    )
    return not lead_in and not _LABEL.match(after.text) and not re.match(r"^\d{1,2} \w+ \d{4}$", after.text)


def _demote_without_text(blocks: Sequence[Block], found: dict[int, Heading]) -> None:
    """An unmarked line right before a marked, numbered or shallower heading is the last line of text before it."""
    for i in sorted(found, reverse=True):
        below = found.get(i + 1)
        if found[i].style in ("plain", "caps") and (i + 1 >= len(blocks) or (below and below.depth is not None)):
            del found[i]


def _demote_menus(blocks: Sequence[Block], found: dict[int, Heading]) -> None:
    """Of a run of plain lines only the last can be a heading at the start of a text, the last two (parent and child) later on."""
    run: list[int] = []
    opened = False
    for i in range(len(blocks) + 1):
        if i in found and found[i].style in ("plain", "caps"):
            run.append(i)
            continue
        keep = 2 if opened else 0 if i in found else 1
        for j in run[: -keep or None]:
            del found[j]
        opened = opened or (i < len(blocks) and i not in found and len(blocks[i].text.split()) >= 10)
        run = []


def _demote_before_first_number(blocks: Sequence[Block], found: dict[int, Heading]) -> None:
    """In a numbered document, plain lines before the first number are its cover unless prose stands under them."""
    first = next((i for i, h in sorted(found.items()) if h.style == "number"), None)
    if first is None or sum(h.style == "number" for h in found.values()) < 3:
        return
    for i in [i for i in found if i < first and found[i].style in ("plain", "caps", "bold")]:
        if i + 1 >= len(blocks) or len(blocks[i + 1].text.split()) < 15:
            del found[i]
