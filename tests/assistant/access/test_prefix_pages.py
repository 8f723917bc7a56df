"""Under a path: every link, form, redirect and cookie of every page stays there, whether the proxy leaves the path or takes it away."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from serving import OPENED, PASSWORD, Serve, Socket, said

from assistant.prefix import prefix_of
from assistant.settings import Settings
from knowledge.section import KnowledgeError

PREFIX = "/assistenten"
PUBLIC = f"https://intranat.ekvik.example{PREFIX}/"
ADDRESSES = ("href", "src", "action", "formaction", "data-progress")
OPENING = ("/", "/dokument", "/om", "/min-roll", "/samordnare", "/samordnare/dokument", "/samordnare/fragor", "/samordnare/korningar")


@pytest.fixture
def karin(serve: Serve) -> httpx.Client:
    """A coordinator who is logged in over the path. Cookies are set by hand: it is only the proxy that speaks https."""
    address = serve(public_url=PUBLIC)
    client = httpx.Client(base_url=address, headers={"Origin": PUBLIC.rsplit("/", 2)[0]})
    OPENED.append(client)
    client.answer = client.post(f"{PREFIX}/logga-in", data={"namn": "karin", "losenord": PASSWORD, "till": "/dokument"})
    client.headers["Cookie"] = client.answer.headers["set-cookie"].partition(";")[0]
    return client


def addresses(page: str) -> set[str]:
    """What a page leads to on this site."""
    tree = BeautifulSoup(page, "html.parser")
    found = {str(tag[name]) for name in ADDRESSES for tag in tree.select(f"[{name}]")}
    return {address for address in found if address.startswith("/")}


def test_every_page_that_leads_on_stays_under_the_path(karin: httpx.Client) -> None:
    waiting, seen = [PREFIX + path for path in OPENING], set()
    while waiting and len(seen) < 120:
        path = waiting.pop(0).partition("#")[0]
        if path in seen:
            continue
        seen.add(path)
        answer = karin.get(path)
        assert answer.status_code < 400, path
        assert answer.headers.get("location", PREFIX).startswith(PREFIX), path
        if answer.headers.get("content-type", "").startswith("text/html"):
            found = addresses(answer.text)
            assert [a for a in found if not a.startswith(f"{PREFIX}/")] == [], path
            waiting += sorted(a for a in found if "logga" not in a and "/thread/" not in a)
    assert len(seen) > 25


def test_login_its_cookie_and_redirects_name_the_path(karin: httpx.Client) -> None:
    cookie = karin.answer.headers["set-cookie"]
    assert cookie.startswith("__Secure-assistant-session=")
    assert all(part in cookie for part in (f"Path={PREFIX}/;", "Secure", "HttpOnly", "SameSite=lax"))
    assert karin.answer.headers["location"] == f"{PREFIX}/dokument"
    led = httpx.get(f"{karin.base_url}{PREFIX}/dokument?x=1")
    assert led.headers["location"] == f"{PREFIX}/logga-in?till=/dokument%3Fx%3D1"  # the page within; the path goes before it afterwards
    assert httpx.get(f"{karin.base_url}{PREFIX}").headers["location"] == f"{PREFIX}/logga-in?till=/"


def test_a_proxy_may_take_the_path_away(karin: httpx.Client) -> None:
    for path in ("/dokument", "/om"):
        assert karin.get(path).text == karin.get(PREFIX + path).text
    assert karin.get(f"{PREFIX}smyg/dokument").status_code == 404  # a path that only begins alike is another


def test_the_chats_socket_answers_under_the_path(karin: httpx.Client) -> None:
    socket = Socket(f"{str(karin.base_url).rstrip('/')}{PREFIX}", {"Cookie": karin.headers["Cookie"]})
    assert not socket.refused
    socket.emit("connection_successful")
    socket.ask("Vem har ansvar?")
    assert "Källa" in said(socket.heard("task_end") + socket.heard("task_end"))


@pytest.mark.parametrize(
    ("public", "prefix"),
    [(None, ""), ("https://a.example/", ""), ("https://a.example/x", "/x"), ("http://a.example/y/y-1/", "/y/y-1")],
)
def test_the_path_is_that_of_the_public_address(public: str | None, prefix: str) -> None:
    assert prefix_of(Settings(public_url=public).public_url) == prefix


@pytest.mark.parametrize(
    "wrong", ["https://a.example/../x", "https://a.example//x", "https://a.example/å", "https://a.example/?y", "https://a.example/#y", "/x"]
)
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="public_url"):
        Settings(public_url=wrong)


def test_a_page_of_our_own_is_no_path_to_be_under(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="egna sidor"):
        prefix_of("https://a.example/dokument")
