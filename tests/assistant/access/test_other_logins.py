"""Getting in through a login service (OIDC) and through a reverse proxy: who is let in, and who is refused in Swedish."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from oidc_service import OTHER_KEY, TENANT, OidcService
from serving import OPENED, PASSWORD, Serve, Socket

from assistant.access import gate
from assistant.access.doors import open_doors
from assistant.access.forwarded import Forwarded, Proxies, read_networks
from assistant.access.roles import read_roles
from assistant.access.sessions import Sessions
from assistant.access.tables import open_database
from assistant.access.visitor import RefusedError, Role
from assistant.settings import Settings
from knowledge.section import KnowledgeError

PROXY = "127.0.0.2"
BY_PROXY: dict[str, Any] = {
    "proxies": f"{PROXY}, 10.0.0.0/24",
    "proxy_user_header": "X-Remote-User",
    "proxy_roles_header": "X-Remote-Roles",
    "roles": "Medarbetare=user:Ekvik, Samordnare=coordinator:Ekvik, Norr=user:Norrö",
}
KIM = {"X-Remote-User": "Kim", "X-Remote-Roles": "Elever; Medarbetare"}


def through_service(address: str, service: OidcService, **change: str) -> httpx.Client:
    """A browser's way over the service and back; `change` alters what it comes back with."""
    client = httpx.Client(base_url=address)
    OPENED.append(client)
    led = client.get("/logga-in/oidc?till=/dokument")
    back = client.get(led.headers["location"]).headers["location"]
    assert back.startswith("http://127.0.0.1:1/logga-in/oidc/svar?")  # the address in the settings, not the one in the request
    sent = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    client.answer = client.get("/logga-in/oidc/svar", params=sent | change)
    return client


def by(source: str, address: str, headers: dict[str, str]) -> httpx.Client:
    client = httpx.Client(base_url=address, headers=headers, transport=httpx.HTTPTransport(local_address=source))
    OPENED.append(client)
    return client


@pytest.fixture
def oidc(serve: Serve, service: OidcService) -> str:
    return serve(people=False, **service.settings())


def test_somebody_with_the_role_gets_in_with_their_role_and_municipality(oidc: str, service: OidcService) -> None:
    service.claims = {"roles": ["Annat", "Assistent.Samordnare"]}
    client = through_service(oidc, service)
    assert (client.answer.status_code, client.answer.headers["location"]) == (303, "/dokument")
    user = client.get("/user").json()
    assert user["identifier"] == f"oidc:{TENANT}/kim-1"
    assert user["metadata"] == {"role": "coordinator", "municipality": "Ekvik"}
    assert service.asked["code_challenge_method"] == "S256"
    assert service.forms[0]["code_verifier"]


def test_the_login_page_offers_the_service(oidc: str) -> None:
    page = httpx.get(f"{oidc}/logga-in?till=/dokument")
    assert 'href="/logga-in/oidc?till=/dokument"' in page.text
    assert "Lösenord" not in page.text


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"roles": None}, "inte behörighet"),
        ({"roles": []}, "inte behörighet"),
        ({"roles": "Assistent.Medarbetare"}, "inte behörighet"),
        ({"roles": ["Elev"]}, "inte behörighet"),
        ({"acct": 1}, "Gästkonton"),
        ({"preferred_username": "kim_annan.example#EXT#@ekvik.example"}, "Gästkonton"),
        ({"idp": "https://annan.example/"}, "Gästkonton"),
        ({"tid": "7d1c0f7e-0000-4000-8000-00000000ffff"}, "hör inte till en kommun"),
        ({"tid": None}, "hör inte till en kommun"),
        ({"aud": "ett annat program"}, "gick inte att slutföra"),
        ({"iss": "https://annan.example"}, "gick inte att slutföra"),
        ({"exp": 1}, "gick inte att slutföra"),
        ({"nonce": "en annan inloggnings"}, "gick inte att slutföra"),
        ({"sub": None}, "gick inte att slutföra"),
    ],
)
def test_whoever_is_not_ours_is_refused_in_swedish_and_gets_no_session(
    oidc: str, service: OidcService, claims: dict[str, Any], words: str
) -> None:
    service.claims = claims
    client = through_service(oidc, service)
    assert client.answer.status_code == 403
    assert words in client.answer.text
    assert not client.cookies
    assert client.get("/user").status_code == 401


def test_a_token_that_the_service_did_not_sign_is_refused(oidc: str, service: OidcService) -> None:
    service.key = OTHER_KEY
    assert through_service(oidc, service).answer.status_code == 403


@pytest.mark.parametrize("change", [{"state": "en annans"}, {"code": ""}, {"state": ""}])
def test_an_answer_that_this_browser_did_not_ask_for_is_refused(oidc: str, service: OidcService, change: dict[str, str]) -> None:
    service.broken = change.get("code") == ""
    assert through_service(oidc, service, **change).answer.status_code == 403


def test_an_answer_without_a_login_begun_here_is_refused(oidc: str) -> None:
    assert httpx.get(f"{oidc}/logga-in/oidc/svar?code=kod&state=").status_code == 403
    assert httpx.get(f"{oidc}/logga-in/oidc/svar?error=access_denied&state=x").status_code == 403


def test_a_service_that_does_not_answer_is_told_kindly(serve: Serve, service: OidcService) -> None:
    address = serve(people=False, **(service.settings() | {"oidc_issuer": "http://127.0.0.1:9"}))
    answer = httpx.get(f"{address}/logga-in/oidc")
    assert answer.status_code == 403
    assert "Inloggningstjänsten svarar inte" in answer.text


def test_for_many_tenants_the_issuer_must_be_the_tenants_own(serve: Serve, service: OidcService) -> None:
    address = serve(people=False, **service.settings())
    service.named_issuer = service.issuer + "/{tenantid}"
    service.claims = {"iss": f"{service.issuer}/{TENANT}"}
    assert through_service(address, service).answer.status_code == 303
    service.claims = {"iss": f"{service.issuer}/annan"}
    assert through_service(address, service).answer.status_code == 403


def test_a_tenant_cannot_let_anybody_into_anothers_municipality() -> None:
    roles = read_roles("Ekvikare=user:Ekvik, Medarbetare=user", "e=Ekvik, n=Norrö")
    assert roles.granted(["Medarbetare"], "n") == (Role.USER, "Norrö")
    with pytest.raises(RefusedError):
        roles.granted(["Ekvikare"], "n")
    with pytest.raises(RefusedError):
        roles.granted(["Medarbetare"])


def after_ten_minutes(home: Path) -> None:
    engine = open_database(home)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE access_sessions SET checked_at = checked_at - 601")
    engine.dispose()


def test_a_role_that_is_lost_during_the_session_is_seen_within_ten_minutes(oidc: str, service: OidcService, tmp_path: Path) -> None:
    client = through_service(oidc, service)
    service.claims = {"roles": ["Assistent.Samordnare"], "nonce": None}
    assert client.get("/user").json()["metadata"]["role"] == "user"  # not asked for again yet
    after_ten_minutes(tmp_path)
    assert client.get("/user").json()["metadata"]["role"] == "coordinator"
    assert service.forms[-1]["refresh_token"] == "förnya"
    service.claims = {"roles": ["Elev"]}
    after_ten_minutes(tmp_path)
    refused = client.get("/dokument")
    assert (refused.status_code, "inte behörighet" in refused.text) == (403, True)
    assert client.get("/user").status_code == 401


def test_a_socket_is_closed_when_the_role_is_lost(oidc: str, service: OidcService, tmp_path: Path) -> None:
    client = through_service(oidc, service)
    socket = Socket(oidc, {"Cookie": f"session={client.cookies['session']}"})
    service.claims = {"roles": None}
    after_ten_minutes(tmp_path)
    socket.ask("Vem har ansvar?")
    assert socket.closed()


def test_a_session_that_the_service_vouches_for_no_more_is_over(oidc: str, service: OidcService, tmp_path: Path) -> None:
    client = through_service(oidc, service)
    service.broken = True
    after_ten_minutes(tmp_path)
    assert client.get("/user").status_code == 401
    service.broken = False
    assert client.get("/user").status_code == 401


def test_without_a_way_to_ask_again_the_session_lasts_no_longer_than_the_token(oidc: str, service: OidcService, tmp_path: Path) -> None:
    service.refresh, service.claims = False, {"exp": int(time.time()) + 120}
    token = through_service(oidc, service).cookies["session"]
    for seconds, found in ((100, True), (130, False)):
        engine = open_database(tmp_path)
        assert (Sessions(engine, now=lambda seconds=seconds: time.time() + seconds).find(token) is not None) is found
        engine.dispose()


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_client_secret": None},
        {"public_url": None},
        {"roles": ""},
        {"oidc_issuer": "http://inloggning.ekvik.example"},
        {"roles": "Medarbetare=chef:Ekvik"},
        {"oidc_tenants": f"{TENANT}, en annan=Norrö"},
    ],
)
def test_a_login_that_is_half_set_does_not_start(tmp_path: Path, service: OidcService, wrong: dict[str, Any]) -> None:
    with pytest.raises(KnowledgeError):
        open_doors(Settings(home=tmp_path, **(service.settings() | wrong)), open_database(tmp_path))


@pytest.mark.parametrize("wrong", [{"proxies": ""}, {"proxy_roles_header": None}, {"roles": ""}, {"proxies": "inte en adress"}])
def test_a_proxy_that_is_half_set_does_not_start(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(KnowledgeError):
        open_doors(Settings(home=tmp_path, **(BY_PROXY | wrong)), open_database(tmp_path))


def test_whom_the_trusted_proxy_names_gets_in(serve: Serve) -> None:
    address = serve(people=False, **BY_PROXY)
    user = by(PROXY, address, KIM).get("/user").json()
    assert (user["identifier"], user["metadata"]) == ("proxy:kim", {"role": "user", "municipality": "Ekvik"})


@pytest.mark.parametrize("name", ["X-Remote-User", "x_remote_user", "X-REMOTE-USER"])
def test_the_same_header_from_anybody_else_is_nobodys(serve: Serve, name: str) -> None:
    address = serve(people=False, **BY_PROXY)
    forged = {name: "Kim", "X-Remote-Roles": "Samordnare", "X-Forwarded-For": PROXY}
    assert by("127.0.0.3", address, forged).get("/user").status_code == 401


@pytest.mark.parametrize("roles", ["", "Elever", "Medarbetare, Norr"])
def test_whom_the_proxy_names_without_one_role_of_ours_is_refused(serve: Serve, roles: str) -> None:
    address = serve(people=False, **BY_PROXY)
    answer = by(PROXY, address, {**KIM, "X-Remote-Roles": roles}).get("/dokument")
    assert answer.status_code == 403
    assert "behörighet" in answer.text


def test_a_name_that_comes_twice_is_nobodys(serve: Serve) -> None:
    address = serve(people=False, **BY_PROXY)
    twice = [("X-Remote-User", "Kim"), ("X_Remote_User", "Anna"), ("X-Remote-Roles", "Medarbetare")]
    assert by(PROXY, address, {}).get("/user", headers=twice).status_code == 401


def test_by_a_proxy_with_https_the_cookie_is_secure(serve: Serve) -> None:
    address = serve(proxies=PROXY)
    client = by(PROXY, address, {"X-Forwarded-Proto": "https"})
    answer = client.post("/logga-in", data={"namn": "anna", "losenord": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-session=")
    assert answer.headers["strict-transport-security"]
    assert "strict-transport-security" not in by("127.0.0.3", address, {"X-Forwarded-Proto": "https"}).get("/om").headers


@pytest.mark.parametrize(
    ("peer", "said", "reader"),
    [
        (PROXY, "192.0.2.1", "192.0.2.1"),
        (PROXY, "127.0.0.9, 192.0.2.1, 10.0.0.7", "192.0.2.1"),
        (PROXY, "", PROXY),
        ("192.0.2.2", "127.0.0.1", "192.0.2.2"),
        ("::ffff:10.0.0.7", "192.0.2.1", "192.0.2.1"),
    ],
)
def test_the_reader_is_the_last_address_that_is_no_proxy_of_ours(peer: str, said: str, reader: str) -> None:
    met = []

    async def app(scope: dict[str, Any], _receive: object, _send: object) -> None:
        met.append(scope["client"][0])

    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": [(b"x-forwarded-for", said.encode())]}
    asyncio.run(Forwarded(app, Proxies(read_networks(BY_PROXY["proxies"])))(scope, None, None))
    assert met == [reader]


def test_a_socket_that_a_proxy_vouched_for_is_opened_anew_in_time(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    address = serve(people=False, **BY_PROXY)
    socket = Socket(address, KIM, source=PROXY)
    monkeypatch.setattr(gate, "SOCKET_LASTS", 0.0)
    socket.ask("Vem har ansvar?")
    assert socket.closed()
