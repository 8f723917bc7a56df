"""Drafts from what a section says: its sentences, its lists and its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from eval.drafting.clause import parse, tidy
from eval.drafting.contents import governed
from eval.drafting.context import Speaker
from eval.drafting.drafted import Drafted
from eval.drafting.grammar import is_finite
from eval.drafting.pieces import is_role
from eval.drafting.wh import questions
from knowledge.section import Section
from knowledge.statements import Statement, statements

_FEWEST, _MOST = 4, 22
"""Words of a question."""
_LONGEST_STATEMENT = 45
_TERMS = re.compile(r"\b(?:begrepp|definition|ordlista|förklaring|betyd|ord vi|termer)", re.IGNORECASE)
_DEFINED = re.compile(
    r"^Med (?P<term>(?:[\w-]+ ){0,3}[\w-]+?) (?:avses|menas|definieras|förstås)(?: här| i (?:denna|detta) \w+)? (?P<meaning>.+)$"
)
_ONE_IS = re.compile(r"^(?P<term>(?:En|Ett) [\w-]+) är (?P<meaning>(?:en|ett|den|det|all|alla) .+)$")
_SHORT = re.compile(r"^(?P<term>[A-ZÅÄÖ]{2,6})\s*(?:=|står för|betyder)\s*(?P<meaning>.+)$")
_NUMBERED = re.compile(r"^(?:Följande|Dessa)(?: (?:två|tre|fyra|fem|sex|sju|åtta))? (?P<rest>\w+ .+)$")
_COUNTED = re.compile(r"^(?:Två|Tre|Fyra|Fem|Sex|Sju) (?P<rest>[\w]+ (?:ska|är|gäller|präglar) .*)$")
_ANSWERING = re.compile(r"ansvar|beslut|vem|funktion|ägare", re.IGNORECASE)
_READY = re.compile(r"klart|senast|tidpunkt|datum|när\b|tid\b", re.IGNORECASE)


def drafts_of(section: Section, speaker: Speaker) -> list[Drafted]:
    """The drafts of a section, at most two a statement, each with the section's id. They stand alone, and end in a question mark."""
    parts = statements(section.text)
    found: list[Drafted] = []
    for part in parts:
        raw = list(_of_statement(part, section, parts))
        whole = (finished(d, section, speaker) for d in raw)
        kept = sorted((d for d in whole if d), key=lambda d: -d.better)
        found += kept[:2] if len({d.kind for d in kept}) > 1 else kept[:1]
    found += [d for raw_draft in _lists(section, parts) if (d := finished(raw_draft, section, speaker))]
    return list({d.question: d for d in found}.values())


def finished(draft: Drafted, section: Section, speaker: Speaker) -> Drafted | None:
    """A draft that stands alone and whose facts stand in its section; None where that cannot be had."""
    before, mark, front = draft.question.partition("\x01")
    named = speaker.named(front) if mark else front
    text = None if named is None else speaker.standing_alone(" ".join(f"{before}{named}".split()))
    if text is None or not _FEWEST <= len(text.split()) <= _MOST or re.search(r"[;:()|]|\b(?:även|också)\b|\?$|\bsin (?:chef)\b", text):
        return None
    text = text.rstrip(" ,.-")
    if text.count("”") % 2 or " ," in text or re.search(r"\b(?:och|eller|samt|som|att|i|på|en|ett|ska|får|kan|bör|måste)$", text):
        return None
    said = " ".join(section.text.split()).casefold()
    facts = tuple(f for f in (" ".join(f.split()).strip(" ,.;:") for f in draft.facts) if len(f) > 1)
    if any(f.casefold() not in said for f in facts):
        return None
    return Drafted(f"{text[0].upper()}{text[1:]}?", draft.kind, facts, section.id, draft.better)


def _of_statement(part: Statement, section: Section, parts: Sequence[Statement]) -> Iterator[Drafted]:
    if len(part.text.split()) > _LONGEST_STATEMENT or part.text.rstrip().endswith(("?", ":")):
        return
    if part.kind == "row":
        yield from _row(part, section, parts)
        return
    text = tidy(part.text)
    for pattern in (_DEFINED, _ONE_IS, _SHORT):
        if found := pattern.match(text):
            meaning = " ".join(found["meaning"].split()[:6]).rstrip(",")
            yield Drafted(f"Vad menas med \x01{found['term']}", "definition", (meaning,), better=4.0)
            return
    if part.kind == "item":
        yield from _item(text, section, part)
        return
    if not part.leans or re.match(r"(?:Den|De) som\b", part.text):
        clause = parse(part.text)
        if clause:
            yield from questions(clause)
    heading = section.headings[-1]
    first = text.split()[0] if text else ""
    verb = first.lower()
    if is_role(heading) and first[:1].isupper() and verb not in ("består", "är") and is_finite(verb) and not is_role(first):
        yield Drafted(f"Vem {text[0].lower()}{text[1:]}", "who", (), better=2.5)


def _item(text: str, section: Section, part: Statement) -> Iterator[Drafted]:
    """ "Rektor: godkänner …" says who does what; "Ackreditering: ett …" under words explained says what a word means."""
    head, colon, body = text.partition(": ")
    if colon and is_role(head) and is_finite(body.split()[0]):
        yield Drafted(f"Vem {_one_of(body)}", "who", (head,), better=3.0)
    elif colon and _TERMS.search(" ".join(section.headings)) and len(head.split()) <= 4:
        yield Drafted(f"Vad menas med \x01{head}", "definition", (" ".join(body.split()[:6]).rstrip(","),), better=4.0)
    elif not colon:
        clause = parse(text) if part.lead is None else None
        if clause and text[:1].isupper():
            yield from questions(clause)


def _one_of(predicate: str) -> str:
    """The first of several things done, where they are told in a row with commas."""
    pieces = re.split(r", ", predicate)
    return pieces[0] if len(pieces) > 1 and len(pieces[0].split()) > 1 else predicate


def _row(part: Statement, section: Section, parts: Sequence[Statement]) -> Iterator[Drafted]:
    """A table's row by its column headings: who answers for it, when it must be ready, or what its word means."""
    rows = [p for p in parts if p.kind == "row" and p.group == part.group]
    cells = [c.strip() for c in part.text.split(" | ")]
    heads = [c.strip() for c in rows[0].text.split(" | ")]
    terms = _TERMS.search(" ".join((*section.headings, *heads)))
    if terms and len(cells) == 2 and 1 <= len(cells[0].split()) <= 4 and len(cells[1].split()) >= 4 and cells != heads:
        yield Drafted(f"Vad menas med \x01{cells[0]}", "definition", (" ".join(cells[1].split()[:6]).rstrip(",."),), better=4.0)
        return
    if part is rows[0] or len(cells) != len(heads) or len(cells) < 2 or len(cells[0].split()) < 2:
        return
    activity = bool(re.match(r"aktivitet|åtgärd|insats|uppgift|uppdrag", heads[0], re.IGNORECASE))
    for head, cell in list(zip(heads, cells, strict=True))[1:]:
        if activity and _ANSWERING.search(head) and is_role(cell.split(",")[0]):
            yield Drafted(f"Vem ansvarar för {heads[0].lower()}en ”{cells[0]}”", "who", (cell,), better=3.0)
        elif activity and _READY.search(head) and re.search(r"\d", cell):
            yield Drafted(f"När ska {heads[0].lower()}en ”{cells[0]}” vara klar", "when", (cell,), better=3.0)
    if re.match(r"funktion|roll|vem", heads[0], re.IGNORECASE) and is_role(cells[0]) and is_finite(cells[1].split()[0].lower()):
        body = _one_of(cells[1].rstrip("."))
        yield Drafted(f"Vem {body[0].lower()}{body[1:]}", "who", (cells[0],), better=3.0)


def _lists(section: Section, parts: Sequence[Statement]) -> Iterator[Drafted]:
    """Lists with the words that lead them in: "Redovisningen ska innehålla", "Fyra principer ska gälla", "Samordnaren"."""
    for group in sorted({p.group for p in parts if p.kind == "item"}):
        items = [p for p in parts if p.kind == "item" and p.group == group]
        before = [p for p in parts if p.end <= items[0].start and p.kind == "sentence"]
        if not before or "\n\n" in section.text[before[-1].end : items[0].start].strip(" "):
            pass
        if not before or before[-1].text.rstrip()[-1:] in ".?!" or section.text[before[-1].end : items[0].start].strip(" \n-•"):
            continue
        facts = tuple(_short_item(i.text) for i in items[:6])
        yield from _led(before[-1].text, facts, items)


def _led(lead: str, facts: tuple[str, ...], items: Sequence[Statement]) -> Iterator[Drafted]:
    text = tidy(lead)
    if found := _NUMBERED.match(text) or _COUNTED.match(text):
        yield Drafted(f"Vilka {found['rest']}", "content", facts, better=3.0)
        return
    if is_role(text) and all(is_finite(i.text.split()[0].lower()) for i in items[:2]):
        yield Drafted(f"Vad gör \x01{text}", "duties", facts, better=3.0)
        return
    ends_open = re.match(
        r"^(?P<front>[^,]{3,80}?) (?P<verb>ska|bör|får|kan)(?P<rest>(?: (?:bidra|leda|utgå|inriktas|bygga|innehålla|omfatta|vara|arbeta|"
        r"syfta)(?: (?:till|från|på|av|för|mot))*)?)(?: att)?$",
        text,
    )
    if ends_open and len(ends_open["front"].split()) <= 9:
        verb, rest = ends_open["verb"], ends_open["rest"].strip()
        if not rest and (is_role(ends_open["front"]) or ends_open["front"].lower() in ("kommunen", "staden")):
            yield Drafted(f"Vad {verb} \x01{ends_open['front']} göra", "duties", facts, better=2.8)
        elif not rest:
            yield Drafted(f"Vad {verb} \x01{ends_open['front']} åstadkomma", "content", facts, better=2.6)
        elif rest and not rest.endswith("för"):
            yield Drafted(f"Vad {verb} \x01{ends_open['front']} {rest}", "required", facts, better=2.8)
    aims = re.match(r"^(?P<front>(?:Syftet|Målet|Målen|Målsättningen|Syften|Ambitionen)(?: [\w-]+){1,6}) är(?: att)?$", text)
    if aims:
        yield Drafted(f"Vad är \x01{aims['front']}", "content", facts, better=3.0)
    if not ends_open and not aims and (clause := parse(text)) and clause.kind == "subject":
        yield from (replace(d, facts=facts) for d in governed(clause))
    if re.search(r"\bsyftar till(?: att)?$", text):
        yield Drafted(f"Vad syftar \x01{re.sub(r' syftar till(?: att)?$', '', text)} till", "content", facts, better=3.0)


def _short_item(text: str) -> str:
    return " ".join(re.split(r"[,;:.(]| och ", text.strip())[0].split()[:7])
