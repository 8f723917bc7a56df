"""Putting every question of a set to the very engine that staff use; a run that was stopped goes on where it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from assistant.answer import Answer
from assistant.build import build_engine
from assistant.engine import Engine
from assistant.settings import Settings
from eval.cases import Case, line_of, of_split
from eval.conversation import after_another
from eval.gold import gold_ids
from eval.judging import FactJudge
from eval.made_with import digest, made_with, settings_of
from eval.part import Part
from eval.question_sets import QuestionSets, file_name
from eval.run import Row, Run, keep
from eval.scores import of_cost, of_search, of_silence, score
from eval.sets import QuestionSet, Tell, indexed
from knowledge.index import Index
from knowledge.lock import held
from knowledge.section import KnowledgeError


@dataclass(frozen=True, slots=True)
class _Asked:
    """The questions of a run: `name` is their set's, `version` its hash, `sources` the documents' own words, folded, where it has them;
    `conversation` whether each comes after another."""

    name: str
    cases: Sequence[Case]
    version: str
    split: str | None = None
    sources: str | None = None
    municipality: str | None = None
    conversation: bool = False


def run_set(
    chosen: QuestionSet,
    settings: Settings,
    *,
    split: str | None,
    as_of: date | None,
    tell: Tell,
    judge: FactJudge | None = None,
    conversation: bool = False,
) -> Run:
    """Index the set's documents where they changed, put its questions, and keep the run; `judge` reads the written answers. In a
    `conversation` each comes after another, about something else.

    Raises:
        KnowledgeError: the questions or the documents cannot be used, or another run is under way.
    """
    cases, content = of_split(chosen.cases(), split), [chosen.questions.read_bytes()]
    if conversation:
        cases, content = after_another(cases), [*content, b"after another"]
    asked = _Asked(chosen.name, cases, digest(content), split, chosen.words(), conversation=conversation)
    with alone(settings.home):
        home = indexed(chosen, settings, tell)
        return _run(asked, settings, home, as_of, tell, judge)


def run_municipality(municipality: str, settings: Settings, *, as_of: date | None, tell: Tell, judge: FactJudge | None = None) -> Run:
    """Put the approved questions of a municipality to the assistant over its own index, and keep the run; as `run_set`.

    Raises:
        KnowledgeError: there are none, there is no index, or another run is under way.
    """
    sets = QuestionSets(settings.home)
    asked = _Asked(file_name(municipality), sets.asked(municipality), sets.version(municipality), municipality=municipality)
    if not asked.cases:
        raise KnowledgeError(f"{municipality} har inga godkända frågor.", "Skriv eller godkänn frågor först, på sidan Frågor.")
    with alone(settings.home):
        return _run(asked, settings, settings.home, as_of, tell, judge)


def alone(home: Path, *, patience: float = 5.0) -> AbstractContextManager[None]:
    """Hold a home's place for the one run at a time. KnowledgeError when another has it, after so many seconds."""
    busy = KnowledgeError("En körning pågår redan.", "Vänta tills den är klar och försök sedan igen.")
    return held(home / "eval" / "running", patience=patience, busy=busy)


def _run(asked: _Asked, settings: Settings, over: Path, as_of: date | None, tell: Tell, judge: FactJudge | None) -> Run:
    """Put the questions to the engine over the index in the home `over`; the run is kept in the settings' home."""
    there = settings.model_copy(update={"home": over})
    engine = build_engine(there, as_of=as_of)
    index = engine.index()
    what = made_with(index, asked.version, there, engine.today().isoformat())
    key = {"split": asked.split or "", "municipality": asked.municipality or "", "judged": str(judge is not None)}
    part = Part(settings.home, asked.name, {**what, **key})
    engine.warm()
    rows = _resumed(asked, part, engine, index, tell, judge)
    run = Run(
        part.id, asked.name, asked.split, what, tuple(_warnings(asked.cases, index)), rows,
        municipality=asked.municipality, started=part.started, finished=datetime.now(UTC),
        settings=settings_of(settings) | {"threshold": str(engine.threshold)}, documents=_documents(index),
    )  # fmt: skip
    if asked.conversation:
        run = replace(run, settings={**run.settings, "conversation": "true"})
    keep(run, settings.home)
    part.remove()
    return run


def _resumed(asked: _Asked, part: Part, engine: Engine, index: Index, tell: Tell, judge: FactJudge | None) -> tuple[Row, ...]:
    """Every row: those of the part, and the others asked now. KnowledgeError when the documents change under way."""
    left = [c for c in asked.cases if c.id not in part.rows]
    done = len(asked.cases) - len(left)
    rows = dict(part.rows)
    tell("Frågar", done, len(asked.cases))
    for row in ask_all(engine, left, asked.sources, lambda doing, now, _: tell(doing, done + now, len(asked.cases)), judge):
        if engine.index().generation != index.generation:
            raise KnowledgeError("Dokumenten ändrades under körningen.", "Starta körningen igen.")
        part.add(row)
        rows[row.id] = row
    return tuple(rows[c.id] for c in asked.cases)


def ask_all(engine: Engine, cases: Sequence[Case], sources: str | None, tell: Tell, judge: FactJudge | None = None) -> Iterable[Row]:
    """Each question's answer with its scores, in order."""
    index = engine.index()
    for number, case in enumerate(cases, start=1):
        row = row_of(case, engine.ask(case.ask), engine, index, sources)
        yield replace(row, scores=(*row.scores, judge.score(case, row.answer))) if judge else row
        tell("Frågar", number, len(cases))


def row_of(case: Case, answer: Answer, engine: Engine, index: Index, sources: str | None) -> Row:
    """A question's answer scored."""
    shown = answer.as_dict()
    hits = engine.search(case.question, case.municipality, 10)
    scores = (
        *score(case, shown, index, sources, on=engine.today()),
        *of_search(case, hits, index),
        of_silence(case, answer, index),
        of_cost(answer),
    )
    expected = tuple(sorted(i for group in gold_ids(case, index) for i in group))
    tested = replace(case, tags=(), approved_by=None, approved_on=None, split=None, role=None, type="", difficulty=None)
    version = digest([line_of(tested).encode()])[:16]
    return Row(case.id, case.type, case.role, shown, tuple(answer.trace.get("likelihood", ())), scores, expected, version)


def _documents(index: Index) -> Mapping[str, str]:
    """A hash of all that each document says, its facts too."""
    said = ((id_, repr(replace(d, file="", hash="", warnings=()))) for id_, d in sorted(index.documents.items()))
    return {id_: digest([text.encode("utf-8", "replace")])[:16] for id_, text in said}


def _warnings(cases: Sequence[Case], index: Index) -> Iterable[str]:
    """Questions whose gold the index does not have: their figures say nothing of the assistant."""
    for case in cases:
        if any(not group for group in gold_ids(case, index)):
            yield f"{case.id}: facit pekar på ett avsnitt som dokumenten inte har."
