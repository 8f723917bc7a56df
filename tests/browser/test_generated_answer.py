"""An answer that a language model writes, in a real browser: sources first, then claims, and quotes when the model fails or is too slow."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from conftest import serve
from model_service import Asked, Service, question_of, right, silent
from playwright.sync_api import Page, expect
from right_claims import FERRY, RIGHT
from talk import answers, ask

from assistant.settings import Settings
from assistant.store.store import Store

pytestmark = pytest.mark.timeout(180)
SECONDS = 8.0
GIFT = "Hur mycket får en gåva till en vänort kosta?"
FIRST, SECOND = (claim for _, claim in RIGHT[FERRY])
WRITTEN = "Svaret är skrivet av en språkmodell."
QUOTED = "Svaret består av ordagranna citat."
NO_MODEL = "Språkmodellen gick inte att använda just nu. Svaret består därför av ordagranna citat."


def behave(asked: Asked, handler: BaseHTTPRequestHandler) -> None:
    """Writes slowly about the ferry, and never answers anything else."""
    (right(RIGHT, pause=0.15) if question_of(asked) == FERRY else silent)(asked, handler)


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service(behave) as running:
        yield running


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sample_home, tmp_path_factory.mktemp("written") / "home"))


@pytest.fixture(scope="module")
def address(home: Path, service: Service) -> Iterator[str]:
    """A chat over the sample with a model that writes."""
    settings = {"HOME": str(home), "MODEL": "provmodell", "MODEL_URL": service.url, "MODEL_KEY": "hemlig", "MODEL_SECONDS": str(SECONDS)}
    server, address = serve("real", home, os.environ | {f"ASSISTANT_{name}": value for name, value in settings.items()})
    yield address
    server.terminate()
    server.communicate(timeout=10)


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    return page


def ask_for_lindhamn(page: Page, question: str) -> None:
    ask(page, question)
    page.get_by_role("button", name="Lindhamn").click()


def test_sources_show_first_then_claims_as_they_are_verified_then_the_answer(page: Page, address: str, home: Path) -> None:
    ask_for_lindhamn(opened(page, address), FERRY)
    written = answers(page).last
    expect(written).to_contain_text("Källorna är hittade. Svaret skrivs")
    expect(written.locator('[data-box="source"]').first).to_contain_text("Riktlinjer för tjänsteresor utomlands")
    assert FIRST not in written.inner_text()
    assert home_log(home) == 0  # nothing has been given yet
    expect(written).to_contain_text(FIRST)
    assert SECOND.rstrip(".") not in written.inner_text()
    expect(written).to_contain_text(WRITTEN)
    expect(written).not_to_contain_text("Svaret skrivs")
    expect(written).to_contain_text(f"{FIRST.rstrip('.')} [1]. {SECOND.rstrip('.')} [2].")
    expect(written.locator('[data-box="source"]')).to_have_count(2)
    expect(page.locator("#heard")).to_have_text(re.compile("^Nytt svar: Dokumenten är återhållsamma"))
    expect(written.get_by_role("button", name="Till hjälp", exact=True)).to_be_visible()
    written.get_by_role("link", name="[2]", exact=True).click()
    expect(page.get_by_role("dialog").locator("mark")).to_contain_text("Vid längre resor bör tåg väljas")
    assert home_log(home) == 1
    forget(home)


def test_who_stops_keeps_the_sources_and_no_claim_that_was_not_kept(page: Page, address: str, home: Path) -> None:
    ask_for_lindhamn(opened(page, address), FERRY)
    expect(answers(page).last).to_contain_text(FIRST)
    page.get_by_role("button", name="Avbryt").click()
    expect(answers(page).last).to_have_text("Du avbröt frågan.")
    unfinished = answers(page).filter(has_text="Svaret blev inte klart. Det här är källorna som det skulle ha byggt på.")
    expect(unfinished.locator('[data-box="source"]').first).to_be_visible()
    expect(unfinished).not_to_contain_text(FIRST)
    assert home_log(home) == 0
    ask(page, FERRY)  # and the conversation goes on
    expect(answers(page).last).to_contain_text(WRITTEN)
    forget(home)


def test_a_model_that_does_not_answer_gives_way_to_quotes_in_time(page: Page, address: str) -> None:
    ask_for_lindhamn(opened(page, address), GIFT)
    began = time.monotonic()
    expect(answers(page).last.locator('[data-box="source"]').first).to_contain_text("högst 600 kronor per gåva", timeout=SECONDS * 1000)
    expect(answers(page).last).to_contain_text(QUOTED, timeout=3 * SECONDS * 1000)
    assert time.monotonic() - began < 2 * SECONDS  # of which a loaded machine takes some to show it
    expect(answers(page).last).to_contain_text(f"Om tjänsten: {NO_MODEL}")
    expect(answers(page).last).to_contain_text("”Officiella gåvor till en vänort får kosta högst 600 kronor per gåva")


def test_a_model_that_is_not_there_any_more_is_no_hindrance(page: Page, address: str, service: Service) -> None:
    service.stop()
    ask_for_lindhamn(opened(page, address), FERRY)
    expect(answers(page).last).to_contain_text(QUOTED, timeout=SECONDS * 1000)
    expect(answers(page).last).to_contain_text(NO_MODEL)


def test_the_page_about_the_service_tells_of_the_model_and_what_it_is_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/om")
    expect(page.locator("main")).to_contain_text("Svaren skrivs av språkmodellen provmodell på 127.0.0.1.")
    expect(page.locator("main")).to_contain_text("Personnummer, e-postadresser och telefonnummer tas bort innan något skickas.")
    expect(page.locator("main")).not_to_contain_text("Ingenting lämnar datorn")


def home_log(home: Path) -> int:
    """How many answers the log holds."""
    store = Store.open(Settings(home=home))
    try:
        return sum(1 for _ in store.log.read())
    finally:
        store.close()


def forget(home: Path) -> None:
    """Leaves the log empty for the next test."""
    shutil.rmtree(home / "log")
