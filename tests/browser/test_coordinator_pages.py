"""A coordinator who is new to it: from a guideline that is uploaded to an answer that is mended and shown mended."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import Browser, Page, expect
from talk import answers, ask

pytestmark = pytest.mark.timeout(600)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
OURS = "Norrfors"
TITLE = "Riktlinjer för ungdomsstipendier"
QUESTION = "Hur stort är ungdomsstipendiet?"
LATER = 180_000
"""Milliseconds within which a process of its own has indexed, or put the questions."""

APPLYING = "Ungdomar mellan 16 och 20 år kan söka ungdomsstipendium för en resa till en vänort. Ansökan lämnas till kulturnämnden."
AMOUNT = "Ungdomsstipendiet är 4 500 kronor per resa."
Shot = Callable[[Page, str], None]
PLACES = (
    *("", "/inkorg", "/fragor", "/fragor/ny", "/forslag", "/korningar", "/jamfor", "/tillit"),
    *("/dokument", "/ord", "/kontakter", "/rapport", "/guide"),
)


def write_guideline(path: Path, *stipend: str) -> Path:
    """The guideline as a Word file, with what it says of the stipend."""
    document = Document()
    document.add_heading(f"{TITLE} i Norrfors kommun", 0)
    document.add_paragraph("Antagna av kulturnämnden den 5 mars 2025, § 12.")
    for heading, texts in (("Stipendium", stipend), ("Redovisning", ("Den som har fått ett stipendium skriver en reseberättelse.",))):
        document.add_heading(heading, 1)
        for text in texts:
            document.add_paragraph(text)
    document.save(path)
    return path


@pytest.fixture(scope="module")
def address(start: Callable[[str], str], homes: dict[str, Path], sample_home: Path) -> str:
    """A chat over the sample, in a home that may be written to."""
    found = start("own")
    shutil.copytree(sample_home, homes["own"], dirs_exist_ok=True)
    return found


@pytest.fixture
def desk(browser: Browser) -> Iterator[Page]:
    """A coordinator's screen. Whatever the browser complains of fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE", reduced_motion="reduce")
    troubles: list[str] = []
    context.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    yield context.new_page()
    context.close()
    assert not troubles


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found for node in v["nodes"]]


def looked_at(page: Page, _name: str) -> None:
    """A step that somebody would see: nothing that axe measures is wrong there, and nothing is wider than the screen."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_a_guideline_is_uploaded_asked_about_found_wanting_replaced_and_shown_mended(desk: Page, address: str, tmp_path: Path) -> None:
    journey(desk, address, tmp_path, looked_at)


def journey(page: Page, address: str, folder: Path, shot: Shot) -> None:
    """Every step of the way, each shown to `shot`."""
    upload(page, address, write_guideline(folder / "stipendier.docx", APPLYING), shot)
    ask_and_thumb_down(page, address, shot)
    make_it_a_question(page, address, shot)
    run(page, address, shot)
    expect(page.locator(".verdict")).to_contain_text("Det går inte att säga hur bra svaren är, för en fråga räcker inte")
    see_it_fail(page, shot)
    replace(page, address, write_guideline(folder / "nya.docx", APPLYING, AMOUNT), shot)
    run(page, address, shot)
    see_it_mended(page, address, shot)


def upload(page: Page, address: str, file: Path, shot: Shot) -> None:
    page.goto(f"{address}/samordnare/dokument?kommun={OURS}")
    page.get_by_label("Filer", exact=True).set_input_files(file)
    shot(page, "01-dokument")
    page.get_by_role("button", name="Ladda upp").click()
    expect(page.get_by_role("status").first).to_contain_text("Filerna är sparade och läses in nu.")
    shot(page, "02-laser-in")
    page.get_by_role("region", name="Senast inläst").get_by_role("link", name=TITLE).click(timeout=LATER)
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    for heading in ("Stipendium", "Redovisning"):
        expect(page.locator("ol.worklist summary", has_text=heading)).to_be_visible()
    page.locator("ol.worklist summary", has_text="Stipendium").click()
    expect(page.get_by_text(APPLYING)).to_be_visible()
    shot(page, "03-dokumentet")


def ask_and_thumb_down(page: Page, address: str, shot: Shot) -> None:
    page.goto(address)
    ask(page, QUESTION)
    page.get_by_role("button", name=OURS).click()
    page.get_by_role("button", name="Inte till hjälp").last.click()
    page.get_by_role("button", name="Något saknas").click()
    expect(answers(page).last).to_contain_text("Vi har sparat: något saknas.")
    shot(page, "04-tumme-ned") if shot is not looked_at else None  # the chat has its own test of axe


def make_it_a_question(page: Page, address: str, shot: Shot) -> None:
    page.goto(f"{address}/samordnare/inkorg?kommun={OURS}")
    shot(page, "05-inkorg")
    page.get_by_role("link", name=QUESTION).first.click()
    page.get_by_label("Stipendium").first.check()
    shot(page, "06-arende")
    page.get_by_role("button", name="Gör till fråga").click()
    expect(page.get_by_text("Förslag, inte godkänt.")).to_be_visible()
    shot(page, "07-forslag")
    page.get_by_role("button", name="Godkänn som den är").click()
    expect(page.get_by_role("status")).to_have_text("Frågan är godkänd.")


def run(page: Page, address: str, shot: Shot) -> None:
    page.goto(f"{address}/samordnare?kommun={OURS}")
    page.get_by_role("button", name="Starta en körning").click()
    expect(page.locator("[data-progress]")).to_be_visible()
    shot(page, "08-kor")
    expect(page.get_by_role("button", name="Starta en körning")).to_be_visible(timeout=LATER)  # the page was loaded anew by its script
    expect(page.get_by_role("heading", name="Fem siffror")).to_be_visible()
    shot(page, "09-oversikt")


def see_it_fail(page: Page, shot: Shot) -> None:
    page.get_by_role("link", name="Alla mått och svar i körningen").click()
    shot(page, "10-korning")
    page.get_by_role("link", name=QUESTION).click()
    expect(page.get_by_role("region", name="Så svarade assistenten").locator(".result")).to_have_text("Fel")
    shot(page, "11-fraga-fel")


def replace(page: Page, address: str, file: Path, shot: Shot) -> None:
    page.goto(f"{address}/samordnare/dokument?kommun={OURS}")
    page.get_by_role("region", name="Dokumenten").get_by_role("link", name=TITLE).click()
    page.get_by_label("Ny fil", exact=True).set_input_files(file)
    page.get_by_role("button", name="Ersätt dokumentet").click()
    expect(page.locator(".done")).to_contain_text("Den nya filen är sparad")
    expect(page.locator("[data-progress]")).to_have_count(0, timeout=LATER)
    page.locator("ol.worklist summary", has_text="Stipendium").click()
    expect(page.get_by_text(AMOUNT)).to_be_visible()
    shot(page, "12-ersatt")


def see_it_mended(page: Page, address: str, shot: Shot) -> None:
    page.get_by_role("link", name="se vad som ändrades").click()
    expect(page.locator(".verdict")).to_have_text("1 fråga blev rätt och 0 blev fel, av 1 som finns i båda.")
    won = page.get_by_role("region", name="Blev rätt")
    expect(won).to_contain_text(QUESTION)
    expect(won.locator("blockquote").last).to_contain_text(AMOUNT)
    expect(page.get_by_text(re.compile("Något dokument har lagts till, bytts ut"))).to_be_visible()
    shot(page, "13-jamfor")
    page.goto(f"{address}/samordnare/inkorg?kommun={OURS}&visa=alla")
    expect(page.locator(".result.ratt").first).to_contain_text("Rättad i körningen")
    shot(page, "14-rattad")


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "dark"), ((320, 640), "light")], ids=["desktop", "phone"])
def test_no_page_has_a_violation_or_scrolls_sideways(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> None:
    """After the journey above, so that every page has something to show."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="sv-SE", color_scheme=scheme)
    page = context.new_page()
    for place in PLACES:
        page.goto(f"{address}/samordnare{place}?kommun={OURS}")
        looked_at(page, place)
    context.close()


def test_without_scripts_the_progress_still_moves(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = context.new_page()
    page.goto(f"{address}/samordnare?kommun={OURS}")
    page.get_by_role("button", name="Starta en körning").click()
    expect(page.locator("progress")).to_be_visible()
    expect(page.get_by_role("button", name="Starta en körning")).to_be_visible(timeout=LATER)
    context.close()


def test_the_report_is_one_printed_page(desk: Page, address: str, tmp_path: Path) -> None:
    from pypdf import PdfReader

    desk.goto(f"{address}/samordnare/rapport?kommun={OURS}")
    desk.pdf(path=tmp_path / "rapport.pdf", format="A4")
    printed = PdfReader(tmp_path / "rapport.pdf")
    assert len(printed.pages) == 1
    text = " ".join(printed.pages[0].extract_text().split())
    assert "Så bra svarar Internationella assistenten" in text
    assert "Översikt" not in text  # the navigation stays on the screen
