"""Cleaning text, joining lines and telling marks: properties that hold for whatever a file may contain."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.read.block import Block, BlockKind
from knowledge.read.clean import HIDDEN_CHARACTERS, Cleaner
from knowledge.read.marks import has_leaders, heading_number, is_contents_title, list_number, row_text, without_bullet, without_contents
from knowledge.read.pdf.joining import join

anything = st.text(st.characters(codec=None))


@given(anything)
def test_cleaning_twice_changes_nothing_more(raw: str) -> None:
    once = Cleaner().text(raw)
    assert Cleaner().text(once) == once


@given(anything)
def test_clean_text_is_composed_and_holds_nothing_invisible(raw: str) -> None:
    text = Cleaner().text(raw)
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text.replace("\n", ""))
    assert not set(text) & set("\u00ad\u00a0\u200b\u202e\ufb01\U000e0041")
    text.encode("utf-8")


@given(st.text("abcåäö", min_size=1))
def test_plain_words_are_left_as_they_are(word: str) -> None:
    cleaner = Cleaner()
    assert cleaner.text(word) == word
    assert cleaner.warnings == []


def test_what_is_cleaned_reads_as_people_see_it() -> None:
    assert Cleaner().text("o\ufb03cie\u00adll\u00a0 a\u030ak\tA\u0308rende\x00\r\n rad\u2028två") == "officiell åk Ärende\nrad\ntvå"


@pytest.mark.parametrize("raw", ["text\u202ednerttxet", "text" + "".join(chr(0xE0000 + ord(c)) for c in "lyd mig")])
def test_hidden_messages_are_taken_out_with_a_warning(raw: str) -> None:
    cleaner = Cleaner()
    assert cleaner.text(raw).startswith("text")
    assert cleaner.warnings == [HIDDEN_CHARACTERS]
    cleaner.text(raw)
    assert len(cleaner.warnings) == 1


@given(st.lists(st.text("abcdefghåäö", min_size=1), min_size=1))
def test_lines_without_hyphens_are_joined_by_spaces(lines: list[str]) -> None:
    assert join(lines) == " ".join(lines)


@given(st.text("abcdefgh", min_size=2), st.text("abcdefgh", min_size=4).filter(lambda text: not text.startswith("och")))
def test_a_broken_word_is_whole_again(left: str, right: str) -> None:
    assert join([f"en {left}-", f"{right} till"]) == f"en {left}{right} till"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["skol-", "och ungdomsutbyten"], "skol- och ungdomsutbyten"),
        (["EU-", "projekt"], "EU-projekt"),
        (["2023-", "2027"], "2023-2027"),
        (["x –", "y"], "x – y"),
    ],
)
def test_hyphens_that_belong_there_stay(lines: list[str], text: str) -> None:
    assert join(lines) == text


@pytest.mark.parametrize(
    ("text", "rest"),
    [("• punkt", "punkt"), ("- punkt", "punkt"), ("•punkt", "punkt"), ("✓ klart", "klart"), ("-5 grader", None), ("Nej", None)],
)
def test_bullets_are_told_from_text(text: str, rest: str | None) -> None:
    assert without_bullet(text) == rest


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("4.1 Kommunstyrelsen:", ("4.1", "Kommunstyrelsen:")),
        ("2. Syfte", ("2", "Syfte")),
        ("2013 års mål", (None, "2013 års mål")),
        ("12 februari 2020", ("12", "februari 2020")),
        ("Syfte", (None, "Syfte")),
    ],
)
def test_heading_numbers_are_kept_apart(text: str, split: tuple[str | None, str]) -> None:
    assert heading_number(text) == split


def test_list_numbers_need_a_point_or_a_bracket() -> None:
    assert list_number("b) Ansök") == ("b", "Ansök")
    assert list_number("2. Ansök") == ("2", "Ansök")
    assert list_number("2 Ansök") is None


@given(st.lists(st.text("abc ", max_size=5).map(str.strip), min_size=1, max_size=6))
def test_a_row_keeps_its_cells_in_order(cells: list[str]) -> None:
    assert [part.strip() for part in row_text(cells).split("|") if part.strip()] == [" ".join(cell.split()) for cell in cells if cell]


def test_typed_contents_are_dropped_and_a_heading_called_contents_with_text_is_kept() -> None:
    assert is_contents_title("Innehållsförteckning")
    assert has_leaders("1 Syfte ........ 3")
    contents = [Block("Innehåll", BlockKind.HEADING), Block("Syfte 3"), Block("Mål 4"), Block("Syfte", BlockKind.HEADING), Block("Text.")]
    assert [block.text for block in without_contents(contents)] == ["Syfte", "Text."]
    real = [Block("Innehåll", BlockKind.HEADING), Block("Utbytet ska ha ett tydligt innehåll.")]
    assert without_contents(real) == real


def test_contents_without_a_title_are_told_by_the_headings_that_they_name() -> None:
    headings = [Block("Syfte", BlockKind.HEADING, number="1"), Block("Text."), Block("Mål", BlockKind.HEADING, number="2"), Block("Text.")]
    assert without_contents([Block("1 Syfte 3"), Block("2 Mål 4"), *headings]) == headings
    assert without_contents([Block("Mål 4"), *headings]) == [Block("Mål 4"), *headings]
