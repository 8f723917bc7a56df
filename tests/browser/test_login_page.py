"""Login as a member of staff meets it, in a real browser: in, a question, out; and the same without an account."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import talk
from axe_playwright_python.sync_playwright import Axe
from fake_engine import QUOTE
from playwright.sync_api import Browser, Page, expect

from assistant.access.accounts import Accounts
from assistant.access.tables import open_database
from assistant.access.visitor import Role

ROOT = Path(__file__).parents[2]
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
KNOWN = {"nested-interactive"}
"""The menu's button within the link to a conversation: Chainlit's, listed in docs/tillganglighet.md."""
PASSWORD = "ett långt lösenord"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("login")


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """A chat that demands login, with one account."""
    engine = open_database(home)
    Accounts(engine).add("anna.å", PASSWORD, role=Role.USER, municipality="Ekvik")
    engine.dispose()
    command = [sys.executable, str(ROOT / "tests" / "browser" / "serve.py"), str(home), "two"]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=home, stdout=subprocess.PIPE, text=True) as server:
        said = server.stdout.readline()
        assert "med inloggning" in said
        yield re.search(r"http://127\.0\.0\.1:\d+", said)[0]
        server.terminate()


def log_in(page: Page, password: str = PASSWORD) -> None:
    talk.log_in(page, "anna.å", password)


def test_in_a_question_and_out(page: Page, address: str) -> None:
    page.goto(address)
    expect(page).to_have_url(f"{address}/logga-in?till=/")
    log_in(page)
    page.get_by_label("Din fråga").fill("Vem har ansvar?")
    page.get_by_role("button", name="Skicka frågan").click()
    expect(page.locator(".ai-message")).to_contain_text(QUOTE)  # two municipalities, but the account says which
    expect(page.locator(".ai-message")).to_contain_text("Så står det i Ekvik:s strategi")
    kept = page.context.cookies()
    assert [(cookie["name"], cookie["httpOnly"], cookie["sameSite"]) for cookie in kept] == [("session", True, "Lax")]

    page.goto(f"{address}/dokument")
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    assert page.context.cookies() == []
    page.context.add_cookies(kept)
    page.goto(f"{address}/dokument")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")


@pytest.mark.parametrize("size", [(1280, 800), (390, 800)], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_list_of_conversations_has_no_violation_but_chainlits_known_one(
    browser: Browser, address: str, size: tuple[int, int], scheme: str
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    # Not the others' page: on a phone Chainlit's dialog complains in the console of the title that it lacks.
    page = browser.new_page(locale="sv-SE", reduced_motion="reduce", viewport=viewport, color_scheme=scheme)
    page.goto(address)
    log_in(page)
    page.get_by_label("Din fråga").fill("Vem har ansvar?")
    page.get_by_role("button", name="Skicka frågan").click()
    expect(page.locator(".ai-message")).to_contain_text(QUOTE)
    page.goto(address)
    expect(page.locator("#starters")).to_be_visible()
    role = "navigation" if size[0] > 768 else "dialog"
    page.wait_for_load_state("networkidle")  # Chainlit opens the list by itself on a wide screen, when it has one
    listed = page.get_by_role(role, name="Tidigare konversationer")
    if not listed.is_visible():
        page.locator("#sidebar-trigger-button:visible").first.click()
    expect(listed.get_by_role("link", name="Vem har ansvar?").first).to_be_visible()
    expect(listed.get_by_role("button", name="Byt namn eller ta bort").first).to_be_visible()
    page.wait_for_timeout(500)  # colours that change little by little have changed
    found = Axe().run(page, options=RULES).response["violations"]
    assert [f"{v['id']}: {node['html'][:300]}" for v in found for node in v["nodes"] if v["id"] not in KNOWN] == []
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/lista-{scheme}-{size[0]}.png")
    page.context.close()


def test_who_is_logged_out_elsewhere_is_led_to_login_at_the_next_question(browser: Browser, address: str, home: Path) -> None:
    page = browser.new_page(locale="sv-SE", reduced_motion="reduce")  # not the others' page: Chainlit calls a refusal an error
    page.goto(address)
    log_in(page)
    page.get_by_label("Din fråga").fill("Vem har ansvar?")
    page.get_by_role("button", name="Skicka frågan").click()
    expect(page.locator(".ai-message")).to_contain_text(QUOTE)
    expect(page.locator("#thread-history")).to_contain_text("Vem har ansvar?")
    page.wait_for_load_state("networkidle")  # else the list of conversations, asked for again, would lead to the login first
    engine = open_database(home)
    Accounts(engine).set_password("anna.å", PASSWORD)
    engine.dispose()
    page.get_by_label("Din fråga").fill("Vem har ansvar nu?")
    page.get_by_label("Din fråga").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Logga in")
    page.context.close()


def test_a_wrong_password_is_told_where_a_screen_reader_hears_it(page: Page, address: str) -> None:
    page.goto(f"{address}/dokument")
    # The status is 401, which the browser itself would note as a trouble.
    page.route("**/logga-in", lambda route: route.fulfill(response=route.fetch(), status=200))
    log_in(page, "fel lösenord här")
    expect(page.get_by_role("alert")).to_have_text("Namnet eller lösenordet stämmer inte.")
    expect(page.get_by_label("Kontonamn")).to_have_value("anna.å")
    expect(page.get_by_label("Lösenord")).to_have_value("")
    page.unroute("**/logga-in")
    log_in(page)
    expect(page).to_have_url(f"{address}/dokument")


def test_the_login_page_is_accessible_by_keyboard_and_to_axe(page: Page, address: str) -> None:
    page.goto(f"{address}/logga-in")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Kontonamn").focus()
    page.keyboard.type("anna.å")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Fråga om kommunens internationella arbete")
    if os.environ.get("SHOTS"):
        page.wait_for_timeout(1500)
        page.screenshot(path=f"{os.environ['SHOTS']}/chat-{page.viewport_size['width']}.png")
        page.context.clear_cookies()
        page.goto(f"{address}/logga-in")
        page.screenshot(path=f"{os.environ['SHOTS']}/login-{page.viewport_size['width']}.png")
