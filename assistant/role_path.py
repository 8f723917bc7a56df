"""The role path: what a municipality's documents say of the role, step by step, by the same engine that answers questions."""

from __future__ import annotations

import re
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from assistant.answer import Answer, Ask, Citation, NoticeKind
from assistant.citations import url_of
from knowledge.section import Document, KnowledgeError, Section, Validity

GENERAL = "rollkunskap.toml"
"""The file with general knowledge: the one in the home counts, else that of the program."""
ENOUGH = 3
"""Quotes that are shown of a step."""
_A_SENTENCE = 6
"""Words of a quote that tells something by itself: a heading or the line before a list does not."""
_OLD = (Validity.EXPIRED, Validity.SUPERSEDED)

_ROLE = re.compile(
    r"\b(?P<name>(?:internationell[at]?\s+|EU-\s?|EU\s|vänorts|utbytes|Erasmus-?)(?:kontaktperson|samordnar|koordinator|strateg|sekreterar|ombud)"
    r"|kontaktperson|samordnar|koordinator)(?:er|erna|en|e|n|na|s|ens|ernas|ers|es)?\b",
    re.IGNORECASE,
)
"""What the role may be called. Without a word of the field before it only what is seldom anything else."""
_ASKS = re.compile(
    r"\b(?:min|mitt|mina|vår) (?:\w+ )?(?:roll|uppdrag|uppgift|uppgifter|ansvar)\b|\b(?:kontaktperson|samordnare)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Outline:
    """A step before it is filled in: the questions that are put to the engine."""

    id: str
    title: str
    questions: tuple[str, ...]


class Index(Protocol):
    """The documents and the name of the index that holds them."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def generation(self) -> str: ...


class Answering(Protocol):
    """What is needed of the engine."""

    def ask(self, ask: Ask, /) -> Answer: ...

    def index(self) -> Index: ...


@dataclass(frozen=True, slots=True)
class Named:
    """What the role is called in the documents: the word as they write it, how often, and where first."""

    name: str
    times: int
    document: str
    headings: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Without citations the documents don't settle it: `whom` says whom to ask then. `general` is no municipality's own."""

    id: str
    title: str
    citations: tuple[Citation, ...] = ()
    whom: tuple[str, ...] = ()
    general: str | None = None


@dataclass(frozen=True, slots=True)
class RolePath:
    """The whole path for a municipality. `names` is empty where the documents know no such role."""

    municipality: str
    names: tuple[Named, ...]
    steps: tuple[Step, ...]
    checked: str
    """When somebody last looked at the general knowledge."""

    @property
    def gaps(self) -> tuple[Step, ...]:
        """The steps that the documents don't settle."""
        return tuple(s for s in self.steps if not s.citations)


class RolePaths:
    """Role paths, each made once an index. Safe to use from several threads."""

    def __init__(self, engine: Answering, home: Path) -> None:
        self._engine = engine
        self._home = home
        self._made: dict[tuple[str, str], tuple[RolePath, float]] = {}
        self._making = threading.Lock()

    def of(self, municipality: str) -> RolePath:
        """The path for a municipality that has documents.

        Raises:
            KnowledgeError: there is no index, or the file with general knowledge cannot be read.
        """
        index = self._engine.index()
        key, changed = (index.generation, municipality), _changed(self._home / GENERAL)
        with self._making:
            made = self._made.get(key)
            if made is None or made[1] != changed:
                made = (_path(self._engine, municipality, index.documents.values(), general_knowledge(self._home)), changed)
                self._made = {k: v for k, v in self._made.items() if k[0] == index.generation} | {key: made}
        return made[0]


def asks_for_role(question: str) -> bool:
    """Whether the path may help who asks this."""
    return bool(_ASKS.search(question))


def general_knowledge(home: Path) -> tuple[Mapping[str, str], str]:
    """(text by step, when it was last looked at).

    Raises:
        KnowledgeError: the coordinator's file cannot be understood.
    """
    own = home / GENERAL
    try:
        text = own.read_text(encoding="utf-8") if own.is_file() else files("prompts").joinpath(GENERAL).read_text(encoding="utf-8")
        content = tomllib.loads(text)
        return {str(k): str(v) for k, v in dict(content.get("steps", {})).items()}, str(content.get("checked", ""))
    except (OSError, ValueError, TypeError) as error:
        raise KnowledgeError(
            f"Filen {GENERAL} går inte att läsa.", "Rätta den efter exemplet i programmet, eller ta bort den så används programmets egen."
        ) from error


def names_of(documents: Iterable[Document]) -> tuple[Named, ...]:
    """What roles for the work are called in the documents, most used first; forms of one word are counted as one."""
    found = [(word, document, section) for document in documents for word, section in _names_in(document)]
    count = Counter(word for word, _, _ in found)
    first: dict[str, tuple[Document, Section]] = {}
    for word, document, section in found:
        first.setdefault(word, (document, section))
    longest = [w for w in count if not any(other != w and other.endswith(f" {w}") for other in count)]
    return tuple(
        Named(word, times, first[word][0].title, first[word][1].headings, url_of(first[word][1]))
        for word, times in count.most_common()
        if word in longest
    )


def _names_in(document: Document) -> Iterator[tuple[str, Section]]:
    for section in document.sections:
        for match in _ROLE.finditer(" ".join((*section.headings[-1:], section.text))):
            yield _singular(match["name"]), section


def _singular(name: str) -> str:
    """The name in the form that a list of words gives it: "internationella samordnar" → "internationell samordnare"."""
    low = " ".join(name.split()).lower().replace("internationella ", "internationell ").replace("eu-", "EU-").replace("eu ", "EU ")
    return low + "e" if low.endswith("ar") else low


def _path(engine: Answering, municipality: str, documents: Iterable[Document], general: tuple[Mapping[str, str], str]) -> RolePath:
    own = [d for d in documents if d.municipality == municipality and not d.draft]
    texts, checked = general
    shown: list[str] = []
    steps = tuple(_step(engine, municipality, outline, texts.get(outline.id), shown) for outline in outlines())
    return RolePath(municipality, names_of(own), steps, checked)


def _step(engine: Answering, municipality: str, outline: Outline, general: str | None, shown: list[str]) -> Step:
    """One step; quotes that an earlier step showed (`shown`, which grows) are not repeated unless there is no other."""
    answers = [engine.ask(Ask(q, municipality=municipality, quotes_only=True)) for q in outline.questions]
    every = [c for a in answers if a.status == "answered" for c in a.citations if c.municipality == municipality]
    every.sort(key=lambda c: c.validity in _OLD)  # what is in force first; the order of questions otherwise
    citations = _without_repeats(every, shown) or _without_repeats(every, [])
    shown += [c.quote for c in citations]
    silent = [a for a in answers if a.status != "answered"]
    whom = tuple(dict.fromkeys(n.text for a in silent for n in a.notices if n.kind is NoticeKind.CONTACT))[:1]
    return Step(outline.id, outline.title, citations, () if citations else whom, general)


def _without_repeats(citations: Iterable[Citation], shown: Sequence[str]) -> tuple[Citation, ...]:
    """The first few whose words stand in no quote before."""
    kept: list[Citation] = []
    for citation in citations:
        whole = len(citation.quote.split()) >= _A_SENTENCE
        if whole and len(kept) < ENOUGH and not any(citation.quote in q or q in citation.quote for q in [*shown, *(k.quote for k in kept)]):
            kept.append(citation)
    return tuple(kept)


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


@cache
def outlines() -> tuple[Outline, ...]:
    """The steps with their questions, as prompts/min_roll.toml lists them."""
    content = tomllib.loads(files("prompts").joinpath("min_roll.toml").read_text(encoding="utf-8"))
    return tuple(Outline(e["id"], e["title"], tuple(e["questions"])) for e in content["step"])
