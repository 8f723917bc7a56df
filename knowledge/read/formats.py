"""Which format a file has: its bytes decide, its name only where they cannot."""

from __future__ import annotations

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath

from knowledge.section import KnowledgeError


class Format(StrEnum):
    """The formats that are read, each by the module of the same name."""

    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


_EXTENSIONS = {
    Format.PDF: {".pdf"},
    Format.DOCX: {".docx"},
    Format.PPTX: {".pptx"},
    Format.HTML: {".html", ".htm", ".xhtml"},
    Format.MARKDOWN: {".md", ".markdown"},
    Format.TEXT: {".txt", ".text", ""},
}
_NAMES = {
    Format.PDF: "en PDF",
    Format.DOCX: "ett Word-dokument",
    Format.PPTX: "en PowerPoint-presentation",
    Format.HTML: "en webbsida",
    Format.MARKDOWN: "Markdown",
    Format.TEXT: "ren text",
}
_HTML = re.compile(rb"^\s*(<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_READABLE = "Det går att läsa PDF, DOCX, PPTX, HTML, Markdown och ren text."

ZIP_TOTAL = 300_000_000
ZIP_XML = 60_000_000
"""How many bytes an office file may unpack to, in all and as XML (which takes some ten times as much when it is parsed)."""


def recognise(data: bytes, name: str) -> Format:
    """Return the format of `data`; KnowledgeError says why a file cannot be read and what to do."""
    if not data.strip(b"\x00 \t\r\n"):
        raise KnowledgeError("Filen är tom.", "Hämta dokumentet på nytt från källan och lägg in det igen.")
    if data.startswith(_OLE):
        raise _ole_error(data)
    if b"%PDF-" in data[:1024]:
        return Format.PDF
    if data.startswith(b"PK"):
        return _zip_format(data)
    if data.startswith(b"{\\rtf"):
        raise KnowledgeError("Filen är i formatet RTF, som inte kan läsas.", "Öppna den i Word och spara den som DOCX.")
    if data.startswith(_IMAGES):
        raise KnowledgeError("Filen är en bild och saknar text.", "Lägg in dokumentet som DOCX eller som en PDF med text.")
    return _text_format(data, PurePath(name).suffix.lower())


def misnamed(form: Format, name: str) -> str | None:
    """Return a warning in Swedish when a file's name says another format than its content, else None."""
    suffix = PurePath(name).suffix.lower()
    if suffix in _EXTENSIONS[form] or not any(suffix in endings for endings in _EXTENSIONS.values()):
        return None
    return f"Filnamnet slutar på {suffix or 'ingenting'}, men innehållet är {_NAMES[form]}. Filen har lästs efter sitt innehåll."


def check_unpacked_size(data: bytes) -> None:
    """Refuse an office file that would unpack to more than is reasonable, before anything parses it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    xml = sum(member.file_size for member in members if member.filename.lower().endswith((".xml", ".rels")))
    if xml > ZIP_XML or sum(member.file_size for member in members) > ZIP_TOTAL or len(members) > 20_000:
        raise KnowledgeError(
            "Filen blir orimligt stor när den packas upp.",
            "Spara om dokumentet i Word eller PowerPoint, gärna utan stora bilder, och försök igen.",
        )


def _ole_error(data: bytes) -> KnowledgeError:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return KnowledgeError("Filen är skyddad med lösenord.", "Ta bort lösenordet, spara filen och lägg in den igen.")
    for stream, program, ending in (("WordDocument", "Word", "DOCX"), ("PowerPoint Document", "PowerPoint", "PPTX")):
        if stream.encode("utf-16-le") in data:
            return KnowledgeError(f"Filen är i ett äldre {program}-format.", f"Öppna den i {program} och spara den som {ending}.")
    return KnowledgeError("Filen är i ett äldre Office-format som inte kan läsas.", "Spara den som DOCX, PPTX eller PDF.")


def _zip_format(data: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {member.filename: member for member in archive.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise KnowledgeError(
            "Filen är skadad eller avkortad.", "Hämta den på nytt från källan, kontrollera att den går att öppna och försök igen."
        ) from error
    if "word/document.xml" in names:
        return Format.DOCX
    if "ppt/presentation.xml" in names:
        return Format.PPTX
    if any(name.startswith("xl/") for name in names):
        raise KnowledgeError(
            "Filen är en Excel-arbetsbok, som inte kan läsas.", "Lägg in det dokument som arbetsboken hör till, som DOCX eller PDF."
        )
    if "mimetype" in names and "content.xml" in names:
        raise KnowledgeError("Filen är i OpenDocument-format, som inte kan läsas.", "Spara den som DOCX, PPTX eller PDF.")
    raise KnowledgeError("Filen är ett ZIP-arkiv och inget dokument.", "Packa upp arkivet och lägg in dokumenten var för sig.")


def _text_format(data: bytes, suffix: str) -> Format:
    # UTF-16 has a NUL in every other byte; what is left of it without them is enough to tell markup from text.
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff")) or (data[1:200:2].count(0) > 60 or data[0:200:2].count(0) > 60)
    head = data[:4096].replace(b"\x00", b"") if wide else data[:4096]
    if suffix in {".pdf", ".docx", ".pptx"} and not _is_text(head):
        raise KnowledgeError(
            f"Filen heter {suffix}, men innehållet är skadat eller i ett annat format.", "Hämta den på nytt från källan och försök igen."
        )
    if not _is_text(head):
        raise KnowledgeError("Filens format är okänt.", _READABLE)
    if _HTML.match(head.lstrip(b"\xef\xbb\xbf\xff\xfe")) or (suffix in _EXTENSIONS[Format.HTML] and b"<" in head):
        return Format.HTML
    if head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml"):
        raise KnowledgeError("Filen är XML-data och inget dokument.", _READABLE)
    return Format.MARKDOWN if suffix in _EXTENSIONS[Format.MARKDOWN] else Format.TEXT


def _is_text(head: bytes) -> bool:
    controls = sum(byte < 32 and byte not in b"\t\n\r\x0c\x1b\x0b" for byte in head)
    return controls * 50 <= len(head)
