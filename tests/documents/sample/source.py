"""A source text: what the document says of itself (TOML between +++ lines) and its body (Markdown)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

MARKDOWN = MarkdownIt("commonmark").enable("table")
NUMBERED = re.compile(r"(?P<number>\d+(?:\.\d+)*) (?P<heading>.+)")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, paragraph, list item or table of the body; `level` counts headings and nested items from 1."""

    kind: str
    text: str = ""
    level: int = 1
    ordered: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One document to be made: `facts` and `lines` go before its first heading, `expected` is what reading it must give.

    With `lead`, the lines are text under the title and so a section; else they are a cover sheet.
    """

    file: str
    title: str
    layout: str
    body: str
    expected: dict[str, Any]
    facts: tuple[tuple[str, str], ...] = ()
    lines: tuple[str, ...] = ()
    header: tuple[str, str] = ("", "")
    footer: str = ""
    contents: str = ""
    contents_pages: tuple[int, ...] = ()
    style: str = ""
    lead: bool = False

    @property
    def parts(self) -> tuple[Part, ...]:
        """The body in reading order, for the formats that are not made from HTML."""
        return tuple(_parts(MARKDOWN.parse(self.body)))

    @property
    def headings(self) -> tuple[Part, ...]:
        """Every heading, as printed (with its number)."""
        return tuple(part for part in self.parts if part.kind == "heading")

    def sections(self) -> list[dict[str, Any]]:
        """The headings that have text of their own: `number`, or None, and `headings` from the top without numbers."""
        path: list[str] = []
        found: list[dict[str, Any]] = [{"number": None, "headings": [self.title]}] if self.lead else []
        number: str | None = None
        fresh = False
        for part in self.parts:
            if part.kind == "heading":
                match = NUMBERED.fullmatch(part.text)
                number = match["number"] if match else None
                path = [*path[: part.level - 1], match["heading"] if match else part.text]
                fresh = True
            elif fresh:
                found.append({"number": number, "headings": path})
                fresh = False
        return found


def load(path: Path) -> Source:
    """Read a source text; a key that Source does not have is an error."""
    _, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    values = {key: _frozen(value) for key, value in tomllib.loads(front).items()}
    return Source(body=body, **values)


def _frozen(value: Any) -> Any:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _text(inline: Token) -> str:
    """The words alone: no marks for bold, no soft hyphens."""
    return "".join(child.content for child in inline.children or ()).replace("\u00ad", "")


def _parts(tokens: list[Token]) -> list[Part]:
    parts: list[Part] = []
    lists: list[bool] = []
    row: list[str] = []
    rows: list[tuple[str, ...]] = []
    opener = ""
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(token.type.startswith("ordered"))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type in {"heading_open", "paragraph_open", "th_open", "td_open"}:
            opener = token.tag
        elif token.type == "inline" and opener in {"th", "td"}:
            row.append(_text(token))
        elif token.type == "tr_close":
            rows.append(tuple(row))
            row = []
        elif token.type == "table_close":
            parts.append(Part("table", rows=tuple(rows)))
            rows = []
        elif token.type == "inline" and opener.startswith("h"):
            parts.append(Part("heading", _text(token), level=int(opener[1])))
        elif token.type == "inline" and lists:
            parts.append(Part("item", _text(token), level=len(lists), ordered=lists[-1]))
        elif token.type == "inline":
            parts.append(Part("paragraph", _text(token)))
    return parts
