"""Whatever stands in a document or a question, the browser asks nobody but us: a real Chromium, and a foreign host that listens."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hard_server import ROOT, stop
from hard_smuggling import WAYS, ways
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(ROOT / "tests" / "browser"))
from talk import answers, ask

pytestmark = pytest.mark.timeout(1200)
CHROMIUM = Path("/usr/bin/chromium")
HOST = "utanfor.example"
FOREIGN = """() => [...document.querySelectorAll("*")].flatMap(e => [...e.attributes].map(a => [e, a.name, a.value]))
    .filter(([e, name, value]) => name.startsWith("on") || value.trim().startsWith("javascript:") ||
        (["src", "srcset", "href", "action", "formaction", "poster", "data", "background", "ping", "style", "xlink:href"].includes(name)
            && value.includes("utanfor.example")))
    .filter(([e, name, value]) => !(e.localName === "a" && name === "href" && value.startsWith("mailto:")))
    .filter(([e, name, value]) => !(e.localName === "a" && name === "href" && new URL(value, location.href).origin === location.origin))
    .filter(([e, name, value]) => !(e.localName === "a" && name === "href" && e.textContent.includes("utanfor.example")))
    .map(([e, name, value]) => [e.localName, name, value])"""
"""Attributes that run a script or name the foreign host, but for links that nothing follows until somebody does: to our own pages with a
quote, prepared e-mails, and addresses that stand as text."""


@dataclass
class Foreign:
    """The foreign host: whoever connects to it is noted, whatever they say."""

    port: int
    heard: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def foreign() -> Iterator[Foreign]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Foreign(listener.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1)
                    try:
                        made.heard.append(connection.recv(300).decode("latin-1"))
                        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    except OSError:
                        made.heard.append("")

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, foreign: Foreign) -> Iterator[str]:
    home = tmp_path_factory.mktemp("smuggling")
    command = [sys.executable, str(Path(__file__).with_name("hard_serve.py")), str(home), str(foreign.port)]
    server = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=home, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        said = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert found, said
        yield found[0]
    finally:
        stop(server)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium of these tests' own, for which the foreign host's name leads to our listener, and every other nowhere."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        names = f"--host-resolver-rules=MAP {HOST} 127.0.0.1, MAP www.{HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", names])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page. What it asks for from anybody but us is in its context's `foreign`."""
    context = browser.new_context(locale="sv-SE", reduced_motion="reduce")
    context.foreign = []
    context.on("request", lambda asked: _note(context.foreign, asked.url))
    page = context.new_page()
    page.on("websocket", lambda wire: _note(context.foreign, wire.url))
    yield page
    context.close()


def _note(foreign: list[str], url: str) -> None:
    if urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).hostname != "127.0.0.1":
        foreign.append(url)


def test_the_ways_are_many_and_would_be_heard_without_us(page: Page, foreign: Foreign, amount: Callable[[int, int], int]) -> None:
    """The same ways in a page without our shields: the listener and the browser's own list both hear of them."""
    assert len(set(WAYS)) == len(WAYS) >= 60
    for way in ways(foreign.port)[:: amount(1, 4)]:
        if "<" in way and "`" not in way and "refresh" not in way and "&" not in way and "onfocus" not in way:
            page.set_content(f"<!doctype html><body>{way}", wait_until="load")
    page.wait_for_timeout(300)
    asked, connected = numbers_in(foreign, page.context.foreign), numbers_in(foreign, foreign.heard)
    foreign.heard.clear()
    assert len(asked) >= amount(20, 5), asked
    assert len(connected) >= amount(15, 4), connected


def numbers_in(foreign: Foreign, said: list[str]) -> set[str]:
    """The numbers of the ways in addresses or in what the listener heard."""
    return set(re.findall(rf"(?:{HOST}:{foreign.port}|GET )/(\d+)", " ".join(said)))


def test_no_page_with_hostile_documents_asks_a_foreign_host(
    page: Page, address: str, foreign: Foreign, amount: Callable[[int, int], int], figure: Callable[[int, str, str], None]
) -> None:
    numbers = range(len(WAYS))[:: amount(1, 24)]
    shared = ["/dokument", "/samordnare", "/samordnare/dokument?kommun=Ekvik", "/samordnare/inkorg", "/min-roll", "/om"]
    each = ["/dokument/{d}?citat={w}", "/dokument/{w}", "/kalla/{d}?avsnitt=a&citat={w}", "/samordnare/dokument/{d}?kommun=Ekvik"]
    seen, tied = 0, []
    for target in [*shared, *(t.format(d=f"ekvik/dokument-{n}", w=quote(ways(foreign.port)[n], safe="")) for n in numbers for t in each)]:
        answer = page.goto(address + target)
        assert answer
        assert answer.status < 500, target
        seen += HOST in page.content()
        tied += [(target[:60], *found) for found in page.evaluate(FOREIGN)]
    page.wait_for_timeout(300)
    figure(4, "anrop till främmande värdar från läsvyerna, av så många sätt", f"{len(page.context.foreign)} av {len(numbers)}")
    assert seen >= 3 * len(numbers)  # the ways were there, as text
    assert tied == []
    assert page.context.foreign == []
    assert foreign.heard == []


def test_no_answer_or_question_in_the_chat_asks_a_foreign_host(
    page: Page, address: str, foreign: Foreign, amount: Callable[[int, int], int], figure: Callable[[int, str, str], None]
) -> None:
    made = ways(foreign.port)
    numbers = range(len(made))[:: amount(1, 40)]
    page.goto(address)
    ask(page, "smuggla allt")
    expect(answers(page).last).to_contain_text("Svaret består av", timeout=60_000)
    for way in (0, 29, 65):
        expect(answers(page).last).to_contain_text(" ".join(made[way].split()))
    tied = page.evaluate(FOREIGN)
    asked = 1
    for number in numbers:
        for question in (f"smuggla {number}", made[number]):
            ask(page, question)
            expect(answers(page)).to_have_count(asked + 1, timeout=30_000)
            asked += 1
        page.get_by_role("link", name="[1]", exact=True).last.click()
        expect(page.get_by_role("dialog").locator("h1, h2").first).to_be_visible()
        tied += page.evaluate(FOREIGN)
        page.keyboard.press("Escape")
        if asked > 12:  # a long conversation is slow to draw
            page.goto(address)
            asked = 0
    page.wait_for_timeout(300)
    for target in ("/samordnare/inkorg?visa=alla", "/samordnare/fragor"):
        page.goto(address + target)
        tied += page.evaluate(FOREIGN)
    what = "anrop till främmande värdar från chatten och källkorten, av så många sätt i dokument och frågor"
    figure(4, what, f"{len(page.context.foreign)} av {len(made)}")
    assert tied == []
    assert page.context.foreign == []
    assert foreign.heard == []
