"""Text shows as it stands in the source: 200 strings with colons, §, dashes and å/ä/ö, in the answer, its notices and the card."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from exact import STRINGS
from playwright.sync_api import Page, expect
from talk import answers, ask

pytestmark = pytest.mark.timeout(120)


def test_there_are_two_hundred_and_no_two_are_equal() -> None:
    assert len(set(STRINGS)) == len(STRINGS) == 200
    for sign in ":§–-()[]*_#>|~`<&åäö":
        assert any(sign in text for text in STRINGS), sign


def test_every_string_shows_exactly_as_it_stands(page: Page, start: Callable[[str], str]) -> None:
    page.goto(start("one"))
    ask(page, "exakt")
    expect(answers(page).locator("li")).to_have_count(len(STRINGS))
    assert answers(page).locator("li").all_inner_texts() == STRINGS
    notice = answers(page).locator('[data-box="notice"]').inner_text()
    assert notice == "Så har frågan tolkats: " + " ".join(STRINGS[:20])
