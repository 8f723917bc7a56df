"""The five real texts, where they are, cut into headings and blocks so that other formats can be made of them at run time.

Nothing of them stands here: the expected headings are read from the description beside the texts.
"""

from __future__ import annotations

import re
from pathlib import Path

from render import Made, Part

SHARED = Path(__file__).resolve().parents[3] / "shared"
CORPUS = SHARED / "corpus"
_LISTED = SHARED / "corpus.md"

Expected = tuple[tuple[str, ...], str | None]
"""A section's heading path and its number."""


def available() -> bool:
    """Whether the real texts are on this machine."""
    return CORPUS.is_dir() and _LISTED.is_file()


def expected(municipality: str) -> list[Expected]:
    """Return the paths and numbers of a municipality's sections as they must come out."""
    line = next(line for line in _LISTED.read_text("utf-8").splitlines() if line.startswith(f"- {municipality}:"))
    line = line.partition(": ")[2].replace(", and under it ", " · ↳ ").replace("then ", "^ ")
    found: list[Expected] = []
    above: tuple[str, ...] = ()
    for entry in line.split(" · "):
        child, top = entry.startswith("↳ "), entry.startswith("^ ")
        entry = re.sub(r"\s*\([^)]*\)", "", entry.removeprefix("↳ ").removeprefix("^ ")).strip()
        names = [name.strip() for name in entry.split(" › ")]
        if names[0] == "…":
            names = [*found[-1][0][:-1], *names[1:]]
        number = re.match(r"(\d+(?:\.\d+)*) ", names[-1])
        names[-1] = names[-1][number.end() :] if number else names[-1]
        if child:
            above = found.pop()[0]
        elif top:
            above = ()
        if number and "." in number[1]:
            parent = next(path for path, digits in found if digits == number[1].rpartition(".")[0])
            names = [*parent, *names]
        found.append(((*above, *names), number[1] if number else None))
    return [
        (path, number) for path, number in found if not any(other[: len(path)] == path and other != path and number for other, _ in found)
    ]


def made(municipality: str, file: str) -> Made:
    """Return a text as a structure to render: each expected heading with the blocks between it and the next."""
    raw = (CORPUS / file).read_text("utf-8").replace("\r\n", "\n")
    raw = re.split(r"\n\d+ [^\n]{0,60}\n\n(?=[A-Z].*\n\n.*\n\nLäs mer)|\n\nStrategi för skolutveckling", raw)[0]
    sections = expected(municipality)
    at = [_heading_at(raw, sections, index) for index in range(len(sections))]
    starts: list[tuple[int, int]] = []
    for patterns in at:
        after = starts[-1][1] if starts else 0
        starts.append(next((m.start(), m.end()) for p in patterns for m in [re.compile(p, re.MULTILINE).search(raw, after)] if m))
    parts: list[Part] = []
    seen: set[tuple[str, ...]] = set()
    for index, (path, number) in enumerate(sections):
        for depth in range(1, len(path)):
            if path[:depth] not in seen:
                parent = number.rpartition(".")[0] if number else None
                parts.append(Part(depth, parent, path[depth - 1], []))
                seen.add(path[:depth])
        seen.add(path)
        end = starts[index + 1][0] if index + 1 < len(starts) else len(raw)
        parts.append(Part(len(path), number, path[-1], _blocks(raw[starts[index][1] : end], {part for p, _ in sections for part in p})))
    return Made(f"Styrdokument om internationellt arbete i {municipality}", ["Antaget av kommunfullmäktige", "Dnr KS 2026/1"], parts)


def _heading_at(raw: str, sections: list[Expected], index: int) -> list[str]:
    path, number = sections[index]
    name = re.escape(path[-1])
    lead = rf"{re.escape(number)}\s+" if number else ""
    return [rf"^(?:- )?\**{lead}{name}\**:?\s*?$", rf"(?<![\w]){name} (?=[A-ZÅÄÖ]|l )"]


def _blocks(text: str, headings: set[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    text = re.sub(r"(?<=\w)\n(?=\w+ ?$)", " ", text)
    for line in re.split(r"\n+| (?=l [A-ZÅÄÖ])", text):
        if line.count("\t") > 1 or line.strip() == "Sign":
            continue  # the running header, a table
        line = re.sub(r"\s\d+$|^\d+ ", "", line.strip()).replace("*", "").strip()
        if len(line) < 3 or line.strip(":") in headings:
            continue
        if match := re.match(r"(?:- |l |✓ )+", line):
            found.append(("item", re.sub(r"^✓ ", "", line[match.end() :])))
        elif "\t" in line:
            found.append(("row", line))
        else:
            found.append(("paragraph", line))
    return found
