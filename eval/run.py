"""A run: every question of a set put to the very engine that staff use, scored, and kept with what it was made with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from assistant.build import build_engine
from assistant.engine import Engine
from assistant.settings import Settings
from eval.cases import Case, of_split
from eval.gold import gold_ids
from eval.scores import Score, of_search, score
from eval.sets import QuestionSet, Tell, indexed, is_held_out
from eval.summary import Figure, Scored, summarise
from knowledge.index import Index
from knowledge.section import KnowledgeError

_ROOT = Path(__file__).parents[1]
_MADE_WITH = ("assistant", "knowledge", "prompts")


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a run with its answer object, how likely the engine held an answer to be, and its scores."""

    id: str
    type: str
    role: str | None
    answer: dict[str, Any]
    likelihood: tuple[float, ...]
    scores: tuple[Score, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one set. `made_with` holds what would make the same run: hashes of code, corpus and questions, the embedder, the day."""

    id: str
    set: str
    split: str | None
    made_with: dict[str, str]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def held_out(self) -> bool:
        """Whether the questions are ones that nobody should look at one by one, so that they stay a fair test."""
        return is_held_out(self.set, self.split)

    @property
    def figures(self) -> dict[str, Figure]:
        """The run in figures."""
        return summarise([Scored(r.type, r.scores) for r in self.rows])

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types, the figures first."""
        return {
            "id": self.id,
            "set": self.set,
            "split": self.split,
            "questions": len(self.rows),
            "figures": {name: figure.as_dict() for name, figure in self.figures.items()},
            "made_with": self.made_with,
            "warnings": list(self.warnings),
            "rows": [asdict(r) for r in self.rows],
        }


def run_set(chosen: QuestionSet, settings: Settings, *, split: str | None, as_of: date | None, tell: Tell) -> Run:
    """Index the set's documents where they changed, put its questions, and keep the run.

    Raises:
        KnowledgeError: the questions or the documents cannot be used.
    """
    cases = of_split(chosen.cases(), split)
    home = indexed(chosen, settings, tell)
    engine = build_engine(settings.model_copy(update={"home": home}), as_of=as_of)
    engine.warm()
    rows = tuple(ask_all(engine, cases, chosen.words(), tell))
    index = engine.index()
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S")
    run = Run(f"{stamp}-{chosen.name}", chosen.name, split, _made_with(index, chosen, engine.today()), tuple(_warnings(cases, index)), rows)
    keep(run, settings.home)
    return run


def ask_all(engine: Engine, cases: Sequence[Case], sources: str | None, tell: Tell) -> Iterable[Row]:
    """Each question's answer with its scores, in order."""
    index = engine.index()
    for number, case in enumerate(cases, start=1):
        answer = engine.ask(case.ask)
        shown = answer.as_dict()
        hits = engine.search(case.question, case.municipality, 10)
        scores = (*score(case, shown, index, sources), *of_search(case, hits, index))
        yield Row(case.id, case.type, case.role, shown, tuple(answer.trace.get("likelihood", ())), scores)
        tell("Frågar", number, len(cases))


def keep(run: Run, home: Path) -> Path:
    """Write a run where runs are kept; the file."""
    path = _folder(home) / f"{run.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(run.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)
    return path


def read(name: str, home: Path) -> Run:
    """A kept run, by the path of its file, the beginning of its name, or "senaste" for the latest.

    Raises:
        KnowledgeError: there is none, or several that begin so, or the file is no run.
    """
    kept = sorted(_folder(home).glob("*.json"))
    found = [Path(name)] if Path(name).is_file() else kept[-1:] if name == "senaste" else [p for p in kept if p.name.startswith(name)]
    if len(found) != 1:
        names = ", ".join(p.stem for p in kept[-5:]) or "inga; kör python -m eval run"
        raise KnowledgeError(f"{'Ingen körning' if not found else 'Flera körningar'} börjar med ”{name}”.", f"De senaste är: {names}.")
    try:
        content = json.loads(found[0].read_text(encoding="utf-8"))
        rows = tuple(_row(r) for r in content["rows"])
        return Run(content["id"], content["set"], content["split"], content["made_with"], tuple(content["warnings"]), rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{found[0]} är ingen körning.", "Välj en fil som python -m eval run har skrivit.") from error


def _row(values: dict[str, Any]) -> Row:
    return Row(**values | {"likelihood": tuple(values["likelihood"]), "scores": tuple(Score(**s) for s in values["scores"])})


def _folder(home: Path) -> Path:
    return home / "eval" / "runs"


def _made_with(index: Index, chosen: QuestionSet, as_of: date) -> dict[str, str]:
    files = sorted(p for folder in _MADE_WITH for p in (_ROOT / folder).rglob("*") if p.suffix in (".py", ".toml", ".json"))
    return {
        "as_of": as_of.isoformat(),
        "embedder": index.manifest.embedder,
        "corpus": index.manifest.documents_hash,
        "questions": _hash(chosen.questions.read_bytes()),
        "code": _hash(*(p.read_bytes() for p in files)),
    }


def _hash(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def _warnings(cases: Sequence[Case], index: Index) -> Iterable[str]:
    """Questions whose gold the index does not have: their figures say nothing of the assistant."""
    for case in cases:
        if any(not group for group in gold_ids(case, index)):
            yield f"{case.id}: facit pekar på ett avsnitt som dokumenten inte har."
