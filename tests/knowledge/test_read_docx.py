"""Word documents: structure from styles, outline levels and numbering."""

import io
from typing import Any

import docx as library
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from knowledge.read import docx
from knowledge.read.block import BlockKind, Reading
from knowledge.section import KnowledgeError


def read(document: Any) -> Reading:
    target = io.BytesIO()
    document.save(target)
    return docx.read(target.getvalue())


def shown(reading: Reading) -> list[tuple[str, str]]:
    return [(str(block.kind), block.text) for block in reading.blocks]


def test_styles_make_title_headings_and_items_and_tables_stay_in_place() -> None:
    document = library.Document()
    document.add_paragraph("Policy för utbyten", style="Title")
    document.add_heading("1 Ansvar", level=1)
    document.add_paragraph("Nämnderna ska:")
    document.add_paragraph("utse en kontaktperson,", style="List Bullet")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Vänort", "En ort med avtal"
    document.add_heading("1.1 Kommunstyrelsen", level=2)
    reading = read(document)
    assert shown(reading) == [
        ("title", "Policy för utbyten"),
        ("heading", "Ansvar"),
        ("paragraph", "Nämnderna ska:"),
        ("item", "utse en kontaktperson,"),
        ("row", "Vänort | En ort med avtal"),
        ("heading", "Kommunstyrelsen"),
    ]
    assert [(block.level, block.number) for block in reading.blocks if block.kind is BlockKind.HEADING] == [(1, "1"), (2, "1.1")]


def test_a_style_based_on_a_heading_and_an_outline_level_make_headings() -> None:
    document = library.Document()
    style = document.styles.add_style("Kommunrubrik", 1)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("Efter mall", style=style)
    paragraph = document.add_paragraph("Efter nivå")
    paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
    assert [(block.kind, block.level) for block in read(document).blocks] == [(BlockKind.HEADING, 2), (BlockKind.HEADING, 1)]


def _numbered(document: Any) -> None:
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, text in ((0, "%1"), (1, "%1.%2"))
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def test_automatic_numbers_of_headings_are_counted() -> None:
    document = library.Document()
    _numbered(document)
    for text, depth in (("Inledning", 0), ("Ansvar", 0), ("Nämnder", 1), ("Bolag", 1), ("Uppföljning", 0)):
        paragraph = document.add_heading(text, level=depth + 1)
        paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{depth}"/><w:numId w:val="77"/></w:numPr>'))
    assert [(block.number, block.text) for block in read(document).blocks] == [
        ("1", "Inledning"),
        ("2", "Ansvar"),
        ("2.1", "Nämnder"),
        ("2.2", "Bolag"),
        ("3", "Uppföljning"),
    ]


def test_numbered_list_items_keep_their_numbers() -> None:
    document = library.Document()
    for text in ("Anmäl", "Ansök"):
        document.add_paragraph(text, style="List Number")
    assert [(block.kind, block.number) for block in read(document).blocks] == [(BlockKind.ITEM, "1"), (BlockKind.ITEM, "2")]


def test_hidden_and_deleted_text_is_left_out_and_inserted_text_kept() -> None:
    document = library.Document()
    paragraph = document.add_paragraph("Synlig text")
    paragraph.add_run(" gömd").font.hidden = True
    for tag, text, inner in (("ins", " tillagd", "t"), ("del", " struken", "delText")):
        paragraph._p.append(
            parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1"><w:r><w:{inner} xml:space="preserve">{text}</w:{inner}></w:r></w:{tag}>')
        )
    reading = read(document)
    assert [block.text for block in reading.blocks] == ["Synlig text tillagd"]
    assert any("dold text" in warning for warning in reading.warnings)


def test_white_text_on_paper_is_hidden_text() -> None:
    document = library.Document()
    document.add_paragraph("Synlig")
    document.add_paragraph().add_run("Vit").font.color.rgb = library.shared.RGBColor(255, 255, 255)
    assert [block.text for block in read(document).blocks] == ["Synlig"]


def test_a_table_of_contents_is_dropped_as_field_as_style_and_as_typed() -> None:
    document = library.Document()
    field = document.add_paragraph()
    for xml in (
        '<w:r {0}><w:fldChar w:fldCharType="begin"/></w:r>',
        "<w:r {0}><w:instrText>TOC \\o</w:instrText></w:r>",
        '<w:r {0}><w:fldChar w:fldCharType="separate"/></w:r>',
        "<w:r {0}><w:t>Ansvar 3</w:t></w:r>",
    ):
        field._p.append(parse_xml(xml.format(nsdecls("w"))))
    second = document.add_paragraph("Uppföljning 4")
    second._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="end"/></w:r>'))
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Syfte\t2", style="toc 1")
    document.add_paragraph("Innehåll")
    document.add_paragraph("Mål\t5")
    document.add_paragraph("Brödtext.")
    assert shown(read(document)) == [("paragraph", "Brödtext.")]


def test_headers_and_footers_are_furniture_without_page_numbers() -> None:
    document = library.Document()
    document.add_paragraph("Text")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Lindhamns kommun\tDnr KS 2024/1\t2024-10-01"
    section.footer.paragraphs[0].text = "Sida 1 (4)"
    assert read(document).furniture == ("Lindhamns kommun | Dnr KS 2024/1 | 2024-10-01",)


def test_text_boxes_and_content_controls_are_read_once() -> None:
    document = library.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>I rutan</w:t></w:r></w:p></w:txbxContent>"
    mc = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    document.add_paragraph()._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} {mc}><mc:AlternateContent><mc:Choice Requires="wps">'
            f"<w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>"
            f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Försättsblad</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    document.element.body.insert(0, control)
    assert [block.text for block in read(document).blocks] == ["Försättsblad", "I rutan"]


def test_merged_cells_come_once_and_empty_cells_keep_the_columns() -> None:
    document = library.Document()
    table = document.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Belopp"
    table.cell(0, 2).text = "2024"
    table.cell(1, 0).merge(table.cell(2, 0)).text = "Resor"
    table.cell(1, 2).text = "10"
    table.cell(2, 1).text, table.cell(2, 2).text = "varav skola", "5"
    assert [block.text for block in read(document).blocks] == ["Belopp | 2024", "Resor | | 10", "| varav skola | 5"]


def test_a_table_that_lays_out_the_page_is_read_as_text() -> None:
    document = library.Document()
    cell = document.add_table(1, 2).cell(0, 1)
    cell.paragraphs[0].style = document.styles["Heading 1"]
    cell.paragraphs[0].text = "Ansvar"
    cell.add_paragraph("Nämnden ansvarar.")
    assert shown(read(document)) == [("heading", "Ansvar"), ("paragraph", "Nämnden ansvarar.")]


def test_soft_breaks_part_labelled_lines_and_typed_bullets_but_not_sentences() -> None:
    document = library.Document()
    document.add_paragraph("Dnr: KS 2024/1\nDatum: 2024-03-01")
    document.add_paragraph("- första\n- andra")
    document.add_paragraph("En mening som\nfortsätter.")
    assert shown(read(document)) == [
        ("paragraph", "Dnr: KS 2024/1"),
        ("paragraph", "Datum: 2024-03-01"),
        ("item", "första"),
        ("item", "andra"),
        ("paragraph", "En mening som fortsätter."),
    ]


def test_a_bold_line_without_a_style_is_marked_bold() -> None:
    document = library.Document()
    document.add_paragraph().add_run("Ansvar").bold = True
    document.add_paragraph("Nämnden ").add_run("ska").bold = True
    assert [block.bold for block in read(document).blocks] == [True, False]


def test_a_word_template_is_named() -> None:
    document = library.Document()
    document.part._content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
    with pytest.raises(KnowledgeError, match="mall"):
        read(document)


def test_a_style_that_is_based_on_itself_does_no_harm() -> None:
    document = library.Document()
    style = document.styles.add_style("Ring", 1)
    style.element.append(parse_xml(f'<w:basedOn {nsdecls("w")} w:val="Ring"/>'))
    assert style.element.find(qn("w:basedOn")) is not None
    document.add_paragraph("Text", style=style)
    assert shown(read(document)) == [("paragraph", "Text")]
