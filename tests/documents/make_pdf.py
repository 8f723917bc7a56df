"""Small PDFs written by hand, to put text exactly where a test needs it."""

from __future__ import annotations

from dataclasses import dataclass, field

A4 = (595, 842)
LANDSCAPE = (960, 540)


@dataclass
class Sheet:
    """A page; coordinates are points from its lower left corner."""

    size: tuple[int, int] = A4
    rotate: int = 0
    parts: list[str] = field(default_factory=list)
    image: bool = False

    def text(self, x: float, y: float, text: str, *, size: float = 11, bold: bool = False, grey: float = 0, mode: int = 0) -> Sheet:
        """Show a line of text; `grey` is 1 for white, `mode` 3 for invisible."""
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        font = "F2" if bold else "F1"
        self.parts.append(f"BT {grey} g {mode} Tr /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET")
        return self

    def lines(self, x: float, y: float, lines: list[str], *, size: float = 11, leading: float = 14) -> Sheet:
        """Show lines below each other."""
        for index, line in enumerate(lines):
            self.text(x, y - index * leading, line, size=size)
        return self

    def box(self, x: float, y: float, width: float, height: float, *, grey: float = 0, filled: bool = False) -> Sheet:
        """Draw a rectangle."""
        self.parts.append(f"{grey} g {x} {y} {width} {height} re {'f' if filled else 'S'}")
        return self

    def scan(self) -> Sheet:
        """Cover the page with an image."""
        self.image = True
        self.parts.append(f"q {self.size[0]} 0 0 {self.size[1]} 0 0 cm /Im Do Q")
        return self


def pdf(*sheets: Sheet, title: str = "") -> bytes:
    """Return a whole PDF file of the sheets."""
    objects: dict[int, bytes] = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        4: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
        5: _stream(b"\x00", "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray"),
        6: f"<< /Title ({title}) >>".encode("cp1252"),
    }
    kids = []
    for index, sheet in enumerate(sheets):
        number = 7 + 2 * index
        kids.append(f"{number} 0 R")
        width, height = sheet.size
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Rotate {sheet.rotate} /Contents {number + 1} 0 R"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im 5 0 R >> >> >>"
        ).encode()
        objects[number + 1] = _stream("\n".join(sheet.parts).encode("cp1252"))
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects)


def _stream(data: bytes, entries: str = "") -> bytes:
    return f"<< {entries} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: dict[int, bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += f"{number} 0 obj\n".encode() + objects[number] + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    for number in sorted(objects):
        out += f"{places[number]:010d} 00000 n \n".encode()
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(out)
