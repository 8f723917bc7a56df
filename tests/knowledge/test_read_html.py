"""Web pages and Markdown: the main content without the site around it."""

import pytest

from knowledge.read import html, markdown
from knowledge.read.block import Block, BlockKind


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def shown(data: bytes) -> list[tuple[str, str]]:
    return [(str(block.kind), block.text) for block in html.read(data).blocks]


def test_only_the_main_content_is_read() -> None:
    body = (
        "<header>Logga</header><nav>Meny</nav><div class='cookie-banner'>Kakor</div><main><ol class='breadcrumb'><li>Start</li></ol>"
        "<h1>Handbok</h1><p>Text.</p><p><a href='/x'>Läs mer</a></p><h2>Relaterat innehåll</h2><ul><li>Annan sida</li></ul>"
        "<aside>Dela</aside></main><footer>Kontakt</footer>"
    )
    assert shown(page(body)) == [("title", "Handbok"), ("paragraph", "Text.")]


def test_a_page_without_main_is_read_from_its_body() -> None:
    assert shown(page("<div id='sidebar'>Nyheter</div><div><h2>Syfte</h2><p>Text som är längre än sidans meny är.</p></div>")) == [
        ("heading", "Syfte"),
        ("paragraph", "Text som är längre än sidans meny är."),
    ]


def test_what_is_hidden_is_not_read() -> None:
    body = "<main><p>Syns i webbläsaren för alla.</p><p style='display: none'>x</p><p hidden>y</p><span aria-hidden='true'>z</span></main>"
    assert shown(page(body)) == [("paragraph", "Syns i webbläsaren för alla.")]


def test_headings_are_levelled_below_the_one_title_and_keep_numbers_apart() -> None:
    found = html.read(page("<main><h1>Policy</h1><h2>1 Syfte</h2><h3>1.1 Mål</h3></main>")).blocks
    assert [(block.kind, block.level, block.number, block.text) for block in found] == [
        (BlockKind.TITLE, None, None, "Policy"),
        (BlockKind.HEADING, 1, "1", "Syfte"),
        (BlockKind.HEADING, 2, "1.1", "Mål"),
    ]


def test_lists_tables_and_definitions() -> None:
    body = (
        "<main><ol><li>Anmäl<ul><li>i tid</li></ul></li><li><p>Ansök</p></li></ol><table><tr><th>Vem</th><th>Vad</th></tr>"
        "<tr><td>Rektor</td><td>Beslutar<br>själv</td></tr></table><dl><dt>Vänort</dt><dd>En ort med avtal.</dd></dl></main>"
    )
    found = html.read(page(body)).blocks
    assert [(str(block.kind), block.number, block.text) for block in found] == [
        ("item", "1", "Anmäl"),
        ("item", None, "i tid"),
        ("item", "2", "Ansök"),
        ("row", None, "Vem | Vad"),
        ("row", None, "Rektor | Beslutar själv"),
        ("row", None, "Vänort | En ort med avtal."),
    ]


def test_line_breaks_part_labels_but_not_sentences() -> None:
    body = "<main><p>Dnr: KS 2024/1<br>Datum: 2024-03-01</p><p>En mening<br>som fortsätter.</p></main>"
    assert [text for _, text in shown(page(body))] == ["Dnr: KS 2024/1", "Datum: 2024-03-01", "En mening som fortsätter."]


@pytest.mark.parametrize(
    "data",
    [
        page("<p>Återväxt i Östersjön</p>"),
        "<meta charset=iso-8859-1><p>Återväxt i Östersjön</p>".encode("cp1252"),
        "<p>Återväxt i Östersjön</p>".encode("cp1252"),
        "\ufeff<p>Återväxt i Östersjön</p>".encode("utf-16"),
        "<meta charset=iso-8859-1><p>Återväxt i Östersjön</p>".encode(),
    ],
    ids=["utf-8", "declared", "undeclared", "utf-16", "wrongly declared"],
)
def test_swedish_letters_survive_any_encoding(data: bytes) -> None:
    assert [text for _, text in shown(data)] == ["Återväxt i Östersjön"]


def test_a_pages_own_contents_list_is_dropped() -> None:
    body = "<main><h1>Policy</h1><ul><li><a href='#a'>Syfte</a></li><li><a href='#b'>Mål</a></li></ul><h2>Syfte</h2><p>Text.</p></main>"
    assert shown(page(body)) == [("title", "Policy"), ("heading", "Syfte"), ("paragraph", "Text.")]


def test_the_title_element_is_a_property() -> None:
    assert html.read(page("<p>x</p>", "<title>Handbok – Lindhamn</title>")).properties == {"title": "Handbok – Lindhamn"}


def test_markdown_is_read_with_its_structure() -> None:
    front = "---\ntitle: Rutin\n---\n# Rutin för vänorter\n\n"
    source = f"{front}## Syfte\n\nText som\nfortsätter.\n\n- ett\n- två\n\n**Fet rad**\n\n| a | b |\n|---|---|\n| c | d |\n"
    reading = markdown.read(source.encode())
    assert reading.properties == {"title": "Rutin"}
    assert list(reading.blocks) == [
        Block("Rutin för vänorter", BlockKind.TITLE),
        Block("Syfte", BlockKind.HEADING, level=1),
        Block("Text som fortsätter."),
        Block("ett", BlockKind.ITEM),
        Block("två", BlockKind.ITEM),
        Block("Fet rad", bold=True),
        Block("a | b", BlockKind.ROW),
        Block("c | d", BlockKind.ROW),
    ]
