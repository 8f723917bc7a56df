"""PDFs: structure from where, how large and how bold the text is set."""

import io
import sys
from pathlib import Path

import pypdf
import pytest

from knowledge.read import pdf
from knowledge.read.block import Block, BlockKind
from knowledge.section import KnowledgeError

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from make_pdf import LANDSCAPE, Sheet
from make_pdf import pdf as made

LONG = [
    "Varje nämnd ska följa upp sitt arbete med utbyten en gång om året och redovisa det för",
    "kommunstyrelsen före mars månads utgång.",
]
WHOLE = " ".join(LONG)


def blocks(*sheets: Sheet, title: str = "") -> tuple[Block, ...]:
    return pdf.read(made(*sheets, title=title)).blocks


def texts(found: tuple[Block, ...], kind: BlockKind) -> list[str]:
    return [block.text for block in found if block.kind is kind]


def test_lines_become_one_paragraph_and_a_wider_gap_begins_the_next() -> None:
    found = blocks(Sheet().lines(60, 700, LONG).lines(60, 660, LONG))
    assert texts(found, BlockKind.PARAGRAPH) == [WHOLE, WHOLE]
    assert [block.lines for block in found] == [2, 2]


def test_a_word_hyphenated_over_a_line_is_joined_and_a_shared_ending_is_not() -> None:
    lines = [
        "Kommunens inriktning för den egna verksam-",
        "heten gäller även för utbyten inom skol-",
        "och ungdomsområdet samt för alla EU-",
        "projekt som pågår.",
    ]
    assert texts(blocks(Sheet().lines(60, 700, lines)), BlockKind.PARAGRAPH) == [
        "Kommunens inriktning för den egna verksamheten gäller även för utbyten inom skol- och ungdomsområdet"
        " samt för alla EU-projekt som pågår."
    ]


def test_a_document_that_nothing_hyphenated_keeps_the_hyphens_of_its_words() -> None:
    page = Sheet().lines(60, 780, ["Partnerskap ska sökas i hela området i nord-", "syd och öst."])
    filler = [Sheet().lines(60, 780, [f"Det här är rad {n} på en sida {side}" for n in range(45)]) for side in ("ett.", "två.")]
    assert "nord-syd" in blocks(page, *filler)[0].text


def test_a_paragraph_goes_on_over_a_page_break_and_keeps_its_first_page() -> None:
    found = blocks(Sheet().lines(60, 700, [LONG[0]]), Sheet().lines(60, 780, [LONG[1]]))
    assert [(block.text, block.page) for block in found] == [(WHOLE, 1)]


def test_headings_are_ranked_by_size_and_weight_and_numbers_are_kept_apart() -> None:
    page = Sheet().text(60, 780, "Policy för utbyten", size=24, bold=True)
    for y, size, text in ((740, 16, "1 Inledning"), (680, 16, "2 Ansvar"), (620, 12, "2.1 Kommunstyrelsen:"), (560, 12, "2.2 Nämnderna")):
        page.text(60, y, text, size=size, bold=True).lines(60, y - 20, LONG)
    found = blocks(page)
    assert texts(found, BlockKind.TITLE) == ["Policy för utbyten"]
    assert [(block.level, block.number, block.text) for block in found if block.kind is BlockKind.HEADING] == [
        (1, "1", "Inledning"),
        (1, "2", "Ansvar"),
        (2, "2.1", "Kommunstyrelsen:"),
        (2, "2.2", "Nämnderna"),
    ]


def test_one_look_for_all_headings_is_ranked_by_their_numbers() -> None:
    page = Sheet()
    for y, text in ((760, "1 Ansvar"), (700, "1.1 Nämnder"), (640, "2 Uppföljning")):
        page.text(60, y, text, bold=True).lines(60, y - 20, LONG)
    assert [block.level for block in blocks(page) if block.kind is BlockKind.HEADING] == [1, 2, 1]


def test_a_bold_line_alone_is_a_heading_and_a_bold_run_in_is_not() -> None:
    page = Sheet().text(60, 760, "Ansvar", bold=True).lines(60, 740, LONG)
    page.text(60, 690, "Kommunstyrelsen", bold=True).text(160, 690, "leder arbetet med utbyten och svarar för att det följs upp i tid,")
    page.text(60, 676, "varje år.")
    found = blocks(page)
    assert texts(found, BlockKind.HEADING) == ["Ansvar"]
    assert found[-1].text.startswith("Kommunstyrelsen leder arbetet")


def test_a_long_bold_introduction_is_no_heading() -> None:
    page = Sheet().text(60, 760, "Den här strategin beskriver hur kommunen vill arbeta med utbyten och", bold=True)
    page.text(60, 746, "vad varje nämnd, förvaltning och bolag behöver göra under de närmaste åren", bold=True).lines(60, 700, LONG)
    assert texts(blocks(page), BlockKind.HEADING) == []


def test_running_headers_and_page_numbers_are_furniture_once() -> None:
    sheets = [
        Sheet().text(60, 810, "Lindhamns kommun", size=9).text(300, 30, f"Sida {number} (3)", size=9).text(60, 740, text)
        for number, text in enumerate(("Det ena.", "Det andra.", "Det tredje."), 1)
    ]
    reading = pdf.read(made(*sheets))
    assert reading.furniture == ("Lindhamns kommun",)
    assert [block.text for block in reading.blocks] == ["Det ena.", "Det andra.", "Det tredje."]


def test_numbered_headings_at_the_top_of_pages_are_not_taken_for_page_numbers() -> None:
    sheets = [Sheet().text(60, 790, f"Bilaga {number}", size=16, bold=True).lines(60, 740, LONG) for number in (1, 2, 3)]
    assert texts(blocks(*sheets), BlockKind.HEADING) == ["Bilaga 1", "Bilaga 2", "Bilaga 3"]


def test_a_contents_page_is_dropped() -> None:
    contents = Sheet().text(60, 780, "Innehåll", size=16, bold=True)
    contents.text(60, 750, "1 Inledning" + "." * 60 + "2").text(60, 735, "2 Ansvar").text(500, 735, "2")
    text = Sheet().text(60, 780, "1 Inledning", size=16, bold=True).lines(60, 750, LONG).text(60, 690, "2 Ansvar", size=16, bold=True)
    found = blocks(contents, text.lines(60, 660, LONG))
    assert [block.text for block in found] == ["Inledning", WHOLE, "Ansvar", WHOLE]


@pytest.mark.parametrize("mark", ["\u2022", "-", "\u2013"])
def test_bullets_make_items_and_wrapped_lines_belong_to_them(mark: str) -> None:
    page = Sheet().text(60, 740, "Nämnderna ska:")
    page.text(70, 720, mark).text(84, 720, "utse en kontaktperson för utbyten i sin").text(84, 706, "förvaltning,").text(
        70, 692, mark
    ).text(84, 692, "följa upp arbetet.")
    found = blocks(page)
    assert texts(found, BlockKind.ITEM) == ["utse en kontaktperson för utbyten i sin förvaltning,", "följa upp arbetet."]


def test_numbered_lines_that_count_are_items_with_numbers() -> None:
    page = (
        Sheet().lines(60, 740, LONG).text(70, 690, "1. Anmäl idén.").text(70, 676, "2. Skriv ansökan.").text(70, 662, "3. Vänta på besked.")
    )
    assert [(block.number, block.text) for block in blocks(page) if block.kind is BlockKind.ITEM] == [
        ("1", "Anmäl idén."),
        ("2", "Skriv ansökan."),
        ("3", "Vänta på besked."),
    ]


def test_a_ruled_table_keeps_rows_and_wrapped_cells_together() -> None:
    page = Sheet().lines(60, 780, LONG)
    for x, y, width, height in ((60, 690, 120, 40), (180, 690, 300, 40), (60, 660, 120, 30), (180, 660, 300, 30)):
        page.box(x, y, width, height)
    page.text(65, 706, "Vänort").text(185, 714, "En ort i ett annat land som kommunen har ett").text(185, 700, "avtal med.")
    page.text(65, 670, "Utbyte").text(185, 670, "Ett besök.")
    assert texts(blocks(page), BlockKind.ROW) == ["Vänort | En ort i ett annat land som kommunen har ett avtal med.", "Utbyte | Ett besök."]


def test_a_table_without_rules_is_told_by_its_columns() -> None:
    page = Sheet().lines(60, 780, LONG)
    for y, left, right in ((720, "Belopp", "Beslutas av"), (704, "Under 75 000 kronor", "Rektor"), (688, "Däröver", "Nämnden")):
        page.text(60, y, left).text(260, y, right)
    page.lines(60, 650, LONG)
    found = blocks(page)
    assert texts(found, BlockKind.ROW) == ["Belopp | Beslutas av", "Under 75 000 kronor | Rektor", "Däröver | Nämnden"]
    assert found[-1].text == WHOLE


def test_a_cell_that_ends_close_to_the_next_is_told_apart_by_the_other_rows() -> None:
    page = Sheet().text(60, 720, "Beslutad").text(146, 720, "2024-03-12").text(60, 704, "Dokumentägare").text(146, 704, "Kansliet")
    page.text(60, 688, "Gäller").text(146, 688, "Alla nämnder")
    assert texts(blocks(page), BlockKind.ROW) == ["Beslutad | 2024-03-12", "Dokumentägare | Kansliet", "Gäller | Alla nämnder"]


def test_two_columns_of_text_are_read_one_after_the_other() -> None:
    left = [f"Vänstra spalten har en rad med nummer {n} i sig" for n in range(8)]
    right = [f"Högra spalten har också en rad med nummer {n}" for n in range(8)]
    page = Sheet().lines(40, 740, left, size=10).lines(310, 740, right, size=10)
    whole = " ".join(block.text for block in blocks(page))
    assert whole == " ".join(left + right)


def test_landscape_pages_in_large_type_are_slides_whose_titles_may_repeat() -> None:
    sheets = [
        Sheet(LANDSCAPE)
        .text(60, 470, "Utbyten", size=40)
        .text(60, 400, f"\u2022 Punkt {number}", size=24)
        .text(60, 360, "\u2022 En till", size=24)
        for number in (1, 2, 3)
    ]
    found = blocks(*sheets)
    assert [(block.text, block.page) for block in found if block.kind is BlockKind.SLIDE] == [
        ("Utbyten", 1),
        ("Utbyten", 2),
        ("Utbyten", 3),
    ]
    assert texts(found, BlockKind.ITEM) == ["Punkt 1", "En till", "Punkt 2", "En till", "Punkt 3", "En till"]


def test_a_title_that_outgrew_its_box_and_the_text_it_is_printed_over_stay_apart() -> None:
    sheet = Sheet((720, 540)).text(160, 460, "Hur vi ser på utbyten", size=44).text(160, 408, "och internationella nätverk", size=44)
    sheet.text(40, 403.5, "\u2022", size=14).text(
        60, 403.5, "Det här är början av en lång punkt som går från kant till kant på bilden", size=14
    )
    sheet.text(60, 386, "och fortsätter på nästa rad.", size=14).text(40, 366, "\u2022", size=14).text(60, 366, "En till.", size=14)
    found = blocks(sheet, Sheet((720, 540)).text(160, 460, "Ansvar", size=44).text(40, 366, "\u2022 Rektorn ansvarar.", size=14))
    assert texts(found, BlockKind.SLIDE)[0] == "Hur vi ser på utbyten och internationella nätverk"
    assert texts(found, BlockKind.ITEM)[:2] == [
        "Det här är början av en lång punkt som går från kant till kant på bilden och fortsätter på nästa rad.",
        "En till.",
    ]


def test_text_that_nobody_sees_is_left_out_with_a_warning() -> None:
    page = Sheet().lines(60, 780, LONG).text(60, 700, "Vit text på vitt", grey=1).text(60, 680, "Text utan bläck", mode=3)
    page.box(50, 640, 300, 30, grey=0.2, filled=True).text(60, 650, "Vit text på mörk botten", grey=1)
    reading = pdf.read(made(page))
    assert [block.text for block in reading.blocks] == [WHOLE, "Vit text på mörk botten"]
    assert any("osynlig text" in warning for warning in reading.warnings)


def test_a_scan_with_recognised_text_is_read() -> None:
    page = Sheet().scan().text(60, 700, "Text som har tolkats ur bilden", mode=3)
    assert [block.text for block in blocks(page)] == ["Text som har tolkats ur bilden"]


def test_a_turned_page_is_read_as_it_is_seen() -> None:
    page = Sheet(rotate=90)
    page.parts.append("BT 0 g /F1 11 Tf 0 1 -1 0 300 100 Tm (Text som ligger ned) Tj ET")
    assert [block.text for block in blocks(page)] == ["Text som ligger ned"]


def test_a_title_from_the_files_properties_needs_a_person() -> None:
    assert pdf.read(made(Sheet().lines(60, 700, LONG), title="Policy")).properties == {"title": "Policy"}
    assert pdf.read(made(Sheet().lines(60, 700, LONG), title="Microsoft Word - policy_v3.docx")).properties == {}


def test_a_page_that_is_damaged_inside_is_warned_about() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made(Sheet().lines(60, 700, LONG * 20), Sheet().lines(60, 700, LONG))))
    for page in writer.pages:
        page.compress_content_streams()
    target = io.BytesIO()
    writer.write(target)
    data = bytearray(target.getvalue())
    place = data.index(b"stream\n", data.index(b"/FlateDecode"))
    data[place + 60 : place + 64] = b"XXXX"
    assert any("skadad" in warning for warning in pdf.read(bytes(data)).warnings)
    assert pdf.read(target.getvalue()).warnings == ()


def test_a_page_that_is_only_an_image_is_warned_about() -> None:
    assert pdf.read(made(Sheet().lines(60, 700, LONG), Sheet().scan())).warnings == (
        "Sidan 2 är en bild utan text. Innehållet där har inte lästs in.",
    )


def _encrypted() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made(Sheet().lines(60, 700, LONG))))
    writer.encrypt("hemligt", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_encrypted(), "lösenord"),
        (made(Sheet().lines(60, 700, LONG))[:700], "avkortad"),
        (made(Sheet().scan()), "inskannad"),
        (made(Sheet()), "ingen text"),
        (b"%PDF-1.4\nskrot\n%%EOF", "skadad"),
    ],
    ids=["encrypted", "cut off", "scanned", "empty", "damaged"],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=reason) as caught:
        pdf.read(data)
    assert caught.value.remedy.endswith(".")


def test_a_file_that_anyone_may_read_is_read_though_it_is_protected() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(made(Sheet().lines(60, 700, LONG))))
    writer.encrypt("", "ägare", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    assert [block.text for block in pdf.read(target.getvalue()).blocks] == [WHOLE]
