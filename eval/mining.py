"""Training pairs that the search itself brings: questions with the passages that the cross-encoder would read, and whether they answer.

They come of two kinds of material. A folder of invented municipalities holds `documents/` (which is indexed) and `questions/`, a file for
each municipality: a line has a question (`q`), the sentences of the document that answer it, word for word, none where nothing does
(`a`), and for a follow-up the question before it (`h`). And the question sets that may be looked at, by their gold sections and facts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.answer import Ask, Turn
from assistant.build import build_embedder
from assistant.engine import Engine
from assistant.evidence import Model
from assistant.question import understand
from assistant.settings import Settings
from eval.cases import Case, of_split
from eval.gold import folded, gold_ids
from eval.sets import QuestionSet, Tell, indexed
from knowledge.glossary import read_glossary
from knowledge.index import Index, IndexReader
from knowledge.ingest import ingest
from knowledge.section import KnowledgeError
from knowledge.statements import statements

_FALSE = 5
"""How many passages that do not answer a question are taken, those that the search put first."""

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
    report = ingest(folder / "documents", home=settings.home, embedder=build_embedder(settings, threads=1), progress=tell)
    for failure in report.failed:
        raise KnowledgeError(f"{failure.file}: {failure.reason}", failure.remedy)
    engine, reader = _engine(settings.home, settings)
    of_file = {Path(d.file).stem: d.municipality for d in engine.index().documents.values()}
    files = sorted((folder / "questions").glob("*.jsonl"))
    for number, file in enumerate(files, start=1):
        for line in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            before = (Turn(line["h"]),) if "h" in line else ()
            yield from _pairs(Ask(line["q"], of_file[file.stem], history=before), _by_sentences(line["a"]), engine, reader)
        tell("Frågar", number, len(files))


def mined_of_set(chosen: QuestionSet, split: str | None, settings: Settings, tell: Tell) -> Iterator[Pair]:
    """The pairs of a set's questions, or of a split of them; raises as `mined`.

    A passage answers that holds a fact and stands in a gold section. One that only does one of these is left out.
    """
    engine, reader = _engine(indexed(chosen, settings, tell), settings)
    cases = of_split(chosen.cases(), split)
    for number, case in enumerate(cases, start=1):
        yield from _pairs(replace(case.ask, quotes_only=True), _by_gold(case, engine.index()), engine, reader)
        tell("Frågar", number, len(cases))


def _engine(home: Path, settings: Settings) -> tuple[Engine, _Listening]:
    """An engine that answers nothing from passages, and what listens to it."""
    embedder, reader = build_embedder(settings, threads=1), _Listening()
    return Engine(IndexReader(home, embedder.name), embedder, reader, read_glossary(), Model({}, -1.0, 1.0)), reader


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
        said, own = folded(passage), folded(passage.partition(": ")[2])
        return any(a in said or (len(own) > 20 and own in a) for a in sought)

    return told


def _by_gold(case: Case, index: Index) -> Told:
    gold = [] if case.abstain else [s for ids in gold_ids(case, index) for i in ids if (s := index.section(i))]
    golden = {statement.text for section in gold for statement in statements(section.text)}

    def told(passage: str) -> bool | None:
        if case.abstain:
            return False
        stands = any(passage.endswith(text) for text in golden)
        holds = any(p.search(" ".join(passage.partition(": ")[2].replace("*", "").split())) for p in case.patterns)
        return stands if stands == holds else None

    return told
