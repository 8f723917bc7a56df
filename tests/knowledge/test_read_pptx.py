"""PowerPoint presentations: a title a slide, then its text in reading order."""

import io
from typing import Any

import pptx as library
from pptx.util import Inches, Pt

from knowledge.read import pptx
from knowledge.read.block import BlockKind, Reading


def read(deck: Any) -> Reading:
    target = io.BytesIO()
    deck.save(target)
    return pptx.read(target.getvalue())


def slide(deck: Any, layout: int, title: str, *lines: str) -> Any:
    made = deck.slides.add_slide(deck.slide_layouts[layout])
    made.shapes.title.text = title
    if lines:
        made.placeholders[1].text = "\n".join(lines)
    return made


def shown(reading: Reading) -> list[tuple[str, str, int | None]]:
    return [(str(block.kind), block.text, block.page) for block in reading.blocks]


def test_slides_have_titles_items_and_page_numbers() -> None:
    deck = library.Presentation()
    slide(deck, 0, "Plan för utbyten", "Beslutad 2024-03-12")
    slide(deck, 1, "Mål", "fler utbyten", "fler sökande")
    assert shown(read(deck)) == [
        ("title", "Plan för utbyten", 1),
        ("paragraph", "Beslutad 2024-03-12", 1),
        ("slide", "Mål", 2),
        ("item", "fler utbyten", 2),
        ("item", "fler sökande", 2),
    ]


def test_a_lone_line_is_a_paragraph_and_a_bold_first_line_is_marked() -> None:
    deck = library.Presentation()
    slide(deck, 1, "Ansvar", "Nämnden ansvarar.")
    second = slide(deck, 1, "Ansvar", "Skola", "rektor beslutar", "nämnden följer upp")
    second.placeholders[1].text_frame.paragraphs[0].runs[0].font.bold = True
    found = read(deck).blocks
    assert [(block.kind, block.bold) for block in found if block.kind is not BlockKind.SLIDE] == [
        (BlockKind.PARAGRAPH, False),
        (BlockKind.PARAGRAPH, True),
        (BlockKind.ITEM, False),
        (BlockKind.ITEM, False),
    ]


def test_boxes_are_read_from_top_to_bottom_and_tables_row_by_row() -> None:
    deck = library.Presentation()
    made = slide(deck, 5, "Kontakt")
    for top, text in ((5, "nederst"), (2, "överst")):
        made.shapes.add_textbox(Inches(1), Inches(top), Inches(4), Inches(1)).text_frame.text = text
    made.shapes.add_group_shape([made.shapes.add_textbox(Inches(1), Inches(3), Inches(4), Inches(0.5))]).shapes[
        0
    ].text_frame.text = "i gruppen"
    table = made.shapes.add_table(1, 2, Inches(1), Inches(6), Inches(6), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "Vem", "Vad"
    assert [text for _, text, _ in shown(read(deck))] == ["Kontakt", "överst", "i gruppen", "nederst", "Vem | Vad"]


def test_a_slide_without_a_title_takes_its_largest_first_line() -> None:
    deck = library.Presentation()
    made = deck.slides.add_slide(deck.slide_layouts[6])
    for top, size, text in ((1, 32, "Syfte"), (3, 18, "Arbetet ska ge nytta.")):
        frame = made.shapes.add_textbox(Inches(1), Inches(top), Inches(6), Inches(1)).text_frame
        frame.text = text
        frame.paragraphs[0].runs[0].font.size = Pt(size)
    assert [(kind, text) for kind, text, _ in shown(read(deck))] == [("slide", "Syfte"), ("paragraph", "Arbetet ska ge nytta.")]


def test_hidden_slides_and_notes_are_left_out() -> None:
    deck = library.Presentation()
    slide(deck, 1, "Synlig", "text").notes_slide.notes_text_frame.text = "anteckning"
    slide(deck, 1, "Dold", "text")._element.set("show", "0")
    reading = read(deck)
    assert {text for _, text, _ in shown(reading)} == {"Synlig", "text"}
    assert any("dolda" in warning for warning in reading.warnings)


def test_footers_typed_into_boxes_are_furniture() -> None:
    deck = library.Presentation()
    for number in (1, 2):
        made = slide(deck, 1, f"Bild {number}", "text", "mer text")
        for left, text in ((1, "Lindhamns kommun"), (8, str(number))):
            made.shapes.add_textbox(Inches(left), Inches(7), Inches(2), Inches(0.4)).text_frame.text = text
    reading = read(deck)
    assert reading.furniture == ("Lindhamns kommun",)
    assert [text for _, text, page in shown(reading) if page == 2] == ["Bild 2", "text", "mer text"]
