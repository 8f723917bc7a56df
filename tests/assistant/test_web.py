"""The pages beside the conversation, and what stands in front of all of them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
import warnings
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from fake_engine import QUOTE, FakeEngine, FakeIndex, guide, strategy, two_municipalities
from fastapi.testclient import TestClient

from assistant.about_page import authorities
from assistant.settings import Settings
from assistant.web import PAGES, create_app, run
from knowledge.section import KnowledgeError

CHAINLIT_ROUTES_NOT_USED = [
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
    ("GET", "/redoc"),
    ("GET", "/health"),
    ("GET", "/public/a.js"),
    ("GET", "/copilot/index.js"),
    ("GET", "/login"),
    ("POST", "/login"),
    ("POST", "/auth/jwt"),
    ("POST", "/project/file"),
    ("GET", "/project/file/1"),
    ("GET", "/project/thread/1"),
    ("PUT", "/project/thread"),
    ("PUT", "/project/thread/share"),
    ("GET", "/project/share/1"),
    ("PUT", "/feedback"),
    ("POST", "/mcp"),
    ("DELETE", "/mcp"),
]
ROLE = "/min-roll?kommun=Ekvik"
CARD = f"/kalla/ekvik/internationell-strategi-2021?avsnitt=ansvar&citat={QUOTE}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


def client_of(engine: object, settings: Settings) -> TestClient:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
        return TestClient(create_app(engine, settings), base_url="http://127.0.0.1")


@pytest.fixture(scope="module")
def client(settings: Settings) -> TestClient:
    return client_of(two_municipalities(), settings)


def page(client: TestClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize(
    "address", ["/", "/dokument", "/dokument/ekvik/internationell-strategi-2021", "/om", "/tillganglighet", ROLE, CARD]
)
def test_every_page_is_swedish_with_landmarks_one_heading_and_a_way_past_the_menu(client: TestClient, address: str) -> None:
    made = page(client, address)
    assert made.html["lang"] == "sv"
    assert len(made.find_all("h1")) == 1
    assert {"header", "nav", "footer"} <= {tag.name for tag in made.find_all(True)}
    body = made.select_one(f"{made.select_one('a.skip')['href']}")
    assert body.name == "main" or body.select_one("#root")  # Chainlit puts a <main> of its own around the conversation
    assert "Du talar med en maskin. Det är dokumentet som gäller." in made.footer.text


@pytest.mark.parametrize(
    "address", ["/", "/dokument", "/dokument/ekvik/internationell-strategi-2021", "/om", "/tillganglighet", ROLE, CARD, "/finns-inte"]
)
def test_no_page_names_anything_outside_the_house(client: TestClient, address: str) -> None:
    made = BeautifulSoup(client.get(address).text, "html.parser")
    addresses = [tag.get(name, "") for tag in made.find_all(True) for name in ("src", "href", "content")]
    known = {"/om": {"imy"}, "/tillganglighet": {"digg"}}.get(address, set())
    assert {a for a in addresses if re.match(r"(https?:)?//", a)} == {authorities()[name]["url"] for name in known}
    assert not made.find_all("script", src=False)


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/dokument",
        "/om",
        "/min-roll",
        CARD,
        "/original/x",
        "/halsa",
        "/statisk/sidor.css",
        "/finns-inte",
        "/project/settings",
        "/user",
    ],
)
def test_every_response_carries_the_security_headers(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_documents_stand_by_municipality_with_those_for_all_last(settings: Settings) -> None:
    nobodys = replace(guide(), id="okand/x", title="Okänd", municipality=None)
    engine = FakeEngine([nobodys, guide(), *map(strategy, ("Ödeshög", "Älmhult", "Åmål"))])
    made = page(client_of(engine, settings), "/dokument")
    assert [h.text for h in made.find_all("h2")] == ["Åmål", "Älmhult", "Ödeshög", "Gäller alla kommuner", "Kommunen framgår inte"]


def test_the_list_tells_kind_decision_and_validity_of_each_document(client: TestClient) -> None:
    own, *_, national = page(client, "/dokument").select("ul.shelf li")
    assert own.a["href"] == "/dokument/ekvik/internationell-strategi-2021"
    assert " ".join(own.p.text.split()) == "Strategi · beslutat av kommunfullmäktige den 14 juni 2021"
    assert own.select_one(".badge.current").text == "Gäller"
    assert national.a.text == "Programguide <2020>"
    assert [b.text for b in national.select(".badge")] == ["Giltigheten framgår inte", "Utkast, inte beslutat"]
    assert "beslutet framgår inte av dokumentet" in national.text


def test_the_reading_page_has_every_section_at_its_anchor(client: TestClient) -> None:
    made = page(client, "/dokument/ekvik/internationell-strategi-2021")
    for section in strategy().citable:
        place = made.find(id=section.anchor)
        assert section.headings[-1] in place.find(re.compile("h[2-6]")).text
        assert made.select_one("nav.contents").find("a", href=f"#{section.anchor}")
    assert made.find(id="forsattsblad")


def test_the_reading_page_shows_what_was_not_found(client: TestClient) -> None:
    facts = {row.th.text: row.td.text for row in page(client, "/dokument/ekvik/internationell-strategi-2021").select("table.facts tr")}
    assert facts["Beslutat av"] == "kommunfullmäktige"
    assert facts["Diarienummer"] == "framgår inte av dokumentet"


def test_the_quoted_words_are_highlighted_and_pointed_to(client: TestClient) -> None:
    made = page(client, f"/dokument/ekvik/internationell-strategi-2021?citat={QUOTE}")
    assert [m.text for m in made.find_all("mark")] == [QUOTE]
    assert made.select_one("p.notice a")["href"] == "#ansvar"


def test_words_that_are_gone_are_said_to_be_gone(client: TestClient) -> None:
    made = page(client, "/dokument/ekvik/internationell-strategi-2021?citat=helt andra ord")
    assert "De citerade orden står inte i dokumentet" in made.text


def test_a_quote_in_the_address_cannot_bring_markup(client: TestClient) -> None:
    assert "<script>alert" not in client.get("/dokument/ekvik/internationell-strategi-2021?citat=<script>alert(1)</script>").text


@pytest.mark.parametrize("address", ["/dokument/ingen/sadan", "/nagot/annat", "/dokument/", "/login", "/statisk/finns-inte.css"])
def test_an_unknown_address_gets_a_kind_page_that_offers_the_list(client: TestClient, address: str) -> None:
    answer = client.get(address, follow_redirects=False)
    assert answer.status_code == 404
    assert "Sidan finns inte" in answer.text
    assert 'href="/dokument"' in answer.text


def test_a_replaced_document_leads_to_the_one_that_took_over(settings: Settings) -> None:
    heir = replace(strategy(), aliases=(("ekvik/gammal-strategi-2015", strategy().id),))
    answer = client_of(FakeEngine([heir]), settings).get("/dokument/ekvik/gammal-strategi-2015?citat=x", follow_redirects=False)
    assert answer.status_code == 307
    assert answer.headers["location"].endswith(f"/dokument/{heir.id}?citat=x")


@pytest.mark.parametrize(("method", "address"), CHAINLIT_ROUTES_NOT_USED)
def test_chainlits_unused_routes_are_closed(client: TestClient, method: str, address: str) -> None:
    assert client.request(method, address).status_code == 404


def test_chainlit_serves_what_its_page_asks_for_and_nothing_of_ours_is_a_default(client: TestClient) -> None:
    settings = client.get("/project/settings?language=en-US").json()
    assert settings["ui"]["name"] == "Internationella assistenten"
    assert settings["ui"]["language"] == "sv-SE"
    assert settings["dataPersistence"] is True
    assert not settings["markdown"]
    features = settings["features"]
    assert not features["spontaneous_file_upload"]["enabled"]
    assert not features["mcp"]["enabled"]
    assert not features["unsafe_allow_html"]
    assert not features["edit_message"]
    for address in re.findall(r'(?:src|href)="(/assets/[^"]+)"', client.get("/").text):
        assert "immutable" in client.get(address).headers["cache-control"]


def test_the_chats_own_texts_are_swedish_and_none_is_left_out(client: TestClient) -> None:
    import chainlit

    def leaves(tree: dict, path: str = "") -> dict[str, str]:
        return {
            key: text
            for name, value in tree.items()
            for key, text in (leaves(value, f"{path}{name}.") if isinstance(value, dict) else {f"{path}{name}": value}).items()
        }

    english = leaves(json.loads((Path(chainlit.__file__).parent / "translations" / "en-US.json").read_text(encoding="utf-8")))
    swedish = leaves(client.get("/project/translations?language=en-US").json()["translation"])
    assert swedish.keys() == english.keys()
    assert not [key for key in english if english[key] == swedish[key]]
    assert all(re.findall("{{.*?}}", english[key]) == re.findall("{{.*?}}", swedish[key]) for key in english)


@pytest.mark.parametrize("address", ["/project/action", "/set-session-cookie"])
def test_another_sites_page_cannot_make_the_browser_act(client: TestClient, address: str) -> None:
    answer = client.post(address, json={}, headers={"Origin": "https://annan.example"})
    assert answer.status_code == 403
    assert "content-security-policy" in answer.headers


def test_another_sites_page_cannot_read(client: TestClient) -> None:
    for address in ("/dokument", "/project/settings"):
        assert "access-control-allow-origin" not in client.get(address, headers={"Origin": "https://annan.example"}).headers


def test_our_own_page_can(client: TestClient) -> None:
    answer = client.post("/set-session-cookie", json={"session_id": "x"}, headers={"Origin": "http://127.0.0.1"})
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers


def test_another_sites_page_cannot_open_the_socket(client: TestClient) -> None:
    from starlette.websockets import WebSocketDisconnect

    address = "/ws/socket.io/?EIO=4&transport=websocket"
    with pytest.raises(WebSocketDisconnect) as refused, client.websocket_connect(address, headers={"Origin": "https://annan.example"}):
        pass
    assert refused.value.code == 1008


def test_health_tells_how_many_documents_there_are(client: TestClient) -> None:
    assert client.get("/halsa").json() == {"status": "ok", "documents": 3}


def test_without_an_index_the_pages_say_what_to_do(settings: Settings) -> None:
    class Unindexed(FakeEngine):
        def index(self) -> FakeIndex:
            raise KnowledgeError("Det finns inget index.", "Kör assistant ingest MAPP.")

    client = client_of(Unindexed(), settings)
    assert client.get("/halsa").status_code == 503
    assert client.get("/halsa").json()["gör så här"] == "Kör assistant ingest MAPP."
    answer = client.get("/dokument")
    assert answer.status_code == 503
    assert "Kör assistant ingest MAPP." in answer.text


def test_chainlit_writes_under_the_home_only(client: TestClient, settings: Settings) -> None:
    from chainlit.config import config_file, public_dir

    root = Path(config_file).parents[1]  # under the home of the process's first application
    assert root.name == "chainlit"
    assert not root.is_relative_to(PAGES.parents[1])
    assert Path(public_dir).is_relative_to(root)
    assert not list(PAGES.rglob(".files"))


def test_it_says_where_it_is_and_stops_quietly_at_ctrl_c(tmp_path: Path) -> None:
    serve = Path(__file__).parents[1] / "browser" / "serve.py"
    env = os.environ | {"PYTHONPATH": str(PAGES.parents[1])}
    command = [sys.executable, str(serve), str(tmp_path / "home"), "one"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=tmp_path, env=env, text=True, stdout=pipe, stderr=pipe) as server:
        said = server.stdout.readline()
        where, _, how = said.partition(" – ")
        assert re.fullmatch(r"Internationella assistenten finns på http://127\.0\.0\.1:\d+", where)
        assert how == "utan inloggning, bara på den här datorn. Avsluta med Ctrl+C.\n"
        with urllib.request.urlopen(re.search(r"http://[\d.:]+", said)[0] + "/halsa") as health:
            assert health.status == 200
        server.send_signal(signal.SIGINT)
        assert server.communicate(timeout=20) == ("", "")
    assert server.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_taken_port_is_told_with_its_remedy(client: TestClient, settings: Settings) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(KnowledgeError) as told:
        run(settings.model_copy(update={"port": taken.getsockname()[1]}), FakeEngine())
    assert "--port" in told.value.remedy
