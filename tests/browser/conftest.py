"""A real Chromium and a real server. The tests are skipped, with the reason, where Chromium is missing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

expect.set_options(timeout=20_000)  # how long to wait for what must come, in ms: a busy machine is no fault
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "assistant"))  # the scripted engine that the server runs
CHROMIUM = Path("/usr/bin/chromium")
Start = Callable[[str], str]


@pytest.fixture(scope="session")
def homes() -> dict[str, Path]:
    """Where each of the chats that run keeps what it writes."""
    return {}


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory, homes: dict[str, Path]) -> Iterator[Start]:
    """start("one"), "two", "real" or "own" → the address of a chat with that engine (see serve.py), the same one for the session."""
    running: dict[str, tuple[subprocess.Popen[str], str]] = {}

    def address_of(engine: str) -> str:
        if engine not in running:
            homes[engine] = tmp_path_factory.mktemp(engine)
            running[engine] = serve(engine, homes[engine], os.environ)
        return running[engine][1]

    yield address_of
    for server, _ in running.values():
        server.terminate()
        server.communicate(timeout=10)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        nothing_else = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", nothing_else])
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, 800), (320, 640)], ids=["desktop", "phone"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An empty page, on a desk and on a phone. What it and the pages it opens ask for is in its context's `requests`."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="sv-SE", reduced_motion="reduce")
    context.requests, troubles = [], []
    context.on("request", lambda asked: context.requests.append(asked.url))
    context.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: troubles.append(str(error.error)))
    page = context.new_page()
    page.on("websocket", lambda socket: context.requests.append(socket.url))
    yield page
    context.close()
    assert not troubles


def serve(engine: str, home: Path, environment: Mapping[str, str]) -> tuple[subprocess.Popen[str], str]:
    """A chat in a process of its own (see serve.py), and its address."""
    command = [sys.executable, str(Path(__file__).with_name("serve.py")), str(home), engine]
    server = subprocess.Popen(command, env={**environment, "PYTHONPATH": str(ROOT)}, cwd=home, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    said = server.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+", said)
    assert found, said
    return server, found[0]
