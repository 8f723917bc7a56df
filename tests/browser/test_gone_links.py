"""A link to a section or a document that is gone, as the browser shows it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from fake_engine import section, strategy
from playwright.sync_api import Page, expect

from assistant.settings import Settings
from assistant.store.store import Store

pytestmark = pytest.mark.timeout(120)
PLAN = strategy().id


@pytest.fixture
def address(start: Callable[[str], str], homes: dict[str, Path]) -> str:
    """A chat that has cited an earlier version of its strategy, and a plan that is gone."""
    address = start("one")
    store = Store.open(Settings(home=homes["one"]))
    report = section(PLAN, "rapport", ("Uppföljning", "Rapport"), "Rapporten lämnas i mars varje år av kommunens samordnare.")
    store.versions.keep(replace(strategy(), sections=(report, *strategy().sections[1:])))
    plan = section("ekvik/plan-2015", "rapport", ("Rapport",), "Rapporten lämnas i mars varje år av kommunens samordnare.")
    store.versions.keep(replace(strategy(), id="ekvik/plan-2015", title="Plan 2015", cover=None, sections=(plan,)))
    store.close()
    return address


def seen(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert Axe().run(page).violations_count == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if os.environ.get("SHOTS"):
        page.emulate_media(color_scheme="light")
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}-{page.viewport_size['width']}.png")


def test_a_link_to_a_section_that_is_gone_says_so_and_leads_to_the_nearest_and_to_what_it_said(page: Page, address: str) -> None:
    page.goto(f"{address}/dokument/{PLAN}#rapport")
    told = page.locator("#borta[role=status]")
    expect(told).to_contain_text("Avsnittet ”Uppföljning › Rapport” finns inte längre i dokumentet.")
    expect(told).to_be_in_viewport()
    seen(page, "borta-avsnitt")
    told.get_by_role("link", name="Ansvar").click()
    expect(page.locator("section:target")).to_contain_text("Rapporten lämnas")
    expect(told).to_be_empty()  # a section that is there: nothing is said
    page.go_back()
    told.get_by_role("link", name="Läs avsnittet som det var när det citerades").click()
    expect(page.locator("section:target")).to_contain_text("av kommunens samordnare")
    expect(page.locator("section:target").get_by_role("heading")).to_contain_text("tidigare version")
    seen(page, "tidigare")


def test_an_anchor_that_is_there_or_none_at_all_is_not_asked_about(page: Page, address: str) -> None:
    for anchor in ("", "#ansvar", "#innehall"):
        page.goto(f"{address}/dokument/{PLAN}{anchor}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("#borta")).to_be_empty()
    assert not [url for url in page.context.requests if "/avsnitt/" in url]


def test_what_nobody_knows_is_said_to_be_gone_and_shown_as_text_only(page: Page, address: str) -> None:
    page.goto(f"{address}/dokument/{PLAN}#<img src=x>%zz")
    expect(page.locator("#borta")).to_contain_text("Avsnittet som länken leder till finns inte i dokumentet.")
    expect(page.locator("#borta")).to_contain_text("Inget avsnitt i dokumentet liknar det.")
    expect(page.locator("#borta img")).to_have_count(0)


def test_a_link_into_a_document_that_is_gone_leads_to_the_nearest_section(page: Page, address: str) -> None:
    page.route("**/dokument/ekvik/plan-2015", lambda route: route.fulfill(response=route.fetch(), status=200))  # 410 is noted as a trouble
    page.goto(f"{address}/dokument/ekvik/plan-2015#rapport")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dokumentet finns inte kvar")
    expect(page.locator("#borta")).to_contain_text("Avsnittet ”Rapport” finns inte längre.")
    seen(page, "borta-dokument")
    page.locator("#borta").get_by_role("link", name="Internationell strategi: Ansvar").click()
    expect(page.locator("section:target")).to_contain_text("Rapporten lämnas")
