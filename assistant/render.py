"""Answer → Markdown for the chat: everything shows as it stands in the source, and every marker leads to the cited words.

Of an answer's own Markdown, markers, **bold**, "- " lists and the link to /om are kept. All other text is escaped, because the chat's
Markdown would eat what follows a colon ("EU:s") and take a document's underscores, brackets or "1." as markup. A `:::name` block comes out
as a box.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote as percent

from assistant.answer import Answer, Citation, Nearest, Notice, NoticeKind
from assistant.contacts import addresses
from assistant.reading import quoted
from knowledge.section import Validity

VALIDITY_WORDS = {
    Validity.CURRENT: "Gäller",
    Validity.REVIEW_OVERDUE: "Bör aktualitetsprövas",
    Validity.EXPIRED: "Har gått ut",
    Validity.SUPERSEDED: "Ersatt av ett nyare dokument",
    Validity.UNKNOWN: "Giltigheten framgår inte",
}

NOTICE_WORDS = {
    NoticeKind.VALIDITY: "Giltighet",
    NoticeKind.BRIDGE: "Så har frågan tolkats",
    NoticeKind.SCOPE: "Vems dokument",
    NoticeKind.MISSING: "Saknas",
    NoticeKind.CONFLICT: "Två dokument svarar",
    NoticeKind.CONTACT: "Fråga vidare",
    NoticeKind.SERVICE: "Om tjänsten",
}

METHOD_WORDS = {
    "extractive": "Svaret består av ordagranna citat.",
    "generative": "Svaret är skrivet av en språkmodell. Varje påstående har ett citat som är kontrollerat mot dokumentet.",
}

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b]")  # the chat takes a zero-width space for its own cursor
_MARKER = re.compile(r"\[(\d{1,3})\]")
_SPAN = re.compile(r"\[(?P<marker>\d{1,3})\]|\*\*(?P<bold>[^*\n]+)\*\*|(?P<about>\[Om tjänsten\]\(/om\))")
_ADDRESS = re.compile(r"https?://[^\s()<>]+")
FORWARD = "Skicka frågan vidare"


def escape(text: str) -> str:
    """`text` as Markdown that shows exactly `text`, without line breaks of its own turning into structure."""
    return _PUNCTUATION.sub(r"\\\1", _UNSHOWABLE.sub("", text.replace("\t", " ")))


def cited_url(citation: Citation) -> str:
    """The reading page, at the cited section, with the quoted words for it to highlight."""
    page, _, anchor = citation.url.partition("#")
    return f"{percent(page, safe='/%')}?citat={percent(citation.quote, safe='')}#{percent(anchor, safe='/%')}"


def answer_markdown(answer: Answer, mail: str | None = None) -> str:
    """The whole answer: text, nearest sections, notices, sources and `mail`, the address of a prepared e-mail to pass the question on."""
    body, left = _body(answer)
    blocks = [body, *_nearest(left), *map(_notice, answer.notices), *_sources(answer)]
    if mail:
        blocks.append(f"[{FORWARD} med e\\-post]({mail})")
    if answer.citations:
        blocks.append(f"*{escape(METHOD_WORDS[answer.method])}*")
    return "\n\n".join(block for block in blocks if block)


def waiting_markdown(doing: str, sources: Sequence[Citation], claims: Sequence[tuple[str, Citation]]) -> str:
    """An answer that a language model is writing: what goes on, the claims that have been verified, and the sources with their quotes."""
    said = [f"{escape(text)} [\\[{c.marker}\\]]({cited_url(c)})" for text, c in claims]
    cards = dict.fromkeys(c for _, c in claims) or dict.fromkeys(sources)
    found = ["**Källor**", *(_card(c, with_quote=True) for c in cards)] if cards else []
    return "\n\n".join([*([f"*{escape(doing)}*"] if doing else []), *said, *found])


def tells(text: str, quote: str) -> bool:
    """Whether a text holds the quote's words already, whatever markers stand among them."""
    return bool(quoted(_MARKER.sub("", text), _MARKER.sub("", quote)))


def _body(answer: Answer) -> tuple[str, list[Nearest]]:
    """The text with its links, and the nearest sections that it does not name. One that it names in a list becomes a box with a link."""
    links = {str(c.marker): f"[\\[{c.marker}\\]]({cited_url(c)})" for c in answer.citations}
    quoted_lines = {line.strip().removeprefix("- ") for c in answer.citations for line in (*c.quote.splitlines(), c.document_title)}
    theirs = sorted((line for line in quoted_lines if _SPAN.search(line)), key=len, reverse=True)
    named = {f"- **{' › '.join(n.headings)}**": n for n in answer.nearest}
    blocks: list[str] = [""]
    for line in answer.text.splitlines():
        start = next((s for s in named if line == s or line.startswith(f"{s}: ")), None)
        if start is None:
            blocks[-1] += f"{line}\n"
        else:
            blocks += [_near(named.pop(start), line[len(start) + 2 :]), ""]
    boxes = [b if b.startswith(":::") else _lines(b, lambda line: _spans(line, links, theirs)) for b in blocks]
    return "\n\n".join(b for b in boxes if b), list(named.values())


def _spans(line: str, links: dict[str, str], theirs: Sequence[str]) -> str:
    """A line with the markup that is ours; what looks like it but stands so in a quote or a title is the document's, and stays text.

    `theirs` are the documents' lines that hold such, the longest first.
    """
    kept = [found.span() for t in theirs for found in re.finditer(re.escape(t), line)]
    parts, end = [], 0
    for found in _SPAN.finditer(line):
        parts.append(escape(line[end : found.start()]))
        end = found.end()
        if any(start <= found.start() and found.end() <= stop for start, stop in kept):
            parts.append(escape(found[0]))
        elif found["bold"]:
            parts.append(f"**{escape(found['bold'])}**")
        elif found["about"]:
            parts.append(found["about"])
        else:
            parts.append(links.get(found["marker"], escape(found[0])))
    return "".join([*parts, escape(line[end:])])


def _lines(text: str, inline: Callable[[str], str] = escape) -> str:
    """Paragraphs and "- " items, one a line; an empty line where one kind follows the other, so that neither swallows the other."""
    lines: list[str] = []
    for line in map(str.strip, text.splitlines()):
        item = line.startswith("- ")
        if lines and lines[-1] and line and item != lines[-1].startswith("- "):
            lines.append("")
        lines.append(f"- {inline(line[2:])}" if item else inline(line))
    return "\n".join(lines).strip()


def _notice(notice: Notice) -> str:
    return f":::notis\n**{NOTICE_WORDS[notice.kind]}\\:** {_lines(notice.text, _linked)}\n:::"


def _linked(line: str) -> str:
    """A line with the addresses in it that are known to be good as links."""
    parts, end = [], 0
    for found in _ADDRESS.finditer(line):
        if found[0] in addresses():
            parts += [escape(line[end : found.start()]), f"[{escape(found[0])}]({found[0]})"]
            end = found.end()
    return "".join([*parts, escape(line[end:])])


def _sources(answer: Answer) -> list[str]:
    cards = [_card(c, with_quote=not tells(answer.text, c.quote)) for c in answer.citations]
    return [f"**{'Källa' if len(cards) == 1 else 'Källor'}**", *cards] if cards else []


def _card(citation: Citation, *, with_quote: bool) -> str:
    validity = Validity(citation.validity)
    place = " › ".join(citation.headings) + (f", sida {citation.page}" if citation.page else "")
    owner = "Gäller alla kommuner" if citation.municipality is None else citation.municipality
    quote = ["", *(f"> {line}".rstrip() for line in _lines(citation.quote).splitlines())] if with_quote else []
    return "\n".join(
        [
            ":::kalla",
            f"[\\[{citation.marker}\\] {escape(citation.document_title)}]({cited_url(citation)})",
            f"{escape(owner)} · {escape(place)} · [{VALIDITY_WORDS[validity]}](/om#giltighet-{validity})",
            *quote,
            ":::",
        ]
    )


def _nearest(nearest: Iterable[Nearest]) -> list[str]:
    boxes = [_near(near) for near in nearest]
    return ["**Närmaste avsnitt i dokumenten**", *boxes] if boxes else []


def _near(near: Nearest, hint: str = "") -> str:
    link = f"[{escape(' › '.join(near.headings))}]({percent(near.url, safe='/%#')})"
    return "\n".join([":::nara", link, *(["", escape(hint)] if hint else []), ":::"])
