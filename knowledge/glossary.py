"""What else a word may be called: synonyms, bridges that are told to the asker, English words, and the file that holds them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from knowledge.section import KnowledgeError
from knowledge.stems import stem
from knowledge.words import tokens

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Bridge:
    """A step from what is asked to what documents call it: `sources` are stem sequences, `targets` stems; `told` is the sentence shown."""

    sources: frozenset[tuple[str, ...]]
    targets: frozenset[str]
    told: str


@dataclass(frozen=True)
class Glossary:
    """Synonym and related groups and bridges, all as stem sequences; English words with what they may be called in Swedish.

    `broader` maps a stem to the stems of what it is a case of: "Norge" is a case of "utomlands".
    """

    groups: tuple[tuple[tuple[str, ...], ...], ...] = ()
    kin: tuple[tuple[tuple[str, ...], ...], ...] = ()
    bridges: tuple[Bridge, ...] = ()
    english: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    broader: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def same(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """Stem sequence → the single stems of every synonym group that it stands in."""
        return _members(self.groups)

    @cached_property
    def related(self) -> Mapping[tuple[str, ...], frozenset[str]]:
        """Stem sequence → the single stems of every related group that it stands in: weaker hints."""
        return _members(self.kin)

    @cached_property
    def longest(self) -> int:
        """How many words the longest phrase has."""
        return max((len(words) for words in [*self.same, *(s for b in self.bridges for s in b.sources)]), default=1)

    def bridge(self, words: tuple[str, ...]) -> Bridge | None:
        """The bridge that begins at these stems."""
        return next((b for b in self.bridges if words in b.sources), None)

    def with_bridges(self, added: Iterable[Bridge]) -> Glossary:
        """The glossary with more bridges, which go first. Where both begin at the same words both steps are taken, and both are told."""
        first = []
        for bridge in added:
            for words in sorted(bridge.sources):
                own = self.bridge(words)
                targets = bridge.targets | (own.targets if own else frozenset())
                first.append(Bridge(frozenset({words}), targets, f"{bridge.told} {own.told}" if own else bridge.told))
        return replace(self, bridges=(*first, *self.bridges)) if first else self


def stems(text: str) -> tuple[str, ...]:
    """Every word's stem, function words too: phrases such as "hoppa av" need them."""
    return tuple(stem(t.word) for t in tokens(text))


def _members(groups: tuple[tuple[tuple[str, ...], ...], ...]) -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for group in groups:
        single = {words[0] for words in group if len(words) == 1}
        for words in group:
            found.setdefault(words, set()).update(single - set(words))
    return {words: frozenset(stems) for words, stems in found.items()}


def read_glossary(
    path: Path = _FOLDER / "glossary.toml",
    thesaurus: Path | None = _FOLDER / "thesaurus.toml",
    english: Path | None = _FOLDER / "english.toml",
) -> Glossary:
    """The glossary in the files; None leaves one out.

    Raises:
        KnowledgeError: the file is no TOML, or an entry lacks a key.
    """
    content = _toml(path)
    words_alike = _toml(thesaurus) if thesaurus else {}
    try:
        broader: dict[str, frozenset[str]] = {}
        for entry in words_alike.get("case", []):
            of = frozenset(stems(w)[0] for w in entry["of"])
            for word in entry["words"]:
                broader[stems(word)[0]] = broader.get(stems(word)[0], frozenset()) | of
        groups, kin = (tuple(tuple(stems(w) for w in e["words"]) for e in words_alike.get(kind, [])) for kind in ("synonyms", "related"))
        bridges = tuple(
            Bridge(frozenset(stems(w) for w in e["from"]), frozenset(stems(w)[0] for w in e["to"]), str(e["told"]))
            for e in content.get("bridge", [])
        )
    except (KeyError, TypeError) as error:
        raise KnowledgeError(
            f"En post i {path.name} eller thesaurus.toml saknar {error}.", "En grupp har ”words”, en brygga har ”from”, ”to” och ”told”."
        ) from error
    words = _toml(english).get("words", {}) if english else {}
    return Glossary(groups, kin, bridges, {stem_english(k): tuple(v) for k, v in words.items()}, broader)


def stem_english(word: str) -> str:
    """An English word without its plural s, as the table is looked up."""
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KnowledgeError(f"{path.name} går inte att läsa: {error}", "Rätta filen, eller återställ den från installationen.") from error
