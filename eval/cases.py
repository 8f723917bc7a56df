"""Questions with what should come of them: one JSON object a line, checked when it is read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from assistant.answer import Ask, Reason, Status, Turn
from knowledge.section import KnowledgeError, Validity

ANYWHERE = "*"
"""A gold section that any place in the municipality's documents is, the cover sheet too."""

Origin = Literal["written", "drafted", "inbox"]
"""How a coordinator's question came about; the project's own sets have none."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Of one municipality's sections, the headings of which at least one must be cited. `municipality` None: a national text."""

    municipality: str | None
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is expected: either `abstain`, or `gold` or `section_ids` with `facts` that must all be found.

    `section_ids` are the gold sections by id, where the set states them. `status`, `reason`, `validity` and `notice` are what must also
    be marked in the answer; None asks for nothing. A fact is a regular expression; where the question has an `origin` it is a
    coordinator's, and its facts are literal words with " | " between accepted alternatives.
    """

    id: str
    question: str
    municipality: str | None
    type: str
    gold: tuple[Gold, ...] = ()
    facts: tuple[str, ...] = ()
    abstain: bool = False
    history: tuple[Turn, ...] = ()
    split: str | None = None
    role: str | None = None
    difficulty: str | None = None
    section_ids: tuple[str, ...] = ()
    status: Status | None = None
    reason: Reason | None = None
    validity: str | None = None
    notice: str | None = None
    tags: tuple[str, ...] = ()
    approved_by: str | None = None
    approved_on: date | None = None
    origin: Origin | None = None

    @property
    def draft(self) -> bool:
        """Whether it is a coordinator's that nobody has approved: no run asks it."""
        return self.origin is not None and self.approved_on is None

    @property
    def expects(self) -> bool:
        """Whether it says what should come of it."""
        return self.abstain or bool(self.gold or self.section_ids)

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What to look for in an answer for each fact, in order; white space in the answer must be single blanks."""
        return tuple(re.compile(f if self.origin is None else literal(f), re.IGNORECASE) for f in self.facts)

    @property
    def ask(self) -> Ask:
        """The question as the engine is asked it."""
        return Ask(self.question, self.municipality, self.id, self.history)


def literal(fact: str) -> str:
    """A pattern for words as they stand: from a word's beginning, a number whole, either side of " | "."""
    words = [re.escape(" ".join(a.split())).replace(r"\ ", " ") for a in fact.split(" | ")]
    return "|".join(rf"(?<!\w){w}" + (r"(?!\d)" if w[-1].isdigit() else "") for w in words if w) or "(?!)"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Gold(_Strict):
    municipality: str | None = None
    sections: tuple[str, ...]


class _Turn(_Strict):
    question: str
    text: str = ""
    status: str = ""
    section_ids: tuple[str, ...] = ()


class _Row(_Strict):
    """One line of a question set, as the file has it."""

    id: str
    question: str
    municipality: str | None = None
    type: str
    gold: tuple[_Gold, ...] = ()
    facts: tuple[str, ...] = ()
    abstain: bool = False
    history: tuple[_Turn, ...] = ()
    split: str | None = None
    role: str | None = None
    difficulty: str | None = None
    section_ids: tuple[str, ...] = ()
    status: Status | None = None
    reason: Reason | None = None
    validity: Validity | None = None
    notice: Literal["validity", "bridge", "scope", "missing", "conflict", "contact", "service"] | None = None
    tags: tuple[str, ...] = ()
    approved_by: str | None = None
    approved_on: date | None = None
    origin: Origin | None = None


def load(path: Path, split: str | None = None) -> list[Case]:
    """The questions of a file in its order; `split` is given to those that state none.

    Raises:
        KnowledgeError: the file cannot be read, or a line is no question; it names the line and the remedy.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"Frågefilen {path} går inte att läsa.", "Kontrollera namnet, och att filen är sparad som UTF-8.") from error
    cases = parse(text, path.name, split)
    if not cases:
        raise KnowledgeError(f"Frågefilen {path} innehåller inga frågor.", "Skriv en fråga per rad, som JSON.")
    return cases


def parse(text: str, name: str, split: str | None = None) -> list[Case]:
    """The questions of a text with one a line, which may be none; `name` is the file's, for what is told.

    Raises:
        KnowledgeError: a line is no question; it names the line and the remedy.
    """
    cases: list[Case] = []
    ids: dict[str, int] = {}
    asked: dict[tuple[object, ...], int] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        case = _case(line, f"{name}, rad {number}")
        for earlier, what in ((ids.setdefault(case.id, number), f"id {case.id}"), (asked.setdefault(same(case), number), "fråga")):
            if earlier != number:
                raise KnowledgeError(
                    f"{name}, rad {number}: samma {what} står redan på rad {earlier}.", "Ta bort eller ändra den ena raden."
                )
        cases.append(case if case.split else replace(case, split=split))
    return cases


def same(case: Case) -> tuple[object, ...]:
    """What two questions have in common when they are one and the same."""
    return (" ".join(case.question.casefold().split()), case.municipality, case.history)


def line_of(case: Case) -> str:
    """A question as the line that `parse` reads; what is as it is when nobody says otherwise is left out."""
    usual = {f.name: f.default for f in fields(Case)}
    stated: dict[str, Any] = {k: v for k, v in asdict(case).items() if v != usual[k]} | {"municipality": case.municipality}
    return json.dumps(stated, ensure_ascii=False, default=date.isoformat).encode("utf-8", "replace").decode()


def _case(line: str, where: str) -> Case:
    try:
        row = _Row.model_validate(json.loads(line))
    except ValidationError as error:
        raise _misformed(error, where) from error
    except ValueError as error:
        raise KnowledgeError(f"{where}: raden är inte JSON.", "Skriv ett JSON-objekt per rad, inom klamrar.") from error
    _check(row, where)
    values = {name: getattr(row, name) for name in _Row.model_fields}
    gold = tuple(Gold(g.municipality, g.sections) for g in row.gold)
    history = tuple(Turn(t.question, t.text, t.status, t.section_ids) for t in row.history)
    return Case(**values | {"gold": gold, "history": history, "validity": row.validity and str(row.validity)})


def _misformed(error: ValidationError, where: str) -> KnowledgeError:
    first = error.errors()[0]
    key = ".".join(map(str, first["loc"])) or "raden"
    known = ", ".join(_Row.model_fields)
    found = {
        "extra_forbidden": (f"{where}: nyckeln ”{key}” är okänd.", f"Ta bort den eller rätta stavningen. Nycklarna är {known}."),
        "missing": (f"{where}: nyckeln ”{key}” saknas.", "Lägg till den; id, question och type måste finnas."),
    }
    return KnowledgeError(
        *found.get(first["type"], (f"{where}: ”{key}” har ett värde av fel slag.", "Jämför med raderna omkring och rätta värdet."))
    )


def _check(row: _Row, where: str) -> None:
    """What belongs together: a question is either answered somewhere or not at all, and its facts can be looked for."""
    if row.abstain and (row.gold or row.section_ids or row.facts):
        raise KnowledgeError(
            f"{where}: frågan ska inte besvaras (abstain) men har ändå facit.", "Ta bort abstain, eller gold, section_ids och facts."
        )
    if not row.abstain and not (row.gold or row.section_ids) and (row.origin is None or row.approved_on):
        raise KnowledgeError(
            f"{where}: frågan saknar facit.", "Ange gold med kommun och rubriker, eller abstain: true om inget dokument svarar."
        )
    if row.abstain and row.status not in (None, "unanswered"):
        raise KnowledgeError(f"{where}: status {row.status} stämmer inte med abstain.", "Ta bort det ena.")
    if any(not g.sections for g in row.gold):
        raise KnowledgeError(f"{where}: gold saknar rubriker.", "Ange minst en rubrik i sections, eller * för var som helst.")
    for fact in row.facts if row.origin is None else ():
        _compiled(fact, where)


def _compiled(fact: str, where: str) -> None:
    try:
        re.compile(fact)
    except re.error as error:
        raise KnowledgeError(
            f"{where}: ”{fact}” i facts går inte att söka efter ({error}).",
            "Skriv orden som de står, med | mellan varianter och \\ före ( ) . + ?",
        ) from error


def of_split(cases: Sequence[Case], split: str | None) -> list[Case]:
    """The questions of one split, or of several with commas between them; all when None.

    Raises:
        KnowledgeError: there are none.
    """
    chosen = [c for c in cases if split is None or c.split in split.split(",")]
    if not chosen:
        known = ", ".join(sorted({c.split for c in cases if c.split})) or "inga"
        raise KnowledgeError(f"Inga frågor hör till delen ”{split}”.", f"Delarna i frågefilen är: {known}.")
    return chosen
