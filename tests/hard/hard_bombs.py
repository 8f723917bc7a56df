"""Small files that grow when they are read: each is made here, none is kept in the repository."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator

import docx
import pptx
from hard_malformed import Made, Objects, modern, objects_of, shown, stream, written

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAW = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'hahaha'>" + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY a11 SYSTEM 'file:///etc/passwd'>]>"


# --- PDF


def _page(content: bytes, number: int, **more: bytes) -> Objects:
    return objects_of(number, packed=False, pages=1) | {7: content}


def flate() -> bytes:
    """A page of 400 MB of blanks."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b" " * 1_000_000) for _ in range(400)) + packer.flush()
    return written(_page(f"<< /Filter /FlateDecode /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream", 1))


def flate_in_flate() -> bytes:
    data = zlib.compress(zlib.compress(zlib.compress(b"\x00" * 300_000_000, 9), 9), 9)
    head = f"<< /Filter [/FlateDecode /FlateDecode /FlateDecode] /Length {len(data)} >>\nstream\n"
    return written(_page(head.encode() + data + b"\nendstream", 2))


def five_thousand_pages() -> bytes:
    objects = objects_of(3, packed=False, pages=1)
    kids = []
    for number in range(5_000):
        at = 10 + 2 * number
        kids.append(f"{at} 0 R")
        objects[at] = objects[6].replace(b"/Contents 7 0 R", f"/Contents {at + 1} 0 R".encode())
        objects[at + 1] = stream(shown([f"Rad {number} handlar om resa {number * 7 % 5003} till en ort."]), packed=True)
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return written(objects)


def one_page_ten_million_times() -> bytes:
    """A tree in which every node has the same ten kids, seven levels deep."""
    objects = objects_of(4, packed=False, pages=1)
    for level in range(20, 27):
        below = level + 1 if level < 26 else 6
        objects[level] = f"<< /Type /Pages /Kids [{f'{below} 0 R ' * 10}] /Count 10000000 >>".encode()
    objects[2] = b"<< /Type /Pages /Kids [20 0 R] /Count 10000000 >>"
    return written(objects)


def two_million_instructions() -> bytes:
    return written(_page(stream(b"BT /F1 11 Tf 60 700 Td (x) Tj ET\n" * 1_500_000, packed=True), 5))


def forms_in_forms() -> bytes:
    """A form that draws the next one ten times, and so on: ten to the twelfth in all."""
    objects = objects_of(6, packed=False, pages=1)
    objects[6] = objects[6].replace(b"/Font <<", b"/XObject << /X 20 0 R >> /Font <<")
    objects[7] = stream(b"/X Do " * 10)
    for level in range(20, 40):
        entries = f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {min(level + 1, 39)} 0 R >> >>"
        objects[level] = stream(b"/X Do " * 10, entries)
    return written(objects)


def a_form_that_draws_itself() -> bytes:
    objects = objects_of(7, packed=False, pages=1)
    objects[6] = objects[6].replace(b"/Font <<", b"/XObject << /X 20 0 R >> /Font <<")
    objects[7] = stream(b"/X Do " * 1_000)
    objects[20] = stream(b"/X Do " * 1_000, "/Subtype /Form /Resources << /XObject << /X 20 0 R >> >>")
    return written(objects)


def arrays_in_arrays() -> bytes:
    return written(_page(stream(b"[" * 2_000_000 + b"(x) Tj", packed=True), 8))


def objects_in_objects() -> bytes:
    objects = objects_of(9, packed=False, pages=1)
    objects[5] = b"<< /Title " * 200_000 + b"(x)" + b" >>" * 200_000
    return written(objects)


def a_stream_of_objects_that_unpacks() -> bytes:
    objects = objects_of(10, packed=False, pages=1)
    objects[5] = b"<< /Title (" + b"A" * 200_000_000 + b") >>"
    return modern(objects)


def a_map_of_a_million_letters() -> bytes:
    objects = objects_of(11, packed=False, pages=1)
    rows = b"".join(b"<%04x> <%04x> <%04x>\n" % (n % 65536, n % 65536, n % 65536) for n in range(1_000_000))
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 20 0 R >>"
    objects[20] = stream(b"1000000 beginbfrange\n" + rows + b"endbfrange", packed=True)
    return written(objects)


def a_map_over_all_letters() -> bytes:
    """One short row of a font's map that stands for four thousand million letters."""
    objects = objects_of(12, packed=False, pages=1)
    objects[3] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 20 0 R >>"
    objects[20] = stream(b"1 beginbfrange\n<00000000> <ffffffff> <0041>\nendbfrange")
    return written(objects)


def widths_for_all_letters() -> bytes:
    objects = objects_of(13, packed=False, pages=1)
    objects[3] = b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [20 0 R] >>"
    objects[20] = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /W [0 2000000000 500] >>"
    return written(objects)


def a_million_bookmarks() -> bytes:
    objects = objects_of(14, packed=False, pages=1)
    objects[4] = b"<< /Type /Outlines /First 100 0 R /Count 100000 >>"
    for n in range(100, 100_100):
        objects[n] = f"<< /Title (A) /Parent 4 0 R /Next {n + 1} 0 R /Dest [6 0 R /Fit] >>".encode()
    return written(objects)


# --- Office files


def _with(made: bytes, **members: bytes | str) -> bytes:
    """An office file with some of its members replaced ("__" for "/") or added."""
    target, given = io.BytesIO(), {name.replace("__", "/"): data for name, data in members.items()}
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, given.pop(name, old.read(name)))
        for name, data in given.items():
            new.writestr(name, data)
    return target.getvalue()


def word() -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("Ett gott dokument.")
    document.save(target)
    return target.getvalue()


def deck() -> bytes:
    target = io.BytesIO()
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[0]).shapes.title.text = "En god bild"
    made.save(target)
    return target.getvalue()


def _body(content: str, head: str = "") -> bytes:
    return _with(word(), **{"word__document.xml": f"<?xml version='1.0'?>{head}<w:document {W}><w:body>{content}</w:body></w:document>"})


def word_of_laughs() -> bytes:
    return _body("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", LAUGHS)


def word_from_outside() -> bytes:
    return _body("<w:p><w:r><w:t>&a11;</w:t></w:r></w:p>", OUTSIDE)


def word_of_blanks() -> bytes:
    return _body(" " * 500_000_000)


def word_of_paragraphs() -> bytes:
    return _body("<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 1_500_000)


def word_of_tables() -> bytes:
    """Tables in tables, 20,000 deep."""
    opened = "<w:tbl><w:tr><w:tc><w:p/>"
    return _body(opened * 20_000 + "<w:p><w:r><w:t>a</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 20_000)


def word_of_shallow_tables() -> bytes:
    """As deep as the XML library lets anything be."""
    opened = "<w:tbl><w:tr><w:tc><w:p/>"
    return _body(opened * 80 + "<w:p><w:r><w:t>a</w:t></w:r></w:p>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 80)


def word_of_styles() -> bytes:
    """Ten thousand styles, each based on the next, and a paragraph in the first."""
    rows = "".join(
        f'<w:style w:type="paragraph" w:styleId="s{n}"><w:name w:val="s{n}"/><w:basedOn w:val="s{n + 1}"/></w:style>' for n in range(10_000)
    )
    content = '<w:p><w:pPr><w:pStyle w:val="s0"/></w:pPr><w:r><w:t>En rad.</w:t></w:r></w:p>' * 200
    return _with(_body(content), **{"word__styles.xml": f"<?xml version='1.0'?><w:styles {W}>{rows}</w:styles>"})


def word_that_lies_of_its_size() -> bytes:
    """A member that says that it unpacks to ten bytes and unpacks to 300 MB."""
    data = bytearray(_body(" " * 300_000_000))
    for mark, place in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = data.find(mark)
        while at >= 0:
            name = 46 if mark == b"PK\x01\x02" else 30
            if data[at + name : at + name + 17] == b"word/document.xml":
                data[at + place : at + place + 4] = (10).to_bytes(4, "little")
            at = data.find(mark, at + 4)
    return bytes(data)


def word_of_members() -> bytes:
    return _with(word(), **{f"word__media__{n}.png": b"" for n in range(60_000)})


def deck_of_laughs() -> bytes:
    slide = f"<?xml version='1.0'?>{LAUGHS}<p:sld {DRAW}><p:cSld><p:spTree><a:t>&a11;</a:t></p:spTree></p:cSld></p:sld>"
    return _with(deck(), **{"ppt__slides__slide1.xml": slide})


def deck_of_groups() -> bytes:
    """Groups in groups, 200 deep, and a box of text in the last."""
    opened = "<p:grpSp><p:nvGrpSpPr><p:cNvPr id='1' name='a'/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
    box = (
        "<p:sp><p:nvSpPr><p:cNvPr id='2' name='b'/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>"
        "<p:txBody><a:bodyPr/><a:p><a:r><a:t>Inne</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    tree = (
        f"<p:nvGrpSpPr><p:cNvPr id='1' name=''/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>{opened * 200}{box}{'</p:grpSp>' * 200}"
    )
    return _with(deck(), **{"ppt__slides__slide1.xml": f"<p:sld {DRAW}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sld>"})


def deck_of_blanks() -> bytes:
    return _with(deck(), **{"ppt__slides__slide1.xml": b" " * 400_000_000})


# --- Pages and texts


def page_of_divs() -> bytes:
    return b"<!doctype html><body>" + b"<div>" * 300_000 + b"Innerst." + b"</div>" * 300_000


def page_of_lists() -> bytes:
    return b"<!doctype html><main>" + b"<ul><li>a " * 5_000


def page_of_spans() -> bytes:
    return b"<!doctype html><main><p>" + b"<b><i>x</b>" * 30_000


def page_of_tables() -> bytes:
    return b"<!doctype html><main>" + b"<table><tr><td>a<td>" * 3_000


def page_of_entities() -> bytes:
    return LAUGHS.replace("<!DOCTYPE x", "<!DOCTYPE html").encode() + b"<html><body><p>&a11; En rad.</p></body></html>"


def page_of_one_attribute() -> bytes:
    return b"<!doctype html><body><p class='" + b"a " * 10_000_000 + b"'>En rad i en sida.</p>"


def page_of_styles() -> bytes:
    rules = "".join(f".a{n} .b > p:not(.c{n}) ~ span:nth-child({n}n+1) {{display:none}}" for n in range(20_000))
    return f"<!doctype html><head><style>{rules}</style></head><body>{'<p class=a1>En rad <span>till</span>.</p>' * 5_000}".encode()


def text_of_one_line() -> bytes:
    return b"ord " * 10_000_000


def text_of_lines() -> bytes:
    return b"a\n\n" * 2_000_000


def markdown_of_quotes() -> bytes:
    return b">" * 50_000 + b" a\n" + b"[" * 50_000 + b"a" + b"](b)" * 50_000 + b"\n" + b"*a **a " * 20_000


_PDF: tuple[Callable[[], bytes], ...] = (
    five_thousand_pages,
    flate,
    flate_in_flate,
    one_page_ten_million_times,
    two_million_instructions,
    forms_in_forms,
    a_form_that_draws_itself,
    arrays_in_arrays,
    objects_in_objects,
    a_stream_of_objects_that_unpacks,
    a_map_of_a_million_letters,
    a_map_over_all_letters,
    widths_for_all_letters,
    a_million_bookmarks,
)
_WORD: tuple[Callable[[], bytes], ...] = (
    word_of_laughs,
    word_from_outside,
    word_of_blanks,
    word_of_paragraphs,
    word_of_tables,
    word_of_shallow_tables,
    word_of_styles,
    word_that_lies_of_its_size,
    word_of_members,
)
_DECKS: tuple[Callable[[], bytes], ...] = (deck_of_laughs, deck_of_groups, deck_of_blanks)
_PAGES: tuple[Callable[[], bytes], ...] = (
    page_of_divs,
    page_of_lists,
    page_of_spans,
    page_of_tables,
    page_of_entities,
    page_of_one_attribute,
    page_of_styles,
)
QUICK = (flate, forms_in_forms, objects_in_objects, widths_for_all_letters, word_of_laughs, word_from_outside, deck_of_laughs, page_of_divs)
"""Those that take a second or less, one of each sort."""


def bombs(*, quick: bool = False) -> Iterator[Made]:
    """More than 20 bombs, or a few that are soon over."""
    plain = ((text_of_one_line, ".txt"), (text_of_lines, ".txt"), (markdown_of_quotes, ".md"))
    ways = [*((w, e) for group, e in ((_PDF, ".pdf"), (_WORD, ".docx"), (_DECKS, ".pptx"), (_PAGES, ".html")) for w in group), *plain]
    for way, ending in ways:
        if not quick or way in QUICK:
            yield Made(f"{way.__name__.replace('_', '-')}{ending}", way())
