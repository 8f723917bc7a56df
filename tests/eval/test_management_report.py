"""The report to management: one page, as HTML, Word and CSV with the same words."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import docx
import pytest
from fastapi.testclient import TestClient
from page_fakes import client_over, emptied, kept, quiet, read, row, run, words_of

from assistant.engine import Engine
from assistant.store.usage import Usage
from eval.compare import compare
from eval.pages.comparison import chance, differences
from eval.pages.management import as_csv, report
from eval.pages.words import interval, percent
from eval.summary import Figure

USE = Usage(40, 30, None, 8, 2.5, 6)


@pytest.fixture(scope="module")
def client(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client_over(engine, tmp_path_factory.mktemp("report"))


@pytest.fixture
def home(client: TestClient) -> Path:
    return emptied(client)


def rows(right: int, wrong: int) -> list[object]:
    return [row(f"r{n}") for n in range(right)] + [row(f"r{n + right}", False) for n in range(wrong)]


def test_the_report_says_how_it_is_used_what_changed_and_why_it_is_wrong() -> None:
    made = report("Björkhult", [run(rows(15, 10), 0), run(rows(23, 2), 1)], USE, 90, date(2026, 11, 22))
    used, since, wrong = made.paragraphs
    assert made.title == "Så bra svarar Internationella assistenten: Björkhult, 22 november 2026"
    assert (
        used
        == "De senaste 90 dagarna ställdes 40 frågor: 30 fick svar, 8 fick inget svar. Det tog 2,5 dagar i mitten från tystnad till åtgärd."
    )
    assert since.startswith("Sedan körningen före har 8 frågor blivit rätt och 0 blivit fel. Svaren har blivit bättre")
    assert wrong == "Det som blev fel: tyst fast svaret finns (2)."
    assert "25 frågor som kommunens samordnare har godkänt" in made.method


def test_word_and_csv_have_the_words_of_the_page(client: TestClient, home: Path) -> None:
    kept(home, run([*rows(23, 2), *(quiet(f"q{n}") for n in range(3))]))
    here = {"kommun": "Björkhult"}
    page = words_of(read(client, "/samordnare/rapport?kommun=Björkhult"))
    document = docx.Document(io.BytesIO(client.get("/samordnare/rapport.docx", params=here).content))
    told = [p.text for p in document.paragraphs if p.text and p.style.name == "Normal"]
    cells = [c.text for t in document.tables for tr in t.rows for c in tr.cells]
    assert len(cells) > 30
    assert all(" ".join(text.split()) in page for text in [*told, *cells])
    assert document.core_properties.language == "sv-SE"
    sheet = client.get("/samordnare/rapport.csv", params=here).content.decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    assert [c.replace("\N{NO-BREAK SPACE}", " ") for c in cells[4:8]] in table


def test_there_is_no_report_before_the_first_run(client: TestClient, home: Path) -> None:
    assert "ingen är gjord ännu" in words_of(read(client, "/samordnare/rapport?kommun=Björkhult"))
    assert client.get("/samordnare/rapport.docx").status_code == 404
    assert client.get("/samordnare/rapport.csv").status_code == 404


def test_the_csv_runs_nothing_and_has_plain_blanks() -> None:
    content = as_csv(report("Björkhult", [run(rows(23, 2))], USE, 90, date(2026, 11, 22))).decode("utf-8-sig")
    assert "\N{NO-BREAK SPACE}" not in content
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in csv.reader(io.StringIO(content), delimiter=";") for cell in line)


@pytest.mark.parametrize(
    ("won", "lost", "words"),
    [
        (0, 0, "Ingen fråga har ändrat resultat"),
        (3, 1, "Skillnaden kan vara slump: det är för få frågor som har ändrat resultat (3 åt ena hållet, 1 åt andra)"),
        (6, 0, "Svaren har blivit bättre: en så stor skillnad skulle slumpen ensam ge ungefär 3 gånger på 100."),
        (0, 12, "Svaren har blivit sämre: en så stor skillnad skulle slumpen ensam ge mindre än 1 gång på 1 000."),
    ],
)
def test_what_chance_could_have_done_is_said_in_words(won: int, lost: int, words: str) -> None:
    before = run([row(f"a{n}", False) for n in range(won)] + [row(f"b{n}") for n in range(lost)] + [row("c")])
    after = run([row(f"a{n}") for n in range(won)] + [row(f"b{n}", False) for n in range(lost)] + [row("c")], 1)
    assert chance(compare(before, after)).startswith(words)


def test_what_two_runs_were_made_with_differs_by_name() -> None:
    before, after = run([row("a")]), run([row("a")], 1, made_with={"code": "new"})
    assert [d.name for d in differences(before, after)] == ["Programmet"]
    assert differences(before, before) == []


@pytest.mark.parametrize(("share", "words"), [(1.0, "100"), (0.999, "99"), (0.0, "0"), (0.001, "1"), (0.5, "50")])
def test_a_share_is_never_rounded_to_all_or_nothing(share: float, words: str) -> None:
    assert percent(share) == f"{words}\N{NO-BREAK SPACE}%"


def test_an_interval_reaches_to_all() -> None:
    assert interval(Figure(1.0, 57, 0.937, 0.9999999)) == "94–100\N{NO-BREAK SPACE}%"
