"""The ordinary companions: a dated list that is matched by title and kind, ordered by the questions that touch them."""

from __future__ import annotations

from datetime import date

import pytest

from eval.companions import checked, companions, missing
from knowledge.section import Document


def document(title: str, *, kind: str | None = None, draft: bool = False) -> Document:
    return Document(id="x", title=title, file="x", hash="x", sections=(), kind=kind, draft=draft)


def lacking(*documents: Document) -> set[str]:
    return {m.companion.name for m in missing(documents, [])}


@pytest.mark.parametrize(
    ("title", "kind", "name"),
    [
        ("Resepolicy för Storköping", None, "Resepolicy"),
        ("Riktlinjer för tjänsteresor utomlands", "riktlinje", "Resepolicy"),
        ("Riktlinje för möten och resor", None, "Resepolicy"),
        ("Kommunstyrelsens delegationsordning 2025", None, "Delegationsordning"),
        ("Attestreglemente", "reglemente", "Attestreglemente"),
        ("Avtal med vänorten", "avtal", "Vänortsavtal"),
        ("Riktlinjer mot mutor", None, "Riktlinjer för representation"),
        ("Reglemente för kommunstyrelsen", "reglemente", "Reglemente för nämnderna"),
    ],
)
def test_a_document_is_a_companion_by_its_title_and_kind(title: str, kind: str | None, name: str) -> None:
    gone = lacking() - lacking(document(title, kind=kind))
    assert any(g.startswith(name) for g in gone)


def test_a_policy_of_something_else_is_no_companion_and_a_draft_does_not_count() -> None:
    assert lacking(document("Policy för internationellt arbete", kind="policy")) == lacking()
    assert lacking(document("Resepolicy", draft=True)) == lacking()


def test_those_that_most_unanswered_questions_touch_come_first() -> None:
    found = missing(
        [], ["Vem attesterar fakturan?", "Vem skriver under vänortsavtalet?", "Hur många vänorter har vi?", "Vem attesterar fakturan?"]
    )
    assert [m.companion.name.split()[0] for m in found[:2]] == ["Vänortsavtal", "Attestreglemente"]
    assert found[0].questions == ("Vem skriver under vänortsavtalet?", "Hur många vänorter har vi?")
    assert found[1].questions == ("Vem attesterar fakturan?",)


def test_the_list_is_dated_and_each_entry_can_be_met_and_touched() -> None:
    assert checked() <= date.today()
    assert len({c.name for c in companions()}) == len(companions()) >= 8
    assert all(c.titles and all(c.titles) and c.touches and c.why.endswith(".") for c in companions())
