"""Plain text: what a person pasted or a tool pulled out of a PDF. Lines become blocks; structure is left to `knowledge.split`."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator

from charset_normalizer import from_bytes

from knowledge.read.block import Block, BlockKind, Reading
from knowledge.read.clean import INVISIBLE, Cleaner
from knowledge.read.transcript import pages_of_transcript, running_lines
from knowledge.section import KnowledgeError

BULLET = re.compile(r"^\s*(?:[-–—•●▪■◦·*✓✔➢»→o]|[-–•*]\s*[✓✔])\s+(?=\S)")
_BOLD = re.compile(r"^(\*\*|__)(?P<text>.+?)\1\s*$")
_MARK = re.compile(r"^(#{1,6})\s+(?P<text>\S.*?)\s*#*$")
_ENUMERATED = re.compile(r"^\s*(?:\d{1,2}[.)]|[a-hA-H][.)])\s+(?=\S)")
_ENDS = re.compile(r"[.!?:;…”\"')\]]$")
_UNKNOWN = "\ufffd"
_MAC_ROMAN = re.compile(rb"\x8c|[a-z]\x8a")
"""Its å, and its ä after a small letter: in Windows-1252 they would be the capitals Œ, and Š where no capital stands."""


def decode(data: bytes) -> str:
    """Bytes to text: UTF-8, UTF-16 with or without a mark, Mac Roman or Windows-1252; a little damage to UTF-8 is shown as U+FFFD.

    Raises:
        KnowledgeError: they are text in no encoding known here.
    """
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, errors="replace")
    if 3 * data.count(0) > len(data):  # in UTF-16 every letter of Swedish has a zero byte
        return data.decode("utf-16-le" if data[1::2].count(0) > data[::2].count(0) else "utf-16-be", errors="replace")
    text = data.decode("utf-8", errors="replace")
    if 10 * text.count(_UNKNOWN) <= sum(not c.isascii() for c in text):
        return text
    try:
        return data.decode("mac_roman" if _MAC_ROMAN.search(data) else "cp1252")
    except UnicodeDecodeError:
        guess = from_bytes(data, cp_isolation=["mac_roman"]).best()
        if guess is None:
            raise KnowledgeError("Filens text går inte att tolka.", "Spara om filen som text i UTF-8.") from None
        return str(guess)


def read(data: bytes) -> Reading:
    """The blocks of a text file. Pages are counted where form feeds, or a transcript's page numbers, tell them apart."""
    raw = decode(data)
    cleaner = Cleaner()
    cleaner.text(raw)
    text, warnings = clean(raw), tuple(cleaner.warnings)
    if not text.strip():
        raise KnowledgeError("Filen innehåller ingen text.", "Kontrollera att rätt fil lades in, och lägg in den igen.")
    if pages := pages_of_transcript(text):
        return Reading(tuple(block for number, page in pages for block in _blocks(page, number)), {}, running_lines(text), warnings)
    leaves = text.split("\f")
    numbered = len(leaves) > 1
    return Reading(tuple(b for n, leaf in enumerate(leaves, 1) for b in _blocks(leaf, n if numbered else None)), {}, (), warnings)


def clean(text: str) -> str:
    """Without what no reader sees: zero-width and direction marks, control characters, soft hyphens; spaces made plain."""
    text = INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = "".join(c if c in "\n\t\f" or c.isprintable() else " " for c in text)
    return re.sub(r"[^\S\n\t\f]+", " ", text)


def _blocks(text: str, page: int | None) -> Iterator[Block]:
    width = _wrap_width(text)
    led = False
    for group in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in group.split("\n") if line.strip()]
        if _is_plain_list(lines, led=led):
            yield from (Block(_plain(line), BlockKind.ITEM, page=page) for line in lines)
        elif not _is_menu(lines):
            yield from (_block(joined, page, count) for joined, count in _join(lines, width))
        led = bool(lines) and lines[-1].endswith(":")


def _is_plain_list(lines: list[str], *, led: bool) -> bool:
    """Two or more lines that are list items without signs: led in by a colon, or each in small letters and ended by a comma."""
    if len(lines) < 2 or any("\t" in x or BULLET.match(x) or re.match(r"^[\wÅÄÖåäö /()-]{2,40}:\s", x) for x in lines):
        return False
    short = all(len(x.split()) <= 18 for x in lines)
    commas = all(x[0].islower() for x in lines) and all(x.rstrip().endswith((",", ";")) for x in lines[:-1])
    return commas or (led and short and all(not x.endswith(":") for x in lines))


def _is_menu(lines: list[str]) -> bool:
    """Five or more short lines in a row that say nothing: a web page's menu or breadcrumb."""
    return len(lines) >= 5 and all(len(x) <= 40 and len(x.split()) <= 5 and not re.search(r"[\d:=.!?\t]|^[-–•*]", x) for x in lines)


def _wrap_width(text: str) -> float:
    """The length at which lines were broken by hand, or infinity when paragraphs stand on one line each."""
    runs = [g.split("\n") for g in re.split(r"\n\s*\n", text)]
    inner = [len(line.strip()) for run in runs for line in run[:-1] if line.strip() and "\t" not in line]
    if len(inner) < 8:
        return float("inf")
    return statistics.quantiles(inner, n=10)[8] if max(inner) < 160 else float("inf")


def _join(lines: list[str], width: float) -> Iterator[tuple[str, int]]:
    """Lines of one group, those that a line break cut put together again, each with the number of printed lines."""
    held, count, last = "", 0, ""
    for line in lines:
        if held and _continues(last, line, width):
            held, count = _glue(held, line), count + 1
        else:
            if held:
                yield held, count
            held, count = line, 1
        last = line
    if held:
        yield held, count


def _continues(before: str, line: str, width: float) -> bool:
    apart = any("\t" in x or "...." in x for x in (line, before))
    if apart or BULLET.match(line) or _MARK.match(line) or _ENUMERATED.match(line):
        return False
    if re.match(r"^[\wÅÄÖåäö /()-]{2,40}:\s", line):  # a label on a line of its own
        return len(before) >= 0.8 * width and not _ENDS.search(before) and not line[0].isupper()
    if before.endswith(("/", ",", "-")) or line[0].islower():
        return True
    return len(before) >= 0.8 * width and not (re.search(r"[.!?:]$", before) and len(before) < 0.95 * width)


def _glue(held: str, line: str) -> str:
    if held.endswith("/"):
        return held + line
    if re.search(r"[a-zåäö]-$", held) and line[0].islower() and not re.match(r"(och|eller|samt|respektive)\b", line):
        return held[:-1] + line
    return f"{held} {line}"


def _block(line: str, page: int | None, count: int) -> Block:
    if "\t" in line:
        cells = [c.strip() for c in line.split("\t")]
        return Block(" | ".join(c for c in cells if c), BlockKind.ROW, page=page, lines=count)
    if mark := _MARK.match(line):
        return Block(_plain(mark["text"]), BlockKind.HEADING, level=len(mark[1]), page=page)
    bullet = BULLET.match(line)
    body = BULLET.sub("", line[bullet.end() :], count=1) if bullet else line
    bold = _BOLD.match(body.strip())
    kind = BlockKind.ITEM if bullet and not line.startswith("»") else BlockKind.PARAGRAPH
    return Block(_plain(body), kind, page=page, bold=bool(bold), lines=count)


def _plain(text: str) -> str:
    """Text without the marks of emphasis that a converter left."""
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])", r"\1", text)
    return text.replace("**", "").strip()
