"""The reading page's content: every section under its headings, the quoted words marked, everything else escaped."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from fake_engine import LIST_QUOTE, QUOTE, strategy
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from assistant.reading import metadata, parts, quoted, swedish_date

WORDS = st.lists(st.sampled_from(["EU:s", "medel", "§ 5", "1–3", "(a)", "och"]), min_size=1, max_size=8)
BETWEEN = st.sampled_from([" ", "\n", "\n- ", " | ", "\n\n"])


def text_of(line: tuple[Markup, ...]) -> str:
    return " | ".join(cell.striptags() for cell in line)


def test_headings_stand_once_and_in_order_with_their_numbers() -> None:
    assert [(p.level, p.heading, p.anchor) for p in parts(strategy())] == [
        (2, "Försättsblad", "forsattsblad"),
        (2, "1 Ansvar", "ansvar"),
        (2, "Skola", None),
        (3, "2.1 Medel", "skola/medel"),
        (2, "3 Ord", "ord"),
    ]


def test_lines_become_paragraphs_lists_and_tables_with_nothing_lost() -> None:
    document = strategy()
    for section, part in zip(document.citable, (p for p in parts(document) if p.anchor), strict=True):
        lines = [text_of(line) for group in part.groups for line in group.lines]
        assert lines == [line.removeprefix("- ") for line in section.text.splitlines() if line]
    assert [g.kind for g in parts(document)[3].groups] == ["paragraph", "list", "paragraph"]
    assert [g.kind for g in parts(document)[4].groups] == ["table"]


def test_the_quoted_words_are_marked_over_list_items() -> None:
    part = next(p for p in parts(strategy(), LIST_QUOTE) if p.marked)
    assert part.anchor == "skola/medel"
    marked = [line[0] for group in part.groups[:2] for line in group.lines]
    assert marked == [f"<mark>{line.removeprefix('- ')}</mark>" for line in LIST_QUOTE.splitlines()]
    assert not any("<mark>" in line[0] for line in part.groups[2].lines)


def test_a_quote_that_stands_nowhere_marks_nothing() -> None:
    assert not any(p.marked for p in parts(strategy(), "Kommunens EU:s-samordnare ansvarar inte"))


@pytest.mark.parametrize("quote", ["", " ", "…", "- "])
def test_a_quote_without_words_marks_nothing(quote: str) -> None:
    assert quoted("- ett … två", quote) == []


def test_half_a_word_is_not_marked() -> None:
    assert quoted("samordnaren", "samordnare") == []


def test_the_closing_full_stop_is_marked_with_the_words() -> None:
    text = f"Inledning. {QUOTE} Slut."
    assert [text[a:b] for a, b in quoted(text, QUOTE)] == [QUOTE]


@given(WORDS, BETWEEN, BETWEEN)
def test_words_are_found_whatever_stands_between_them(words: list[str], here: str, there: str) -> None:
    text = f"Först {here.join(words)} sist"
    found = quoted(text, there.join(words))
    assert found
    assert words[0].strip("()") in text[slice(*found[0])]
    assert not {"Först", "sist"} & set(text[slice(*found[0])].split())


@given(st.text(alphabet="ab<>&\"'|- \n", max_size=60), st.text(alphabet="ab<>&", max_size=10))
def test_markup_in_a_document_or_a_quote_is_never_markup_on_the_page(text: str, quote: str) -> None:
    document = strategy()
    section = replace(document.sections[0], text=text)
    (part,) = parts(replace(document, cover=None, sections=(section,)), quote)
    for group in part.groups:
        for line in group.lines:
            for cell in line:
                assert "<" not in cell.replace("<mark>", "").replace("</mark>", "")


def test_what_the_document_does_not_say_is_none() -> None:
    facts = dict(metadata(strategy()))
    assert facts["Beslutsdatum"] == "14 juni 2021"
    assert facts["Ska prövas"] == "vart fjärde år"
    assert facts["Diarienummer"] is None
    assert facts["Ersätter"] is None


@pytest.mark.parametrize(("years", "words"), [(1, "varje år"), (2, "vartannat år"), (8, "vart 8:e år"), (None, None)])
def test_review_intervals_in_words(years: int | None, words: str | None) -> None:
    assert dict(metadata(replace(strategy(), review_interval_years=years)))["Ska prövas"] == words


def test_dates_are_swedish() -> None:
    assert swedish_date(date(2013, 5, 1)) == "1 maj 2013"


def test_an_old_anchor_still_leads_to_the_section() -> None:
    document = strategy()
    now = document.sections[0].id
    moved = replace(document, aliases=((f"{document.id}#roller", now), ("ekvik/gammal#ansvar", now), ("ekvik/gammal", document.id)))
    assert parts(moved)[1].old_anchors == ("roller",)
