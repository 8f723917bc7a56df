"""Where a question's answer stands: its gold headings as a person reads them, and as the sections of an index."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from eval.cases import ANYWHERE, Case, Gold
from knowledge.index import Index
from knowledge.section import EVERYBODY

_MARKS = {ord(c): None for c in "*_»«\"”“’'-–•✓·:.,;()|\u00ad"}


def folded(text: str) -> str:
    """Letters and digits that must agree: no white space, bullets, markup, hyphens or punctuation, no difference of case."""
    words = (w for w in unicodedata.normalize("NFKC", text).split() if w != "l")  # a lone l is a bullet that was flattened
    return "".join(words).casefold().translate(_MARKS)


def heading(text: str) -> str:
    """A heading without its number, folded."""
    return folded(re.sub(r"^\s*\d+(?:\.\d+)*\.?\s+", "", text))


def place(name: str | None) -> str:
    """A municipality's name without "kommun", "stad" and the genitive, the same on both sides of a comparison; "" for a national text."""
    plain = re.sub(r"(?:kommun|stad)$", "", folded(name or "")).rstrip("s")
    return "" if plain == EVERYBODY else plain


def cites(citation: Mapping[str, Any], gold: Gold) -> bool:
    """Whether a citation (as the answer object has it) is of a gold section: its own heading or the one above it is meant."""
    if place(citation["municipality"]) != place(gold.municipality):
        return False
    return _named([str(h) for h in citation["headings"]], gold.sections)


def gold_ids(case: Case, index: Index) -> list[frozenset[str]]:
    """For each municipality of the gold, the ids of the sections that count; no group where any place would do.

    A group is empty when the index has no such section. `section_ids`, where stated, are grouped by the municipality in them.
    """
    if case.section_ids:
        groups: dict[str, set[str]] = {}
        for stated in case.section_ids:
            section = index.section(stated)
            groups.setdefault(stated.partition("/")[0], set()).update([section.id] if section else [])
        return [frozenset(g) for g in groups.values()]
    return [frozenset(_sections(g, index)) for g in case.gold if ANYWHERE not in g.sections]


def _sections(gold: Gold, index: Index) -> Iterable[str]:
    for document in index.documents.values():
        if place(document.municipality) == place(gold.municipality):
            yield from (s.id for s in document.sections if _named(s.headings, gold.sections))


def _named(headings: Iterable[str], wanted: Iterable[str]) -> bool:
    wanted = list(wanted)
    return ANYWHERE in wanted or bool({heading(h) for h in list(headings)[-2:]} & {heading(w) for w in wanted})
