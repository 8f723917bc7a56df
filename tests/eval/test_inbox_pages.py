"""The coordinator's inbox: grouped by likeness, the cause mended on the spot, made a question in one click, and shown as mended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from coordinator_app import TODAY, Coordinator, words

from assistant.answer import Answer
from assistant.store.feedback import Cause
from assistant.store.tables import Forwarded, Settled, Thumb
from eval.question_sets import QuestionSets
from eval.run import Run, keep
from eval.running import ask_all

INBOX = "/samordnare/inkorg"
OWN = "bjorkhult/policy-for-internationellt-arbete-i-bjorkhults-kommun-2022"


@pytest.fixture(autouse=True)
def empty(coordinator: Coordinator) -> Iterator[None]:
    yield
    with coordinator.store.database.writing() as session:
        for table in (Thumb, Forwarded, Settled):
            session.query(table).delete()


def thumb_down(coordinator: Coordinator, answer: Answer, cause: Cause) -> None:
    record = coordinator.store.log.find(answer.id)
    assert record
    coordinator.store.feedback.put(record, None, up=False, cause=cause)


def link(coordinator: Coordinator, question: str) -> str:
    page = coordinator.page(INBOX, visa="alla")
    return next(a["href"].partition("?")[0] for a in page.select(".worklist a") if a.text == question)


def run(coordinator: Coordinator) -> None:
    """Put the approved questions, as the background does, and keep the run."""
    cases = QuestionSets(coordinator.home).asked("Björkhult")
    rows = tuple(ask_all(coordinator.engine, cases, None, lambda doing, done, total: None))
    now = datetime(2026, 11, 22, 12, len(list(coordinator.home.glob("eval/runs/*"))), tzinfo=UTC)
    keep(Run(str(uuid4()), "Björkhult", None, {}, (), rows, "Björkhult", now, now), coordinator.home)


def test_questions_of_the_same_thing_stand_together_under_what_they_are_about(coordinator: Coordinator) -> None:
    for question in ("Hur söker vi Erasmus?", "Kan förskolan söka Erasmus?", "Vem söker Erasmus hos oss?", "Får man röka?"):
        coordinator.ask(question)
    page = coordinator.page(INBOX)
    (group,) = page.select("section[aria-labelledby^=grupp]")
    assert group.h2.text.startswith("3 frågor om Erasmus")
    assert [a.text for a in group.select("a")] == ["Vem söker Erasmus hos oss?", "Kan förskolan söka Erasmus?", "Hur söker vi Erasmus?"]
    assert [a.text for a in page.select("section[aria-labelledby=ovriga] a")] == ["Får man röka?"]


def test_another_municipalitys_matters_are_not_there(coordinator: Coordinator) -> None:
    answer = coordinator.ask("Hur söker vi Nordplus?", "Stenvik")
    assert "Nordplus" not in words(coordinator.page(INBOX, kommun="Björkhult"))
    assert coordinator.client.get(f"{INBOX}/{answer.id}", params={"kommun": "Björkhult"}).status_code == 404
    assert coordinator.send(f"{INBOX}/{answer.id}", gor="fraga").status_code == 404
    assert "Nordplus" in words(coordinator.page(INBOX, kommun="Stenvik"))


def test_the_page_of_a_matter_leads_to_each_usual_cause(coordinator: Coordinator) -> None:
    answer = coordinator.ask("Vem utser kontaktpersonen?")
    thumb_down(coordinator, answer, Cause.OLD_DOCUMENT)
    page = coordinator.page(link(coordinator, "Vem utser kontaktpersonen?"))
    assert "Gammalt dokument" in words(page)
    ways = {a["href"].partition("?")[0]: a["href"] for a in page.select("section[aria-labelledby=ratta] a")}
    assert set(ways) == {"/samordnare/ord", f"/samordnare/dokument/{OWN}", "/samordnare/dokument", "/samordnare/kontakter"}
    assert coordinator.page(ways["/samordnare/ord"]).select_one("#ord-ny")["value"] == "kontaktpersonen"
    assert coordinator.page(ways["/samordnare/kontakter"]).select_one("#amnen-ny")["value"] == "kontaktpersonen"


def test_one_click_makes_a_question_which_is_approved_run_and_shown_as_mended(coordinator: Coordinator) -> None:
    question = "Vem berättar om resepeng?"
    item = coordinator.ask(question)
    place = link(coordinator, question)
    chosen = coordinator.page(place).select_one("input[name=avsnitt][checked]")["value"]
    assert chosen.startswith(OWN)
    answer = coordinator.send(place, gor="fraga", avsnitt=f"{OWN}#kontaktpersoner")
    assert answer.headers["location"].startswith(f"/samordnare/fragor/inkorg-{item.id}?")
    sets = QuestionSets(coordinator.home)
    (case,) = sets.read("Björkhult")
    assert (case.origin, case.draft, case.section_ids, case.type) == ("inbox", True, (f"{OWN}#kontaktpersoner",), "inbox")
    assert "Förslag till fråga" in words(coordinator.page(INBOX))
    sets.approve("Björkhult", case.id, "Karin", TODAY)
    assert "Väntar på nästa körning" in words(coordinator.page(INBOX))
    run(coordinator)
    assert "Fortfarande fel i körningen" in words(coordinator.page(INBOX))
    coordinator.send("/samordnare/ord", gor="spara", ord="resepeng", kallas="stipendier", mening="")
    run(coordinator)
    assert "Rättad i körningen" in words(coordinator.page(place))


def test_a_question_that_should_stay_unanswered_is_kept_as_such(coordinator: Coordinator) -> None:
    coordinator.ask("Skriv en dikt om våren")
    place = link(coordinator, "Skriv en dikt om våren")
    assert coordinator.page(place).select_one("input[name=avsnitt][checked]")["value"] == ""
    coordinator.send(place, gor="fraga", avsnitt="")
    (case,) = QuestionSets(coordinator.home).read("Björkhult")
    assert (case.abstain, case.reason, case.section_ids) == (True, "off_topic", ())
    again = coordinator.refused(coordinator.send(place, gor="fraga", avsnitt=""))
    assert "Frågan finns redan i utvärderingen." in again.select_one("[role=alert]").text


def test_a_wrong_section_is_not_suggested_first(coordinator: Coordinator) -> None:
    answer = coordinator.ask("Vem utser kontaktpersonen?")
    shown = answer.citations[0].section_id
    thumb_down(coordinator, answer, Cause.WRONG_SECTION)
    offered = [i["value"] for i in coordinator.page(link(coordinator, "Vem utser kontaktpersonen?")).select("input[name=avsnitt]")]
    assert offered[0] not in ("", shown)
    assert offered.index(shown) == len(offered) - 2


def test_only_sections_that_may_be_cited_to_the_municipality_can_be_expected(coordinator: Coordinator) -> None:
    coordinator.ask("Hur söker vi Nordplus?")
    place = link(coordinator, "Hur söker vi Nordplus?")
    theirs = next(s.id for d in coordinator.engine.index().documents.values() if d.municipality == "Stenvik" for s in d.sections)
    for wrong in (theirs, "hittepå#x"):
        assert "Avsnittet finns inte" in coordinator.refused(coordinator.send(place, gor="fraga", avsnitt=wrong)).text
    assert QuestionSets(coordinator.home).read("Björkhult") == []


def test_what_is_done_leaves_the_list_and_can_be_shown_again(coordinator: Coordinator) -> None:
    coordinator.ask("Hur söker vi Nordplus?")
    page = coordinator.after(coordinator.send(link(coordinator, "Hur söker vi Nordplus?"), gor="klar"))
    assert "Markerat som klart." in words(page)
    assert "Nordplus" not in words(page.select_one("main"))
    assert "Nordplus" in words(coordinator.page(INBOX, visa="alla"))


def test_a_day_is_told_in_words(coordinator: Coordinator) -> None:
    coordinator.ask("Hur söker vi Nordplus?")
    assert str(date.today().year) in words(coordinator.page(INBOX).select_one(".worklist p"))
