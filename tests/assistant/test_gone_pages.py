"""A link to what is gone: the page says so, offers the nearest, and leads to the kept version."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fake_engine import FakeEngine, guide, section, strategy
from fastapi.testclient import TestClient

from assistant.settings import Settings
from assistant.store.store import Store
from assistant.web import create_app
from knowledge.section import Document

OLD_ID = "ekvik/internationell-plan-2015"
PLAN = "ekvik/internationell-strategi-2021"


def before() -> Document:
    """The strategy as it was: with a section on visas, and responsibility under another heading."""
    visa = section(PLAN, "visum", ("Visum",), "Skolan betalar avgiften för visum när en elev reser.")
    report = section(PLAN, "rapport", ("Rapport",), "Rapporten lämnas i mars varje år av kommunens samordnare.")
    return replace(strategy(), hash="9" * 64, sections=(visa, report, *strategy().sections[1:]))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine([strategy(), guide()])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(Settings(home=tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def client(tmp_path: Path, engine: FakeEngine) -> TestClient:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        return TestClient(create_app(engine, Settings(home=tmp_path)), base_url="http://127.0.0.1")


def became(client: TestClient, document_id: str, anchor: str) -> dict[str, object]:
    answer = client.get(f"/avsnitt/{document_id}", params={"ankare": anchor})
    assert answer.status_code == 200
    return dict(answer.json())


def test_a_section_that_was_cited_is_found_by_what_it_said_and_can_be_read_as_it_was(client: TestClient, store: Store) -> None:
    version = store.versions.keep(before())
    found = became(client, PLAN, "rapport")
    assert (found["heading"], found["now"]) == ("Rapport", None)
    assert found["nearest"] == [{"document": "Internationell strategi", "heading": "Ansvar", "url": f"/dokument/{PLAN}#ansvar"}]
    assert found["earlier"] == f"/tidigare/{version}#rapport"
    page = BeautifulSoup(client.get(f"/tidigare/{version}").text, "html.parser")
    assert "lämnas i mars" in page.find(id="rapport").text
    assert "Det här är en tidigare version." in page.select_one(".earlier").text
    assert page.select_one(".earlier a")["href"] == f"/dokument/{PLAN}"
    assert page.select(".badge") == []  # nothing says that it is in force


def test_what_was_never_kept_is_offered_by_its_heading(client: TestClient) -> None:
    found = became(client, PLAN, "bidrag/medel")
    assert (found["heading"], found["earlier"]) == (None, None)
    assert found["nearest"] == [{"document": "Internationell strategi", "heading": "Skola › Medel", "url": f"/dokument/{PLAN}#skola/medel"}]
    assert became(client, PLAN, "<b>x</b>")["nearest"] == []


def test_an_alias_leads_to_where_the_section_is(client: TestClient, engine: FakeEngine) -> None:
    class Aliased(type(engine.index())):
        def section(self, section_id: str, /) -> object:
            return super().section(dict(strategy_now.aliases).get(section_id, section_id))

    strategy_now = replace(strategy(), aliases=((OLD_ID, PLAN), (f"{PLAN}#uppdrag", f"{PLAN}#ansvar")))
    engine.index = lambda: Aliased({strategy_now.id: strategy_now})
    assert became(client, PLAN, "uppdrag")["now"] == f"/dokument/{PLAN}#ansvar"
    assert became(client, OLD_ID, "ansvar")["now"] == f"/dokument/{PLAN}#ansvar"
    assert BeautifulSoup(client.get(f"/dokument/{PLAN}").text, "html.parser").find(id="uppdrag")


def test_a_section_cited_under_the_documents_id_before_is_found_too(client: TestClient, store: Store, engine: FakeEngine) -> None:
    def renamed(s: object) -> object:
        return replace(s, id=s.id.replace(PLAN, OLD_ID), document_id=OLD_ID)

    was = before()
    store.versions.keep(replace(was, id=OLD_ID, sections=tuple(map(renamed, was.sections)), cover=None))
    engine.documents = [replace(strategy(), aliases=((OLD_ID, PLAN),))]
    assert became(client, PLAN, "visum")["heading"] == "Visum"


def test_a_document_that_is_gone_says_so_with_what_is_near_and_what_it_said(client: TestClient, store: Store) -> None:
    gone = replace(before(), id="ekvik/internationell-strategi-2017", title="Internationell strategi 2017", sections=(), cover=None)
    version = store.versions.keep(gone)
    answer = client.get(f"/dokument/{gone.id}")
    page = BeautifulSoup(answer.text, "html.parser")
    assert answer.status_code == 410
    assert page.h1.text == "Dokumentet finns inte kvar"
    assert "”Internationell strategi 2017” har tagits bort eller bytts ut." in page.text
    assert [a["href"] for a in page.select(".shelf a")] == [f"/dokument/{PLAN}"]
    assert page.find("a", href=f"/tidigare/{version}")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "Dokumentet finns inte kvar och används inte längre" in client.get(f"/tidigare/{version}").text


def test_what_says_that_it_replaces_a_document_is_what_is_offered(client: TestClient, store: Store, engine: FakeEngine) -> None:
    gone = replace(before(), id="ekvik/resor", title="Regler för resor")
    store.versions.keep(gone)
    engine.documents = [strategy(), replace(strategy(), id="ekvik/ny", title="Ny", replaces=("Regler för resor",))]
    page = BeautifulSoup(client.get("/dokument/ekvik/resor").text, "html.parser")
    assert [a["href"] for a in page.select(".shelf a")] == ["/dokument/ekvik/ny"]


def test_a_document_that_never_was_but_is_nearly_named_right_is_offered(client: TestClient) -> None:
    answer = client.get("/dokument/ekvik/internationell-strategi")
    assert answer.status_code == 404
    assert "Dokumentet finns inte" in answer.text
    assert f'href="/dokument/{PLAN}"' in answer.text


def test_another_municipalitys_sections_are_not_offered(client: TestClient, engine: FakeEngine) -> None:
    engine.documents = [strategy("Norrö")]
    assert became(client, PLAN, "ansvar")["nearest"] == []
    assert "Sidan finns inte" in client.get(f"/dokument/{PLAN}").text


def test_a_kept_version_that_is_as_the_document_is_now_leads_there(client: TestClient, store: Store) -> None:
    answer = client.get(f"/tidigare/{store.versions.keep(strategy())}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (307, f"/dokument/{PLAN}")


@pytest.mark.parametrize("version", ["f" * 64, "x", "..%2F..%2Fetc"])
def test_a_version_that_is_not_kept_is_not_found(client: TestClient, version: str) -> None:
    assert client.get(f"/tidigare/{version}").status_code == 404


def test_a_damaged_version_is_passed_over_when_looked_for_and_told_when_opened(client: TestClient, store: Store) -> None:
    version = store.versions.keep(before())
    (store.home / "versions" / f"{version}.jsonl").write_text("trasig")
    assert became(client, PLAN, "visum")["earlier"] is None
    answer = client.get(f"/tidigare/{version}")
    assert answer.status_code == 503
    assert "skadad" in answer.text


def test_without_scripts_the_page_says_what_may_have_happened(client: TestClient) -> None:
    assert "finns avsnittet inte kvar" in BeautifulSoup(client.get(f"/dokument/{PLAN}").text, "html.parser").noscript.text
