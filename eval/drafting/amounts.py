"""Questions for what is measured: how much, how many, how often, when, how long."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.drafting.clause import Clause
from eval.drafting.drafted import Drafted
from eval.drafting.grammar import MODALS
from eval.drafting.pieces import LONGEST_FRONT, first_part, moved

_N = r"(?:\d[\d \u00a0.,]*|en|ett|två|tre|fyra|fem|sex|sju|åtta|nio|tio|tolv|femton|tjugo|trettio)"
_UNIT = r"(?:timmar|dagar|arbetsdagar|veckor|månader|år|timme|dag|vecka|månad|läsår|terminer|mandatperioder?)"
_MONTH = r"(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)(?:\s+\d{4})?"
_AT_MOST = r"(?:(?:högst|mer än|minst|upp till|maximalt) )?"
_BEFORE = r"(?:,\s*|\s+)?\b"
"""What goes with an adverbial when it is taken out."""

_TIMES = rf"{_AT_MOST}(?:{_N} gång(?:er)?|\w+ gånger) (?:per|om|i|under|varje) \w+"
_EACH = (
    r"vart(?:annat| \w+) år|(?:varje|varannan|var \w+) (?:år|månad|vecka|termin|kvartal|läsår|mandatperiod|höst|vår|tertial)|"
    r"årligen|årsvis|månadsvis|kvartalsvis|terminsvis|regelbundet|kontinuerligt"
)
_OFTEN = re.compile(
    rf"{_BEFORE}(?P<answer>(?:i (?:början|slutet) av |under första året av )?(?:{_TIMES}|{_EACH}))\b(?! (?:lämnade|fastställda|som))"
)
_DAY = rf"(?:{_N}\s+(?:{_MONTH}|{_UNIT})|{_MONTH}|\d{{4}}(?:-\d\d-\d\d)?|årsskiftet)"
_BY = (
    r"(?:senast|före utgången av|före den|inom|minst(?=[^,]* (?:före|innan)\b)|i (?:början|slutet) av|i god tid)\s+"
    r"(?:den\s+)?(?:(?:i|vid)\s+)?"
)
_TIME = re.compile(
    rf"{_BEFORE}(?P<answer>{_BY}{_DAY}(?:\s+(?:före|efter|innan)\s+[^,;]{{3,60}})?(?:\s+varje år)?|(?:i|under)\s+{_MONTH}(?:\s+varje år)?|"
    r"i samband med [^,;]{5,50}|vid årets slut|(?:före|efter|innan)\s+(?:avresan|årsskiftet|hemkomsten|varje resa))\b"
)
_LASTING = re.compile(rf"{_BEFORE}(?P<answer>(?:i|under)\s+{_AT_MOST}{_N}\s+{_UNIT})(?:\s+i (?:taget|sänder))?\b")
_CAN_LAST = re.compile(r"gäll|spara|bevara|pågå|delta|vara|få|stanna|arbet")
_SUBORDINATE = re.compile(r"\b(?:som|där|när|att|vilket|vilka)\b|, om\b")

_MEASURE = rf"{_N}\s*(?:kronor|kr|procent|euro)"
_COST = re.compile(rf"^(?:inte )?(?P<verb>kosta|överstiga|vara)\s+{_AT_MOST}(?P<answer>{_MEASURE})\b(?P<rest>.*)$")
_COST_TOO = re.compile(rf"\boch får (?:inte )?kosta {_AT_MOST}(?P<answer>{_N} kronor)")
_NUMBER_OF = re.compile(rf"^(?:inte )?(?:överstiga|vara (?:högst|fler än)) (?P<answer>{_N})$")
_MONEY = re.compile(
    rf"^(?:(?P<verb>få|söka|beviljas|ansöka om|betala|avsätta|bevilja) )?{_AT_MOST}(?P<answer>{_N}\s*(?:kronor|kr))\b(?P<rest> .*)$"
)
_NO_COUNT = r"(?!år\b|dag|veck|månad|kronor|procent|gång|timm|nya\b)"
_COUNT = re.compile(rf"\b{_AT_MOST}(?P<answer>\d+|{_N})\s+(?P<noun>{_NO_COUNT}\w+(?:er|ar|or|re|om|n|barn))\b(?P<rest>.*)$")


def amounts(clause: Clause) -> Iterator[Drafted]:
    """How much something may cost, how much is set aside, how many there may be."""
    front, rest = moved(clause.front), clause.rest
    if clause.verb in ("får", "ska", "kan", "bör") and (found := _COST.match(rest)):
        if found["verb"] == "kosta":
            yield _drafted(f"Hur mycket får {front} kosta {first_part(found['rest'])}", found["answer"], 3.0)
        elif clause.front.lower().endswith("n"):
            yield _drafted(f"Hur stor får {front} vara {first_part(found['rest'])}", found["answer"], 3.0)
    elif found := _COST_TOO.search(rest):
        yield _drafted(f"Hur mycket får {front} kosta", found["answer"], 3.0)
    elif (found := _NUMBER_OF.match(rest)) and re.match(r"Antalet \w+$", clause.front):
        yield _drafted(f"Hur många {clause.front.split()[1]} får kommunen ha", found["answer"], 3.0)
    elif (found := _MONEY.match(rest)) and (clause.verb not in MODALS or found["verb"]):
        yield _drafted(f"Hur mycket {clause.verb} {front} {found['verb'] or ''} {first_part(found['rest'])}", found["answer"], 3.1)
    yield from _counts(clause)


def _counts(clause: Clause) -> Iterator[Drafted]:
    """ "Kommittén består av sju ledamöter": "Hur många ledamöter består kommittén av?" """
    found = _COUNT.search(clause.rest)
    head = clause.rest[: found.start()].strip() if found else ""
    if not found or clause.verb in ("är", "finns") or found["answer"] in ("en", "ett") or len(head.split()) > 2:
        return
    if not re.search(r"[,]|\b(?:och|eller|som|på|i|till|om|under)\b", head):
        tail = "" if head.endswith("av") else first_part(re.sub(r"^ (?:där|som)\b.*$", "", found["rest"]))
        yield _drafted(f"Hur många {found['noun']} {clause.verb} {moved(clause.front)} {head} {tail}", found["answer"], 2.2)


def _drafted(asked: str, answer: str, better: float) -> Drafted:
    return Drafted(asked, "how_much", (answer.strip(),), better=better)


def times(clause: Clause) -> Iterator[Drafted]:
    """ "… vart femte år …": "Hur ofta …?" At most one question: of two adverbials the other stays."""
    if clause.kind == "adverbial":
        yield from _times_in_front(clause)
    if clause.kind != "subject" or len(clause.front.split()) > LONGEST_FRONT or clause.verb == "är":
        return
    for asked, pattern, kind, better in (
        ("Hur ofta", _OFTEN, "how_often", 3.2),
        ("När", _TIME, "when", 3.2),
        ("Hur länge", _LASTING, "how_long", 2.6),
    ):
        found = pattern.search(clause.rest)
        if found and _can_be_asked(clause, found, kind):
            left = f"{clause.rest[: found.start()]}{clause.rest[found.end() :]}".strip(" ,")
            if left or clause.verb not in MODALS:
                yield Drafted(f"{asked} {clause.verb} {moved(clause.front)} {first_part(left)}", kind, (found["answer"],), better=better)
                return


def _can_be_asked(clause: Clause, found: re.Match[str], kind: str) -> bool:
    """Whether the adverbial is the clause's own, and of a kind that its verb takes."""
    before = clause.rest[: found.start()]
    if _SUBORDINATE.search(before) or (kind != "how_often" and re.search(r"\b(?:minst|högst)$", before)):
        return False
    if kind == "how_long":
        return bool(_CAN_LAST.match(clause.rest if clause.verb in MODALS else clause.verb))
    return kind != "when" or not _OFTEN.search(found["answer"])


def _times_in_front(clause: Clause) -> Iterator[Drafted]:
    """A clause that begins with its adverbial keeps its order: "I januari lämnar …" gives "När lämnar …?" """
    front = f" {clause.front[0].lower()}{clause.front[1:]}"
    for asked, pattern, kind in (("När", _TIME, "when"), ("Hur ofta", _OFTEN, "how_often")):
        found = pattern.search(front)
        if found and len(found[0].strip(" ,")) >= 0.9 * len(clause.front):
            yield Drafted(f"{asked} {clause.verb} {first_part(clause.rest)}", kind, (found["answer"],), better=3.0)
            return
