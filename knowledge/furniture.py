"""What stands on every page but says nothing there: running headers, page numbers, contents pages, a web page's clutter."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from knowledge.read.block import Block, BlockKind

_PAGE_NUMBER = re.compile(r"^(?:sid(?:a|an|\.)?\s*)?[-–]?\s*\d{1,3}\s*(?:[/:(]|av)?\s*(?:\d{1,3}\s*\)?)?\s*[-–]?$", re.I)
_CONTENTS = re.compile(r"^(innehåll(sförteckning)?|(innehåll )?på (den här )?sidan|table of contents)\s*:?$", re.I)
_CONTENTS_LINE = re.compile(r"^(?:\d+(?:\.\d+)*\.?\s*\|?\s*)?[^.|]{2,90}?(?:[\s.…_]{3,}|\s*\|\s*|\s+)(?:\d{1,3})$")
_MORE = re.compile(r"^(läs mer|läs hela|visa mer|read more)\b.{0,40}$", re.I)
_COOKIES = re.compile(r"\b(kakor|cookies|personuppgifter)\b", re.I)
_PAGE_END = re.compile(
    r"^(hjälpte (sidan|informationen)|var (sidan|informationen|innehållet)\b.*|hade du nytta|"
    r"fick du|hittade du|lämna (en )?synpunkt|ja( nej)?$|(sidan |senast )?(uppdaterad|granskad|"
    r"publicerad|ändrad)e?s?\b|"
    r"sidansvarig|relaterade? (sidor|information|länkar)|läs (också|även)|kontakta oss|kontaktinformation|"
    r"följ oss|om webbplatsen|dela( sidan)?$|"
    r"till toppen|tipsa|hitta snabbt|öppettider)",
    re.I,
)
_CHROME = re.compile(
    r"^(meny|sök|start|startsida|logga in|till toppen|dela( sidan)?|skriv ut|lyssna|hoppa till (huvud)?innehåll(et)?|"
    r"kakor|cookies?|om (webbplatsen|kakor|cookies)|tillgänglighetsredogörelse|"
    r"hade du nytta av .*|hjälpte informationen .*|(sidan |senast )(uppdaterad|publicerad|granskad|ändrad)\b.*|du är här:?.*|"
    r"(hem|start|startsida)\s*[/>›»|].*|vi använder (kakor|cookies).*|acceptera (alla )?(kakor|"
    r"cookies).*|storlek: px|starta visningen .*)$",
    re.I,
)


def without_furniture(blocks: Sequence[Block]) -> tuple[list[Block], list[Block]]:
    """(the text's blocks, the running headers and footers, each once). A title that recurs on slides is kept as a slide's title."""
    rest = [b for b in blocks if not _PAGE_NUMBER.match(b.text) and not _CHROME.match(b.text) and not _is_toolbar(b.text)]
    rest = _without_page_end(_without_teasers(_without_contents(rest)))
    slides = _slide_titles(rest)
    rest = [replace(b, kind=BlockKind.SLIDE) if normal(b.text) in slides and b.kind is not BlockKind.ITEM else b for b in rest]
    return _without_running(rest)


def _is_toolbar(text: str) -> bool:
    """A short line that is mostly a page's buttons: "Lyssna Skriv ut Kontakt"."""
    return len(text) < 80 and len(_BUTTON.findall(text)) >= 2 and not re.search(r"[.:]\s|[.!?]$", text)


_BUTTON = re.compile(
    r"\b(?:sök|lyssna|meny|kontakt|kontakta oss|other languages|in english|lättläst|logga in|"
    r"skriv ut|dela|tipsa(?: en vän)?|e-tjänster|anpassa|translate|facebook|linkedin|instagram|"
    r"ladda ner)\b",
    re.I,
)


def normal(text: str) -> str:
    """Text for comparison: case, spaces and digits folded."""
    return re.sub(r"\d+", "#", " ".join(text.casefold().split()))


def _without_contents(blocks: list[Block]) -> list[Block]:
    """Drop contents lists: lines that end in a page number, three or more in a row, or that stand under the word and recur below."""
    last = {_bare(b.text): i for i, b in enumerate(blocks)}
    kept: list[Block] = []
    i = 0
    while i < len(blocks):
        titled = bool(_CONTENTS.match(blocks[i].text))
        end = i + titled
        while end < len(blocks) and (_ends_in_page(blocks[end].text) or (titled and last[_bare(blocks[end].text)] > end)):
            end += 1
        if titled or end - i >= 3:
            i = end
        else:
            kept.append(blocks[i])
            i += 1
    return kept


def _ends_in_page(text: str) -> bool:
    return bool(_CONTENTS_LINE.match(text)) and len(text) < 120


def _bare(text: str) -> str:
    """A heading's words, without number, colon, leaders and page."""
    text = re.sub(r"^\d+(\.\d+)*\.?\s*\|?\s*", "", text.strip())
    return re.sub(r"[\s.…_|:]*\d*$", "", text).casefold()


def _without_page_end(blocks: list[Block]) -> list[Block]:
    """Drop what a web page has under its text: from the first such label after which no running text comes."""
    last = max((i for i, b in enumerate(blocks) if len(b.text.split()) >= 12 and not _COOKIES.search(b.text)), default=-1)
    end = next((i for i, b in enumerate(blocks) if i > last and _PAGE_END.match(b.text)), len(blocks))
    return blocks[:end]


def _without_teasers(blocks: list[Block]) -> list[Block]:
    """Drop a site's list of other documents: a title, its first lines, and "Läs mer"; and what is left between such entries."""
    ends = [i for i, b in enumerate(blocks) if _MORE.match(b.text)]
    drop: set[int] = set(ends)
    for end in ends:
        begin = end
        for back in (1, 2, 3):
            if end - back < 0 or end - back in drop:
                break
            if len(blocks[end - back].text.split()) <= 30:
                begin = end - back
        if len(ends) > 1:
            drop.update(range(begin, end))
    return [b for i, b in enumerate(blocks) if i not in drop]


def _slide_titles(blocks: Sequence[Block]) -> set[str]:
    """Short lines that head several slides: they recur, little text stands between, and each opens on text."""
    places: dict[str, list[int]] = {}
    for i, b in enumerate(blocks):
        if b.kind in (BlockKind.PARAGRAPH, BlockKind.HEADING) and _short_title(b.text):
            places.setdefault(normal(b.text), []).append(i)
    found = set()
    for text, at in places.items():
        if len(at) < 2 or not all(_opens(blocks, i) for i in at):
            continue
        gaps = [sum(len(b.text.split()) for b in blocks[a + 1 : b]) for a, b in itertools.pairwise(at)]
        if max(gaps) <= 120 and at[0] <= 2:
            found.add(text)
    return found


def _short_title(text: str) -> bool:
    return 1 <= len(text.split()) <= 8 and text[0].isupper() and not re.search(r"[.,;:\d]", text)


def _opens(blocks: Sequence[Block], i: int) -> bool:
    return i + 1 < len(blocks) and (
        i == 0 or bool(re.search(r"[.:”\"]$", blocks[i - 1].text)) or blocks[i - 1].kind is not BlockKind.PARAGRAPH
    )


def _without_running(blocks: list[Block]) -> tuple[list[Block], list[Block]]:
    """Lines that recur: to the letter three times, or with a page number that rises. A format's own heading is never one."""
    loose = [b.kind in (BlockKind.ROW, BlockKind.PARAGRAPH) and len(b.text) < 160 for b in blocks]
    exact = Counter(b.text for b, ok in zip(blocks, loose, strict=True) if ok)
    paged = _with_page_numbers([b.text for b, ok in zip(blocks, loose, strict=True) if ok])
    marked = [ok and (exact[b.text] >= 3 or normal(b.text) in paged) for b, ok in zip(blocks, loose, strict=True)]
    _whole_tables(blocks, marked)
    seen: set[str] = set()
    kept, heads = [], []
    for block, mark in zip(blocks, marked, strict=True):
        if not mark:
            kept.append(block)
        elif normal(block.text) not in seen:
            seen.add(normal(block.text))
            heads.append(
                replace(block, text=_AT_END.sub("", block.text).rstrip(" |·–-") or block.text) if normal(block.text) in paged else block
            )
    return kept, heads


def _with_page_numbers(texts: Sequence[str]) -> set[str]:
    """The lines, digits folded, that recur with a number at one end that rises by each time: "Policy 1 (4)", "Policy 2 (4)"."""
    places: dict[str, list[int]] = {}
    for text in texts:
        found = _AT_END.search(text)
        if found and len(text) < 100 and not text.endswith("."):
            places.setdefault(normal(text), []).append(int(found["a"] or found["b"] or found["c"]))
    return {t for t, n in places.items() if len(n) >= 2 and all(x < y <= x + 3 for x, y in itertools.pairwise(n))}


_AT_END = re.compile(
    r"(?:\bsida?\s*)?(?P<a>\b\d{1,3})\s*(?:[(/:]|av)\s*\d{1,3}\s*\)?$|^(?:sida?\s*)?(?P<b>\d{1,3})\b(?!\s*[.)])|(?:\bsida?\s*)?\b(?P<c>\d{1,3})$",
    re.IGNORECASE,
)


def _whole_tables(blocks: list[Block], marked: list[bool]) -> None:
    """A table of which at least half of the rows recur on other pages is a page's header as a whole; else none of its rows is."""
    i = 0
    while i < len(blocks):
        j = i
        while j < len(blocks) and blocks[j].kind is BlockKind.ROW:
            j += 1
        if j > i:
            marked[i:j] = [2 * sum(marked[i:j]) >= j - i] * (j - i)
        i = max(j, i + 1)
