"""Ways to put text into a file so that a program reads it and a person does not: (name of the file, its bytes), with a secret in each.

Each file also holds `SEEN`, which is to be read.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from pptx.dml.color import RGBColor as SlideColor
from pptx.util import Emu
from pptx.util import Pt as SlidePt

sys.path.insert(0, str(Path(__file__).parents[1] / "documents"))
from make_pdf import Sheet
from make_pdf import pdf as made

SEEN = "Varje skola ska ha en kontaktperson."
WHITE = RGBColor(255, 255, 255)


def _word(change: Callable[[Any, str], None]) -> Callable[[str], bytes]:
    def make(secret: str) -> bytes:
        document = docx.Document()
        document.add_paragraph(SEEN)
        change(document, secret)
        target = io.BytesIO()
        document.save(target)
        return target.getvalue()

    return make


def _run(document: Any, secret: str) -> Any:
    return document.add_paragraph().add_run(secret)


def _vanish(document: Any, secret: str) -> None:
    _run(document, secret).font.hidden = True


def _vanish_by_style(document: Any, secret: str) -> None:
    document.styles.add_style("Gömd", 1).font.hidden = True
    document.add_paragraph(secret, style="Gömd")


def _white(document: Any, secret: str) -> None:
    _run(document, secret).font.color.rgb = WHITE


def _nearly_white(document: Any, secret: str) -> None:
    _run(document, secret).font.color.rgb = RGBColor(250, 251, 252)


def _white_in_table(document: Any, secret: str) -> None:
    document.add_table(1, 2).cell(0, 1).paragraphs[0].add_run(secret).font.color.rgb = WHITE


def _dark_on_dark(document: Any, secret: str) -> None:
    run = _run(document, secret)
    run.font.color.rgb = RGBColor(0, 0, 0)
    run._r.rPr.append(parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="000000"/>'))


def _tiny(document: Any, secret: str) -> None:
    _run(document, secret).font.size = Pt(1)


def _in_footnote(document: Any, secret: str) -> None:
    """A note in the text that points to a footnote: footnotes are not read, which is said."""
    document.paragraphs[0]._p.append(parse_xml(f'<w:r {nsdecls("w")}><w:footnoteReference w:id="2"/></w:r>'))


def _page(markup: str, head: str = "") -> Callable[[str], bytes]:
    return lambda secret: (
        f"<!doctype html><html><head>{head}</head><body><main><p>{SEEN}</p>{markup % secret}</main></body></html>".encode()
    )


def _deck(change: Callable[[Any, Any], None]) -> Callable[[str], bytes]:
    def make(secret: str) -> bytes:
        deck = pptx.Presentation()
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = SEEN
        box = slide.shapes.add_textbox(Emu(900_000), Emu(2_000_000), Emu(4_000_000), Emu(900_000))
        box.text_frame.text = secret
        change(deck, box)
        target = io.BytesIO()
        deck.save(target)
        return target.getvalue()

    return make


def _beside(deck: Any, box: Any) -> None:
    box.left = deck.slide_width + 10


def _marked(deck: Any, box: Any) -> None:
    box._element.nvSpPr.cNvPr.set("hidden", "1")


def _slide_white(deck: Any, box: Any) -> None:
    box.text_frame.paragraphs[0].runs[0].font.color.rgb = SlideColor(255, 255, 255)


def _slide_tiny(deck: Any, box: Any) -> None:
    box.text_frame.paragraphs[0].runs[0].font.size = SlidePt(1)


def _sheet(**look: Any) -> Callable[[str], bytes]:
    return lambda secret: made(Sheet().text(60, 760, SEEN).text(60, 700, secret, **look))


def _tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(c)) for c in text if ord(c) < 128)


def _selectors(text: str) -> str:
    """A text in variation selectors, a byte each, after one letter."""
    return "".join(chr(0xE0100 + byte) for byte in text.encode())


def _no_width(text: str) -> str:
    """A text in ones and zeros that have no width."""
    return "".join("\u200b" if bit == "1" else "\u200c" for byte in text.encode() for bit in f"{byte:08b}")


WAYS: dict[str, Callable[[str], bytes]] = {
    "vanish.docx": _word(_vanish),
    "vanish-style.docx": _word(_vanish_by_style),
    "white.docx": _word(_white),
    "nearly-white.docx": _word(_nearly_white),
    "white-in-table.docx": _word(_white_in_table),
    "dark-on-dark.docx": _word(_dark_on_dark),
    "tiny.docx": _word(_tiny),
    "footnote.docx": _word(_in_footnote),
    "tags.docx": _word(lambda document, secret: _run(document, f"Nämnden beslutar.{_tags(secret)}")),
    "display.html": _page("<p style='display: none'>%s</p>"),
    "visibility.html": _page("<p style='visibility:hidden'>%s</p>"),
    "font-size.html": _page("<p>Ja <span style='FONT-SIZE: 0px'>%s</span> tack.</p>"),
    "white.html": _page("<p style='color:#fff'>%s</p>"),
    "white-by-name.html": _page("<div style='background-color: white'><p><font color='white'>%s</font></p></div>"),
    "dark.html": _page("<p style='color:#111;background:#121212'>%s</p>"),
    "transparent.html": _page("<p style='color: rgba(0, 0, 0, 0)'>%s</p>"),
    "opacity.html": _page("<p style='opacity:0'>%s</p>"),
    "sheet.html": _page("<p class='x'>%s</p>", "<style>/* */ .y{color:red} main .x { display : none !important }</style>"),
    "sheet-screen.html": _page("<p id='x'>%s</p>", "<style>@media screen { #x { font-size: 0 } }</style>"),
    "beside.html": _page("<p style='position:absolute;left:-9999px'>%s</p>"),
    "indent.html": _page("<p style='text-indent:-9999px'>%s</p>"),
    "clipped.html": _page("<p style='position:absolute;clip:rect(0, 0, 0, 0)'>%s</p>"),
    "no-height.html": _page("<div style='height:0;overflow:hidden'><p>%s</p></div>"),
    "attribute.html": _page("<p hidden>%s</p>"),
    "tags.html": lambda secret: _page(f"<p>Nämnden beslutar.{_tags(secret)}</p><!-- %s -->")(secret),
    "beside.pptx": _deck(_beside),
    "hidden.pptx": _deck(_marked),
    "white.pptx": _deck(_slide_white),
    "tiny.pptx": _deck(_slide_tiny),
    "white.pdf": _sheet(grey=1),
    "no-ink.pdf": _sheet(mode=3),
    "tiny.pdf": _sheet(size=1),
    "tags.txt": lambda secret: f"{SEEN}\n\nNämnden beslutar.{_tags(secret)}".encode(),
    "selectors.txt": lambda secret: f"{SEEN}\n\nNämnden beslutar.{_selectors(secret)}".encode(),
    "no-width.txt": lambda secret: f"{SEEN}\n\nNämnden beslutar.{_no_width(secret)}".encode(),
    "tags.md": lambda secret: f"# Ansvar\n\n{SEEN}\n\nNämnden beslutar.{_tags(secret)}".encode(),
    "display.md": lambda secret: f"# Ansvar\n\n{SEEN}\n\n<p style='display:none'>{secret}</p>".encode(),
}
"""How, and in which format."""

SPLIT = {
    "no-width-in-words.txt": f"{SEEN}\n\nNämn\u200bden be\u2060slutar.",
    "override.txt": f"{SEEN}\n\nNämnden \u202ebeslutar\u202c.",
    "isolate.html": f"<!doctype html><body><main><p>{SEEN}</p><p>Nämnden \u2067beslutar\u2069.</p></main></body>",
    "filler.md": f"{SEEN}\n\nNämnden\u3164 be\U000e0020slutar.",
}
"""Files whose signs that do not show stand in words: what is read is "Nämnden beslutar.", with a warning."""


def unseen(secret: str) -> Iterator[tuple[str, bytes]]:
    """A file for each way, with the secret in it."""
    for name, make in WAYS.items():
        yield name, make(secret)
