"""The inbox's matters put together by likeness, with a line that says what a group is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.build import build_embedder
from assistant.settings import Settings
from assistant.store.worklist import Item
from eval.pages.likeness import Vectors, groups

MOST = 300
"""Matters that are compared with each other; earlier ones stand alone."""
_KNOWN = 2000
"""Questions whose vectors are remembered."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Matters that are alike, latest first, with what they are about in words."""

    title: str
    items: tuple[Item, ...]


class InboxGroups:
    """Groups matters, and remembers the vectors of their questions. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, list[float]] = {}

    def of(self, items: Sequence[Item]) -> tuple[list[Alike], list[Item]]:
        """The groups of two or more, the largest first, and the matters that are like no other, in their order.

        Raises:
            KnowledgeError: the embedder cannot be used.
        """
        compared = items[:MOST]
        if len(compared) < 2:
            return [], list(items)
        found = [g for g in groups([i.question for i in compared], self._vectors(compared)) if len(g.places) > 1]
        together = {place for g in found for place in g.places}
        alike = [Alike(title(g.topic, [items[p] for p in g.places]), tuple(items[p] for p in g.places)) for g in found]
        return alike, [item for place, item in enumerate(items) if place not in together]

    def _vectors(self, items: Sequence[Item]) -> Vectors:
        asked = list(dict.fromkeys(i.question for i in items))
        new = [q for q in asked if q not in self._known]
        if new:
            embedder = build_embedder(self._settings, threads=1)
            if len(self._known) + len(new) > _KNOWN:
                self._known = {q: self._known[q] for q in asked if q in self._known}
            self._known |= {q: embedder.embed_query(q[:600]) for q in new}
        return np.asarray([self._known[i.question] for i in items], dtype=np.float32)


def title(topic: str, items: Sequence[Item]) -> str:
    """What a group is about: "7 frågor om Erasmus utan styrdokument"."""
    about = f" om {topic}" if topic else " som liknar varandra"
    if all(i.why == "unanswered" and i.reason == "no_source" for i in items):
        outcome = " utan styrdokument"
    elif all(i.why == "thumb_down" for i in items):
        outcome = " där svaret inte hjälpte"
    elif all(i.why == "forwarded" for i in items):
        outcome = " som har skickats vidare"
    else:
        outcome = ""
    return f"{len(items)} frågor{about}{outcome}"
