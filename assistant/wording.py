"""The answer's text: quotes with their markers, a line before them where one is needed, municipalities side by side."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answer import Nearest
from assistant.matching import Match
from assistant.prompts import say

Block = tuple[str | None, Sequence[tuple[str, Sequence[tuple[str, int]]]]]
"""(municipality or None, [(lead, [(quote, marker)])]): what one group of municipalities answers."""

_LONGEST_HINT = 30


def answer_text(blocks: Sequence[Block], opening: str = "") -> str:
    """Markdown with markers. Quotes stand in quotation marks; a list keeps its lines."""
    out = [opening] if opening else []
    for municipality, parts in blocks:
        if municipality:
            out.append(say("side", municipality=municipality))
        for lead, quotes in parts:
            if lead and lead not in out:
                out.append(lead)
            out += [_quoted(quote, marker) for quote, marker in quotes]
    return "\n\n".join(out)


def written_text(leads: Sequence[str], claims: Sequence[tuple[str, bool, int]]) -> str:
    """Markdown with markers: the leads, the claims as one paragraph, and after it those that are quotes.

    A claim is (text, whether it is a quote, marker).
    """
    prose = [
        f"{text[:-1]} [{marker}]{text[-1]}" if text.endswith(".") else f"{text} [{marker}]" for text, quote, marker in claims if not quote
    ]
    return "\n\n".join([*leads, " ".join(prose), *(_quoted(text, marker) for text, quote, marker in claims if quote)]).strip()


def nearest_text(nearest: Sequence[Nearest], matches: Sequence[Match], opening: str) -> str:
    """The nearest sections, each with the sentence that comes closest where it is short."""
    lines = [opening]
    for near in nearest:
        closest = next((m.statement.text for m in matches if m.section.id == near.section_id), "")
        hint = f": ”{closest}”" if 3 <= len(closest.split()) <= _LONGEST_HINT else ""
        lines.append(f"- **{' › '.join(near.headings)}**{hint}")
    return "\n".join(lines)


def _quoted(quote: str, marker: int) -> str:
    if "\n" not in quote:
        bare = quote.removeprefix("- ")
        return f"{bare} [{marker}]" if bare.startswith("”") else f"”{bare}” [{marker}]"
    lines = quote.split("\n")
    first = f"- ”{lines[0][2:]}" if lines[0].startswith("- ") else f"”{lines[0]}"
    return "\n".join([first, *lines[1:-1], f"{lines[-1]}” [{marker}]"])
