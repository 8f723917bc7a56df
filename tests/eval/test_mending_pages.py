"""Words and contacts that a coordinator adds: effective at once, in every process, in one municipality only, and never for good."""

from __future__ import annotations

import pytest
from coordinator_app import Coordinator, words

from assistant.answer import Ask
from knowledge.mends import mends

WORDS, CONTACTS = "/samordnare/ord", "/samordnare/kontakter"
STEP = {"gor": "spara", "ord": "praktikbidrag, resepeng", "kallas": "stipendier", "mening": "Resepeng kallas stipendium i dokumenten."}
ASKED = "Vem berättar om resepeng?"
HR = {"gor": "spara", "amnen": "försäkring", "funktion": "HR-service", "epost": "hr@bjorkhult.example"}


def test_a_word_is_understood_at_once_also_in_another_process_and_the_step_is_told(coordinator: Coordinator) -> None:
    other = coordinator.another_engine()
    assert [e.ask(Ask(ASKED, "Björkhult")).status for e in (coordinator.engine, other)] == ["unanswered"] * 2
    page = coordinator.after(coordinator.send(WORDS, **STEP))
    assert "Det gäller i svaren från och med nu." in words(page)
    for engine in (coordinator.engine, other):
        answer = engine.ask(Ask(ASKED, "Björkhult"))
        assert "sprider information om stipendier" in answer.citations[0].quote
        assert "Resepeng kallas stipendium i dokumenten." in [n.text for n in answer.notices]


def test_another_municipalitys_words_and_contacts_touch_nothing_of_ours(coordinator: Coordinator) -> None:
    before = coordinator.engine.ask(Ask(ASKED, "Björkhult"))
    coordinator.send(WORDS, **STEP | {"kommun": "Stenvik"})
    coordinator.send(CONTACTS, **HR | {"kommun": "Stenvik"})
    coordinator.send(CONTACTS, **HR | {"kommun": "Stenvik", "amnen": "resepeng"})
    after = coordinator.engine.ask(Ask(ASKED, "Björkhult"))
    assert (after.status, after.text, after.notices) == (before.status, before.text, before.notices)
    assert "HR-service" in str(coordinator.engine.ask(Ask("Vilken försäkring gäller?", "Stenvik")).notices)


def test_a_contact_is_told_at_once_for_its_topic(coordinator: Coordinator) -> None:
    asked = Ask("Vilken försäkring har vi på resan?", "Björkhult")
    assert "HR-service" not in str(coordinator.engine.ask(asked).notices)
    page = coordinator.after(coordinator.send(CONTACTS, **HR, prova=asked.question))
    assert "Du kan fråga HR-service, hr@bjorkhult.example." in words(page)
    assert "HR-service" not in str(coordinator.engine.ask(Ask("Vem attesterar fakturan?", "Björkhult")).notices)


def test_an_earlier_version_can_be_made_to_count_again(coordinator: Coordinator) -> None:
    none = mends(coordinator.home).hash
    coordinator.send(WORDS, **STEP)
    first = mends(coordinator.home).hash
    coordinator.send(CONTACTS, **HR)
    coordinator.send(WORDS, **STEP | {"tidigare": "praktikbidrag, resepeng", "kallas": "EU-medel"})
    page = coordinator.page(WORDS)
    changes = [words(li) for li in page.select("#versioner ~ ul li")]
    assert [c.split(":")[1].split("(")[0].strip() for c in changes[:2]] == ["Sparade praktikbidrag, resepeng"] * 2
    assert "Den här datorn" in changes[0]
    assert len(changes) == 3
    coordinator.after(coordinator.send(WORDS, gor="aterstall", version="1"))
    assert coordinator.engine.ask(Ask(ASKED, "Björkhult")).status == "answered"
    assert "HR-service" in words(coordinator.page(CONTACTS))  # the other list is left as it is
    coordinator.send(CONTACTS, gor="aterstall", version="0")
    assert mends(coordinator.home).hash == first
    coordinator.send(WORDS, gor="ta-bort", tidigare="praktikbidrag, resepeng")
    assert mends(coordinator.home).hash == none != first
    assert coordinator.engine.ask(Ask(ASKED, "Björkhult")).status == "unanswered"


def test_an_entry_is_changed_in_its_place_and_none_stands_twice(coordinator: Coordinator) -> None:
    coordinator.send(WORDS, **STEP)
    coordinator.send(WORDS, **STEP | {"ord": "fika"})
    again = coordinator.refused(coordinator.send(WORDS, **STEP | {"ord": "fika"}))
    assert "fika finns redan." in again.select_one("[role=alert]").text
    coordinator.send(WORDS, **STEP | {"tidigare": "praktikbidrag, resepeng", "ord": "resepeng"})
    assert [h.text for h in coordinator.page(WORDS).select(".worklist h3")] == ["resepeng", "fika"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"ord": ""}, "Ordet som medarbetarna skriver saknas."),
        ({"kallas": " , "}, "Det som dokumenten kallar det saknas."),
        ({"kallas": "två ord"}, "”två ord” är inte ett enda ord."),
        ({"ord": "och"}, "”och” går inte att söka efter."),
        ({"ord": "!!!"}, "”!!!” går inte att söka efter."),
        ({"ord": "stipendier"}, "Samma ord står på båda ställena."),
        ({"mening": "x" * 400}, "Meningen är för lång."),
    ],
)
def test_a_step_that_cannot_be_taken_is_refused_and_what_was_typed_stays(coordinator: Coordinator, form: dict[str, str], said: str) -> None:
    page = coordinator.refused(coordinator.send(WORDS, **STEP | form))
    assert said in page.select_one("[role=alert]").text
    assert {key: page.select_one(f"#{key}-ny")["value"] for key in form} == form
    assert mends(coordinator.home).versions == {}


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"funktion": ""}, "Funktionen saknas."),
        ({"epost": ""}, "E-post, telefon och länk saknas."),
        ({"epost": "hr"}, "E-postadressen går inte att använda."),
        ({"telefon": "ring"}, "Telefonnumret går inte att använda."),
        ({"lank": "javascript:alert(1)"}, "Länken är ingen webbadress."),
    ],
)
def test_a_contact_that_cannot_be_reached_is_refused(coordinator: Coordinator, form: dict[str, str], said: str) -> None:
    page = coordinator.refused(coordinator.send(CONTACTS, **HR | form))
    assert said in page.select_one("[role=alert]").text
    assert page.select_one("#amnen-ny")["value"] == "försäkring"


def test_what_somebody_types_never_becomes_markup(coordinator: Coordinator) -> None:
    coordinator.send(WORDS, **STEP | {"mening": "<script>alert(1)</script> & ”citat”"})
    page = coordinator.page(WORDS, prova=ASKED)
    assert page.select_one("main script") is None
    assert page.select_one("#mening-1")["value"] == "<script>alert(1)</script> & ”citat”"
