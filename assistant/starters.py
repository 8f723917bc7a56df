"""Questions to begin with and to go on with: only such as the indexed documents answer, found by asking them.

A candidate is offered when the engine answers it from a document that is in force. They are run once an index, in the background. Until
that is done, what was found at the start before is offered, if it was for the same index and by the same program; else nothing is.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Protocol

from assistant import starters_kept
from assistant.answer import Answer, Ask
from assistant.starters_kept import Cited, Found
from assistant.store.record import made_with
from knowledge.section import KnowledgeError, Validity

MOST_STARTERS = 5
"""Starters that are shown for a role."""
MOST_FOLLOW_UPS = 3
"""Questions that are suggested after an answer."""

log = logging.getLogger(__name__)


class IndexNamed(Protocol):
    """An index that has a name of its own."""

    @property
    def generation(self) -> str: ...


class Answering(Protocol):
    """What is needed of the engine."""

    def ask(self, ask: Ask, /) -> Answer: ...

    def index(self) -> IndexNamed: ...

    def municipalities(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Role:
    """A role with the questions that are tried for it, most useful first."""

    name: str
    questions: tuple[str, ...]
    key: str | None = None
    """What it is kept as where somebody chose it; None for the questions that are everybody's."""


@cache
def roles() -> tuple[Role, ...]:
    """The roles with their candidates, as prompts/forslag.toml lists them."""
    content = tomllib.loads(files("prompts").joinpath("forslag.toml").read_text(encoding="utf-8"))
    return tuple(Role(entry["name"], tuple(entry["questions"]), entry.get("key")) for entry in content["role"])


def role_names() -> dict[str, str]:
    """The roles that may be chosen: key → name, as it is shown."""
    return {role.key: role.name for role in roles() if role.key}


def chosen_role(name: object) -> str | None:
    """The key of the role that a page says was chosen, by its name; None for none, and for what is no role."""
    return next((key for key, shown in role_names().items() if shown == name), None)


class Suggestions:
    """What may be suggested now. Safe to use from several threads; `refresh` returns at once. What is found is kept in `home`, if any."""

    def __init__(self, engine: Answering, candidates: Sequence[Role] | None = None, *, home: Path | None = None) -> None:
        self._engine = engine
        self._home = home
        self._roles = tuple(candidates if candidates is not None else roles())
        self._found: Found = {}
        self._generation: str | None = None
        self._worker: threading.Thread | None = None
        self._starting = threading.Lock()

    def refresh(self) -> None:
        """Begin to run the candidates through a new index, unless that is being done."""
        try:
            generation = self._engine.index().generation
        except KnowledgeError:
            return
        with self._starting:
            busy = self._worker is not None and self._worker.is_alive()
            if generation == self._generation or busy:
                return
            if self._generation is None and self._home and (kept := starters_kept.kept(self._home, self._key(generation))):
                self._found = kept
            self._worker = threading.Thread(target=self._run, args=(generation,), name="suggestions", daemon=True)
            self._worker.start()

    def wait(self) -> None:
        """Until what `refresh` began is done."""
        if self._worker is not None:
            self._worker.join()

    def starters(self, municipality: str | None = None) -> list[tuple[str, list[str]]]:
        """(role, questions) for each role that has any. Without a municipality: only what every municipality's documents answer."""
        found = [self._found.get(municipality, {})] if municipality else list(self._found.values())
        shown = [(r.name, [q for q in r.questions if found and all(q in f for f in found)][:MOST_STARTERS]) for r in self._roles]
        return [(role, questions) for role, questions in shown if questions]

    def follow_ups(self, answer: Answer, asked: Collection[str]) -> list[str]:
        """Questions with an answer near this one's: in the same document, and resting on a section that was not quoted now."""
        found = self._found.get(answer.municipality or "", {})
        if not found and len(self._found) == 1:
            found = next(iter(self._found.values()))
        documents = {c.document_id for c in answer.citations}
        sections = {c.section_id for c in answer.citations}
        seen = {q.casefold() for q in asked}
        near = [q for q, c in found.items() if c.documents & documents and not c.sections & sections and q.casefold() not in seen]
        return _varied(near, found)[:MOST_FOLLOW_UPS]

    def _run(self, generation: str) -> None:
        questions = list(dict.fromkeys(q for role in self._roles for q in role.questions))
        try:
            self._found = {m: self._answered(questions, m) for m in self._engine.municipalities()}
            self._generation = generation
            if self._home:
                starters_kept.keep(self._home, self._key(generation), self._found)
        except Exception as error:  # suggestions are a help, never a reason to stop
            log.error("suggestions could not be tried: %s", type(error).__name__)

    def _key(self, generation: str) -> str:
        """What answers depend on: the index, the program with its texts, and which questions were tried."""
        depends = repr((generation, sorted(made_with().items()), self._roles))
        return hashlib.sha256(depends.encode()).hexdigest()

    def _answered(self, questions: Sequence[str], municipality: str) -> dict[str, Cited]:
        found = {}
        for question in questions:
            began = time.perf_counter()
            answer = self._engine.ask(Ask(question, municipality=municipality, quotes_only=True))
            if _settles(answer):
                found[question] = _cited(answer)
            time.sleep(time.perf_counter() - began)  # half of the time is left to those who ask
        return found


def _settles(answer: Answer) -> bool:
    """Whether an answer is whole and rests on something that is in force."""
    old = (Validity.EXPIRED, Validity.SUPERSEDED)
    return answer.status == "answered" and any(c.validity not in old for c in answer.citations)


def _cited(answer: Answer) -> Cited:
    return Cited(frozenset(c.document_id for c in answer.citations), frozenset(c.section_id for c in answer.citations))


def _varied(questions: Sequence[str], found: Mapping[str, Cited]) -> list[str]:
    """The questions but for those whose answer stands where an earlier one's does."""
    kept: list[str] = []
    told: set[str] = set()
    for question in questions:
        if not found[question].sections & told:
            kept.append(question)
            told |= found[question].sections
    return kept
