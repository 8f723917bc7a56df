"""What else a word may be called: synonyms, bridges that are told to the asker, English words, and the file that holds them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.section import KnowledgeError
from knowledge.swedish import stem
from knowledge.words import tokens

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Bridge:
    """A step from what is asked to what documents call it. `sources` are stem sequences, `targets` single stems; `told` is the sentence shown."""

    sources: frozenset[tuple[str, ...]]
    targets: frozenset[str]
    told: str


@dataclass(frozen=True)
class Glossary:
    """Synonym groups and bridges, all as stem sequences; English words with what they may be called in Swedish."""

    groups: tuple[tuple[tuple[str, ...], ...], ...] = ()
    bridges: tuple[Bridge, ...] = ()
    english: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @cached_property
    def same(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """Stem sequence → the single stems of every group that it stands in."""
        found: dict[tuple[str, ...], set[str]] = {}
        for group in self.groups:
            single = {words[0] for words in group if len(words) == 1}
            for words in group:
                found.setdefault(words, set()).update(single - set(words))
        return {words: frozenset(stems) for words, stems in found.items()}

    @cached_property
    def longest(self) -> int:
        """How many words the longest phrase has."""
        return max((len(words) for words in [*self.same, *(s for b in self.bridges for s in b.sources)]), default=1)

    def bridge(self, words: tuple[str, ...]) -> Bridge | None:
        """The bridge that begins at these stems."""
        return next((b for b in self.bridges if words in b.sources), None)


def stems(text: str) -> tuple[str, ...]:
    """Every word's stem, function words too: phrases such as "hoppa av" need them."""
    return tuple(stem(t.word) for t in tokens(text))


def read_glossary(path: Path = _FOLDER / "glossary.toml", english: Path | None = _FOLDER / "english.toml") -> Glossary:
    """The glossary in a file.

    Raises:
        KnowledgeError: the file is no TOML, or an entry lacks a key.
    """
    content = _toml(path)
    try:
        groups = tuple(tuple(stems(w) for w in entry["words"]) for entry in content.get("synonyms", []))
        bridges = tuple(
            Bridge(frozenset(stems(w) for w in e["from"]), frozenset(stems(w)[0] for w in e["to"]), str(e["told"]))
            for e in content.get("bridge", [])
        )
    except (KeyError, TypeError) as error:
        raise KnowledgeError(
            f"En post i {path.name} saknar {error}.", "En synonympost har ”words”, en brygga har ”from”, ”to” och ”told”."
        ) from error
    words = _toml(english).get("words", {}) if english else {}
    return Glossary(groups, bridges, {stem_english(k): tuple(v) for k, v in words.items()})


def stem_english(word: str) -> str:
    """An English word without its plural s, as the table is looked up."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path.name} går inte att läsa: {error}", "Rätta filen, eller återställ den från installationen.") from error
