"""The sample documents are what their source texts say, small, and structured as their readers need them."""

from __future__ import annotations

import io
import json
import re
import tomllib
import zipfile
from pathlib import Path

import make_sample
import pytest
from pypdf import PdfReader
from sample.source import Source, load

SOURCES = make_sample.sources()
PDFS = [source for source in SOURCES if source.file.endswith(".pdf")]
OTHERS = [source for source in SOURCES if not source.file.endswith(".pdf")]
LINDHAMN = [source for source in SOURCES if source.expected["municipality"] == "Lindhamn"]


def by_file(source: Source) -> str:
    return source.file


def joined(text: str) -> str:
    """The text on one line, words that were hyphenated over a line end whole again."""
    return " ".join(re.sub(r"(?<=[a-zåäö])-\s*\n\s*(?=[a-zåäö])", "", text).split())


def members(data: bytes) -> dict[str, bytes]:
    """An office file's parts, since zip libraries pack the same parts differently; another file as it is."""
    if not data.startswith(b"PK"):
        return {"": data}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pdf_text(source: Source) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(make_sample.DOCUMENTS / source.file).pages)


@pytest.mark.parametrize("source", OTHERS, ids=by_file)
def test_a_document_that_needs_no_browser_comes_out_the_same_again(source: Source) -> None:
    make = make_sample.WITHOUT_BROWSER[Path(source.file).suffix]
    assert members((make_sample.DOCUMENTS / source.file).read_bytes()) == members(make(source))


@pytest.mark.parametrize("source", PDFS, ids=by_file)
def test_a_pdf_holds_every_sentence_of_its_source_save_those_that_a_page_break_cuts(source: Source) -> None:
    text = joined(pdf_text(source))
    pieces = [piece for part in source.parts for piece in (part.text, *(cell for row in part.rows for cell in row))]
    cut = [sentence for piece in pieces for sentence in re.split(r"(?<=\.) ", piece) if sentence not in text]
    assert len(cut) < len(PdfReader(make_sample.DOCUMENTS / source.file).pages)


@pytest.mark.parametrize("source", PDFS, ids=by_file)
def test_a_pdf_hyphenates_a_word_over_a_line_end_and_holds_no_soft_hyphen(source: Source) -> None:
    text = pdf_text(source)
    assert re.search(r"[a-zåäö]-\s*\n\s*[a-zåäö]", text)
    assert "\u00ad" not in text


def test_what_reading_must_give_is_written_down() -> None:
    written = json.loads((make_sample.SOURCES / "expected.json").read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(make_sample.expected(), default=str))


def test_the_folder_holds_the_made_documents_the_register_and_the_contacts_only_and_none_is_large() -> None:
    files = {path.name: path.stat().st_size for path in make_sample.DOCUMENTS.iterdir()}
    assert set(files) == {source.file for source in SOURCES} | {"register.toml", "contacts.toml"}
    assert max(files.values()) < 300_000


def test_lindhamn_has_eight_documents_of_six_to_twelve_sections_and_seventy_five_or_more_together() -> None:
    counts = [len(source.sections()) for source in LINDHAMN]
    assert len(counts) == 8
    assert min(counts) >= 6
    assert max(counts) <= 12
    assert sum(counts) >= 75


def test_the_register_names_files_that_are_there_and_both_municipalities() -> None:
    register = tomllib.loads((make_sample.DOCUMENTS / "register.toml").read_text(encoding="utf-8"))
    assert {entry["file"] for entry in register["document"]} <= {source.file for source in SOURCES}
    assert {entry["name"] for entry in register["municipality"]} == {source.expected["municipality"] for source in SOURCES} - {"alla"}


def test_a_heading_over_headings_only_is_no_section(tmp_path: Path) -> None:
    path = tmp_path / "source.md"
    path.write_text(
        '+++\nfile = "a.pdf"\ntitle = "A"\nlayout = "line"\n[expected]\n+++\n# 1 Mål\n\n## 1.1 Skola\n\nText.\n\n# Slut\n\n- punkt\n',
        encoding="utf-8",
    )
    assert load(path).sections() == [{"number": "1.1", "headings": ["Mål", "Skola"]}, {"number": None, "headings": ["Slut"]}]
