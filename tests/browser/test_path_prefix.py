"""Behind a proxy that shows the service under a path: all that a browser asks for is under that path, the chat's socket too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import serve
from fake_engine import QUOTE
from playwright.sync_api import Page, expect
from talk import answers, ask, log_in

from assistant.access.accounts import Accounts
from assistant.access.tables import open_database
from assistant.access.visitor import Role

PREFIX = "/intern/assistenten"
PASSWORD = "ett långt lösenord"
pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("prefix")
    engine = open_database(home)
    Accounts(engine).add("karin", PASSWORD, role=Role.COORDINATOR, municipality="Ekvik")
    engine.dispose()
    server, found = serve("one", Path(home), os.environ | {"ASSISTANT_PUBLIC_URL": f"http://127.0.0.1{PREFIX}"})
    yield found + PREFIX
    server.terminate()
    server.communicate(timeout=10)


@pytest.mark.parametrize("page", [(1280, 800)], indirect=True, ids=["desktop"])
def test_from_login_over_an_answer_to_the_cited_words_and_out_again(page: Page, address: str) -> None:
    page.goto(address)
    log_in(page, "karin", PASSWORD)
    ask(page, "Vem har ansvar?")
    expect(answers(page)).to_contain_text(QUOTE)
    validity = answers(page).get_by_role("link", name="Gäller").first
    expect(validity).to_have_attribute("href", f"{PREFIX}/om#giltighet-current")

    page.get_by_role("link", name="[1]", exact=True).click()
    card = page.get_by_role("dialog", name="Internationell strategi")
    with page.context.expect_page() as opened:
        card.get_by_role("link", name="Läs i dokumentet").click()
    expect(opened.value.locator("section:target mark")).to_have_text(QUOTE)
    opened.value.close()
    page.get_by_role("button", name="Stäng").click()

    page.reload()  # the conversation's own address, by Chainlit's router
    page.goto(address + "/samordnare")
    pages = page.get_by_role("navigation", name="Sidor", exact=True)
    pages.get_by_role("link", name="Fråga", exact=True).click()
    expect(page.get_by_label("Din fråga")).to_be_enabled()
    for name in ("Min roll", "Samordnare", "Dokument"):  # the last has no socket that the logout would close
        pages.get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h1").first).to_be_visible()
    page.get_by_role("button", name="Logga ut").click()
    expect(page.get_by_label("Kontonamn")).to_be_visible()

    asked = [urlsplit(url) for url in page.context.requests]
    assert any(url.scheme == "ws" for url in asked)
    assert [url.geturl() for url in asked if not url.path.startswith((f"{PREFIX}/", PREFIX))] == []
    assert {(cookie["name"], cookie["path"]) for cookie in page.context.cookies()} <= {("assistant-session", f"{PREFIX}/")}
