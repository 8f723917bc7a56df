"""Malformed PDFs, made by a generator that repeats itself: a good file of three pages, broken in one of many ways.

Each page of the good file says one sentence of its own (`sentence`), so that a page that is lost can be told.
"""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

PAGES = 3
Objects = dict[int, bytes]


@dataclass(frozen=True, slots=True)
class Made:
    """A file: its name says how it was broken. `said` are the sentences that a whole reading of it holds."""

    name: str
    data: bytes
    said: tuple[str, ...] = ()


_SAID = (
    ("Ansvar", "utser kontaktpersoner och redovisar arbetet till kommunstyrelsen innan mars.", "Varje skola har en egen plan."),
    ("Resor", "bokar resan senast tre veckor innan avresan och betalar aldrig i efterhand.", "Resor med flyg prövas av chefen."),
    ("Avtal", "skriver inga avtal med orter utomlands utan att samordnaren har sett dem.", "Ett avtal gäller i fyra år."),
)


def sentence(number: int, page: int) -> str:
    """What a page says, and no other page of any file."""
    return f"Enheten {number} {_SAID[page - 1][1]}"


def stream(data: bytes, entries: str = "", *, packed: bool = False) -> bytes:
    """A stream object's body."""
    if packed:
        data, entries = zlib.compress(data), f"{entries} /Filter /FlateDecode"
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def shown(lines: list[str]) -> bytes:
    """A page's content: lines below each other."""
    rows = [f"BT /F1 11 Tf 60 {760 - 20 * n} Td ({line}) Tj ET" for n, line in enumerate(lines)]
    return "\n".join(rows).encode("cp1252")


def objects_of(number: int, *, packed: bool, pages: int = PAGES) -> Objects:
    """The objects of a good file with a catalogue (1), a page tree (2), a font (3), an outline (4, 5), then a page and its content each."""
    made: Objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R /Outlines 4 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Outlines /First 5 0 R /Last 5 0 R /Count 1 >>",
        5: b"<< /Title (Utbyten) /Parent 4 0 R /Dest [6 0 R /Fit] >>",
    }
    kids = []
    for page in range(1, pages + 1):
        at = 4 + 2 * page
        kids.append(f"{at} 0 R")
        made[at] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {at + 1} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        ).encode()
        made[at + 1] = stream(shown([_SAID[page - 1][0], sentence(number, page), _SAID[page - 1][2]]), packed=packed)
    made[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return made


def written(objects: Objects, *, trailer: str = "", offsets: Callable[[int, int], int] = lambda number, at: at) -> bytes:
    """A file of objects with a table of where they are; `offsets` may say wrongly where."""
    out, places = bytearray(b"%PDF-1.4\n"), {}
    for number in sorted(objects):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    start, size = len(out), max(objects) + 1
    rows = [f"{offsets(n, places[n]) % 10**10:010d} 00000 n " if n in places else "0000000000 65535 f " for n in range(size)]
    out += f"xref\n0 {size}\n".encode() + "\n".join(rows).encode() + b"\n"
    out += f"trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def modern(objects: Objects) -> bytes:
    """The file as newer programs write it: small objects packed into one stream, the table of places another."""
    small = {n: body for n, body in objects.items() if b"stream" not in body}
    index, body = "", b""
    for number, content in small.items():
        index += f"{number} {len(body)} "
        body += content + b" "
    holder, table = max(objects) + 1, max(objects) + 2
    kept = {n: b for n, b in objects.items() if n not in small}
    kept[holder] = stream(index.encode() + body, f"/Type /ObjStm /N {len(small)} /First {len(index)}", packed=True)
    out, places = bytearray(b"%PDF-1.5\n"), {}
    for number in sorted(kept):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + kept[number] + b"\nendobj\n"
    inside = {number: place for place, number in enumerate(small)}
    start = len(out)
    places[table] = start
    rows = b""
    for n in range(table + 1):
        kind, where, last = (1, places[n], 0) if n in places else (2, holder, inside[n]) if n in inside else (0, 0, 255)
        rows += bytes([kind]) + where.to_bytes(4, "big") + bytes([last])
    entries = f"/Type /XRef /W [1 4 1] /Size {table + 1} /Root 1 0 R"
    out += f"{table} 0 obj\n".encode() + stream(rows, entries, packed=True) + f"\nendobj\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)


def _good(number: int, dice: random.Random) -> bytes:
    objects = objects_of(number, packed=dice.random() < 0.5)
    return modern(objects) if dice.random() < 0.4 else written(objects)


def _cut(number: int, dice: random.Random) -> bytes:
    data = _good(number, dice)
    return data[: dice.randrange(200, len(data))]


def _cut_with_an_end(number: int, dice: random.Random) -> bytes:
    return _cut(number, dice) + b"\n%%EOF\n"


def _hole(number: int, dice: random.Random) -> bytes:
    data = _good(number, dice)
    begin = dice.randrange(10, len(data) - 100)
    return data[:begin] + data[begin + dice.randrange(1, 200) :]


def _flipped(number: int, dice: random.Random) -> bytes:
    data = bytearray(_good(number, dice))
    for _ in range(dice.choice((1, 3, 10, 40, 200))):
        data[dice.randrange(8, len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _zeroed(number: int, dice: random.Random) -> bytes:
    data = bytearray(_good(number, dice))
    begin = dice.randrange(10, len(data) - 10)
    length = dice.randrange(1, 300)
    data[begin : begin + length] = b"\x00" * min(length, len(data) - begin)
    return bytes(data)


_TREES = (
    (2, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"),
    (2, b"<< /Type /Pages /Kids [6 0 R 2 0 R 8 0 R] /Count 3 >>"),
    (2, b"<< /Type /Pages /Kids [6 0 R 6 0 R 6 0 R 99 0 R] /Count 99999999 >>"),
    (2, b"<< /Type /Pages /Kids 2 0 R /Count -1 >>"),
    (2, b"<< /Type /Pages /Kids [null (x) 17 [6 0 R] 8 0 R] /Count 2 >>"),
    (2, b"<< /Type /Pages /Count 3 >>"),
    (2, b"<< /Type /Pages /Parent 2 0 R /Kids [6 0 R 8 0 R 10 0 R] /Count 3 >>"),
    (6, b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>"),
    (6, b"<< /Type /Page /Parent 6 0 R /Contents 6 0 R >>"),
    (6, b"6 0 R"),
    (1, b"<< /Type /Catalog /Pages 1 0 R >>"),
    (1, b"<< /Type /Catalog >>"),
)


def _tree(number: int, dice: random.Random) -> bytes:
    """A page tree that goes in circles, or is none."""
    objects = objects_of(number, packed=False)
    at, body = _TREES[number % len(_TREES)]
    objects[at] = body
    return modern(objects) if dice.random() < 0.3 else written(objects)


_OUTLINES = (
    b"<< /Title (A) /Parent 4 0 R /Next 5 0 R /Dest [6 0 R /Fit] >>",
    b"<< /Title (A) /Parent 4 0 R /First 5 0 R /Last 5 0 R >>",
    b"<< /Title (A) /Parent 4 0 R /First 4 0 R /Next 4 0 R >>",
    b"<< /Title 5 0 R /Parent 5 0 R /Dest 5 0 R >>",
    b"<< /Title (A) /Next 88 0 R /A << /S /GoTo /D [99 0 R /XYZ null null] >> >>",
    b"<< /Dest [[[[[6 0 R]]]]] /Title [1 2 3] >>",
)


def _outline(number: int, dice: random.Random) -> bytes:
    """An outline that goes in circles."""
    objects = objects_of(number, packed=False)
    objects[5] = _OUTLINES[number % len(_OUTLINES)]
    if dice.random() < 0.5:
        objects[4] = b"<< /Type /Outlines /First 5 0 R /Last 4 0 R /Count 99999999 >>"
    return written(objects)


def _places(number: int, dice: random.Random) -> bytes:
    """A table of places that is wrong, lies about its size, or leads back to itself."""
    objects, way = objects_of(number, packed=number % 2 == 0), number % 7
    if way == 0:
        return written(objects, offsets=lambda n, at: at + dice.randrange(-40, 40))
    if way == 1:
        return written(objects, offsets=lambda n, at: 9_999_999_999)
    if way == 2:
        plain = written(objects)
        start = int(re.findall(rb"startxref\n(\d+)", plain)[-1])
        return written(objects, trailer=f"/Prev {start}")  # its own table is the one before
    if way == 3:
        return re.sub(rb"startxref\n\d+", b"startxref\n-5", written(objects))
    if way == 4:
        return re.sub(rb"0 \d+\n", b"0 2147483647\n", written(objects), count=1)
    if way == 5:
        return modern(objects).replace(b"/W [1 4 1]", b"/W [9 9 9]")
    return re.sub(rb"/Root 1 0 R", b"/Root 77 0 R", written(objects))


def _streams(number: int, dice: random.Random) -> bytes:
    """Contents that lie of their length, their packing or their place."""
    objects, way = objects_of(number, packed=True), number % 8
    at = dice.choice((7, 9, 11))
    if way == 0:
        objects[at] = re.sub(rb"/Length \d+", b"/Length 99999999", objects[at])
    elif way == 1:
        objects[at] = re.sub(rb"/Length \d+", f"/Length {at} 0 R".encode(), objects[at])  # its length is itself
    elif way == 2:
        objects[at] = objects[at].replace(b"/FlateDecode", b"[" + b"/FlateDecode " * 40 + b"]")
    elif way == 3:
        objects[at] = objects[at].replace(b"/FlateDecode", b"/LZWDecode")
    elif way == 4:
        objects[at] = objects[at][: len(objects[at]) - 40] + b"\nendstream"
    elif way == 5:
        objects[at] = objects[at].replace(b"/FlateDecode", b"/JBIG2Decode")
    elif way == 6:
        objects[at] = objects[at].replace(b"/Filter", b"/DecodeParms << /Predictor 15 /Columns 2147483647 >> /Filter")
    else:
        objects[at] = stream(b"BT /F1 11 Tf (" * 300 + b"[" * 3_000)
    return written(objects)


def _fonts(number: int, dice: random.Random) -> bytes:
    """Fonts that are not what they say."""
    objects = objects_of(number, packed=False)
    objects[3] = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts [3 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 3 0 R /Widths 3 0 R /FirstChar -9 /LastChar 999999999 >>",
        b"<< /Type /Font /Subtype /Type1 /ToUnicode 7 0 R /BaseFont [1 2] >>",
        b"<< /Type /Font /Subtype /Type3 /FontMatrix [0 0 0 0 0 0] /CharProcs 3 0 R /Encoding << /Differences [0 /A 9999999 /B] >> >>",
    )[number % 4]
    return written(objects)


_WAYS: tuple[tuple[Callable[[int, random.Random], bytes], int], ...] = (
    (_cut, 15),
    (_cut_with_an_end, 15),
    (_hole, 15),
    (_flipped, 40),
    (_zeroed, 10),
    (_tree, 12),
    (_outline, 8),
    (_places, 14),
    (_streams, 16),
    (_fonts, 5),
)


def malformed() -> Iterator[Made]:
    """150 PDFs, always the same: number n of each way first, so that the first ten are one of each."""
    dice, number = random.Random(5), 0
    for turn in range(max(count for _, count in _WAYS)):
        for way, count in _WAYS:
            if turn < count:
                number += 1
                data = way(number, dice)
                said = tuple(sentence(number, page) for page in range(1, PAGES + 1))
                yield Made(f"{number:03d}{way.__name__.replace('_', '-')}.pdf", data, said)
