"""The five real texts beside the project, read and indexed: exactly the sections and the metadata that their description lists.

Nothing of the texts stands here; what must come out is read from the description.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from index_fakes import WordEmbedder

from assistant import listing
from knowledge.index import Index
from knowledge.ingest import ingest
from knowledge.passages import context_of
from knowledge.swedish import index_terms

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
import five

pytestmark = pytest.mark.skipif(not five.available(), reason="the five real texts are not on this machine")

NAMES = ("Vänersborg", "Lidingö", "Mellerud", "Skövde", "Upplands-Bro")
KINDS = {"slides": "presentation", "strategy": "strategi", "policy": "policy"}
"""The description's word for what a text is, the first that it holds, and the kind that must come out."""


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    home = tmp_path_factory.mktemp("corpus")
    embedder = WordEmbedder()
    report = ingest(five.CORPUS, home=home, embedder=embedder)
    assert (report.failed, report.warnings, len(report.added)) == ((), (), 5)
    return Index.open(home, embedder.name)


@pytest.fixture(scope="module")
def documents(index: Index) -> dict[str, dict[str, Any]]:
    """What `assistant documents --json` prints, by municipality."""
    return {d["municipality"]: d for d in listing.documents(index, date(2026, 11, 22))}


def described(name: str) -> list[str]:
    """The cells of a municipality's row in the description's table."""
    rows = (
        line.strip("| ").split(" | ") for line in five.SHARED.joinpath("corpus.md").read_text("utf-8").splitlines() if line.startswith("| ")
    )
    return next(row for row in rows if len(row) > 1 and row[1] == name)


def found(document: dict[str, Any]) -> list[tuple[tuple[str, ...], str | None]]:
    return [(tuple(s["headings"]), s["number"]) for s in document["sections"]]


def test_there_are_forty_three_sections_of_five_municipalities(documents: dict[str, dict[str, Any]]) -> None:
    assert documents.keys() == set(NAMES)
    merged = found(documents["Vänersborg"])[-1][0] == ("Prioriterade områden",)
    assert sum(len(d["sections"]) for d in documents.values()) + (merged and len(documents["Vänersborg"]["sections"]) == 6) == 43


@pytest.mark.parametrize("name", ["Mellerud", "Skövde", "Upplands-Bro"])
def test_headings_come_out_with_their_paths_and_numbers(documents: dict[str, dict[str, Any]], name: str) -> None:
    assert found(documents[name]) == five.expected(name)


def test_the_slides_headings_come_out_the_last_two_as_one_section(documents: dict[str, dict[str, Any]]) -> None:
    expected = five.expected("Vänersborg")
    got = found(documents["Vänersborg"])
    assert got == expected or got == [*expected[:-1], (("Prioriterade områden",), None)]


def test_headings_that_run_into_the_text_come_out_with_their_pages(documents: dict[str, dict[str, Any]], index: Index) -> None:
    line = next(x for x in five.SHARED.joinpath("corpus.md").read_text("utf-8").splitlines() if x.startswith("- Lidingö:"))
    pages = [tuple(map(int, re.findall(r"\d+", p))) for p in re.findall(r"\(([^)]*\d)\)", line)]
    expected = [path[-1] for path, _ in five.expected("Lidingö")]
    sections = documents["Lidingö"]["sections"]
    assert [s["headings"][-1] for s in sections] == expected
    assert [s["page"] for s in sections] == [p[0] for p in pages]
    whole = [index.section(s["section_id"]) for s in sections]
    assert [tuple(dict.fromkeys(p for _, p in s.pages)) for s in whole if s] == pages


@pytest.mark.parametrize("name", NAMES)
def test_the_metadata_is_what_the_table_says(documents: dict[str, dict[str, Any]], name: str) -> None:
    document = documents[name]
    file, _, what, decided, _ = described(name)
    day, paragraph, number = (re.search(p, decided) for p in (r"\d{4}-\d\d-\d\d", r"§ \d+", r"(?<=Dnr )\S+"))
    assert document["file"] == file
    assert document["kind"] == next(kind for word, kind in KINDS.items() if word in what)
    assert document["decided_by"] == ("kommunfullmäktige" if "kommunfullmäktige" in decided else None)
    assert document["decided_on"] == (day[0] if day else None)
    assert document["paragraph"] == (paragraph[0] if paragraph else None)
    assert document["registration_number"] == (number[0] if number else None)
    assert not document["draft"]


@pytest.mark.parametrize("name", ["Lidingö", "Mellerud"])
def test_a_label_without_a_value_and_a_sites_uploader_are_nothing(documents: dict[str, dict[str, Any]], name: str) -> None:
    document = documents[name]
    assert [document[key] for key in ("owner", "replaces", "valid_from", "valid_until", "applies_to")] == [None] * 5


def test_nothing_of_the_sharing_sites_list_is_anywhere(documents: dict[str, dict[str, Any]], index: Index) -> None:
    raw = " ".join((five.CORPUS / documents["Lidingö"]["file"]).read_text("utf-8").split("\n"))
    last = documents["Lidingö"]["sections"][-1]["text"].split()[-8:]
    begin = re.search(r"\s+".join(map(re.escape, last)), raw)
    assert begin
    rest = raw[begin.end() :]
    assert len(rest) > 0.5 * len(raw)
    own = {t for d in index.documents.values() for s in d.citable for t in index_terms(f"{context_of(d, s)}\n{s.text}")}
    kept = " ".join(" ".join(s.text.split()) for s in index.documents[documents["Lidingö"]["document_id"]].citable)
    words = rest.split()
    assert not any(" ".join(words[i : i + 6]) in kept for i in range(len(words) - 5))
    strange = set(index_terms(rest)) - own
    assert len(strange) > 150
    assert not any(index.document_frequency(term) for term in strange)
    assert not index.lexical(dict.fromkeys(strange, 1.0), None, 10)


def test_a_cover_sheet_is_citable_and_no_section(documents: dict[str, dict[str, Any]], index: Index) -> None:
    document = index.documents[documents["Skövde"]["document_id"]]
    assert document.cover
    assert document.cover.headings == ("Försättsblad",)
    assert document.cover.id not in [s["section_id"] for s in documents["Skövde"]["sections"]]
    assert document.cover.id.endswith("#forsattsblad")
