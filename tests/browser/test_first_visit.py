"""What a teacher meets: the page, a question, a cited answer, and the cited words in their document."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from fake_engine import ODD, QUOTE
from playwright.sync_api import Page, expect
from talk import answers, ask

pytestmark = pytest.mark.timeout(120)


def test_from_the_question_to_the_cited_words(page: Page, start: Callable[[str], str]) -> None:
    address = start("one")
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Fråga om kommunens internationella arbete")
    expect(page.get_by_text("Skriv inga namn eller uppgifter om elever")).to_be_visible()

    ask(page, "Vem har ansvar?")
    expect(answers(page).locator('[data-box="source"]')).to_contain_text("Ekvik · Ansvar, sida 2 · Gäller")  # nothing is asked in return
    expect(answers(page)).to_contain_text(f"Så står det i Ekvik:s strategi: {QUOTE} [1]")
    expect(answers(page)).to_contain_text("svaret gäller EU:s program.")
    expect(answers(page)).to_contain_text("Svaret består av ordagranna citat.")

    page.get_by_role("link", name="[1]", exact=True).click()
    card = page.get_by_role("dialog", name="Internationell strategi")
    expect(card.locator("mark")).to_have_text(QUOTE)
    with page.context.expect_page() as opened:
        card.get_by_role("link", name="Läs i dokumentet").click()
    reading = opened.value
    expect(reading.locator("section:target mark")).to_have_text(QUOTE)
    expect(reading.locator("section:target mark")).to_be_in_viewport()

    assert {urlsplit(url).hostname for url in page.context.requests} == {"127.0.0.1"}
    assert any(url.startswith("ws://127.0.0.1") for url in page.context.requests)
    assert page.context.cookies() == []


def test_a_quoted_list_is_marked_item_by_item(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "Får vi söka medel?")
    with page.context.expect_page() as opened:  # with Ctrl a marker is the link that it looks like
        page.get_by_role("link", name="[1]", exact=True).first.click(modifiers=["Control"])
    marks = opened.value.locator("section:target mark")
    expect(marks).to_have_text(["Skolan får söka medel för", "lärares fortbildning", "elevers utbyten"])


def test_an_unanswered_question_says_so_and_shows_where_to_read(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "Vad kostar *en* fika enligt 3:e stycket?")
    expect(page.locator('[data-step-type="user_message"]')).to_have_text("Vad kostar *en* fika enligt 3:e stycket?")
    expect(answers(page)).to_contain_text("Fråga vidare: Fråga den internationella samordnaren")
    expect(answers(page).locator('[data-box="source"]')).to_have_count(0)
    page.get_by_role("link", name="Ansvar").click()
    expect(page.get_by_role("dialog")).to_contain_text("Rapporten lämnas")
    expect(page.get_by_role("dialog").locator("mark")).to_have_count(0)


def test_text_that_markup_would_eat_shows_exactly_as_in_the_source(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "udda")
    expect(answers(page).locator("li")).to_have_text(ODD)
    shown = answers(page).inner_text()
    assert f"{ODD} [1]\n1. {ODD}\n" in shown
    expect(answers(page).locator(".prose img")).to_have_count(0)
    assert {urlsplit(url).hostname for url in page.context.requests} == {"127.0.0.1"}


def test_a_question_can_be_stopped(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "En trög fråga")
    page.get_by_role("button", name="Avbryt").click()
    expect(answers(page).last).to_have_text("Du avbröt frågan.")
    ask(page, "Vem har ansvar?")
    expect(answers(page).last).to_contain_text(QUOTE)


def test_earlier_questions_go_with_the_next(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "Första")
    expect(answers(page).last).to_contain_text("Du har frågat 0 gånger förut")
    ask(page, "Andra")
    expect(answers(page).last).to_contain_text("Du har frågat 1 gånger förut")


def test_among_several_municipalities_one_tap_chooses_and_another_changes(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("two"))
    ask(page, "Vem har ansvar?")
    page.get_by_role("button", name="Norrö").click()
    expect(answers(page).last).to_contain_text("Så står det i Norrö:s strategi")
    ask(page, "Vem har ansvar då?")
    expect(answers(page).last).to_contain_text("Så står det i Norrö:s strategi")
    page.get_by_role("button", name="Byt kommun").last.click()
    page.get_by_role("button", name="Ekvik").click()
    expect(answers(page).last).to_contain_text("Så står det i Ekvik:s strategi")
    expect(page.get_by_role("button", name="Norrö")).to_have_count(0)


def test_two_conversations_at_once_do_not_mix(page: Page, start: Callable[[str], str]) -> None:
    other = page.context.new_page()
    for conversation, municipality in ((page, "Norrö"), (other, "Ekvik")):
        conversation.goto(start("two"))
        ask(conversation, "Vem har ansvar?")
        conversation.get_by_role("button", name=municipality).click()
        expect(answers(conversation).last).to_contain_text(f"Så står det i {municipality}:s strategi")
    ask(page, "Vem har ansvar nu?")
    expect(answers(page)).to_have_count(3)
    expect(answers(page).last).to_contain_text("Så står det i Norrö:s strategi")


def test_what_breaks_is_told_in_swedish_with_a_number_and_nothing_from_within(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "krasch")
    expect(answers(page).last).to_have_text(re.compile(r"Något gick fel när frågan skulle besvaras.*felnummer [0-9a-f]{6}"))
    assert "hemligt" not in page.content()
    assert "RuntimeError" not in page.content()


def test_a_question_that_is_too_long_is_told_so(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "x" * 2001)
    expect(answers(page).last).to_contain_text("Korta den till högst 2 000 tecken")


def test_no_page_scrolls_sideways(page: Page, start: Callable[[str], str]) -> None:
    address = start("one")
    for place in ("/", "/dokument", "/dokument/ekvik/internationell-strategi-2021", "/om", "/min-roll"):
        page.goto(address + place)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place


def test_the_keyboard_alone_is_enough(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one") + "/dokument")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Till innehållet")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Internationell strategi")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Internationell strategi")


def test_the_chat_follows_the_systems_colours(page: Page, start: Callable[[str], str]) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(start("one"))
    expect(page.locator("html")).to_have_class(re.compile("dark"))
