"""Drafting in the background, with a progress and a record that any process can read."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from assistant.engine import Engine
from eval.cases import Case, line_of, parse
from eval.drafting import draft
from eval.question_sets import QuestionSets, file_name
from knowledge.lock import held
from knowledge.section import KnowledgeError

logger = logging.getLogger(__name__)


class _BusyError(KnowledgeError):
    """Drafting is under way already."""

    def __init__(self) -> None:
        super().__init__("Förslag skrivs redan.", "Vänta tills de är klara.")


_PROBE, _BEGIN = 0.05, 2.0
"""Seconds of waiting for the drafting's place: to see whether it is taken, and to take it."""
_STOPPED = "Förslagen hann inte skrivas klart. Tryck på Skriv förslag igen."


@dataclass(frozen=True, slots=True)
class Drafting:
    """A municipality's drafting: `drafted` are the ids of all drafts ever made, `thrown` those thrown away as lines of a question set.

    `state` is of the latest drafting, "none" before the first, with `done` of `total` steps; `error` is Swedish, where it failed.
    """

    state: Literal["none", "running", "done", "failed"] = "none"
    done: int = 0
    total: int = 0
    error: str = ""
    drafted: tuple[str, ...] = ()
    thrown: dict[str, str] = field(default_factory=dict)


class Drafts:
    """The drafts of a municipality in a home. Safe from several threads and processes.

    Raises:
        KnowledgeError: from every method, when the folder cannot be read or written.
    """

    def __init__(self, home: Path, municipality: str) -> None:
        self._municipality = municipality
        self._sets = QuestionSets(home)
        self._folder = home / "eval" / "drafts" / file_name(municipality)

    def read(self) -> Drafting:
        """How far it has come. One that says it is running though nobody holds its place has failed."""
        found = self._read()
        if found.state != "running" or self._under_way():
            return found
        latest = self._read()  # it may have ended in between
        return latest if latest.state != "running" else replace(latest, state="failed", error=_STOPPED)

    def start(self, engine: Engine, wanted: int) -> threading.Thread:
        """Draft in a thread of this process; KnowledgeError when drafting is under way already."""
        if self._under_way():
            raise _BusyError
        self._change(state="running", done=0, total=0, error="")
        begun = threading.Event()
        thread = threading.Thread(target=self._run, args=(engine, wanted, begun), name="drafting", daemon=True)
        thread.start()
        begun.wait(5.0)
        return thread

    def throw(self, id_: str) -> Case:
        """Take a draft out of the question set; it is kept, so that it can be had back, and is not drafted again. Twice is as once."""
        if kept := self._read().thrown.get(id_):
            return parse(kept, "kastade")[0]
        case = self._sets.find(self._municipality, id_)
        if not case.draft:
            raise KnowledgeError("Frågan är redan godkänd.", "Ta bort den på sidan Frågor om den ska bort.")
        with self._records():
            before = self._read()
            self._write(replace(before, thrown={**before.thrown, id_: line_of(case)}))
        self._sets.remove(self._municipality, id_)
        return case

    def fetch_back(self, id_: str) -> None:
        """Put a draft that was thrown away back, as a draft. KnowledgeError when none was."""
        line = self._read().thrown.get(id_)
        if line is None:
            raise KnowledgeError("Förslaget finns inte bland de kastade.", "Gå till sidan Förslag och se vilka som är kvar.")
        self._sets.add(self._municipality, parse(line, "kastade"))
        with self._records():
            before = self._read()
            self._write(replace(before, thrown={k: v for k, v in before.thrown.items() if k != id_}))

    def being_written(self) -> AbstractContextManager[None]:
        """Hold the place of the one drafting at a time. KnowledgeError when another has it."""
        return held(self._folder / "running", patience=_BEGIN, busy=_BusyError())

    def _run(self, engine: Engine, wanted: int, begun: threading.Event) -> None:
        """What the thread does. It never raises: what went wrong is told in the record."""
        try:
            with self.being_written():
                begun.set()
                self._draft(engine, wanted)
        except _BusyError:
            logger.info("another drafting came first")
        except KnowledgeError as error:
            self._failed(f"{error.reason} {error.remedy}")
        except Exception:
            logger.exception("drafting failed")
            self._failed("Något gick fel när förslagen skrevs. Försök igen; felet står i programmets logg.")
        finally:
            begun.set()

    def _draft(self, engine: Engine, wanted: int) -> None:
        made = self._read().drafted
        cases = draft(
            engine, self._municipality, wanted=wanted, without=made, tell=lambda done, total: self._change(done=done, total=total)
        )
        added = self._sets.add(self._municipality, cases)
        self._change(state="done", drafted=(*made, *(c.id for c in added)))

    def _failed(self, error: str) -> None:
        try:
            self._change(state="failed", error=error)
        except KnowledgeError:
            logger.warning("the drafting's record cannot be written")

    def _under_way(self) -> bool:
        try:
            with held(self._folder / "running", patience=_PROBE, busy=_BusyError()):
                return False
        except _BusyError:
            return True

    def _records(self) -> AbstractContextManager[None]:
        return held(self._folder, patience=10, busy=KnowledgeError("Någon annan ändrar förslagen just nu.", "Försök igen om en stund."))

    def _change(self, **changed: object) -> None:
        with self._records():
            self._write(replace(self._read(), **changed))  # type: ignore[arg-type]

    def _read(self) -> Drafting:
        try:
            said = json.loads((self._folder / "record.json").read_text(encoding="utf-8"))
            return Drafting(**{**said, "drafted": tuple(said["drafted"])})
        except FileNotFoundError:
            return Drafting()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise KnowledgeError(
                "Uppgifterna om förslagen går inte att läsa.", f"Ta bort mappen {self._folder} och skriv nya förslag."
            ) from error

    def _write(self, record: Drafting) -> None:
        beside = self._folder / "record.new"
        try:
            beside.write_text(json.dumps(asdict(record), ensure_ascii=False), encoding="utf-8")
            beside.replace(self._folder / "record.json")
        except OSError as error:
            raise KnowledgeError("Uppgifterna om förslagen går inte att spara.", "Kontrollera att det finns plats på disken.") from error
