"""The source card and the original file, over HTTP."""

from __future__ import annotations

import warnings
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from fake_engine import LIST_QUOTE, QUOTE, FakeEngine, guide, strategy
from fastapi.testclient import TestClient

from assistant.settings import Settings
from assistant.web import create_app

ID = "ekvik/internationell-strategi-2021"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    home = tmp_path_factory.mktemp("home")
    kept = home / "index" / "1" / "originals"
    kept.mkdir(parents=True)
    (kept / ("0" * 64)).write_bytes(b"%PDF-1.7 provfil")
    (kept / ("1" * 64)).write_text("<script>alert(1)</script>")
    gone = replace(strategy(), id="ekvik/utan-original", hash="2" * 64)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        return TestClient(create_app(FakeEngine([strategy(), guide(), gone]), Settings(home=home)), base_url="http://127.0.0.1")


def card(client: TestClient, quote: str, anchor: str = "ansvar", document: str = ID) -> BeautifulSoup:
    answer = client.get(f"/kalla/{document}", params={"avsnitt": anchor, "citat": quote})
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser").select_one("#kort")


def test_the_card_tells_what_decides_how_a_quote_is_to_be_taken(client: TestClient) -> None:
    made = card(client, QUOTE)
    facts = {dt.text: " ".join(dt.find_next("dd").text.split()) for dt in made.find_all("dt")}
    assert facts == {"Dokument": "Strategi, Ekvik", "Beslutat": "14 juni 2021 av kommunfullmäktige", "Avsnitt": "Ansvar, sida 2"}
    assert made.select_one(".badge.current").text == "Gäller"


def test_the_quoted_words_are_marked_in_their_surroundings(client: TestClient) -> None:
    made = card(client, QUOTE)
    assert [m.text for m in made.find_all("mark")] == [QUOTE]
    assert "Rapporten lämnas" in made.select_one(".quoted").text


def test_a_list_is_marked_item_by_item_with_what_stands_before_it(client: TestClient) -> None:
    made = card(client, LIST_QUOTE, "skola/medel")
    assert [m.text for m in made.find_all("mark")] == ["Skolan får söka medel för", "lärares fortbildning", "elevers utbyten"]


def test_the_card_leads_to_the_place_in_the_document_and_to_the_page_of_the_original(client: TestClient) -> None:
    links = {a.text.strip(): a["href"] for a in card(client, QUOTE).find_all("a")}
    assert links["Läs i dokumentet"].startswith(f"/dokument/{ID}?citat=")
    assert links["Läs i dokumentet"].endswith("#ansvar")
    assert links["Öppna originalet (PDF, sida 2)"] == f"/original/{ID}#page=2"


def test_a_document_without_its_original_offers_none(client: TestClient) -> None:
    assert [a.text for a in card(client, QUOTE, document="ekvik/utan-original").find_all("a")] == ["Läs i dokumentet"]
    assert client.get("/original/ekvik/utan-original").status_code == 404


def test_a_pdf_opens_in_the_browser_and_anything_else_is_only_downloaded(client: TestClient) -> None:
    pdf = client.get(f"/original/{ID}")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7 provfil", "application/pdf")
    assert pdf.headers["content-disposition"].startswith("inline")
    html = client.get("/original/alla/programguide")
    assert html.headers["content-disposition"].startswith("attachment")
    assert html.headers["content-type"] == "application/octet-stream"
    assert html.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("address", ["/kalla/ingen/alls", f"/kalla/{ID}?avsnitt=borta", f"/kalla/{ID}", "/original/../../index/current"])
def test_what_is_not_there_gets_the_kind_page(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text


def test_the_reading_page_offers_the_original(client: TestClient) -> None:
    made = BeautifulSoup(client.get(f"/dokument/{ID}").text, "html.parser")
    assert made.select_one("table.facts a")["href"] == f"/original/{ID}"
    assert made.select_one("section#ansvar small a")["href"] == f"/original/{ID}#page=2"
