"""The coordinators' questions: a file for each municipality, changed in one step, with every earlier version kept beside it."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from assistant.store.lines import sync
from eval import question_csv
from eval.cases import Case, line_of, parse, same
from eval.question_check import Problem, check, unsaid
from knowledge.index import Index
from knowledge.lock import held
from knowledge.section import KnowledgeError

__all__ = ["Imported", "Problem", "QuestionSets", "check"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the ids added and changed, and what is wrong, with the row; a row with a fault that stops it was left out."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    problems: tuple[Problem, ...]


class QuestionSets:
    """The question sets of a home. Safe from several threads and processes.

    Every method raises KnowledgeError when the file cannot be read or written.
    """

    check = staticmethod(check)

    def __init__(self, home: Path) -> None:
        self._folder = home / "eval" / "questions"

    def path(self, municipality: str) -> Path:
        """The file of a municipality's questions, which need not be there."""
        return self._folder / f"{file_name(municipality)}.jsonl"

    def version(self, municipality: str) -> str:
        """The hash of the set as it is now; a version with a hash is kept as `earlier/<name>-<hash>.jsonl` once it is changed."""
        return _hash(self._content(municipality))

    def read(self, municipality: str) -> list[Case]:
        """Every question in the file's order, drafts too; none where there is no file."""
        path = self.path(municipality)
        try:
            cases = parse(self._content(municipality).decode("utf-8-sig"), path.name)
        except UnicodeDecodeError as error:
            raise KnowledgeError(f"Frågefilen {path.name} går inte att läsa.", "Spara den som UTF-8.") from error
        return [replace(c, origin=c.origin or "written", municipality=municipality) for c in cases]

    def asked(self, municipality: str) -> list[Case]:
        """The questions that a run puts: those that somebody has approved."""
        return [c for c in self.read(municipality) if not c.draft]

    def find(self, municipality: str, id: str) -> Case:
        """The question with an id. KnowledgeError when there is none."""
        return _found(self.read(municipality), id)

    def save(self, municipality: str, case: Case) -> None:
        """Add a question, or put it in the place of the one with its id. KnowledgeError when the same question has another id."""
        self._change(municipality, lambda cases: _with(cases, _own(case, municipality)))

    def add(self, municipality: str, cases: Sequence[Case]) -> list[Case]:
        """Add questions at the end; those whose id or question is there already are passed over. The ones added."""
        added: list[Case] = []

        def adding(before: list[Case]) -> list[Case]:
            for case in (_own(c, municipality) for c in cases):
                there = [*before, *added]
                if case.id not in {c.id for c in there} and same(case) not in map(same, there):
                    added.append(case)
            return [*before, *added]

        self._change(municipality, adding)
        return added

    def remove(self, municipality: str, id: str) -> None:
        """Take a question out. KnowledgeError when there is none with the id."""
        self._change(municipality, lambda cases: [c for c in cases if c.id != _found(cases, id).id])

    def approve(self, municipality: str, id: str, by: str, on: date) -> None:
        """Let a question be asked from now on. KnowledgeError when it does not say what should come of it."""

        def approving(cases: list[Case]) -> list[Case]:
            return _with(cases, _own(replace(_found(cases, id), approved_by=by, approved_on=on), municipality))

        self._change(municipality, approving)

    def export_csv(self, municipality: str) -> bytes:
        """All questions as CSV that Swedish Excel opens right."""
        return question_csv.to_csv(self.read(municipality))

    def import_csv(self, municipality: str, content: bytes, index: Index) -> Imported:
        """Add and change questions from CSV; questions that the file does not have stay. KnowledgeError when it is no such CSV."""
        listed = question_csv.rows(content)
        added: list[str] = []
        changed: list[str] = []
        problems: list[Problem] = []

        def importing(cases: list[Case]) -> list[Case]:
            for number, row in listed:
                try:
                    before = _before(row, cases, municipality)
                    case = _own(question_csv.case_of(row, municipality, before), municipality)
                    found = [] if case == before else check(case, index, cases)
                    problems.extend(Problem(f"Rad {number}: {p.reason}", p.remedy, p.stops) for p in found)
                    if case != before and not any(p.stops for p in found):
                        cases = _with(cases, case)
                        (changed if before else added).append(case.id)
                except KnowledgeError as error:
                    problems.append(Problem(f"Rad {number}: {error.reason}", error.remedy))
            return cases

        self._change(municipality, importing)
        return Imported(tuple(added), tuple(changed), tuple(problems))

    def _content(self, municipality: str) -> bytes:
        try:
            return self.path(municipality).read_bytes()
        except FileNotFoundError:
            return b""
        except OSError as error:
            raise KnowledgeError("Frågorna går inte att läsa.", "Kontrollera att du får läsa i mappen.") from error

    def _change(self, municipality: str, change: Callable[[list[Case]], list[Case]]) -> None:
        busy = KnowledgeError("Någon annan ändrar frågorna just nu.", "Försök igen om en stund.")
        with held(self._folder, patience=10, busy=busy):
            before = self.read(municipality)
            after = change(before)
            if after != before:
                self._write(self.path(municipality), "".join(f"{line_of(c)}\n" for c in after))

    def _write(self, path: Path, text: str) -> None:
        try:
            if path.is_file():
                earlier = path.parent / "earlier" / f"{path.stem}-{_hash(path.read_bytes())}.jsonl"
                earlier.parent.mkdir(exist_ok=True)
                shutil.copyfile(path, earlier)
            beside = path.with_suffix(".new")
            beside.write_text(text, encoding="utf-8")
            sync(beside)
            beside.replace(path)
            sync(path.parent)
        except OSError as error:
            raise KnowledgeError(
                "Frågorna går inte att spara.", "Kontrollera att det finns plats och att du får skriva i mappen."
            ) from error


def file_name(municipality: str) -> str:
    """A municipality's name as that of a file: letters, digits and hyphens. Å, ä and ö stay: Habo is not Håbo."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", municipality).casefold()).strip("-") or "utan-namn"


def _own(case: Case, municipality: str) -> Case:
    """The question as its municipality's set has it. KnowledgeError when it lacks something that it must say."""
    question = " ".join(case.question.encode("utf-8", "replace").decode().split())
    own = replace(case, question=question, municipality=municipality, origin=case.origin or "written")
    for problem in unsaid(own):
        raise KnowledgeError(problem.reason, problem.remedy)
    return own


def _with(cases: list[Case], case: Case) -> list[Case]:
    """The questions with one added, or put in the place of the one with its id."""
    twin = next((c for c in cases if c.id != case.id and same(c) == same(case)), None)
    if twin:
        raise KnowledgeError(f"Frågan ”{case.question}” finns redan.", "Ändra den som finns, eller skriv om frågan.")
    if any(c.id == case.id for c in cases):
        return [case if c.id == case.id else c for c in cases]
    return [*cases, case]


def _found(cases: Sequence[Case], id: str) -> Case:
    found = next((c for c in cases if c.id == id), None)
    if found is None:
        raise KnowledgeError("Frågan finns inte längre.", "Gå tillbaka till listan; någon annan kan ha tagit bort den.")
    return found


def _before(row: dict[str, str], cases: Sequence[Case], municipality: str) -> Case | None:
    """The question that a row is of: by its id, where it has one, else by its words."""
    if id_ := row.get("Id", "").strip():
        return next((c for c in cases if c.id == id_), None)
    words = same(Case("", row["Fråga"], municipality, ""))
    return next((c for c in cases if same(c) == words), None)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
