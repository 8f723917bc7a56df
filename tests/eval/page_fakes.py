"""Runs and an application for the tests of the coordinator's pages."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from fastapi.testclient import TestClient

from assistant.engine import Engine
from assistant.settings import Settings
from assistant.starters import Suggestions
from assistant.web import create_app
from eval.cases import Case
from eval.pages import add_pages
from eval.run import Row, Run, keep
from eval.scores import Score

OURS = "Björkhult"
SECTION = "bjorkhult/policy-for-internationellt-arbete-i-bjorkhults-kommun-2022#kontaktpersoner"
FIRST = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def case(id_: str = "f1", question: str = "Vem utser kontaktpersonen?", **changes: Any) -> Case:
    approved = {"approved_by": "Kim", "approved_on": date(2026, 11, 20)}
    stated = {"section_ids": () if changes.get("abstain") else (SECTION,), "origin": "written", "type": "who"}
    return Case(**{"id": id_, "question": question, "municipality": OURS} | stated | approved | changes)


def answered(question: str, quote: str = "Förvaltningschefen utser en kontaktperson", section: str = SECTION) -> dict[str, Any]:
    cited = {"document_title": "Policy", "municipality": OURS, "headings": ["Kontaktpersoner"], "section_id": section, "quote": quote}
    return {
        "question": question,
        "status": "answered",
        "reason": None,
        "text": f"{quote} [1]",
        "citations": [cited],
        "notices": [],
        "nearest": [],
    }


def silent(question: str) -> dict[str, Any]:
    near = [{"section_id": SECTION, "headings": ["Kontaktpersoner"], "url": "/dokument/x"}]
    gone = {"status": "unanswered", "reason": "no_source", "text": "Dokumenten svarar inte.", "citations": [], "nearest": near}
    return answered(question) | gone


def row(
    id_: str, right: bool = True, *, question: str = "", answer: Mapping[str, Any] | None = None, wrong_why: str = "", **scores: float
) -> Row:
    """A question that the documents settle, answered right or met with silence."""
    asked = question or f"Fråga {id_}?"
    shown = dict(answer or (answered(asked) if right else silent(asked)))
    told = shown["status"] != "unanswered"
    values = {
        "correct": right,
        "answered": told,
        "section_any": told,
        "section_first": told,
        "facts": right,
        "scope_leak": 0,
        "recall_at_10": 1,
    }
    values |= {"quote_in_section": 1} if told else {}
    made = tuple(Score(name, float(value), wrong_why if name == "correct" else "") for name, value in (values | scores).items())
    return Row(id_, "who", "teacher", shown, (0.9 if told else 0.2,), made)


def quiet(id_: str, right: bool = True) -> Row:
    """A question that the documents do not settle, met with silence or answered."""
    shown = silent(f"Fråga {id_}?") if right else answered(f"Fråga {id_}?")
    scores = (Score("abstained", float(right), ""), Score("scope_leak", 0.0, ""))
    return Row(id_, "near_miss", None, shown, (0.1,), scores)


def run(rows: Sequence[Row], number: int = 0, **changes: Any) -> Run:
    """The run of a day, the number counting days."""
    started = FIRST + timedelta(days=number)
    made_with = {"questions": "q", "corpus": "c", "code": "k"} | changes.pop("made_with", {})
    made = Run(f"{started:%Y%m%dT%H%M%S}-bjorkhult", "bjorkhult", None, made_with, (), tuple(rows), municipality=OURS)
    return replace(made, started=started, finished=started, settings={"threshold": "0.5"}, **changes)


def kept(home: Path, *runs: Run) -> None:
    for one in runs:
        keep(one, home)


def client_over(engine: Engine, home: Path) -> TestClient:
    """The whole application over an engine, with what it writes in a home of its own."""
    with warnings.catch_warnings(), pytest.MonkeyPatch.context() as patch:
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        patch.setattr(Suggestions, "refresh", lambda suggestions: None)  # the chat's, which would ask the engine a hundred questions
        app = create_app(engine, Settings(home=home), added=[add_pages])
    app.state.home = home
    return TestClient(app, base_url="http://127.0.0.1", follow_redirects=False)


def emptied(client: TestClient) -> Path:
    """The application's home, without the questions and runs of the test before."""
    shutil.rmtree(client.app.state.home / "eval", ignore_errors=True)
    return client.app.state.home


def read(client: TestClient, path: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(path)
    assert answer.status_code == status, answer.text[:500]
    return BeautifulSoup(answer.text, "lxml")


def words_of(page: BeautifulSoup) -> str:
    assert page.main is not None
    return " ".join(page.main.get_text(" ").split())
