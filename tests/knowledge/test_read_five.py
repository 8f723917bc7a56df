"""The five real texts as Word documents, slides and PDFs: the same headings, items and rows come out of each."""

import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.read.child import read_bytes
from knowledge.split import split

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
import five
import render

pytestmark = pytest.mark.skipif(not five.available(), reason="the five real texts are not on this machine")

FILES = {
    "Vänersborg": "000_6a31f10ebe325bb6.txt",
    "Lidingö": "001_3c8eccfa87beec52.txt",
    "Mellerud": "002_6ff349f8e0d1b815.txt",
    "Skövde": "003_8a228b7e090468ea.txt",
    "Upplands-Bro": "004_45f5d752a6bf0f1b.txt",
}
TAGGED = '{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def documents() -> dict[str, render.Made]:
    return {name: five.made(name, file) for name, file in FILES.items()}


@pytest.fixture(scope="module")
def word(documents: dict[str, render.Made]) -> Files:
    return {name: render.to_docx(made) for name, made in documents.items()}


@pytest.fixture(scope="module")
def slides(documents: dict[str, render.Made]) -> Files:
    return {name: render.to_pptx(made) for name, made in documents.items()}


@pytest.fixture(scope="module")
def printed(documents: dict[str, render.Made]) -> Files:
    if render.chromium() is None:
        pytest.skip("no browser on this machine can print")
    return dict(zip(documents, render.to_pdf(list(documents.values())), strict=True))


@pytest.fixture(scope="module")
def exported(word: Files, slides: Files) -> Files:
    if render.office() is None:
        pytest.skip("no office suite on this machine can convert")
    pairs = [(word[name], "docx") for name in word] + [(slides[name], "pptx") for name in slides]
    names = [f"{name}.{ending}" for ending, files in (("docx", word), ("pptx", slides)) for name in files]
    return dict(zip(names, render.to_office_pdf(pairs), strict=True))


@pytest.fixture(scope="module")
def tagged(word: Files) -> Files:
    if render.office() is None:
        pytest.skip("no office suite on this machine can convert")
    return dict(zip(word, render.to_office_pdf([(data, "docx") for data in word.values()], options=TAGGED), strict=True))


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def wanted(made: render.Made, kind: str) -> list[str]:
    return [plain(text.replace("\t", " | ")) for part in made.parts for own, text in part.blocks if own == kind]


def got(reading: Reading, kind: BlockKind) -> list[str]:
    return [block.text for block in reading.blocks if block.kind is kind]


def check(made: render.Made, reading: Reading) -> None:
    headings = [(block.level, block.number, block.text) for block in reading.blocks if block.kind is BlockKind.HEADING]
    assert headings == [(part.level, part.number, part.heading) for part in made.parts]
    assert got(reading, BlockKind.TITLE) == [made.title]
    assert got(reading, BlockKind.ITEM) == wanted(made, "item")
    assert got(reading, BlockKind.ROW) == wanted(made, "row")
    assert got(reading, BlockKind.PARAGRAPH) == made.cover + wanted(made, "paragraph")
    assert reading.furniture == (render.HEADER,)


def check_slides(made: render.Made, reading: Reading) -> None:
    titles = [block.text for block in reading.blocks if block.kind is BlockKind.SLIDE]
    tops = [part.shown for part in made.parts if part.level == 1]
    assert list(dict.fromkeys(titles)) == tops
    leads = [block.text for block in led(reading.blocks)]
    assert leads == [part.shown for part in made.parts if part.level > 1]
    assert got(reading, BlockKind.ROW) == wanted(made, "row")
    texts = {block.text for block in reading.blocks if block.kind in {BlockKind.ITEM, BlockKind.PARAGRAPH}}
    assert texts >= set(wanted(made, "item") + wanted(made, "paragraph"))
    assert {block.page for block in reading.blocks} == set(range(1, 1 + max(block.page or 0 for block in reading.blocks)))


def led(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield the bold lines that follow a slide's title."""
    for before, block in pairwise(blocks):
        if before.kind is BlockKind.SLIDE and block.bold and block.kind is BlockKind.PARAGRAPH:
            yield block


@pytest.mark.parametrize("name", FILES)
def test_a_word_document_gives_the_headings_items_and_rows_it_was_made_of(
    name: str, documents: dict[str, render.Made], word: Files
) -> None:
    check(documents[name], read_bytes(word[name], "d.docx"))


@pytest.mark.parametrize("name", FILES)
def test_slides_give_their_titles_and_the_bold_lines_under_them(name: str, documents: dict[str, render.Made], slides: Files) -> None:
    check_slides(documents[name], read_bytes(slides[name], "d.pptx"))


@pytest.mark.parametrize("name", FILES)
def test_a_pdf_that_a_browser_printed_gives_the_same(name: str, documents: dict[str, render.Made], printed: Files) -> None:
    check(documents[name], read_bytes(printed[name], "d.pdf"))


@pytest.mark.parametrize("name", FILES)
def test_a_pdf_of_the_word_document_gives_the_same(name: str, documents: dict[str, render.Made], exported: Files) -> None:
    check(documents[name], read_bytes(exported[f"{name}.docx"], "d.pdf"))


@pytest.mark.parametrize("name", FILES)
def test_a_tagged_pdf_gives_the_same(name: str, documents: dict[str, render.Made], tagged: Files) -> None:
    check(documents[name], read_bytes(tagged[name], "d.pdf"))


@pytest.mark.parametrize("name", FILES)
def test_a_pdf_of_the_slides_gives_the_same(name: str, documents: dict[str, render.Made], exported: Files) -> None:
    check_slides(documents[name], read_bytes(exported[f"{name}.pptx"], "d.pdf"))


def paths(data: bytes, name: str) -> list[tuple[str, ...]]:
    return [tuple(h.rstrip(":") for h in part.headings) for part in split(read_bytes(data, name)).parts]


def listed(name: str) -> list[tuple[str, ...]]:
    return [path for path, _ in five.expected(name)]


@pytest.mark.parametrize("name", FILES)
def test_a_word_document_and_slides_give_exactly_the_listed_sections(name: str, word: Files, slides: Files) -> None:
    assert paths(word[name], "a.docx") == listed(name)
    assert paths(slides[name], "a.pptx") == listed(name)


@pytest.mark.parametrize("name", FILES)
def test_printed_and_exported_pdfs_give_exactly_the_listed_sections(name: str, printed: Files, exported: Files) -> None:
    assert paths(printed[name], "a.pdf") == listed(name)
    assert paths(exported[f"{name}.docx"], "a.pdf") == listed(name)
    assert paths(exported[f"{name}.pptx"], "a.pdf") == listed(name)
