"""What stands under an answer: the card, more questions, copying, passing on, opinions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from fake_engine import QUOTE
from playwright.sync_api import Page, WebSocketRoute, expect
from talk import answers, ask

from assistant.settings import Settings
from assistant.store.store import Store

pytestmark = pytest.mark.timeout(120)
Start = Callable[[str], str]


def opened(home: Path) -> Store:
    """What the server has kept; with one municipality in its documents."""
    return Store.open(Settings(home=home))


def test_starters_show_at_once_and_another_role_shows_others(page: Page, start: Start) -> None:
    page.goto(start("one"))
    expect(page.get_by_role("button", name="Vem ansvarar för det internationella arbetet?")).to_be_visible()
    page.get_by_role("button", name="Rektor eller chef").click()
    page.get_by_role("button", name="Vad ansvarar rektor för?").click()
    expect(answers(page).last).to_contain_text(QUOTE)


def test_at_the_very_first_start_questions_come_when_they_have_been_tried(page: Page, start: Start, homes: dict[str, Path]) -> None:
    engine = f"slow-{page.viewport_size['width']}"  # a first start each
    page.goto(start(engine))
    expect(page.locator("#under")).to_be_visible()
    expect(page.locator("#starters")).to_have_count(0)
    (homes[engine] / "go").touch()
    page.get_by_role("button", name="Rektor eller chef").click(timeout=15_000)
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/sena-{page.viewport_size['width']}.png")
    page.get_by_role("button", name="Vad ansvarar rektor för?").click()
    expect(answers(page).last).to_contain_text(QUOTE)


def test_the_question_box_stands_before_everything_and_the_line_under_it(page: Page, start: Start) -> None:
    page.goto(start("one"))
    expect(page.locator("#starters")).to_be_visible()
    places = [page.locator(where).bounding_box()["y"] for where in ("#message-composer", "#under", "#starters")]
    assert places == sorted(places)
    expect(page.locator("#under")).to_have_text(
        "Du talar med en maskin. Det är dokumentet som gäller. Skriv inga namn eller uppgifter om elever. Tillgänglighet"
    )
    expect(page.get_by_text("Tjänsten är öppen utan inloggning, bara på den här datorn.")).to_be_attached()
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


def test_the_focus_comes_back_to_a_marker_that_was_drawn_anew(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    marker = page.get_by_role("link", name="[1]", exact=True)
    marker.focus()
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Internationell strategi")
    expect(card).to_be_visible()
    page.evaluate("() => { for (const link of document.querySelectorAll('.prose a')) link.replaceWith(link.cloneNode(true)); }")
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(marker).to_be_focused()


@pytest.mark.parametrize("page", [(1280, 800)], ids=["desktop"], indirect=True)  # on a phone Chainlit draws nothing anew
@pytest.mark.parametrize("doing", ["reads", "writes"])
def test_what_one_does_goes_on_when_the_conversation_gets_its_address_late(page: Page, start: Start, doing: str) -> None:
    send_address = held_back(page, "first_interaction")
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    marker, box = page.get_by_role("link", name="[1]", exact=True), page.get_by_label("Din fråga")
    expect(marker).to_be_visible()
    box.fill("Och vem betal") if doing == "writes" else marker.focus()
    page.evaluate("() => { document.getElementById('chat-input').was = true; }")
    send_address()
    page.wait_for_function("() => document.getElementById('chat-input')?.was === undefined")  # all is drawn anew
    if doing == "writes":
        expect(box).to_have_value("Och vem betal")
        expect(page.get_by_role("button", name="Skicka frågan", exact=True)).to_be_enabled()
        return
    expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Internationell strategi")).to_be_visible()


def held_back(page: Page, event: str) -> Callable[[], None]:
    """Keeps an event of the server's from the page, as a slow disk would; what is given sends it on."""
    held: list[Callable[[], None]] = []

    def between(here: WebSocketRoute) -> None:
        there = here.connect_to_server()
        there.on_message(lambda said: held.append(lambda: here.send(said)) if event in str(said) else here.send(said))

    page.route_web_socket(re.compile("socket.io"), between)

    def send() -> None:
        assert held
        for sending in held:
            sending()

    return send


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


def test_on_ones_own_machine_a_mail_to_the_registered_contact_is_prepared_too(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vad kostar EU:s fika?")
    link = answers(page).last.get_by_role("link", name="Skicka frågan vidare med e-post").get_attribute("href")
    assert unquote(urlsplit(link).path) == "eu@ekvik.example"
    assert "Vad kostar EU:s fika?" in parse_qs(urlsplit(link).query)["body"][0]


def test_the_role_goes_with_a_question_and_the_reply_shows_without_reload(page: Page, start: Start, homes: dict[str, Path]) -> None:
    page.goto(start("one"))
    page.get_by_role("button", name="Rektor eller chef").click()
    question = f"Vad kostar en fika {page.viewport_size['width']}?"
    ask(page, question)
    page.get_by_role("button", name="Skicka frågan vidare").click()
    expect(answers(page).last).to_contain_text("Rollen som du har valt, rektor eller chef, följer med frågan.")
    store = opened(homes["one"])
    item = next(i for i in store.worklist.items("Ekvik") if i.question == question)
    assert item.chosen_role == "rektor_chef"
    store.inbox.reply(item.id, "Ekvik", "Den kostar 3:50 enligt § 5.")
    store.close()
    expect(answers(page).last).to_contain_text("Den kostar 3:50 enligt § 5.", timeout=10_000)
    expect(page.locator("#heard")).to_contain_text("Svar på din fråga")
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/svar-{page.viewport_size['width']}.png")
    page.goto(start("one"))  # the role is remembered in this tab, and can be left again
    chosen = page.get_by_role("button", name="Rektor eller chef")
    expect(chosen).to_have_class(re.compile(r"bg-primary"))
    expect(page.get_by_role("button", name="Vad ansvarar rektor för?")).to_be_visible()
    chosen.click()
    page.reload()
    expect(page.get_by_role("button", name="Vanliga frågor")).to_have_class(re.compile(r"bg-primary"))


def test_a_thumb_down_is_kept_at_once_then_its_cause_then_words(page: Page, start: Start, homes: dict[str, Path]) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    said = []

    def latest() -> tuple[object, ...]:
        item = next(i for i in store.worklist.items("Ekvik") if i.why == "thumb_down")
        return item.question, item.cause, item.words

    page.get_by_role("button", name="Inte till hjälp").click()
    expect(page.get_by_role("button", name="Gammalt dokument")).to_be_visible()
    store = opened(homes["one"])
    said.append(latest())
    page.get_by_role("button", name="Fel avsnitt").click()
    expect(answers(page).last).to_contain_text("Vi har sparat: fel avsnitt.")
    said.append(latest())
    expect(page.get_by_role("button", name="Gammalt dokument")).to_have_count(0)
    page.get_by_role("button", name="Skriv mer").click()
    window = page.get_by_role("dialog", name="Vad kan bli bättre?")
    window.get_by_role("textbox").fill("Det står i 3:e stycket. Ring 070-123 45 67.")
    window.get_by_role("button", name="Skicka").click()
    expect(answers(page).last).to_have_text("Tack. Din återkoppling är sparad.")
    said.append(latest())
    store.close()
    question = "Vem har ansvar?"
    words = "Det står i 3:e stycket. Ring [telefonnummer]."
    assert said == [(question, None, None), (question, "fel_avsnitt", None), (question, "fel_avsnitt", words)]


def test_words_that_are_not_wanted_after_all_are_not_sent(page: Page, start: Start, homes: dict[str, Path]) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar för det som ångras?")
    page.get_by_role("button", name="Inte till hjälp").click()
    page.get_by_role("button", name="Svårt att förstå").click()
    expect(page.get_by_role("button", name="Skriv mer")).to_be_visible()
    page.get_by_role("button", name="Skriv mer").click()
    page.get_by_role("button", name="Stäng").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Skriv mer")).to_be_enabled()
    store = opened(homes["one"])
    assert next(i for i in store.worklist.items("Ekvik") if "ångras" in i.question).words is None
    store.close()


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
