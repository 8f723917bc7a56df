"""Web pages: the main content's headings, paragraphs, lists and tables, without the site around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.read.clean import Cleaner
from knowledge.read.html_seen import Sight
from knowledge.read.marks import as_item, heading_number, row_text, without_contents

_NEVER = [
    "script", "style", "noscript", "template", "svg", "iframe", "object", "form", "button", "input", "select", "textarea", "nav",
    "aside", "dialog", "head", "map", "canvas", "audio", "video", "math",
]  # fmt: skip
_ROLES = {"navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu", "menubar"}
_CLUTTER = re.compile(
    r"(?:^|[-_\s])(cookies?|consent|breadcrumbs?|br[oö]dsmul\w*|share|sharing|social|relat\w+|pagination|skip\w*|sidebar|sidfot|sidhuvud"
    r"|menu|meny|navbar|navigation|footer|visually-?hidden|sr-only|screen-reader\w*|back-?to-?top|feedback)(?:$|[-_\s])",
    re.IGNORECASE,
)
_RELATED = re.compile(r"^(läs (mer|också|även)|relatera\w*.*|se även|liknande .*|mer om .*|dela( sidan)?|genvägar)\s*:?$", re.IGNORECASE)
_LINK_CLUTTER = re.compile(
    r"^(läs mer|dela|skriv ut|lyssna|till toppen|tillbaka.*|tipsa.*|hoppa till.*|visa (mer|alla|fler))\W*$", re.IGNORECASE
)
_INLINE = {
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
    "img", "picture",
}  # fmt: skip
_BOLD = {"b", "strong"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_A_TEXT = 3
"""Words from which what is hidden is text."""
_HIDDEN = "Sidan innehåller text som inte syns. Den har inte lästs in."
_UNTRIED = "Sidan har så många stilregler att alla inte har prövats. Text som inte syns kan ha lästs in; läs igenom dokumentet."
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)


def read(data: bytes) -> Reading:
    """Return the main content of a web page; a single h1 is the title, and h2 is then the first level of headings."""
    return read_markup(decode(data))


def read_markup(markup: str) -> Reading:
    """Return the main content of HTML that is already text."""
    soup = BeautifulSoup(markup, "lxml")
    cleaner = Cleaner()
    root = _main(soup)
    sight = Sight(soup)
    _drop_clutter(root)
    _drop_hidden(root, sight, cleaner)
    blocks = without_contents(_Walker(cleaner).walk(root))
    return Reading(
        blocks=tuple(_levels(blocks)),
        properties=cleaner.title(soup.title.get_text() if soup.title else ""),
        warnings=tuple(cleaner.warnings),
    )


def decode(data: bytes) -> str:
    """Return the page as text: by its byte order mark, as UTF-8 where it is that, by its own declaration, else as Windows-1252."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.removeprefix(b"\xef\xbb\xbf").decode(encoding, "replace")
    if data[1:200:2].count(0) > 60:
        return data.decode("utf-16-le", "replace")
    declared = _CHARSET.search(data[:4096])
    # Valid UTF-8 with Swedish letters is never anything else, whatever an old template says of itself.
    for encoding in ("utf-8", declared[1].decode("ascii") if declared else "cp1252"):
        try:
            return data.decode("cp1252" if encoding.lower() in {"iso-8859-1", "latin1", "latin-1", "us-ascii"} else encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")


def _main(soup: BeautifulSoup) -> Tag:
    for found in (soup.select("main"), soup.select("[role=main]"), soup.select("article")):
        texts = [element for element in found if element.get_text(strip=True)]
        if len(texts) == 1:
            return texts[0]
    return soup.body or soup


def _drop_clutter(root: Tag) -> None:
    whole = len(root.get_text())
    for element in root.find_all(_NEVER):
        element.decompose()
    for element in root.find_all(True):
        if not element.decomposed and element is not root and _is_site(element, whole):
            element.decompose()


def _drop_hidden(root: Tag, sight: Sight, cleaner: Cleaner) -> None:
    """Take out what nobody sees; whoever added the page is told where that was text, not the name of an icon."""
    for element in sight.hidden(root):
        if len(element.get_text().split()) >= _A_TEXT:
            cleaner.warn(_HIDDEN)
        element.decompose()
    if not sight.complete:
        cleaner.warn(_UNTRIED)


def _is_site(element: Tag, whole: int) -> bool:
    """Whether an element belongs to the site: by its name, role or class, unless most of the page or its main heading is inside it."""
    names = " ".join([*(element.get("class") or []), str(element.get("id") or "")])
    named = element.name in {"header", "footer"} or element.get("role") in _ROLES or bool(_CLUTTER.search(names))
    return named and element.find(["h1", "main"]) is None and element.name != "h1" and len(element.get_text()) * 3 < max(whole, 1)


class _Walker:
    """Turns elements into blocks, gathering the inline text between two block elements into one paragraph."""

    def __init__(self, cleaner: Cleaner) -> None:
        self._cleaner = cleaner

    def walk(self, element: Tag) -> list[Block]:
        return [block for block in self._blocks(element) if block.text]

    def _blocks(self, element: Tag) -> Iterator[Block]:
        inline: list[Tag | NavigableString] = []
        for child in element.children:
            if isinstance(child, NavigableString):
                if not isinstance(child, PreformattedString):
                    inline.append(child)
            elif isinstance(child, Tag):
                if child.name == "br" or (
                    child.name in _INLINE and child.find(lambda tag: tag.name not in _INLINE and tag.name != "br") is None
                ):
                    inline.append(child)
                    continue
                yield from self._paragraphs(inline)
                inline = []
                yield from self._element(child)
        yield from self._paragraphs(inline)

    def _element(self, element: Tag) -> Iterator[Block]:
        if element.name in _HEADINGS:
            number, text = heading_number(self._line(element))
            yield Block(text, BlockKind.HEADING, level=_HEADINGS[element.name], number=number)
        elif element.name == "table":
            yield from self._table(element)
        elif element.name in {"ul", "ol"}:
            yield from self._list(element)
        elif element.name == "dl":
            yield from self._definitions(element)
        elif element.name in {"caption", "figcaption"}:
            return
        else:
            yield from self._blocks(element)

    def _paragraphs(self, inline: list[Tag | NavigableString]) -> Iterator[Block]:
        raw = "".join("\n" if isinstance(part, Tag) and part.name == "br" else _text(part) for part in inline)
        lines = [line for line in self._cleaner.text(raw).split("\n") if line]
        bold = all(isinstance(part, Tag) and _is_bold(part) for part in inline if _text(part).strip())
        links = [part for part in inline if _text(part).strip()]
        if len(links) == 1 and isinstance(links[0], Tag) and links[0].name == "a" and lines and _LINK_CLUTTER.match(lines[0]):
            return
        separate = len(lines) > 1 and all(_stands_alone(line) for line in lines[1:])
        for text in lines if separate else [" ".join(lines)]:
            yield as_item(Block(text, bold=bold and bool(lines)))

    def _list(self, element: Tag) -> Iterator[Block]:
        links = element.find_all("a")
        if len(links) > 1 and all(str(link.get("href") or "").startswith("#") for link in links) and _only(links, element):
            return  # the page's own table of contents
        items = element.find_all("li", recursive=False)
        first = str(element.get("start") or "1")
        for position, item in enumerate(items, int(first) if first.isdigit() else 1):
            number = str(position) if element.name == "ol" else None
            for index, block in enumerate(block for block in self._blocks(item) if block.text):
                if index == 0 and block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
                    yield Block(block.text, BlockKind.ITEM, number=number, bold=block.bold)
                else:
                    yield block

    def _definitions(self, element: Tag) -> Iterator[Block]:
        term = ""
        for part in element.find_all(["dt", "dd"]):
            text = self._line(part)
            if part.name == "dt":
                term = f"{term}, {text}" if term else text
            else:
                yield Block(f"{term} | {text}" if term else text, BlockKind.ROW)
                term = ""

    def _table(self, element: Tag) -> Iterator[Block]:
        rows = [row for row in element.find_all("tr") if row.find_parent("table") is element]
        cells = [list(row.find_all(["td", "th"], recursive=False)) for row in rows]
        if all(len(row) <= 1 for row in cells) or element.find(list(_HEADINGS)):
            # A table that only lays the page out.
            for row in cells:
                for cell in row:
                    yield from self._blocks(cell)
            return
        for row in cells:
            yield Block(row_text([self._line(cell) for cell in row]), BlockKind.ROW)

    def _line(self, element: Tag) -> str:
        return self._cleaner.line(element.get_text(" ") if element.find(["p", "li", "div"]) else _text(element))


def _only(parts: Sequence[Tag], element: Tag) -> bool:
    return "".join(part.get_text() for part in parts).split() == element.get_text().split()


def _text(part: Tag | NavigableString) -> str:
    if isinstance(part, PreformattedString):
        return ""
    if isinstance(part, NavigableString):
        return re.sub(r"\s+", " ", str(part))
    return "".join(
        "\n" if isinstance(child, Tag) and child.name == "br" else _text(child)
        for child in part.children
        if isinstance(child, Tag | NavigableString)
    )


def _is_bold(part: Tag) -> bool:
    return part.name in _BOLD or (
        part.find(_BOLD) is not None and part.get_text(strip=True) == "".join(b.get_text(strip=True) for b in part.find_all(_BOLD))
    )


def _stands_alone(line: str) -> bool:
    """Whether a line after a <br> is a line of its own: a bullet or "key: value", not the rest of a sentence."""
    return bool(re.match(r"^([-–•*]\s|[A-ZÅÄÖ][^.:]{1,40}:\s)", line))


def _levels(blocks: list[Block]) -> list[Block]:
    """Make a single h1 the title, and drop lists of related pages with their heading."""
    kept: list[Block] = []
    related = False
    for block in blocks:
        if block.kind is BlockKind.HEADING:
            related = bool(_RELATED.match(block.text))
        elif related and block.kind is not BlockKind.ITEM:
            related = False
        if not related:
            kept.append(block)
    tops = [block for block in kept if block.level == 1]
    if len(tops) != 1 or tops[0].number is not None:
        return kept
    return [
        Block(block.text, BlockKind.TITLE) if block is tops[0] else _raised(block) if block.kind is BlockKind.HEADING else block
        for block in kept
    ]


def _raised(block: Block) -> Block:
    return Block(block.text, block.kind, level=max(1, (block.level or 1) - 1), number=block.number)
