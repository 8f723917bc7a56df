"""The flattened transcript of a document-sharing site: a page a paragraph, headings and bullets run into the text.

Such a text holds, between the site's buttons and its list of other documents, paragraphs that begin with 1, 2, 3 …: the pages. Each may
end with a running footer with the page number before or after it. Headings are recognised by Swedish spelling: only the first word of
a heading and of a sentence has a capital, so "Skola och ungdomar För att väcka …" breaks before "För".
"""

from __future__ import annotations

import re
from collections import Counter

from knowledge.municipalities import NAMES

_PAGE = re.compile(r"^(\d{1,3})\s+(?=\S)")
_LONE_BULLET = re.compile(r"(?:^|\s)(?:[l](?=\s+[A-ZÅÄÖ0-9])|[•·▪](?=\s+\S))")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])")
_OF = r"(?:\s*(?:\(\d+\)|/\s?\d+|av \d+))?"
_WORD = re.compile(r"[^\W\d_][\w-]*")
_NOT_FIRST = frozenset(
    "för i på genom med till av om när där det den de detta dessa vi man en ett alla många flera fler varje att "
    "som vid under efter utöver förutom inom mellan utan samt och eller men vår vårt våra deras dess sedan idag "
    "här så hur vad vem vilka".split()
)
_NOT_LAST = frozenset(
    "för i på genom med till av om när där det den de detta dessa att som vid under efter inom mellan utan samt "
    "och eller men vår vårt våra liksom från mot hos ur än är ska skall bör kan får har en ett sin sina sitt".split()
)
_USUAL = frozenset(
    "inledning bakgrund förord syfte mål vision uppföljning ansvar ansvarsfördelning organisation roller "
    "kommunikation definitioner resurser finansiering ekonomi vänorter uppdrag utgångspunkter eu-finansiering "
    "omvärld genomförande målgrupp avgränsning nuläge principer arbetssätt".split()
)
_VERBS = frozenset(
    "gäller är ska skall bör kan får har hade var blir måste vill finns gör ger kommer sker innebär innehåller "
    "leder ansvarar bidrar".split()
)


def pages_of_transcript(text: str) -> list[tuple[int, str]]:
    """(page number, text with line breaks put back) of each page, or [] when the text is no transcript."""
    pages = _numbered_pages(text)
    if len(pages) < 3:
        return []
    feet = _footers(pages)
    bodies = _without_header([(number, _without_footer(body, number, feet)) for number, body in pages])
    names = _names(" ".join(body for _, body in bodies))
    listed = next((entries for _, body in bodies[:4] if (entries := _contents(body))), ())
    title = bodies[0][1] if len(bodies[0][1].split()) <= 12 else ""
    pages = [(number, _without_title(body, title) if number > 1 else body) for number, body in bodies]
    return [
        (
            number,
            _cover_lines(body) if number == 1 and len(body.split()) <= 40 else _unfold(_at_listed(body, listed), None if listed else names),
        )
        for number, body in pages
        if not _contents(body)
    ]


def running_lines(text: str) -> tuple[str, ...]:
    """A transcript's running footer, () where it has none: it may state the decision."""
    return tuple(_footers(_numbered_pages(text))[:1])


def _numbered_pages(text: str) -> list[tuple[int, str]]:
    """The longest run of paragraphs that begin 1, 2, 3 …, when long enough to be pages rather than a numbered list."""
    pages: list[tuple[int, str]] = []
    for group in re.split(r"\n\s*\n", text):
        flat = " ".join(group.split())
        found = _PAGE.match(flat)
        if found and int(found[1]) == len(pages) + 1:
            pages.append((len(pages) + 1, re.sub(r"^\d{1,3}\s?(?:\(\d{1,3}\)|/\s?\d{1,3})\s+", "", flat[found.end() :])))
    longest = max((len(body) for _, body in pages), default=0)
    flattened = any(len(_SENTENCE_END.findall(body)) >= 5 for _, body in pages)
    return pages if longest > 600 and flattened else []


def _footers(pages: list[tuple[int, str]]) -> list[str]:
    """The words that end at least half of the pages beside their number, longest first."""
    tails: Counter[str] = Counter()
    for number, body in pages:
        words = re.sub(rf"\s{number}{_OF}$", "", body).split()
        tails.update(" ".join(words[-k:]) for k in range(1, 16) if len(words) >= k)
    common = [t for t, n in tails.items() if n >= max(2, len(pages) // 2) and not t[0].isdigit()]
    return sorted(common, key=len, reverse=True)


def _without_footer(body: str, number: int, feet: list[str]) -> str:
    for foot in feet:
        cut = re.sub(rf"\s*(?:\b{number}\s+)?{re.escape(foot)}(?:\s+{number}{_OF})?$", "", " " + body).strip()
        if cut != body.strip():
            return cut
    return re.sub(rf"\s+{number}{_OF}$", "", body)


def _without_header(pages: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The pages without the words that begin at least half of those after the first: a running header."""
    heads: Counter[str] = Counter()
    for _, body in pages[1:]:
        words = body.split()
        heads.update(" ".join(words[:k]) for k in range(2, 15) if len(words) > k)
    common = [h for h, n in heads.items() if n >= max(2, len(pages) // 2)]
    head = max(common, key=len, default="")
    return [(number, body[len(head) :].lstrip() if head and number > 1 and body.startswith(head + " ") else body) for number, body in pages]


def _contents(body: str) -> tuple[str, ...]:
    """The headings that a flattened contents page lists, longest first; () when it is no contents page."""
    found = re.match(r"(?:innehåll(?:sförteckning)?)\s+(?=\S)", body, re.IGNORECASE)
    entries = re.findall(r"(?:\d+(?:\.\d+)*\.?\s+)?([A-ZÅÄÖ][^\d.]{2,80}?)[\s.…]+\d{1,3}(?=\s|$)", body[found.end() :] if found else "")
    return tuple(sorted({e.strip() for e in entries}, key=len, reverse=True)) if len(entries) >= 3 else ()


def _at_listed(body: str, listed: tuple[str, ...]) -> str:
    """The page with line breaks around the headings that the contents page lists, where a capital follows them."""
    for heading in listed:
        body = re.sub(rf"(?:^|(?<=[.!?”a-zåäö] )){re.escape(heading)}\s+(?=[A-ZÅÄÖ0-9•”])", f"\n\n# {heading}\n\n", body, count=1)
    return body


def _cover_lines(body: str) -> str:
    """A flattened title page with its decision, number and dates on lines of their own."""
    return re.sub(
        r"\s+(?=(?:Antagen|Antaget|Antagna|Beslutad|Fastställd|Godkänd|Dnr|Diarienummer|Gäller|Reviderad|Dokumentansvarig)\b)", "\n\n", body
    )


def _without_title(body: str, title: str) -> str:
    return body[len(title) :].lstrip() if title and body.startswith(title + " ") else body


def _names(text: str) -> frozenset[str]:
    """Words that the text writes with a capital inside sentences and never without: names, not beginnings."""
    inside: Counter[str] = Counter(re.findall(r"(?<=[a-zåäö,] )([A-ZÅÄÖ][\w-]+)", text))
    small = set(re.findall(r"\b[a-zåäö][\w-]+", text))
    return frozenset(w for w, n in inside.items() if n >= 2 and w.lower() not in small) | frozenset(NAMES)


def _unfold(body: str, names: frozenset[str] | None) -> str:
    """The page in paragraphs, items and headings ("# …"). Headings are guessed only with `names`, the words that begin no sentence."""
    return "\n\n".join(run if run.startswith("# ") else _unfold_run(run, names) for run in body.split("\n\n") if run.strip())


def _unfold_run(body: str, names: frozenset[str] | None) -> str:
    lines: list[str] = []
    for number, part in enumerate(_LONE_BULLET.split(body)):
        sentences = _SENTENCE_END.split(part.strip())
        pieces = [piece for s in sentences for piece in _heading_and_rest(s, names)]
        lines.append(_item(pieces) if number else _paragraphs(pieces))
    return "\n\n".join(line for line in lines if line)


def _item(pieces: list[tuple[str, bool]]) -> str:
    """A list item with what follows it: nothing heads an item, so a break right after its first words ends the item."""
    (first, broken), rest = pieces[0], pieces[1:]
    return _paragraphs(rest, f"- {first}" + ("\n\n" if broken else ""))


def _paragraphs(pieces: list[tuple[str, bool]], out: str = "") -> str:
    for text, heading in pieces:
        joint = "" if not out or out.endswith("\n") else " "
        out += f"\n\n# {text}\n\n" if heading else joint + text
    return out.strip()


def _heading_and_rest(sentence: str, names: frozenset[str] | None) -> list[tuple[str, bool]]:
    """[(heading, True), (sentence, False)] where a heading runs into the sentence, else [(sentence, False)]."""
    words = sentence.split()
    if names is None:
        return [(sentence, False)]
    if 1 <= len(words) <= 6 and not re.search(r"[.!?:,]$", sentence) and _is_heading(words):
        return [(sentence, True)]
    for k in range(1, min(8, len(words) - 2)):
        if not _capital(words[k]):
            continue
        head, rest = words[:k], words[k:]
        name = not _begins(words[k], names)
        if _is_heading(head) and _has_verb(rest) and (not name or (_heads_name(head) and _finite(rest[1]))):
            return [(" ".join(head), True), (" ".join(rest), False)]
        if not name:
            return [(sentence, False)]
    return [(sentence, False)]


def _heads_name(head: list[str]) -> bool:
    """Whether words stand so clearly as a heading that even a name may begin the sentence after them."""
    return head[0].lower() not in _NOT_FIRST and (len(head) > 1 or head[0].lower() in _USUAL)


def _finite(word: str) -> bool:
    return word.lower() in _VERBS or bool(re.search(r"[a-zåäö]{2}(?:ar|er|år|or)$", word))


def _capital(word: str) -> bool:
    return word.strip("”“\"'(),.:;")[:1].isupper()


def _begins(word: str, names: frozenset[str]) -> bool:
    """Whether a word inside a sentence has a capital that no name explains."""
    bare = word.strip("”“\"'(),.:;")
    if not bare[:1].isupper() or bare[1:2].isupper() or bare in names or bare.rstrip("s") in names:
        return False
    return bool(_WORD.fullmatch(bare))


def _is_heading(words: list[str]) -> bool:
    low = [w.lower() for w in words]
    plain = all(_WORD.fullmatch(w.strip("()")) or w in "-–/&" for w in words)
    if any(w[:1].isupper() and not w.isupper() and not w.startswith("EU") for w in words[1:]):
        return False
    verb = any(w in _VERBS for w in low) or bool(re.search(r"[a-zåäö](?:lls|nds|ras|tas|jas)$", low[-1]))
    return plain and words[0][0].isupper() and not verb and low[-1] not in _NOT_LAST and (low[0] not in _NOT_FIRST or len(words) > 3)


def _has_verb(words: list[str]) -> bool:
    return any(w.lower() in _VERBS or re.search(r"[a-zåäö](r|s|t)$", w) for w in words[1:])
