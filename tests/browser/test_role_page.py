"""The role path as somebody new meets it, over the real sample: on the screen and on paper."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, sample_home: Path) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(sample_home))
    monkeypatch.setenv("ASSISTANT_AS_OF", "2026-11-22")


def test_from_the_choice_of_municipality_to_the_cited_words(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("real") + "/min-roll")
    page.get_by_role("link", name="Lindhamn").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Min roll i Lindhamn")
    expect(page.locator(".role-names")).to_contain_text("internationell kontaktperson")
    expect(page.locator(".steps > li")).to_have_count(8)
    quote = page.locator("#utses blockquote").first.inner_text()
    assert "utser förvaltningens internationella kontaktperson" in quote
    page.locator("#utses figcaption a").first.click()
    expect(page.locator("section:target mark").first).to_be_in_viewport()
    assert page.locator("section:target mark").first.inner_text() in quote


def test_what_the_documents_do_not_settle_is_named_with_whom_to_ask(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("real") + "/min-roll?kommun=Norrfors")
    for gap in page.locator(".gap").all():
        assert len(gap.inner_text()) > len("Det säger dokumenten inte.") + 10
    for general in page.locator(".general").all():
        assert general.inner_text().startswith("Allmän kunskap, inte ur kommunens dokument")


@pytest.mark.parametrize("municipality", ["Lindhamn", "Norrfors"])
def test_the_role_card_is_one_printed_page(page: Page, start: Callable[[str], str], tmp_path: Path, municipality: str) -> None:
    page.goto(start("real") + f"/min-roll?kommun={municipality}")
    page.pdf(path=tmp_path / "roll.pdf", format="A4")
    printed = PdfReader(tmp_path / "roll.pdf")
    assert len(printed.pages) == 1
    text = printed.pages[0].extract_text()
    assert "De första stegen" in text
    assert "Skriv ut sidan" not in text
