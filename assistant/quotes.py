"""A proposed quote found in the document: however it was typed, what is shown is the document's own text, in whole sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from knowledge.statements import Statement, statements

LEAST = 5
"""The fewest words of a quote that is less than a whole statement: fewer stand in any text, and prove nothing."""

_PRONOUN = re.compile(
    r"(?:Deras|Dess|Hans|Hennes|Hens)\s+\w+|(?:Den|De|Detta|Dessa|Denna|Dem|Han|Hon|Hen)\s+(?:\w+r|ska|skall|måste|bör|kan|vill|\w+s)\b"
)
"""A sentence that points back: "Den fattar inga beslut", not "Den förvaltning som"."""
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_ALIKE = str.maketrans({**dict.fromkeys("”“„‟»«", '"'), **dict.fromkeys("’‘‚‛´`", "'"), **dict.fromkeys("–—‑‒−‐―", "-")})
"""Marks that are typed in several ways. Letters are never made alike: a Greek o is not an o."""
_CLUSTER = re.compile("\\s+|[^\\s][\u0300-\u036f]*")


def own_words(quote: str, text: str) -> str | None:
    """The stretch of `text` that a quote names, widened to whole statements; None when it does not stand there word for word.

    White space, soft hyphens, the form of quotation marks and dashes, and composed or decomposed letters are no differences; anything
    else is. A quote begins and ends at whole words. A list item or table row comes with the words that lead its list in, and all
    between; a sentence that opens with a pronoun with the one before it.
    """
    span = place(quote, text)
    if span is None:
        return None
    touched = [s for s in statements(text) if s.start < span[1] and s.end > span[0]]
    whole = bool(touched) and span[0] <= touched[0].start and touched[-1].end - 1 <= span[1]
    if not touched or (len(quote.split()) < LEAST and not whole):
        return None
    begin = min(_opening(text, s) for s in touched)
    if _PRONOUN.match(touched[0].text) and (before := [s for s in statements(text) if s.end <= touched[0].start and s.kind == "sentence"]):
        begin = min(begin, before[-1].start)
    return "\n".join(line for line in text[begin : touched[-1].end].split("\n") if line.strip())


def place(quote: str, text: str) -> tuple[int, int] | None:
    """Where a quote begins and ends in a text; None when it does not stand there word for word."""
    sought = "".join(form for form, _, _ in _forms(quote)).strip().removeprefix("- ")
    forms = list(_forms(text))
    starts = [start for form, start, _ in forms for _ in form]
    ends = [end for form, _, end in forms for _ in form]
    written = "".join(form for form, _, _ in forms)
    found = re.search(rf"(?<!\w){re.escape(sought)}(?!\w)", written) if re.search(r"\w", sought) else None
    return (starts[found.start()], ends[found.end() - 1]) if found else None


def plain(text: str) -> str:
    """A text without what does not show, its marks typed in one way and its letters composed; white space is one space."""
    return "".join(form for form, _, _ in _forms(text)).strip()


def _forms(text: str) -> Iterator[tuple[str, int, int]]:
    """Each letter, mark or stretch of white space in its one form, with where it begins and ends in the text."""
    for found in _CLUSTER.finditer(text):
        form = _INVISIBLE.sub("", unicodedata.normalize("NFKC", found[0]).translate(_ALIKE))
        if form:
            yield " " if form.isspace() else form, found.start(), found.end()


def _opening(text: str, statement: Statement) -> int:
    """Where a statement begins with what leads it in, and its bullet."""
    if statement.lead:
        return statement.lead[0]
    return statement.start - 2 if statement.kind == "item" and text[: statement.start].endswith("- ") else statement.start
