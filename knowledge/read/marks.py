"""The marks in front of a text: bullets, list numbers, heading numbers, and the lines of a table of contents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.read.block import Block, BlockKind

BULLETS = "•‣⁃∙◦●○■□▪▫◆◇►▶▸➢➤➔→✓✔✗✘❖❑❒§·–—-*\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf06c\uf0e0\uf02d\uf0a8"
_BULLET = re.compile(rf"^([{re.escape(BULLETS.replace('§', ''))}])\s+(?=\S)(?![|])")
_TIGHT = re.compile("^[•●■▪○◦➢✓✔\uf0b7\uf0a7](?=\\w)")
_HEADING_NUMBER = re.compile(r"^(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[^\W\d_]|[\"”])")
_LIST_NUMBER = re.compile(r"^\(?(\d{1,2}|[a-zåäö])[.)]\s+(?=\S)")
_CONTENTS_TITLE = re.compile(r"^(innehåll(sförteckning)?|innehållsöversikt|contents|table of contents)\s*:?$", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*\d{1,3}$|…+\s*\d{1,3}$|_{4,}\s*\d{1,3}$")
_ENDS_IN_PAGE = re.compile(r"\S\s+\d{1,3}$")


def without_bullet(text: str) -> str | None:
    """Return the text after its bullet, or None when it has none."""
    match = _BULLET.match(text) or _TIGHT.match(text)
    return text[match.end() :].lstrip() if match else None


def heading_number(text: str) -> tuple[str | None, str]:
    """Split "4.1 Kommunstyrelsen" into ("4.1", "Kommunstyrelsen"); the number is None where there is none."""
    match = _HEADING_NUMBER.match(text)
    return (match[1], text[match.end() :]) if match else (None, text)


def list_number(text: str) -> tuple[str, str] | None:
    """Split "2. Ansök" or "b) Ansök" into ("2", "Ansök"), or return None."""
    match = _LIST_NUMBER.match(text)
    return (match[1], text[match.end() :]) if match else None


def is_contents_title(text: str) -> bool:
    """Whether a line is the heading of a table of contents."""
    return bool(_CONTENTS_TITLE.match(text.strip()))


def has_leaders(text: str) -> bool:
    """Whether a line is an entry of a table of contents, with dots up to its page number."""
    return bool(_LEADERS.search(text))


def is_contents_entry(text: str) -> bool:
    """Whether a line could be an entry of a table of contents, under its heading."""
    return has_leaders(text) or bool(_ENDS_IN_PAGE.search(text))


def without_contents(blocks: Sequence[Block]) -> list[Block]:
    """Drop typed tables of contents: a title "Innehåll" followed by entries, entries with dot leaders, and headings named with a page."""
    kept: list[Block] = []
    named = _entries(blocks)
    inside = False
    for position, block in enumerate(blocks):
        if is_contents_title(block.text):
            inside = position + 1 < len(blocks) and is_contents_entry(blocks[position + 1].text)
            if inside:
                continue
        inside = inside and is_contents_entry(block.text)
        if not inside and not has_leaders(block.text) and position not in named:
            kept.append(block)
    return kept


def _entries(blocks: Sequence[Block]) -> set[int]:
    """Return the positions of two or more paragraphs in a row that are each a later heading's text and a page number."""
    headings = {_plain(block.text) for block in blocks if block.kind is BlockKind.HEADING}
    found = {
        position
        for position, block in enumerate(blocks)
        if block.kind is BlockKind.PARAGRAPH
        and _ENDS_IN_PAGE.search(block.text)
        and _plain(re.sub(r"\s\d{1,3}$", "", block.text)) in headings
    }
    return {position for position in found if {position - 1, position + 1} & found}


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", heading_number(text)[1].casefold()).strip()


def row_text(cells: Sequence[str]) -> str:
    """Return a table row's text: its cells parted by " | ", empty ones kept before the last that is not, so that columns stay columns."""
    return re.sub(r" +", " ", " | ".join(cells)).rstrip(" |").lstrip()


def as_item(block: Block) -> Block:
    """Return a paragraph that was typed with a bullet as an item; any other block as it is."""
    rest = without_bullet(block.text) if block.kind is BlockKind.PARAGRAPH else None
    return replace(block, kind=BlockKind.ITEM, text=rest) if rest else block
