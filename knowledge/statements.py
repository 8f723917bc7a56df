"""A section's statements: its sentences, list items and table rows, each with where it stands and what leads it in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.sentences import sentences

_LEANS = re.compile(
    r"^(detta|dessa|denna|det|den|de|där|därför|han|hon|han/hon|hen|dock|dessutom|även|också|vidare|utöver|förutom|samma|sådana?|dit|då|"
    r"i uppdraget|uppdraget)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest thing that is found and quoted.

    `start` and `end` span it in the section's text, without an item's bullet. `lead` spans the sentence that leads its list or table in,
    `group` numbers the list or table it belongs to (-1 for a sentence of prose). `leans` is true when it points back ("Detta görs …").
    """

    text: str
    start: int
    end: int
    kind: Literal["sentence", "item", "row"]
    group: int = -1
    lead: tuple[int, int] | None = None
    leans: bool = False


@lru_cache(maxsize=50_000)
def statements(text: str) -> tuple[Statement, ...]:
    """The statements of a section's text, in order."""
    out: list[Statement] = []
    group, open_group = -1, False
    lead: tuple[int, int] | None = None
    offset = 0
    for line in text.split("\n"):
        body = line.removeprefix("- ")
        kind: Literal["sentence", "item", "row"] = "item" if body != line else "row" if " | " in line else "sentence"
        if kind == "sentence":
            for start, end in sentences(line):
                part = line[start:end].strip()
                if part:
                    begin = offset + line.index(part, start)
                    out.append(Statement(part, begin, begin + len(part), "sentence", leans=bool(_LEANS.match(part))))
            if line.strip():
                open_group = False
                lead = (out[-1].start, out[-1].end) if out and line.rstrip().endswith(":") else None
        else:
            if not open_group:
                group, open_group = group + 1, True
            start = offset + len(line) - len(body)
            out.append(Statement(body, start, start + len(body), kind, group, lead))
        offset += len(line) + 1
    return tuple(out)


def embedded(text: str, statement: Statement, heading: str) -> str:
    """What is embedded for a statement: its heading, what leads it in, and itself."""
    lead = text[statement.lead[0] : statement.lead[1]] + " " if statement.lead else ""
    return f"{heading}: {lead}{statement.text}"[:1200]
