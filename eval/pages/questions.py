"""The pages /samordnare/fragor: the question set, with what came of each question, run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from assistant.citations import url_of
from assistant.page_context import PageContext, Place
from eval.cases import Case
from eval.compare import cause, right
from eval.pages import words
from eval.question_sets import QuestionSets, check
from eval.run import Row, Run, runs
from knowledge.section import KnowledgeError, Section

SHOWN = 50
"""Questions on one page."""

RESULTS = {"ratt": "Rätt", "fel": "Fel", "ej": "Inte kört"}
STATES = {"godkanda": "Godkända", "forslag": "Förslag"}


@dataclass(frozen=True, slots=True)
class Tried:
    """A question with what came of it in each run that had it, oldest first."""

    case: Case
    tries: tuple[tuple[Run, Row], ...]

    @property
    def latest(self) -> Row | None:
        """What came of it last."""
        return self.tries[-1][1] if self.tries else None

    @property
    def result(self) -> str:
        """A key of `RESULTS`: what came of it last."""
        return "ej" if self.latest is None else "ratt" if right(self.latest) else "fel"

    @property
    def history(self) -> list[bool]:
        """Whether it came out right, run by run, the last eight."""
        return [right(row) for _, row in self.tries[-8:]]


def tried(cases: Sequence[Case], kept: Sequence[Run]) -> list[Tried]:
    """Each question with its rows; a row whose question was worded otherwise is another question's."""
    rows = [(run, {r.id: r for r in run.rows}) for run in kept]
    return [Tried(c, tuple((run, by_id[c.id]) for run, by_id in rows if c.id in by_id and asked(by_id[c.id]) == c.question)) for c in cases]


def asked(row: Row) -> str:
    """The question that a row answers."""
    return str(row.answer["question"])


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which questions are listed: words, kind, a key of `RESULTS`, a key of `STATES`; "" for all."""

    sok: str = ""
    slag: str = ""
    resultat: str = ""
    visa: str = ""

    def fits(self, one: Tried) -> bool:
        """Whether a question is one of them."""
        case = one.case
        searched = " ".join((case.question, *case.tags, case.role or "")).casefold()
        return (
            all(word in searched for word in self.sok.casefold().split())
            and self.slag in ("", case.type)
            and self.resultat in ("", one.result)
            and (self.visa not in STATES or (case.approved_on is not None) == (self.visa == "godkanda"))
        )


def add_question_pages(app: FastAPI, context: PageContext) -> None:
    """The list and the page of each question."""

    @app.get("/samordnare/fragor")
    def listed(
        request: Request,
        kommun: str = "",
        sok: str = "",
        slag: str = "",
        resultat: str = "",
        visa: str = "",
        sida: int = 1,
        klart: str = "",
    ) -> Response:
        place = context.place(request, kommun)
        return list_page(context, request, place, Chosen(sok, slag, resultat, visa), sida, {"done": DONE.get(klart)})

    @app.get("/samordnare/fragor/{question_id}")
    def shown(request: Request, question_id: str, kommun: str = "", klart: str = "") -> Response:
        place = context.place(request, kommun)
        case = found_case(context, place.named, question_id)
        [one] = tried([case], runs(context.settings.home, place.named))
        values = {
            "one": one,
            "expected": sections_of(context, case),
            "problems": check(case, context.engine.index(), QuestionSets(context.settings.home).read(place.named)),
            "done": DONE.get(klart),
            **_answer_values(one.latest),
        }
        return context.page(request, "samordnare_fraga.html", place, values)


def list_page(
    context: PageContext, request: Request, place: Place, chosen: Chosen, number: int, told: dict[str, Any], *, status: int = 200
) -> Response:
    """The list of questions, a page of it, with what is told above it."""
    home = context.settings.home
    every = tried(QuestionSets(home).read(place.municipality), runs(home, place.municipality)) if place.municipality else []
    found = [t for t in every if chosen.fits(t)]
    pages = max(1, -(-len(found) // SHOWN))
    number = min(max(1, number), pages)
    values = {
        "found": found[(number - 1) * SHOWN : number * SHOWN],
        "all": len(every),
        "approved": sum(t.case.approved_on is not None for t in every),
        "page": number,
        "pages": pages,
        "kinds": sorted({t.case.type for t in every}, key=words.kind_words),
        "chosen": chosen,
        "results": RESULTS,
        "states": STATES,
    }
    return context.page(request, "samordnare_fragor.html", place, values | told, status=status)


DONE = {
    "sparad": "Frågan är sparad och godkänd.",
    "forslag": "Frågan är sparad som förslag. Den ställs först när den är godkänd.",
    "fraga": "Frågan är sparad som ett förslag. Godkänn den, så ställs den i nästa körning.",
    "godkand": "Frågan är godkänd.",
    "borta": "Frågan är borttagen.",
    "inlast": "Filen är inläst.",
}
"""What is told after a change, by the key in the address."""


def found_case(context: PageContext, municipality: str, question_id: str) -> Case:
    """A question of the municipality's. HTTPException(404) when there is none."""
    try:
        return QuestionSets(context.settings.home).find(municipality, question_id)
    except KnowledgeError as error:
        raise HTTPException(404) from error


def sections_of(context: PageContext, case: Case) -> list[tuple[str, Section | None, str]]:
    """The sections that a question should be answered from: the id, the section as it is now (None: gone), and its address."""
    index = context.engine.index()
    found = [(id_, index.section(id_)) for id_ in case.section_ids]
    return [(id_, section, url_of(section) if section else "") for id_, section in found]


def _answer_values(row: Row | None) -> dict[str, Any]:
    if row is None:
        return {}
    why = "" if right(row) else cause(row)
    reasons = [s.reason for s in row.scores if s.value is not None and s.name in ("correct", "abstained")]
    return {
        "answer": row.answer,
        "right": right(row),
        "cause": words.CAUSES[why] if why else "",
        "reason": " ".join(reasons) if why in ("", "wrong_words") else "",  # the other causes say it all
    }
