"""The page of drafts over HTTP: one draft at a time beside its section, three buttons, the next one at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from page_fakes import OURS, SECTION, client_over, emptied, read, words_of

from assistant.engine import Engine
from eval.cases import Case
from eval.drafting.job import Drafts
from eval.pages.drafts import shown
from eval.question_sets import QuestionSets
from knowledge.section import Section

HERE = {"kommun": OURS}
PAGE = f"/samordnare/forslag?kommun={OURS}"
WHO = Case("utkast-1", "Vem utser en kontaktperson?", OURS, "who", facts=("Förvaltningschefen",), section_ids=(SECTION,), origin="drafted")
LENGTH = Case("utkast-2", "Hur länge är man kontaktperson?", OURS, "how_long", facts=("tre år",), section_ids=(SECTION,), origin="drafted")
SILENT = Case("utkast-3", "Hur mycket får en gåva kosta?", OURS, "near_miss", abstain=True, reason="no_source", origin="drafted")


@pytest.fixture(scope="module")
def client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_over(engine, tmp_path_factory.mktemp("draft-pages"))


@pytest.fixture
def home(client: TestClient) -> Path:
    return emptied(client)


@pytest.fixture
def sets(home: Path) -> QuestionSets:
    """Three drafts, none looked at."""
    made = QuestionSets(home)
    made.add(OURS, [WHO, LENGTH, SILENT])
    Drafts(home, OURS)._change(state="done", drafted=(WHO.id, LENGTH.id, SILENT.id))
    return made


@pytest.fixture
def press(client: TestClient) -> Callable[..., str]:
    """Presses a button of a draft; where the browser is sent."""

    def pressing(case: Case, button: str, **typed: str) -> str:
        answer = client.post(f"/samordnare/forslag/{case.id}", data=HERE | {"gor": button} | typed)
        assert answer.status_code == 303, answer.text[:300]
        return str(answer.headers["location"])

    return pressing


def test_before_any_drafts_the_page_says_what_they_are_and_writes_them_at_a_press(client: TestClient, home: Path) -> None:
    assert "Med 20 godkända frågor får du en första siffra" in words_of(read(client, PAGE))
    assert client.post("/samordnare/forslag", data=HERE).status_code == 303
    for _ in range(600):
        state = client.get(f"/samordnare/forslag/lage?kommun={OURS}").json()
        if state["state"] != "running":
            break
        time.sleep(0.05)
    assert state["state"] == "done"
    assert 1 <= state["done"] == state["total"]
    assert "0 av" in words_of(read(client, PAGE))
    assert QuestionSets(home).read(OURS)


def test_while_drafts_are_written_the_page_shows_how_far_and_reloads_without_scripts(
    client: TestClient, home: Path, engine: Engine
) -> None:
    drafts = Drafts(home, OURS)
    with drafts.being_written():
        drafts._change(state="running", done=1, total=3)
        page = read(client, PAGE)
        assert page.select_one("progress")
        assert "Läser dokument 2 av 2." in words_of(page)
        assert 'http-equiv="refresh"' in str(page.find("noscript"))
        assert client.post("/samordnare/forslag", data=HERE).status_code == 400  # one at a time
    assert "hann inte skrivas klart" in words_of(read(client, PAGE))


def test_a_draft_stands_beside_its_section_with_the_answers_words_marked(client: TestClient, sets: QuestionSets) -> None:
    page = read(client, PAGE)
    assert page.h2.get_text() == WHO.question
    assert [m.get_text() for m in page.select("blockquote mark")] == ["Förvaltningschefen"]
    assert "0 av 3 granskade" in words_of(page)
    buttons = [b.get_text(strip=True) for b in page.select(".judge > form > button, .judge summary")]
    assert buttons == ["Godkänn", "Ändra", "Kasta"]


def test_one_press_approves_and_shows_the_next(client: TestClient, sets: QuestionSets, press: Callable[..., str]) -> None:
    page = read(client, press(WHO, "godkann"))
    assert page.h2.get_text() == LENGTH.question
    assert "1 av 3 granskade" in words_of(page)
    assert f"Godkänd: ”{WHO.question}”" in words_of(page)
    assert sets.find(OURS, WHO.id).approved_on == date.today()


def test_one_press_throws_away_and_another_brings_back(client: TestClient, sets: QuestionSets, press: Callable[..., str]) -> None:
    page = read(client, press(WHO, "kasta"))
    assert page.h2.get_text() == LENGTH.question
    assert f"Kastad: ”{WHO.question}”" in words_of(page)
    assert WHO.id not in {c.id for c in sets.read(OURS)}
    press(WHO, "kasta")  # pressed twice in a hurry
    assert read(client, press(WHO, "hamta")).h2.get_text() == WHO.question
    assert sets.find(OURS, WHO.id).draft


def test_a_draft_is_changed_and_approved_in_one_step(client: TestClient, sets: QuestionSets, press: Callable[..., str]) -> None:
    press(WHO, "spara", fraga="Vem väljer kontaktperson?", uppgifter="Förvaltningschefen\r\ntre år | 3 år")
    saved = sets.find(OURS, WHO.id)
    assert (saved.question, saved.facts) == ("Vem väljer kontaktperson?", ("Förvaltningschefen", "tre år | 3 år"))
    assert saved.approved_on == date.today()
    assert saved.section_ids == WHO.section_ids
    assert saved.origin == "drafted"


def test_what_cannot_be_saved_is_told_and_what_was_typed_is_kept(client: TestClient, sets: QuestionSets) -> None:
    typed = {"gor": "spara", "fraga": "Vem väljer?", "uppgifter": "Kultursekreteraren"}
    answer = client.post(f"/samordnare/forslag/{LENGTH.id}", data=HERE | typed)
    assert answer.status_code == 400
    assert "Uppgiften ”Kultursekreteraren” står inte i avsnittet." in answer.text
    assert "Vem väljer?" in answer.text
    assert '<details class="change" open>' in answer.text
    assert sets.find(OURS, LENGTH.id) == LENGTH


def test_a_near_miss_shows_the_nearest_sections_and_no_facts(client: TestClient, sets: QuestionSets, press: Callable[..., str]) -> None:
    press(WHO, "godkann")
    page = read(client, press(LENGTH, "godkann"))
    assert page.h2.get_text() == SILENT.question
    assert "Svaret ska vara att det inte står i dokumenten." in words_of(page)
    assert page.select("figure.cited")
    assert not page.select("mark, #uppgifter")


def test_when_all_are_looked_at_the_page_says_how_many_and_where_to_go(
    client: TestClient, sets: QuestionSets, press: Callable[..., str]
) -> None:
    press(WHO, "godkann"), press(LENGTH, "godkann"), press(SILENT, "kasta")
    text = words_of(read(client, PAGE))
    assert "Alla 3 förslag är granskade" in text
    assert "2 är kvar och 1 är kastade." in text
    assert "Du har nu 2 godkända frågor; det behövs minst 20" in text


def test_few_sections_are_told_as_the_reason_for_few_drafts(client: TestClient, home: Path) -> None:
    assert "få avsnitt, och därför blir förslagen färre än 30" in words_of(read(client, PAGE))


def test_a_record_that_cannot_be_read_is_told_with_a_remedy(client: TestClient, sets: QuestionSets, home: Path) -> None:
    (home / "eval" / "drafts" / "björkhult" / "record.json").write_text("{", encoding="utf-8")
    assert "går inte att läsa. Ta bort mappen" in words_of(read(client, PAGE, 500))


def test_an_unknown_button_or_draft_changes_nothing(client: TestClient, sets: QuestionSets) -> None:
    assert client.post(f"/samordnare/forslag/{WHO.id}", data=HERE | {"gor": "annat"}).status_code == 404
    assert client.post("/samordnare/forslag/utkast-9", data=HERE | {"gor": "godkann"}).status_code == 400
    assert [c.id for c in sets.read(OURS)] == [WHO.id, LENGTH.id, SILENT.id]


def test_words_are_marked_whichever_way_they_are_written() -> None:
    section = Section("a/b#c", "a/b", ("Beslut",), "Antagen 12 maj 2022 av\nkommunfullmäktige.")
    assert shown(section, ("2022-05-12 | 12  maj 2022", "Kommunfullmäktige")).lines == (
        (("Antagen ", False), ("12 maj 2022", True), (" av", False)),
        (("kommunfullmäktige", True), (".", False)),
    )
