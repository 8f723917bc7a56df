"""Blocks become a tree of sections: headings by format, number, weight or place; no text is lost, none is made up, no furniture stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.describe import describe
from knowledge.read.block import Block, BlockKind, Reading
from knowledge.section import COVER, Document, KnowledgeError
from knowledge.split import Split, split

PROSE = "Nämnden ansvarar för att arbetet följs upp varje år och att resultatet redovisas för kommunstyrelsen i mars."
OTHER = "Den som reser i tjänsten ska välja tåg före flyg när resan tar mindre än åtta timmar från dörr till dörr."
THIRD = "Skolan får ta emot gäster från en vänort när rektor har godkänt besöket och det finns någon som tar emot."


def block(text: str, **known: object) -> Block:
    return Block(text, **known)  # type: ignore[arg-type]


def heading(text: str, level: int = 1, **known: object) -> Block:
    return block(text, kind=BlockKind.HEADING, level=level, **known)


def title(text: str) -> Block:
    return block(text, kind=BlockKind.TITLE)


def item(text: str, **known: object) -> Block:
    return block(text, kind=BlockKind.ITEM, **known)


def row(*cells: str) -> Block:
    return block(" | ".join(cells), kind=BlockKind.ROW)


def parted(*blocks: Block) -> Split:
    return split(Reading(blocks, {}))


def paths(*blocks: Block) -> list[tuple[str, ...]]:
    return [p.headings for p in parted(*blocks).parts]


def described(*blocks: Block) -> Document:
    return describe(Reading(blocks, {}), file="regler-for-resor.txt", digest="x")


def test_marked_headings_give_the_tree() -> None:
    made = parted(title("Regler"), heading("Resor"), block(PROSE), heading("Tåg", 2), block(OTHER), heading("Gåvor"), block(THIRD))
    assert made.title == "Regler"
    assert [(p.headings, p.text) for p in made.parts] == [(("Resor",), PROSE), (("Resor", "Tåg"), OTHER), (("Gåvor",), THIRD)]


def test_a_heading_over_headings_only_shows_in_the_path_alone() -> None:
    assert paths(title("Regler"), heading("Resor"), heading("Tåg", 2), block(PROSE), heading("Flyg", 2), block(OTHER)) == [
        ("Resor", "Tåg"),
        ("Resor", "Flyg"),
    ]


def test_numbers_in_the_text_give_depth_and_are_kept_apart_with_and_without_a_colon() -> None:
    made = parted(
        block("Regler för resor"),
        block("1 Syfte:"),
        block(PROSE),
        block("2 Ansvar"),
        block("2.1 Nämnden:"),
        block(OTHER),
        block("2.2 Rektor"),
        block(THIRD),
    )
    assert [(p.number, p.headings) for p in made.parts] == [
        ("1", ("Syfte",)),
        ("2.1", ("Ansvar", "Nämnden")),
        ("2.2", ("Ansvar", "Rektor")),
    ]
    assert made.title == "Regler för resor"


def test_a_numbered_list_is_no_row_of_headings() -> None:
    steps = (block("1 Fråga chefen"), block("2 Boka resan"), block("3 Skriv en rapport"))
    assert paths(title("Regler"), heading("Syfte"), block(PROSE), heading("Steg"), block("Gör så här:"), *steps, block(OTHER)) == [
        ("Syfte",),
        ("Steg",),
    ]


def test_short_plain_lines_before_text_are_headings_where_nothing_is_marked() -> None:
    assert paths(block("Regler för resor"), block("Syfte"), block(PROSE), block("Ansvar"), block(OTHER)) == [("Syfte",), ("Ansvar",)]


def test_a_bold_line_alone_is_a_heading_and_a_bold_bullet_too() -> None:
    made = paths(
        block("Regler för resor", bold=True, size=20),
        block("Mål", bold=True),
        item("Ökad kunskap", bold=True),
        block(PROSE),
        item("Fler kontakter", bold=True),
        block(OTHER),
    )
    assert made == [("Mål", "Ökad kunskap"), ("Mål", "Fler kontakter")]


def test_a_line_that_ends_in_a_stop_is_text() -> None:
    assert paths(title("Regler"), heading("Syfte"), block("Alla reser."), block(PROSE)) == [("Syfte",)]


def test_a_list_keeps_its_lead_in_and_a_table_its_rows_on_lines_of_their_own() -> None:
    made = parted(
        title("Regler"),
        heading("Resor"),
        block("Den som reser ska:"),
        item("boka i tid"),
        item("välja tåg"),
        row("Resa", "Beslut"),
        row("Norden", "Enhetschef"),
    )
    assert made.parts[0].text == "Den som reser ska:\n- boka i tid\n- välja tåg\n\nResa | Beslut\nNorden | Enhetschef"


def test_a_slides_title_that_recurs_is_one_section_or_the_top_of_a_path() -> None:
    slide = block("Resor", kind=BlockKind.SLIDE)
    made = parted(slide, item(PROSE), slide, item(OTHER), block("Gåvor", kind=BlockKind.SLIDE), item(THIRD))
    assert [p.headings for p in made.parts] == [("Resor",), ("Gåvor",)]
    assert made.slides
    assert OTHER in made.parts[0].text


def test_running_headers_page_numbers_and_contents_are_in_no_section() -> None:
    made = parted(
        title("Regler för resor"),
        block("Innehåll"),
        block("1 Syfte ........ 2"),
        block("2 Ansvar ....... 3"),
        block("Ekviks kommun – Regler för resor"),
        heading("Syfte", number="1"),
        block(PROSE),
        block("Sida 2 (4)"),
        block("Ekviks kommun – Regler för resor"),
        heading("Ansvar", number="2"),
        block(OTHER),
        block("Sida 3 (4)"),
        block("Ekviks kommun – Regler för resor"),
        block(THIRD),
        block("Sida 4 (4)"),
        block("Ekviks kommun – Regler för resor"),
    )
    assert [(p.number, p.headings, p.text) for p in made.parts] == [("1", ("Syfte",), PROSE), ("2", ("Ansvar",), f"{OTHER}\n\n{THIRD}")]


def test_a_sharing_sites_list_of_other_documents_is_dropped() -> None:
    teasers = [
        b
        for n in range(4)
        for b in (block(f"Plan {n} för en annan kommun"), block(f"Plan {n} för en annan kommun Inledning {OTHER}"), block("Läs mer"))
    ]
    made = parted(title("Regler"), heading("Syfte"), block(f"{PROSE} {THIRD}"), *teasers)
    assert [p.text for p in made.parts] == [f"{PROSE} {THIRD}"]


def test_short_labelled_lines_before_the_first_heading_are_the_cover_and_prose_is_a_section() -> None:
    made = parted(
        title("Regler för resor"),
        block("Beslutad av kommunstyrelsen 2024-05-06, § 7"),
        block("Dnr KS 2024/12"),
        heading("Syfte"),
        block(PROSE),
    )
    assert made.cover == ["Regler för resor", "Beslutad av kommunstyrelsen 2024-05-06, § 7", "Dnr KS 2024/12"]
    assert [p.headings for p in made.parts] == [("Syfte",)]
    opened = parted(title("Regler för resor"), block(PROSE), heading("Ansvar"), block(OTHER))
    assert [(p.headings, p.text) for p in opened.parts] == [(("Regler för resor",), PROSE), (("Ansvar",), OTHER)]


def test_pages_are_kept_where_text_goes_on_over_a_page_break() -> None:
    made = parted(
        title("Regler"),
        heading("Syfte", page=2),
        block(PROSE, page=2),
        block(OTHER, page=3),
        heading("Ansvar", page=3),
        block(THIRD, page=3),
    )
    assert [p.pages for p in made.parts] == [((0, 2), (len(PROSE) + 2, 3)), ((0, 3),)]


def test_ids_last_over_a_second_reading_and_say_where_the_section_stands() -> None:
    blocks = (
        title("Regler för resor"),
        block("Ekviks kommun 2024-05-06"),
        heading("Mål & medel"),
        block(PROSE),
        heading("Tåg", 2),
        block(OTHER),
    )
    first, again = described(*blocks), described(*blocks)
    assert first == again
    assert [s.anchor for s in first.sections] == ["mal-medel", "mal-medel/tag"]
    assert all(s.id == f"{first.id}#{s.anchor}" for s in first.sections)


def test_the_second_of_two_equal_headings_takes_its_number_or_first_words() -> None:
    plain = described(title("Regler"), heading("Syfte"), block(PROSE), heading("Ansvar"), block(THIRD), heading("Syfte"), block(OTHER))
    assert [s.anchor for s in plain.sections] == ["syfte", "ansvar", "syfte-den-som-reser-i-tjansten"]
    numbered = described(
        title("Regler"),
        heading("Syfte", number="1"),
        block(PROSE),
        heading("Ansvar", number="2"),
        block(THIRD),
        heading("Syfte", number="3"),
        block(OTHER),
    )
    assert [s.anchor for s in numbered.sections] == ["syfte", "ansvar", "syfte-3"]


def test_sections_that_would_share_an_id_fail_with_a_remedy() -> None:
    with pytest.raises(KnowledgeError) as told:
        described(
            title("Regler"),
            *[
                b
                for n in range(3)
                for b in (heading("Syfte"), block(f"{PROSE} Det är regel {n}."), heading(f"Ansvar {n}"), block(f"{OTHER} Det är resa {n}."))
            ],
        )
    assert "rubrik" in told.value.reason
    assert told.value.remedy


def test_a_file_without_running_text_is_refused() -> None:
    with pytest.raises(KnowledgeError) as told:
        described(title("Regler"))
    assert told.value.remedy


WORDS = st.sampled_from(["resor", "nämnden", "skolan", "rapport", "gåvor", "tåg", "beslut", "EU:s", "vänorten"])
SENTENCES = st.lists(WORDS, min_size=12, max_size=18).map(lambda ws: f"Alla {' '.join(ws)} ska redovisas.")
NAMES = ("Syfte", "Ansvar", "Resor till vänorter", "Uppföljning", "Gåvor", "Ekonomi")
PARTS = st.lists(
    st.tuples(st.sampled_from(NAMES), st.integers(1, 3), st.lists(SENTENCES, min_size=1, max_size=3, unique=True)), min_size=1, max_size=6
)


@given(PARTS)
def test_every_word_of_the_text_is_in_the_sections_in_order_and_nothing_else_is(parts: list[tuple[str, int, list[str]]]) -> None:
    unique = [(f"{name} {n}a", level, texts) for n, (name, level, texts) in enumerate(parts)]
    blocks = [title("Regler för resor")]
    for name, level, texts in unique:
        blocks += [heading(name, level), *map(block, texts)]
    made = parted(*blocks)
    once = [t for _, _, texts in unique for t in texts]
    if len(set(once)) == len(once):  # what recurs may be a running header
        assert re.split(r"\n+", "\n".join(p.text for p in made.parts)) == once
        assert [p.headings[-1] for p in made.parts] == [name for name, _, _ in unique]
        document = described(*blocks)
        assert len({s.id for s in document.sections}) == len(document.sections)
        assert COVER not in {s.anchor for s in document.sections}
