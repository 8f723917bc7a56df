"""Promise 14: every page of ours, found from the application's own routes, and every form with errors, however one reads or moves.

What Chainlit's own parts lack is listed in docs/tillganglighet.md and tried in tests/browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import hard_access as measured
import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from hard_house import BO, GONE, KARIN, PASSWORD, House, furnished
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assistant.access.rules import rule_for
from knowledge.section import KnowledgeError

pytestmark = pytest.mark.timeout(3600)
CHROMIUM = Path("/usr/bin/chromium")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
CHAINLITS = {"nested-interactive"}
"""What axe finds in Chainlit's own list of conversations, listed in docs/tillganglighet.md."""
WIDE, NARROW, AT_400 = (1280, 800), (320, 640), (320, 256)
FORMS = "form[method=post]:has(input:not([type=hidden]), select, textarea)"
Figure = Callable[[int, str, str], None]


@dataclass(frozen=True, slots=True)
class Look:
    """How somebody looks at a page."""

    name: str
    size: tuple[int, int] = WIDE
    scheme: str = "light"
    forced: str = "none"


LOOKS = (
    Look("brett, ljust"),
    Look("brett, mörkt", scheme="dark"),
    Look("320 punkter, ljust", NARROW),
    Look("320 punkter, mörkt", NARROW, "dark"),
    Look("400 procent", AT_400),
    Look("egna färger, ljust", forced="active"),
    Look("egna färger, mörkt", scheme="dark", forced="active"),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with furnished(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        nothing_else = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", nothing_else])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def cookies(house: House) -> dict[str, str]:
    """Each person's session."""
    entered = {
        name: httpx.post(f"{house.address}/logga-in", data={"namn": name, "losenord": PASSWORD}, timeout=120).cookies["session"]
        for name in (KARIN, BO)
    }
    return {**entered, "": ""}


@dataclass(frozen=True, slots=True)
class Place:
    """A page to look at: who opens it, where it is, and how many forms with fields it has."""

    who: str
    address: str
    forms: int = 0


@pytest.fixture(scope="module")
def places(house: House, cookies: dict[str, str], whole: bool) -> list[Place]:
    """Every route's page, what the pages link to, and the pages that say what is wrong."""
    with httpx.Client(base_url=house.address, cookies={"session": cookies[KARIN]}, timeout=120) as client:
        found = pages_from(client, house.places(), 4 if whole else 1)
    gone = [Place(KARIN, address) for address in GONE]
    return [*found, *gone, Place(BO, "/samordnare"), Place("", "/logga-in"), Place("", "/om"), Place("", "/tillganglighet")]


def pages_from(client: httpx.Client, starts: list[str], of_each: int) -> list[Place]:
    """The pages that can be read among the addresses, and what they link to, at most so many further of each route."""
    pages, waiting, seen, counted = [], list(starts), set(starts), dict[str, int]()
    while waiting:
        place = waiting.pop(0)
        answer = client.get(place, follow_redirects=place in starts)
        if answer.status_code != 200 or "text/html" not in answer.headers["content-type"]:
            continue
        read = BeautifulSoup(answer.text, "lxml")
        pages.append(Place(KARIN, place, len(read.select(FORMS))))
        for link in read.select("a[href]"):
            leads = urlsplit(urljoin(place, str(link["href"])))
            address, rule = leads._replace(fragment="").geturl(), rule_for("GET", leads.path)
            if leads.netloc or rule is None or address in seen or counted.get(rule[0].path, 1) >= of_each:
                continue
            counted[rule[0].path] = counted.get(rule[0].path, 1) + 1
            seen.add(address)
            waiting.append(address)
    return pages


def context_of(browser: Browser, house: House, session: str, look: Look) -> BrowserContext:
    width, height = look.size
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="sv-SE", base_url=house.address, reduced_motion="reduce",
        color_scheme=look.scheme, forced_colors=look.forced,
    )  # fmt: skip
    if session:
        context.add_cookies([{"name": "session", "value": session, "url": house.address}])
    return context


def opened(page: Page, place: str) -> str:
    """Open a page; where it was, for a message. The chat counts as open once its question field is there."""
    page.goto(place, wait_until="load")
    if page.locator("#root").count():
        page.get_by_label("Din fråga").wait_for()
    return place


def violations(page: Page) -> list[str]:
    """What axe finds. In the reader's own colours it reads ours from a property that the browser does not paint with (text-fill-color)."""
    known = CHAINLITS if page.locator("#root").count() else set()
    known = known | ({"color-contrast"} if page.evaluate("matchMedia('(forced-colors: active)').matches") else set())
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{v['id']}: {node['html'][:160]}" for v in found if v["id"] not in known for node in v["nodes"]]


def read_by_axe(page: Page) -> list[str]:
    language = page.evaluate("document.documentElement.lang")
    said = [] if language == "sv" else [f"språket är {language!r}"]
    return [*said, *violations(page), *measured.nameless(page), *measured.headings_out_of_order(page), *measured.sideways(page)]


def test_the_pages_are_those_of_the_applications_routes(house: House, places: list[Place], figure: Figure) -> None:
    shown = {route_of(place.address) for place in places}
    unseen = {route_of(address) for address in house.places()} - shown
    figure(14, "sidor som prövades, och så många av våra adresser som visar en sida", f"{len(places)}, {len(shown - {None})}")
    assert unseen == NO_PAGES


WRONG = """<html><title>Fel</title><style>
  button { border: 0; animation: x 2s infinite; } a:focus { outline: none; }
  .cut { height: 1.2em; line-height: 1.2; overflow: hidden; width: 9em; }
  @keyframes x { to { opacity: 0 } } nav a { text-decoration: none }
</style><h2>Andra nivån först</h2><h1>Rubrik</h1><h3>Hoppar</h3><nav><a href="/a" aria-current="page">A</a> <a href="/b">B</a></nav>
<button></button><input tabindex="3" aria-label="Namn"><p class="cut">Två ord till</p><div style="width: 900px">bred</div>
<svg width="9" height="9"><rect width="9" height="9" fill="#123456"/></svg><p style="color: #ccc">blek</p></html>"""


def test_what_is_measured_is_found(browser: Browser, house: House) -> None:
    """A page with one of each fault: without this the others would be as green in front of a blank page."""
    context = context_of(browser, house, "", LOOKS[2])
    page = context.new_page()
    page.set_content(WRONG)
    found = "\n".join([*read_by_axe(page), *measured.movements(page), *measured.keyboard_faults(page), *measured.clipped(page)])
    for fault in (
        *("språket är ''", "color-contrast", "button utan namn", "nivå 1 står inte först", "från nivå 1 till 3", "bredare än skärmen: DIV"),
        *("rör sig: BUTTON", "fokus syns inte: a A", "egen ordning: input", "hoppar:", "avklippt: P cut"),
    ):
        assert fault in found, found
    context.close()
    context = context_of(browser, house, "", LOOKS[6])
    page = context.new_page()
    page.set_content(WRONG)
    found = "\n".join(measured.forced_colour_faults(page))
    for fault in ("var man är syns inte: A", "kanten syns inte: BUTTON", "egen färg i bild: rect"):
        assert fault in found, found
    context.close()


def route_of(address: str) -> str | None:
    rule = rule_for("GET", address.partition("?")[0])
    return rule[0].path if rule else None


NO_PAGES = {
    *("/avsnitt/{document_id:path}", "/halsa", "/redo", "/logo", "/original/{document_id:path}", "/logga-in/oidc", "/logga-in/oidc/svar"),
    *("/samordnare/fragor.csv", "/samordnare/rapport.csv", "/samordnare/rapport.docx"),
    *("/samordnare/forslag/lage", "/samordnare/korningar/lage", "/samordnare/inlasning"),
}
"""Routes that give something else than a page (data, a file), or lead on. A new route that gives no page is a decision to take here."""


def test_nothing_is_wrong_on_any_page_however_it_is_looked_at(
    browser: Browser, house: House, cookies: dict[str, str], places: list[Place], whole: bool, figure: Figure
) -> None:
    """In every run each page is looked at in one way, and each way comes in turn; in the whole run each page in every way."""
    wrong, looked = [], 0
    for nth, look in enumerate(LOOKS):
        for who in cookies:
            mine = [p.address for number, p in enumerate(places) if p.who == who and (whole or number % len(LOOKS) == nth)]
            if not mine:
                continue
            context = context_of(browser, house, cookies[who], look)
            page = context.new_page()
            for place in mine:
                opened(page, place)
                faults = read_by_axe(page) + measured.movements(page)
                faults += measured.forced_colour_faults(page) if look.forced == "active" else []
                faults += measured.clipped(page) if look.size == NARROW else []
                wrong += [f"{place} ({look.name}): {fault}" for fault in faults]
                looked += 1
            context.close()
    figure(14, "sidor gånger sätt att se dem, och brister", f"{looked}, {len(wrong)}")
    assert not wrong, "\n".join(wrong)


def test_the_tab_key_reaches_everything_in_order_is_always_seen_and_never_stuck(
    browser: Browser, house: House, cookies: dict[str, str], places: list[Place], whole: bool, figure: Figure
) -> None:
    wrong, stops = [], 0
    for look in (LOOKS[0], LOOKS[4]) if whole else (LOOKS[0],):
        for who in cookies:
            context = context_of(browser, house, cookies[who], look)
            page = context.new_page()
            for place in (p.address for p in places if p.who == who):
                opened(page, place)
                wrong += [f"{place} ({look.name}): {fault}" for fault in measured.keyboard_faults(page)]
                stops += measured.reached(page)
            context.close()
    figure(14, "ställen som tangentbordet nådde, och brister", f"{stops}, {len(wrong)}")
    assert not wrong, "\n".join(wrong)


def test_a_form_that_is_sent_with_errors_says_so_on_a_page_without_faults(
    browser: Browser, house: House, cookies: dict[str, str], places: list[Place], whole: bool, figure: Figure
) -> None:
    wrong, sent, alarmed, gone = [], 0, 0, 0
    context = context_of(browser, house, cookies[KARIN], LOOKS[2])
    page = context.new_page()
    forms = [(place.address, number) for place in places for number in range(place.forms)]
    for address, number in forms if whole else forms[::3]:
        for typed in ("", "x" * 5000) if whole else ("",):
            opened(page, address)
            if page.locator(FORMS).count() <= number:  # one that was sent before did what it is for
                gone += 1
                continue
            send(page, number, typed)
            sent += 1
            alarmed += page.locator("[role=alert]:not(:empty)").count() > 0
            wrong += [f"{address}, formulär {number}: {fault}" for fault in [*read_by_axe(page), *measured.keyboard_faults(page)]]
    context.close()
    figure(
        14,
        "formulär som skickades tomma eller fel ifyllda, sidor som sade vad som var fel, och brister",
        f"{sent}, {alarmed}, {len(wrong)}",
    )
    assert not wrong, "\n".join(wrong)
    assert alarmed > sent / 3  # an empty search, for one, is no error
    assert gone < sent / 10


def send(page: Page, number: int, typed: str) -> None:
    """Send a form with the same in every field, past what the browser itself would stop."""
    with page.expect_navigation():
        page.locator(FORMS).nth(number).evaluate(
            """(form, typed) => {
                form.noValidate = true;
                const typed_in = 'textarea, input:not([type=hidden], [type=file], [type=checkbox], [type=radio])';
                for (const field of form.querySelectorAll(typed_in)) {
                    field.removeAttribute('maxlength');
                    field.value = typed;
                }
                form.closest('details')?.setAttribute('open', '');
                form.requestSubmit(form.querySelector('button'));
            }""",
            typed,
        )


def test_the_pages_that_say_what_is_wrong_are_as_good_as_the_others(
    browser: Browser, house: House, cookies: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong password, and an index that is gone."""
    nobody = context_of(browser, house, "", LOOKS[2])
    page = nobody.new_page()
    opened(page, "/logga-in")
    page.get_by_label("Kontonamn").fill("karin")
    page.get_by_label("Lösenord").fill("fel lösenord här")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("alert").wait_for()
    assert read_by_axe(page) + measured.keyboard_faults(page) == []
    nobody.close()

    def gone() -> None:
        raise KnowledgeError("Det finns inget index.", "Kör assistant ingest MAPP.")

    monkeypatch.setattr(type(house.engine), "index", lambda engine: gone())
    karin = context_of(browser, house, cookies[KARIN], LOOKS[3])
    page = karin.new_page()
    opened(page, "/dokument")
    assert re.search("Det finns inget index", page.inner_text("main"))
    assert read_by_axe(page) + measured.keyboard_faults(page) == []
    karin.close()
