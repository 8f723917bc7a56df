"""A run: every question of a set with the engine's answer and its scores, kept with what it was made with."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from eval.scores import Score
from eval.sets import is_held_out
from eval.summary import Figure, Scored, summarise
from knowledge.section import KnowledgeError

logger = logging.getLogger(__name__)

_UNTOLD = datetime(1, 1, 1, tzinfo=UTC)
"""When a run was made that was kept before runs told it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One question of a run with its answer object, how likely the engine held an answer to be, and its scores.

    `expected` are the ids of the sections that the answer should stand in, as the index had them when it was asked; `version` is a hash
    of what was asked and expected.
    """

    id: str
    type: str
    role: str | None
    answer: dict[str, Any]
    likelihood: tuple[float, ...]
    scores: tuple[Score, ...]
    expected: tuple[str, ...] = ()
    version: str = ""

    def value(self, name: str) -> float | None:
        """The score with a name, None where it does not apply."""
        return next((s.value for s in self.scores if s.name == name), None)

    @property
    def right(self) -> bool:
        """Whether the question came out as it should: correct, or silent where nothing answers."""
        return bool(self.value("correct") or self.value("abstained"))

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON types; `from_dict` reads them."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Row:
        """What `as_dict` gave. Raises TypeError or KeyError for what is no row."""
        lists = {name: tuple(values.get(name, ())) for name in ("likelihood", "expected")}
        return cls(**{**values, **lists, "scores": tuple(Score(**s) for s in values["scores"])})


@dataclass(frozen=True, slots=True)
class Run:
    """A run of one set. `made_with` holds what would make the same run: hashes of code, corpus and questions, the embedder, the day.

    `municipality` is whose questions they are, None for the project's own sets. `settings` are those that were set, `documents` the
    hash of each document by its id. `started` and `finished` are in UTC.
    """

    id: str
    set: str
    split: str | None
    made_with: Mapping[str, str]
    warnings: tuple[str, ...]
    rows: tuple[Row, ...]
    municipality: str | None = None
    started: datetime = _UNTOLD
    finished: datetime = _UNTOLD
    settings: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)

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
            "municipality": self.municipality,
            "questions": len(self.rows),
            "started": self.started.isoformat(),
            "finished": self.finished.isoformat(),
            "figures": {name: figure.as_dict() for name, figure in self.figures.items()},
            "made_with": dict(self.made_with),
            "settings": dict(self.settings),
            "documents": dict(self.documents),
            "warnings": list(self.warnings),
            "rows": [r.as_dict() for r in self.rows],
        }


def keep(run: Run, home: Path) -> Path:
    """Write a run where runs are kept; the file. KnowledgeError when it cannot be written."""
    path = folder(home) / f"{run.id}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(run, path)
    except OSError as error:
        path.with_suffix(".new").unlink(missing_ok=True)
        remedy = "Kontrollera att det finns plats på disken, och starta körningen igen: den fortsätter där den slutade."
        raise KnowledgeError("Körningen gick inte att spara.", remedy) from error
    return path


def write(run: Run, path: Path) -> None:
    """Write a run to a file, in one step."""
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(run.as_dict(), ensure_ascii=False, indent=1), encoding="utf-8")
    beside.replace(path)


def runs(home: Path, municipality: str) -> list[Run]:
    """The kept runs of a municipality's questions, oldest first; a file that is no run is passed over, and told in the program's log."""
    found = []
    for path in folder(home).glob("*.json"):
        try:
            run = _read(path)
        except KnowledgeError as error:
            logger.warning("%s", error.reason)
            continue
        if run.municipality == municipality:
            found.append(run)
    return sorted(found, key=lambda r: (r.started, r.id))


def read(name: str, home: Path) -> Run:
    """A kept run, by the path of its file, the beginning of its name, or "senaste" for the latest.

    Raises:
        KnowledgeError: there is none, or several that begin so, or the file is no run.
    """
    kept = sorted(folder(home).glob("*.json"))
    found = [Path(name)] if Path(name).is_file() else kept[-1:] if name == "senaste" else [p for p in kept if p.name.startswith(name)]
    if len(found) != 1:
        names = ", ".join(p.stem for p in kept[-5:]) or "inga; kör python -m eval run"
        raise KnowledgeError(f"{'Ingen körning' if not found else 'Flera körningar'} börjar med ”{name}”.", f"De senaste är: {names}.")
    return _read(found[0])


def folder(home: Path) -> Path:
    """Where a home's runs are kept, which `assistant gallra` keeps an eye on."""
    return home / "eval" / "runs"


def _read(path: Path) -> Run:
    """The run of a file, read again only when the file has changed."""
    try:
        stamp = path.stat()
        return _read_once(path, stamp.st_mtime_ns, stamp.st_size)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KnowledgeError(f"{path} är ingen körning.", "Välj en fil som python -m eval run har skrivit.") from error


@lru_cache(maxsize=64)
def _read_once(path: Path, stamp: int, size: int) -> Run:
    content = json.loads(path.read_text(encoding="utf-8"))
    rows = tuple(map(Row.from_dict, content["rows"]))
    run = Run(content["id"], content["set"], content["split"], content["made_with"], tuple(content["warnings"]), rows)
    if "started" not in content:  # written before runs told it
        return run
    return replace(
        run,
        municipality=content["municipality"],
        started=datetime.fromisoformat(content["started"]),
        finished=datetime.fromisoformat(content["finished"]),
        settings=content["settings"],
        documents=content["documents"],
    )
