"""Markdown, by way of HTML."""

from __future__ import annotations

import re
from dataclasses import replace

from markdown_it import MarkdownIt

from knowledge.read.block import Reading
from knowledge.read.html import decode, read_markup

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"""^title:\s*["']?(.+?)["']?\s*$""", re.MULTILINE | re.IGNORECASE)


def read(data: bytes) -> Reading:
    """Return the document's blocks. Front matter is not text; its title is the document's."""
    source = decode(data)
    front = _FRONT_MATTER.match(source)
    body = source[front.end() :] if front else source
    reading = read_markup(f"<main>{MarkdownIt('commonmark', {'html': True}).enable('table').render(body)}</main>")
    title = _TITLE.search(front[1]) if front else None
    return replace(reading, properties={"title": title[1]}) if title else reading
