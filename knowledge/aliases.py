"""Ids that a document's sections had before: a shared link and an old conversation still find their place."""

from __future__ import annotations

from rapidfuzz import fuzz

from knowledge.section import Document, Section

_SAME = 90.0
"""Similarity in percent from which two texts are the same section under another heading."""


def aliases(before: Document, after: Document) -> tuple[tuple[str, str], ...]:
    """(old, new) pairs of ids: those of sections that moved, of the document itself when its id is another, and those known before."""
    moved = {} if before.id == after.id else {before.id: after.id} | _same_anchor(before, after)
    moved |= _same_text(before, after, moved)
    known = {old: moved.get(new, new) for old, new in before.aliases} | moved
    live = {after.id, *(s.id for s in after.citable)}
    return tuple(sorted((old, new) for old, new in known.items() if new in live and old not in live))


def _same_anchor(before: Document, after: Document) -> dict[str, str]:
    new = {s.anchor: s.id for s in after.citable}
    return {s.id: new[s.anchor] for s in before.citable if s.anchor in new}


def _same_text(before: Document, after: Document, moved: dict[str, str]) -> dict[str, str]:
    """Sections whose id is gone, each with the section that has its text under a new id; the most alike first."""
    old_ids, new_ids = {s.id for s in before.sections}, {s.id for s in after.sections}
    gone = [s for s in before.sections if s.id not in new_ids and s.id not in moved]
    fresh = [s for s in after.sections if s.id not in old_ids and s.id not in moved.values()]
    pairs = [(likeness, g.id, f.id) for g in gone for f in fresh if (likeness := _likeness(g, f))[0]]
    found: dict[str, str] = {}
    for _, old, new in sorted(pairs, reverse=True):
        if old not in found and new not in found.values():
            found[old] = new
    return found


def _likeness(old: Section, new: Section) -> tuple[float, bool]:
    """How alike two texts are in percent, 0 below the bar; among equals the one with the same last heading comes first."""
    return fuzz.ratio(old.text, new.text, score_cutoff=_SAME), old.headings[-1:] == new.headings[-1:]
