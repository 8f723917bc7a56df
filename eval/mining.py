"""Training pairs that the search itself brings: questions with the passages that the cross-encoder would read, and whether they answer.

They come of a folder of invented municipalities with `documents/` (which is indexed) and `questions/`, a file for each municipality: a
line has a question (`q`), the sentences of the document that answer it, word for word, none where nothing does (`a`), and for a follow-up
the question before it (`h`). These questions are in other words than the text; so that it does not learn to doubt those in the text's own,
some are drafted from every document too (`drafting`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Ask, Turn
from assistant.build import build_embedder
from assistant.engine import Engine
from assistant.evidence import Model
from assistant.question import understand
from assistant.settings import Settings
from eval.drafting import chosen, drafts_of
from eval.gold import folded
from eval.sets import Tell
from knowledge.cross_encoder import without_before
from knowledge.glossary import read_glossary
from knowledge.index import IndexReader
from knowledge.ingest import ingest
from knowledge.passages import passages
from knowledge.section import KnowledgeError
from knowledge.statements import statements

_FALSE = 5
"""How many passages that do not answer a question are taken, those that the search put first."""
_DRAFTS = 14
"""How many questions are drafted from a document."""

Told = Callable[[str], bool | None]
"""Tells whether a passage answers; None where the material does not say."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question as it is read, a passage that the search brought for it, and whether that answers it."""

    question: str
    passage: str
    answers: bool


@dataclass(slots=True)
class _Listening:
    """A reader that doubts everything, so that it is given all that may be read, and keeps it."""

    heard: list[tuple[str, str]] = field(default_factory=list)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        self.heard += pairs
        return np.zeros(len(pairs), np.float32)


def mined(folder: Path, settings: Settings, tell: Tell) -> Iterator[Pair]:
    """The pairs of a folder's questions, indexed into the settings' home first.

    Raises:
        KnowledgeError: a document cannot be read.
    """
    engine, reader = _indexed(folder, settings, tell)
    of_file = {Path(d.file).stem: d.municipality for d in engine.index().documents.values()}
    files = sorted((folder / "questions").glob("*.jsonl"))
    for number, file in enumerate(files, start=1):
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            before = (Turn(line["h"]),) if "h" in line else ()
            yield from _pairs(Ask(line["q"], of_file[file.stem], history=before), _by_sentences(line["a"]), engine, reader)
        tell("Frågar", number, len(files))


def drafted(folder: Path, settings: Settings, tell: Tell) -> Iterator[Pair]:
    """The pairs of questions drafted from a folder's documents, in their own words, each with a passage that answers; raises as `mined`."""
    engine, reader = _indexed(folder, settings, tell)
    documents = list(engine.index().documents.values())
    for number, document in enumerate(documents, start=1):
        for draft in chosen([d for d in drafts_of(document) if d.section_id], _DRAFTS):
            section = engine.index().section(draft.section_id)
            told = _by_facts(draft.facts, section.text if section else "")
            pairs = list(_pairs(Ask(draft.question, document.municipality), told, engine, reader))
            if any(p.answers for p in pairs):
                yield from pairs
        tell("Frågar", number, len(documents))


@dataclass(frozen=True, slots=True)
class Settled:
    """A settled question as it is embedded; the numbers of its municipality's passages that answer and of the others."""

    text: str
    answers: tuple[int, ...]
    others: tuple[int, ...]


def questions(folder: Path, settings: Settings, tell: Tell) -> tuple[list[Settled], list[str]]:
    """The settled questions of a folder, and the passages that they are held against, as they are embedded; raises as `mined`."""
    engine, _ = _indexed(folder, settings, tell)
    documents = list(engine.index().documents.values())
    every = [p for document in documents for p in passages(document)]
    of_file = {Path(d.file).stem: d.municipality for d in documents}
    found = []
    for file in sorted((folder / "questions").glob("*.jsonl")):
        own = [n for n, p in enumerate(every) if p.municipality == of_file[file.stem]]
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            told = _by_sentences(line["a"])
            answers = tuple(n for n in own if told(every[n].text))
            if answers:
                asked = understand(line["q"], (Turn(line["h"]),) if "h" in line else (), engine.index().names)
                part = asked.parts[0]
                text = f"{part.text} {part.context}" if part.refers else asked.text
                found.append(Settled(text, answers, tuple(n for n in own if n not in answers)))
    return found, [p.text for p in every]


def _indexed(folder: Path, settings: Settings, tell: Tell) -> tuple[Engine, _Listening]:
    """An engine over the folder's documents that answers nothing from passages, and what listens to it."""
    embedder, reader = build_embedder(settings, threads=1), _Listening()
    report = ingest(folder / "documents", home=settings.home, embedder=embedder, progress=tell)
    for failure in report.failed:
        raise KnowledgeError(f"{failure.file}: {failure.reason}", failure.remedy)
    return Engine(IndexReader(settings.home, embedder.name), embedder, reader, read_glossary(), Model({}, -1.0, 1.0)), reader


def _pairs(ask: Ask, told: Told, engine: Engine, reader: _Listening) -> Iterator[Pair]:
    """What is read for one question; for a follow-up that which is read with the question before it. None for one of several parts: which
    of them a passage answers is not told."""
    if len(understand(ask.question, ask.history, engine.index().names).parts) != 1:
        return
    reader.heard.clear()
    engine.ask(ask)
    heard = list(dict.fromkeys(reader.heard))
    if ask.history:
        heard = [pair for pair in heard if ": " in pair[0]] or heard
    marked = [(question, passage, told(passage)) for question, passage in heard]
    yield from (Pair(q, p, True) for q, p, answers in marked if answers)
    yield from [Pair(q, p, False) for q, p, answers in marked if answers is False][:_FALSE]


def _by_sentences(answers: Sequence[str]) -> Told:
    """A passage answers that holds a sentence which does, or is a part of one."""
    sought = [folded(a) for a in answers]

    def told(passage: str) -> bool:
        own = folded(without_before(passage))
        return any(a in own or (len(own) > 20 and own in a) for a in sought)

    return told


def _by_facts(facts: Sequence[str], text: str) -> Told:
    """A passage answers that is a statement of the section's text and holds all facts. One that only does one of these is left out."""
    patterns = [re.compile(fact) for fact in facts]
    own = {statement.text for statement in statements(text)}

    def told(passage: str) -> bool | None:
        said = without_before(passage)
        stands = any(said.endswith(statement) for statement in own)
        holds = all(p.search(" ".join(said.replace("*", "").split())) for p in patterns)
        return stands if stands == holds else None

    return told
