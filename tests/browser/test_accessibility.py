"""WCAG 2.1 AA as axe measures it: no violation on our pages, in the chat none but what docs/tillganglighet.md lists of Chainlit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from talk import answers, ask

pytestmark = pytest.mark.timeout(180)
Start = Callable[[str], str]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
DOCUMENT = "/dokument/ekvik/internationell-strategi-2021"
PAGES = (
    "/samordnare",
    "/om",
    "/dokument",
    DOCUMENT,
    DOCUMENT + "?citat=Rapporten",
    "/min-roll",
    "/kalla" + DOCUMENT[9:] + "?avsnitt=ansvar&citat=Rapporten",
)


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_pages_have_no_violation(page: Page, start: Start, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    address = start("one")
    for place in PAGES:
        page.goto(address + place)
        assert violations(page) == [], place


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_has_no_violation_from_first_visit_to_card(page: Page, start: Start, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(start("one"))
    expect(page.locator("#starters")).to_be_visible()
    assert violations(page) == []
    ask(page, "Vem har ansvar?")
    expect(page.get_by_role("button", name="Inte till hjälp")).to_be_enabled()
    ask(page, "Vad kostar en fika?")
    expect(answers(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Skicka frågan vidare")).to_be_enabled()
    assert violations(page) == []
    page.get_by_role("link", name="[1]", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_at_400_percent_nothing_scrolls_sideways_and_a_question_can_be_asked(page: Page, start: Start) -> None:
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 at 400 %
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    expect(answers(page).last).to_contain_text("Så står det i Ekvik:s strategi")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="[1]", exact=True).click()
    expect(page.get_by_role("dialog").get_by_role("link", name="Läs i dokumentet")).to_be_visible()


def test_the_keyboard_alone_goes_from_question_to_the_cited_words(page: Page, start: Start) -> None:
    page.goto(start("one"))
    expect(page.get_by_label("Din fråga")).to_be_focused()
    page.keyboard.type("Vem har ansvar?")
    expect(page.get_by_role("button", name="Skicka frågan", exact=True)).to_be_enabled()
    page.keyboard.press("Enter")
    expect(answers(page).last).to_contain_text("Så står det i Ekvik:s strategi")
    marker = page.get_by_role("link", name="[1]", exact=True)
    for _ in range(30):
        if marker.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    expect(marker).to_be_focused()
    page.keyboard.press("Enter")
    reading = page.get_by_role("dialog").get_by_role("link", name="Läs i dokumentet")
    for _ in range(6):
        if reading.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Tab")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    expect(opened.value.locator("section:target mark")).to_be_visible()


def test_what_is_typed_while_the_page_is_drawn_anew_is_kept(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    expect(answers(page).last).to_contain_text("Så står det i Ekvik:s strategi")
    expect(page.get_by_label("Din fråga")).to_have_value("")
    page.get_by_label("Din fråga").press_sequentially("Och vem")
    page.evaluate("window.old_box = document.getElementById('chat-input'); window.place = old_box.parentElement; old_box.remove()")
    page.keyboard.type(" betalar?")
    page.evaluate("const box = old_box.cloneNode(); box.value = ''; place.append(box)")
    expect(page.locator("#chat-input")).to_have_value("Och vem betalar?")


def test_a_new_answer_is_told_to_a_screen_reader(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    expect(page.locator("#heard[role=status]")).to_contain_text("Nytt svar: Så står det i Ekvik:s strategi")
    ask(page, "Vad kostar en fika?")
    expect(page.locator("#heard")).to_contain_text("Nytt svar: Dokumenten säger inget om det.")


def test_every_control_of_the_chat_has_a_swedish_name(page: Page, start: Start) -> None:
    page.goto(start("one"))
    ask(page, "Vem har ansvar?")
    expect(page.get_by_role("button", name="Inte till hjälp")).to_be_visible()
    tree = page.locator("#root").aria_snapshot()
    assert "- button\n" not in tree + "\n"
    for english in ("Toggle", "Avatar", "Copy", "Submit", "message", "Scroll"):
        assert english not in tree
