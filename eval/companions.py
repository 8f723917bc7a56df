"""The ordinary companions of a municipality's documents on international work: which are missing, and how many questions touch them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.compounds import split_compound
from knowledge.section import Document
from knowledge.stems import stem
from knowledge.swedish import index_terms
from knowledge.words import tokens

_FILE = Path(__file__).with_name("companions.toml")


@dataclass(frozen=True, slots=True)
class Companion:
    """A kind of document that questions often need. `titles`: each a set of stems that a title holds together; `touches`: stems."""

    name: str
    why: str
    titles: tuple[frozenset[str], ...]
    touches: frozenset[str]

    def is_met_by(self, document: Document) -> bool:
        """Whether a document is one, by its title and kind."""
        held = _stems(f"{document.title} {document.kind or ''}")
        return any(title <= held for title in self.titles)


@dataclass(frozen=True, slots=True)
class Missing:
    """A companion that no document is, with the questions that touch it."""

    companion: Companion
    questions: tuple[str, ...]


def checked() -> date:
    """When somebody last looked at the list."""
    found: date = _content()["checked"]
    return found


def missing(documents: Iterable[Document], unanswered: Sequence[str]) -> list[Missing]:
    """The companions that none of a municipality's documents is, those that most unanswered questions touch first. Drafts do not count."""
    decided = [d for d in documents if not d.draft]
    asked = [(question, set(index_terms(question))) for question in dict.fromkeys(unanswered)]
    lacking = [c for c in companions() if not any(c.is_met_by(d) for d in decided)]
    found = [Missing(c, tuple(question for question, terms in asked if terms & c.touches)) for c in lacking]
    return sorted(found, key=lambda m: -len(m.questions))


@cache
def companions() -> tuple[Companion, ...]:
    """The list as it stands in companions.toml."""
    return tuple(
        Companion(c["name"], c["why"], tuple(frozenset(stem(t.word) for t in tokens(title)) for title in c["titles"]), _of(c["touches"]))
        for c in _content()["companion"]
    )


def _of(words: Sequence[str]) -> frozenset[str]:
    return frozenset(stem(word) for word in words)


def _stems(text: str) -> set[str]:
    """The stems of a text's words and of the parts of its compounds: "resepolicy" holds "policy" too."""
    words = [t.word for t in tokens(text)]
    return {stem(w) for word in words for w in (word, *split_compound(word))}


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))
