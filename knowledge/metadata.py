"""What a document says of itself: who decided it, when, for how long it holds, who owns it. What it does not say is None."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge import municipalities
from knowledge.dates import dates, year_span

_BODY = (
    r"(?:kommun|stads|region|förbunds)fullmäktige|kommunstyrelsen?s?\b(?:\s+arbetsutskott)?|förbundsstyrelsen|direktionen|"
    r"[a-zåäö]+(?:- (?:och|samt) [a-zåäö]+|, [a-zåäö]+- och [a-zåäö]+)?(?:nämnden|utskottet|"
    r"beredningen)|nämnden\s+för\s+[a-zåäö]+(?:\s+och\s+[a-zåäö]+)?|"
    r"(?:kommun|stads|förvaltnings|sektors?|utbildnings|skol|social|kultur|bildnings|avdelnings|enhets|personal|hr-)(?:direktör|chef)(?:en)?|"
    r"kommunledning(?:en|sgruppen|skontoret)|ledningsgruppen|styrelsen|\bKFs?\b|\bKSs?\b|\bKSAU\b|\bBUN\b"
)
BODY = re.compile(rf"(?P<body>{_BODY})", re.IGNORECASE)
_SHORT = {
    "kf": "kommunfullmäktige",
    "ks": "kommunstyrelsen",
    "ksau": "kommunstyrelsens arbetsutskott",
    "bun": "barn- och utbildningsnämnden",
}
_DECIDED = re.compile(
    r"\b(antag(?:en|et|na|ande|its)|antogs?|beslut(?:ad|at|ade|ades|sdatum|sinstans|ande organ|"
    r"sfattare)?|fastställ(?:d|t|da|des)|godkän(?:d|t|da|des))\b",
    re.I,
)
_REVISED = re.compile(r"\b(revider|ändrad|uppdaterad|upphäv|ersätter|gäller (?:från|fr))", re.I)
_LATER = re.compile(r"\s+(?:meddelas|lämnas|ges|om ansökan|skickas|fattas|väntas|kan|ska|senast)\b", re.I)
PARAGRAPH = re.compile(r"§{1,2}\s?\d{1,4}(?:\s?[A-Za-z]\b)?")
_NUMBER_LABEL = r"(?:diarie(?:nummer|nr|beteckning)|dnr|d-nr|ärendenummer)"
_NUMBER = r"(?:[A-ZÅÄÖ]{1,6}[ :/-]?)?(?:19|20)?\d{2,4}\s?[./:–-]\s?\d{1,6}(?:\s?[./:–-]\s?\d{1,5})?"
_REGISTRATION = re.compile(rf"(?i:{_NUMBER_LABEL})\s*[.:|]*\s*(?P<value>{_NUMBER})")
_EMPTY = re.compile(r"^[\s\-–—_.:|]*$|^(ej|inga?|saknas|nej|n/?a)\b.{0,12}$", re.I)
_YEARS_WORD = {
    "årlig": 1,
    "varje år": 1,
    "vartannat": 2,
    "vart annat": 2,
    "tredje": 3,
    "3:e": 3,
    "fjärde": 4,
    "4:e": 4,
    "femte": 5,
    "5:e": 5,
}
_NUMBERS = {"ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5}
SELF = (
    r"(?:(?:denna|detta|den|det)\s+)?(?:policyn?|strategin?|riktlinje(?:n|rna)?|planen|handlingsplanen|"
    r"programmet|rutinen|dokumentet|reglerna|handboken|vägledningen|guiden|styrdokumentet)"
)
_SELF_REVIEW = re.compile(
    rf"^(?:{SELF})\s+(?:ska|skall|bör|kommer att)?\s*(?:\w+\s+){{0,2}}?(?:ses över|revideras|"
    rf"aktualitetsprövas|aktualiseras|omprövas|uppdateras|prövas)(?P<when>.*)$",
    re.I,
)
_HEAD_REVIEW = re.compile(
    r"\b(?:ses över|revideras|aktualitetsprövas|omprövas|uppdateras|översyn)\s+(?P<when>(?:var|en gång|minst|årlig)\w*.*)$", re.I
)
_SELF_UNTIL = re.compile(rf"^(?:{SELF})\s+(?:gäller|är giltig|ska gälla|har giltighet)\b(?P<when>.*)$", re.I)
_DRAFT = re.compile(
    r"\b(utkast|remiss(?:version|utgåva|handling)?|arbetsmaterial|förslag till (?!beslut)|tjänsteskrivelse|förslag)\b", re.I
)
_LABELS = {
    "kind": r"dokumenttyp|typ av (?:styr)?dokument|styrdokument(?:ets)? typ|dokumentkategori",
    "applies_to": r"(?:dokumentet )?gäller för|omfattar|målgrupp|tillämpas (?:av|på)|berör(?:da)?(?: verksamheter)?|giltighetsområde",
    "owner": r"dokumentansvarig(?: (?:funktion|tjänsteman|förvaltning))?|dokumentägare|(?:dokument)?ansvarig(?: (?:förvaltning|"
    r"tjänsteperson|funktion|för dokumentet|avdelning|enhet))?|"
    r"förvaltas av|ägare|kontaktperson för dokumentet|handläggare|sidansvarig|innehållsansvarig",
    "replaces": r"(?:dokumentet )?ersätter(?: (?:tidigare )?dokument)?",
    "valid": r"giltighetstid|giltig(?:het)?(?: till(?: och med)?| t\.?o\.?m\.?)?|gäller(?: till(?: och med)?|"
    r" t\.?o\.?m\.?| under| tid|s?period)|giltighetsperiod|period",
    "valid_from": r"gäller (?:från(?: och med)?|fr\.?o\.?m\.?)|giltig (?:från(?: och med)?|fr\.?o\.?m\.?)|träder i kraft|ikraftträdande",
    "review": r"(?:tidpunkt för )?(?:aktualitetsprövning|översyn|revidering|uppföljning och revidering)|"
    r"(?:ses över|revideras|aktualitetsprövas|omprövas|nästa (?:översyn|revidering))(?: senast)?",
    "decided_by": r"beslutad av|antagen av|fastställd av|beslutsinstans|beslutande(?: organ| instans)?|beslutsfattare|"
    r"godkänd av|antaget av|fastställt av|beslutat av",
    "decided_on": r"beslutsdatum|datum för (?:beslut|antagande|fastställande)|antagen(?: den)?|beslutad(?: den)?|"
    r"fastställd(?: den)?|beslutsdag|antagandedatum",
}
LABEL = re.compile(
    rf"^(?:{'|'.join(_LABELS.values())}|{_NUMBER_LABEL}|titel|dokumentnamn|reviderad|ändrad|"
    rf"version|datum|sida|sid|blad|sign|nr|utbytt den|flik|andra tillhörande dokument|paragraf)$",
    re.I,
)
KINDS = (
    "policy", "strategi", "riktlinje", "handlingsplan", "verksamhetsplan", "plan", "program", "rutin", "regler", "reglemente", "handbok",
    "vägledning", "anvisning", "avtal", "överenskommelse", "delegationsordning", "föreskrift", "guide", "rapport",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text states of its own document; shapes as in `Document`."""

    municipality: str | None = None
    kind: str | None = None
    decided_by: str | None = None
    decided_on: date | None = None
    paragraph: str | None = None
    registration_number: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    review_interval_years: int | None = None
    review_each_mandate: bool = False
    replaces: tuple[str, ...] = ()
    applies_to: str | None = None
    owner: str | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where to look: the title, cover lines and running headers, the sections' texts, and whether the pages are slides.

    `hints` are headings and the file's name: they may tell the municipality, and nothing else.
    """

    title: str
    cover: Sequence[str]
    furniture: Sequence[str]
    texts: Sequence[str]
    slides: bool
    hints: Sequence[str] = ()
    names: Sequence[str] = ()


def facts(source: Source) -> Facts:
    """Read the facts off a document. Labelled values and decision lines on the cover come before sentences of the text."""
    head = [
        part for line in dict.fromkeys([*source.cover, *source.furniture]) for part in re.split(r"(?<=[a-zåäö0-9]\.)\s+(?=[A-ZÅÄÖ])", line)
    ]
    labels = _labelled(head)
    own = [s for t in source.texts for s in re.split(r"(?<=[.!?])\s+|\n", t)]
    decided_by, decided_on, paragraph = _decision(head, own, labels)
    number = next((m["value"] for line in [*head, *own] if (m := _REGISTRATION.search(line))), None)
    first, last = _validity(source.title, labels, head, own)
    years, mandate = _review(labels.get("review", ""), head, own)
    decided = decided_on is not None and decided_by is not None
    return Facts(
        municipality=_municipality(source),
        kind=_kind(source, labels, decided),
        decided_by=decided_by,
        decided_on=decided_on,
        paragraph=paragraph,
        registration_number=" ".join(number.split()) if number else None,
        valid_from=first,
        valid_until=last,
        review_interval_years=years,
        review_each_mandate=mandate,
        replaces=_replaced(labels.get("replaces", "")),
        applies_to=labels.get("applies_to"),
        owner=labels.get("owner"),
        draft=not decided_on and any(_DRAFT.search(line) for line in [source.title, *head[:8]]),
    )


def _replaced(value: str) -> tuple[str, ...]:
    """The title that a label names, without when and by whom it was decided; () for what names no document."""
    title = re.split(r",?\s+(?:beslutad|antagen|fastställd|dnr|från den|\()|,\s+(?=\d|§|KF|KS)", value, maxsplit=1, flags=re.I)[0].strip(
        " .,"
    )
    return (title,) if re.search("|".join(KINDS) + r"|§|\\bKF\\b", title, re.I) else ()


def decision_in(text: str) -> bool:
    """Whether one line or sentence states a decision with its date."""
    return bool(_DECIDED.search(text)) and any(True for _ in dates(text))


def _labelled(lines: Sequence[str]) -> dict[str, str]:
    """Field → value of `label: value` lines, of table rows and of a label with its value on the next line. No value, no entry."""
    found: dict[str, str] = {}
    cells = [[c.strip() for c in line.split(" | ")] for line in lines]
    for i, row in enumerate(cells):
        for k, cell in enumerate(row):
            label, colon, value = cell.partition(":")
            if not colon and not LABEL.match(cell.strip()):
                label, value = _leading(cell)
            after = (
                row[k + 1]
                if k + 1 < len(row) and (len(row) == 2 or colon)
                else ""
                if k + 1 < len(row)
                else (cells[i + 1][k] if i + 1 < len(cells) and len(row) == 1 == len(cells[i + 1]) else "")
            )
            value = value.strip() or ("" if LABEL.match(after.partition(":")[0].strip()) or (colon and ":" in after) else after)
            field = next((f for f, p in _LABELS.items() if re.fullmatch(p, label.strip(), re.I)), None)
            if field and field not in found and not _EMPTY.match(value) and len(value) < 200:
                found[field] = value.strip().rstrip(".") if not value.rstrip().endswith("m.") else value.strip()
    return found


def _leading(cell: str) -> tuple[str, str]:
    """A cell that begins with a label without a colon ("Gäller till 2027-12-31") as (label, value)."""
    for pattern in _LABELS.values():
        if found := re.match(rf"(?P<label>{pattern})\s+(?P<value>\S.*)$", cell, re.I):
            return found["label"], found["value"]
    return cell, ""


def _decision(head: Sequence[str], own: Sequence[str], labels: dict[str, str]) -> tuple[str | None, date | None, str | None]:
    body = _body(labels.get("decided_by", ""))
    day = next((d for d, _, _ in dates(labels.get("decided_on", ""))), None)
    paragraph = next((m[0] for line in head if (m := PARAGRAPH.search(line))), None)
    for text in [" \n".join(head), *own]:
        for verb in _DECIDED.finditer(text):
            window = re.split(r"\n\s*(?:revider|ändrad|ersätter|gäller)", text[verb.start() : verb.end() + 160], flags=re.I)[0]
            if _REVISED.search(window[: len(verb[0]) + 12]) or _LATER.match(window[len(verb[0]) :]):
                continue
            found_day = next((d for d, _, _ in dates(window)), None)
            found_body = _body(window) or _body(text[max(0, verb.start() - 60) : verb.start()])
            if found_day or (found_body and text is not own):
                sentence = text not in own or found_day
                body, day = body or (found_body if sentence else None), day or found_day
                paragraph = paragraph or (m[0] if found_day and (m := PARAGRAPH.search(window)) else None)
        if day and body:
            break
    if day is None and head and (line := _lone_decision(head)):
        day, body = next(d for d, _, _ in dates(line)), body or _body(line)
    return body, day, re.sub(r"^(§+)\s?", r"\1 ", paragraph) if paragraph else None


def _lone_decision(head: Sequence[str]) -> str | None:
    """A line such as "KF 2012-02-23, § 6": a body and a date with no verb between."""
    return next((t for t in head if BODY.search(t) and any(True for _ in dates(t)) and not _REVISED.search(t)), None)


def body_name(body: str) -> str:
    """A deciding body's name in full and in lower case: "KF" is "kommunfullmäktige"."""
    name = " ".join(body.split()).casefold()
    return _SHORT.get(name, _SHORT.get(name.rstrip("s"), name))


def _body(text: str) -> str | None:
    found = BODY.search(text)
    return body_name(found["body"]) if found else None


def _validity(title: str, labels: dict[str, str], head: Sequence[str], own: Sequence[str]) -> tuple[date | None, date | None]:
    first = next((d for d, _, _ in dates(labels.get("valid_from", ""))), None)
    last_word = re.compile(r"\b(?:gäller|giltig|giltighet)\b.*\b(?:t\.?o\.?m\.?|till och med|till)\b(?P<when>.*)$", re.I)
    stated = [m["when"] for s in [*head, *own] if (m := _SELF_UNTIL.match(s.strip()))]
    for text in [labels.get("valid", ""), *stated]:
        days = [d for d, _, _ in dates(text)]
        if span := year_span(text):
            return date(span[0], 1, 1), date(span[1], 12, 31)
        if len(days) > 1:
            return days[0], days[-1]
        if days and re.search(r"\b(från|fr\.?o\.?m)", text) and not re.search(r"\b(till och med|till|t\.?o\.?m)\b", text):
            first = first or days[0]
        elif days and re.search(r"\b(till och med|till|t\.?o\.?m)\b|^\W*\d", text):
            return first, days[0]
        elif year := re.search(
            r"\b(?:t\.?o\.?m\.?|till och med|till)\s+(?:utgången av\s+|årsskiftet\s+)?((?:19|20)\d\d)\b|^\s*((?:20)\d\d)\s*$", text
        ):
            return first, date(int(year[1] or year[2]), 12, 31)
    if span := year_span(title):
        return date(span[0], 1, 1), date(span[1], 12, 31)
    ended = next((d for line in head if (m := last_word.search(line)) for d, _, _ in dates(m["when"])), None)
    return first, ended


def _review(label: str, head: Sequence[str], own: Sequence[str]) -> tuple[int | None, bool]:
    """(years, whether it turns on the mandate period) from the label, a cover line or a sentence about the document itself."""
    stated = [m["when"] for line in head if (m := _HEAD_REVIEW.search(line))]
    for text in [label, *stated, *(m["when"] for s in own if (m := _SELF_REVIEW.match(s.strip())))]:
        low = text.casefold()
        if "mandatperiod" in low:
            return 4, True
        if found := re.search(r"(?:vart|var) (?:(\d+)(?::e|:a)?|(\w+)) år", low):
            years = int(found[1]) if found[1] else next((n for w, n in _YEARS_WORD.items() if found[2] == w), 0)
            if years:
                return years, False
        if found := re.search(r"\b(\d+|ett|två|tre|fyra|fem) år\b", low):
            return int(_NUMBERS.get(found[1], 0) or found[1]), False
        if word := next((n for w, n in _YEARS_WORD.items() if w in low), None):
            return word, False
    return None, False


def _municipality(source: Source) -> str | None:
    """The municipality the document is of: named in the title or on the cover, else the one that the text names most."""
    weights: Counter[str] = Counter()
    for text, weight in [
        (source.title, 6),
        *((line, 4) for line in [*source.cover, *source.furniture]),
        *((t, 1) for t in [*source.texts, *source.hints]),
    ]:
        for mention in municipalities.find(text, source.names):
            form = re.search(r"\b(kommun|stad)", text[mention.start : mention.end], re.I)
            weights[mention.name] += weight * (2 if form else 1)
    if not weights:
        return None
    name, weight = weights.most_common(1)[0]
    return name if weight >= 2 or len(weights) == 1 else None


def _kind(source: Source, labels: dict[str, str], decided: bool) -> str | None:
    if source.slides and not (decided and source.cover and any(decision_in(c) or PARAGRAPH.search(c) for c in source.cover)):
        return "presentation"
    chosen = next((c for c in source.cover if re.match(r"^[»>☒✓x]\s*\w+$", c)), "")
    for text in (labels.get("kind", ""), source.title, chosen):
        found = [(m.start(), k) for k in KINDS if (m := re.search(rf"{k}(?:er|en|rna|n|na|ns|r|s)?\b", text, re.I))]
        if found:
            kind = min(found, key=lambda f: (f[0], -len(f[1])))[1]
            return "plan" if kind.endswith("plan") else kind
    return None
