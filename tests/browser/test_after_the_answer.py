"""What stands under an answer: the card, more questions, copying, passing on, opinions."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fake_engine import QUOTE
from playwright.sync_api import Page, expect
from talk import answers, ask

pytestmark = pytest.mark.timeout(120)
Start = Callable[[str], str]


def kept(home: Path) -> list[dict]:
    file = home / "kept.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def test_starters_show_at_once_and_another_role_shows_others(page: Page, start: Start) -> None:
    page.goto(start("one"))
    expect(page.get_by_role("button", name="Vem ansvarar för det internationella arbetet?")).to_be_visible()
    page.get_by_role("button", name="Rektor eller chef").click()
    page.get_by_role("button", name="Vad ansvarar rektor för?").click()
    expect(answers(page).last).to_contain_text(QUOTE)


def test_the_question_box_stands_before_everything_and_the_line_under_it(page: Page, start: Start) -> None:
    page.goto(start("one"))
    expect(page.locator("#starters")).to_be_visible()
    places = [page.locator(where).bounding_box()["y"] for where in ("#message-composer", "#under", "#starters")]
    assert places == sorted(places)
    expect(page.locator("#under")).to_have_text(
        "Du talar med en maskin. Det är dokumentet som gäller. Skriv inga namn eller uppgifter om elever."
    )
    assert page.locator("#chat-input").evaluate("box => box === document.activeElement")


def test_a_card_keeps_the_focus_and_gives_it_back(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    marker = page.get_by_role("link", name="[1]", exact=True)
    marker.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Internationell strategi")
    expect(card).to_contain_text("14 juni 2021 av kommunfullmäktige")
    expect(card.get_by_text("Gäller", exact=True)).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(marker).to_be_focused()


def test_a_suggested_question_is_asked_by_one_tap(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Får vi söka medel?")
    suggested = answers(page).last.get_by_role("button", name="Vem ansvarar för det internationella arbetet?")
    suggested.click()
    expect(answers(page)).to_have_count(2)
    expect(answers(page).last).to_contain_text(QUOTE)
    expect(page.locator('[data-step-type="user_message"]').last).to_have_text("Vem ansvarar för det internationella arbetet?")


def test_the_answer_is_copied_with_sources_and_links_that_work(page: Page, start: Start) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = start("one")
    page.goto(address)
    ask(page, "Vem har ansvar?")
    page.get_by_role("button", name="Kopiera svar med källor").click()
    expect(page.get_by_role("status").filter(has_text="Svaret är kopierat med källor.")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    assert f"{QUOTE} [1]" in text
    link = re.search(r"http://\S+", text)[0]
    assert link.startswith(address)
    page.goto(link)
    expect(page.locator("section:target mark")).to_have_text(QUOTE)


def test_where_the_browser_forbids_copying_the_text_is_shown_selected(page: Page, start: Start) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    page.get_by_role("button", name="Kopiera svar med källor").click()
    box = page.get_by_role("dialog", name="Kopiera svaret härifrån").get_by_role("textbox")
    assert box.evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)").startswith("Fråga: Vem har ansvar?")


def test_without_an_inbox_a_mail_to_the_registered_contact_is_prepared(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vad kostar EU:s fika?")
    link = answers(page).last.get_by_role("link", name="Skicka frågan vidare med e-post").get_attribute("href")
    assert unquote(urlsplit(link).path) == "eu@ekvik.example"
    assert "Vad kostar EU:s fika?" in parse_qs(urlsplit(link).query)["body"][0]
    expect(page.get_by_role("button", name="Till hjälp", exact=True)).to_have_count(0)  # without a place to keep opinions none is asked for


def test_one_tap_passes_a_question_on_and_the_reply_comes_in_the_same_conversation(
    page: Page, start: Start, homes: dict[str, Path]
) -> None:
    page.goto(start("desk"))
    before = len(kept(homes["desk"]))
    ask(page, "Vad kostar en fika?")
    page.get_by_role("button", name="Skicka frågan vidare").click()
    expect(answers(page).last).to_contain_text("Frågan är skickad")
    expect(page.get_by_role("button", name="Skicka frågan vidare")).to_have_count(0)
    passed_on = kept(homes["desk"])[before]
    assert (passed_on["question"], passed_on["municipality"], passed_on["name"]) == ("Vad kostar en fika?", "Ekvik", None)
    assert passed_on["searched"] == ["Internationell strategi"]
    assert passed_on["nearest"][0]["section_id"] == "ekvik/internationell-strategi-2021#ansvar"
    ask(page, "Vem har ansvar?")
    expect(answers(page).last).to_contain_text("Svar på din fråga Vad kostar en fika?")
    expect(answers(page).last).to_contain_text("Ja, enligt EU:s regler.")
    expect(answers(page).last.get_by_role("link", name="Läs avsnittet")).to_be_visible()


def test_a_thumb_down_is_kept_at_once_then_its_cause_then_words(page: Page, start: Start, homes: dict[str, Path]) -> None:
    page.goto(start("desk"))
    before = len(kept(homes["desk"]))
    ask(page, "Vem har ansvar?")
    page.get_by_role("button", name="Inte till hjälp").click()
    expect(page.get_by_role("button", name="Gammalt dokument")).to_be_visible()
    page.get_by_role("button", name="Fel avsnitt").click()
    expect(answers(page).last).to_contain_text("Vi har sparat: fel avsnitt.")
    expect(page.get_by_role("button", name="Gammalt dokument")).to_have_count(0)
    page.get_by_role("button", name="Skriv mer").click()
    window = page.get_by_role("dialog", name="Vad kan bli bättre?")
    window.get_by_role("textbox").fill("Det står i 3:e stycket.")
    window.get_by_role("button", name="Skicka").click()
    expect(answers(page).last).to_have_text("Tack. Din återkoppling är sparad.")
    said = [(o["helpful"], o["cause"], o["words"], o["answer"]["question"]) for o in kept(homes["desk"])[before:]]
    question = "Vem har ansvar?"
    assert said == [
        (False, None, "", question),
        (False, "fel_avsnitt", "", question),
        (False, "fel_avsnitt", "Det står i 3:e stycket.", question),
    ]


def test_words_that_are_not_wanted_after_all_are_not_sent(page: Page, start: Start, homes: dict[str, Path]) -> None:
    page.goto(start("desk"))
    ask(page, "Vem har ansvar?")
    page.get_by_role("button", name="Inte till hjälp").click()
    page.get_by_role("button", name="Svårt att förstå").click()
    expect(page.get_by_role("button", name="Skriv mer")).to_be_visible()
    before = len(kept(homes["desk"]))
    page.get_by_role("button", name="Skriv mer").click()
    page.get_by_role("button", name="Stäng").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Skriv mer")).to_be_enabled()
    assert len(kept(homes["desk"])) == before


def test_what_could_not_be_kept_gets_no_thanks(page: Page, start: Start) -> None:
    page.goto(start("desk"))
    ask(page, "Vem har ansvar för det som är trasigt? (trasig)")
    page.get_by_role("button", name="Till hjälp", exact=True).click()
    expect(answers(page).last).to_have_text("Det gick inte att spara. Försök igen om en stund.")


def test_who_asks_for_the_role_is_led_to_the_role_path(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vad är min roll och mitt ansvar?")
    page.get_by_role("button", name="Min roll steg för steg").click()
    expect(answers(page).last).to_have_text(re.compile(r"Kommunens dokument svarar på \d av 8 steg i Min roll\. Öppna Min roll"))
    with page.context.expect_page() as opened:
        answers(page).last.get_by_role("link", name="Öppna Min roll").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Min roll i Ekvik")


def test_a_long_question_is_counted_while_it_is_written(page: Page, start: Start) -> None:
    page.goto(start("one"))
    box, counter = page.get_by_label("Din fråga"), page.locator("#counter")
    box.fill("x" * 1500)
    expect(counter).to_be_hidden()
    box.fill("x" * 1934)
    expect(counter).to_have_text(re.compile(r"1\s934 av 2\s000 tecken"))
    box.fill("x" * 2010)
    expect(counter).to_have_text("Frågan är 10 tecken för lång.")
