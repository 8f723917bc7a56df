"""A source text as a page of a municipality's web site: menu, breadcrumb, cookie text and footer around it."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .source import MARKDOWN, Source

HEADING = re.compile(r"(</?h)(\d)")


def as_html(source: Source) -> bytes:
    """The page's bytes. The body's headings go one level down, since the page's title is its h1."""
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), undefined=StrictUndefined, keep_trailing_newline=True)
    body = HEADING.sub(lambda match: f"{match[1]}{int(match[2]) + 1}", MARKDOWN.render(source.body))
    return pages.get_template("page.html").render(source=source, body=body).encode("utf-8")
