"""Questions for what is ruled: what something is for and must hold, what one may and must, what applies when."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.drafting.clause import Clause
from eval.drafting.drafted import Drafted
from eval.drafting.grammar import MODALS
from eval.drafting.pieces import VAGUE, asserted, first_part, is_role, moved, phrases

_ALSO = r"(?:också |även |både |bland annat |i första hand )?"
_GOVERNED = re.compile(
    r"^(?P<verb>(?:(?:i första hand|alltid|främst|aktivt)\s+)?(?:bidra|leda|syfta|handla|bestå|präglas|styras|utgå|inriktas|bygga|byggas|"
    r"rikta sig|riktas|grundas|fokusera|koncentreras|kopplas|ta ställning|ta hänsyn|ge råd|vara kopplad|anpassas|sträva|arbeta))\s+"
    rf"{_ALSO}(?P<prep>till|om|av|från|utifrån|mot|på|efter|för)\s+(?P<answer>.+)$"
)
"""Verbs that take a certain preposition, which stays where its complement is asked for."""
_GOVERNS = frozenset(
    "bidrar leder syftar handlar består präglas styrs utgår inriktas bygger riktar riktas grundas fokuserar koncentreras".split()
)
_COMPLEMENT = re.compile(rf"^(?P<self>sig )?{_ALSO}(?P<prep>till|om|av|från|utifrån|mot|på)\s+(?P<answer>.+)$")
_HOLDS = re.compile(
    r"^(?P<verb>innehålla|omfatta|beskriva|redovisa|visa|ange|ta upp|(?P<aim>främja|stärka|öka|utveckla))\s+(?P<answer>.+)$"
)
_HOLDS_NOW = frozenset("innehåller omfattar kräver förutsätter innebär".split())
_PURPOSE = re.compile(
    r"^(?:det |den )?(?:[\w-]+ )*(?:syftet?|målet?|målsättning(?:en)?|avsikten|uppgift(?:en)?|roll(?:en)?|ambitionen|"
    r"visionen)\b(?P<of>.*)$",
    re.IGNORECASE,
)
_CONCRETE = re.compile(
    r"\b(?:alltid|skriftlig\w*|minst|högst|bara|endast|innan|före|i förväg|godkän\w+|diarie\w+|dokumenter\w+|anmäl\w+|försäkra\w*|"
    r"utbildning|samråd\w*|boka\w*|registrera\w*|inte|ha en|utse\w*|bifogas|motiveras)\b"
)
"""What makes an order one that can be asked about with "måste": a bare "ska" of an aim says little."""
_ORDERS = frozenset("ska måste bör".split())
_RULES = _ORDERS | {"får", "kan"}
_SHORT, _LONG = 6, 14
"""Words of a front that a question begins with, and of one that it ends with."""


def purpose(clause: Clause) -> Iterator[Drafted]:
    """ "Syftet med … är att …": "Vad är syftet med …?" """
    found = _PURPOSE.match(clause.front)
    if found and clause.verb == "är" and re.match(rf"{_ALSO}att\b", clause.rest) and found["of"].strip():
        facts = phrases(re.sub(rf"^{_ALSO}att ", "", clause.rest))
        yield Drafted(f"Vad är {moved(clause.front)}", "content", facts, better=3.2)


def governed(clause: Clause) -> Iterator[Drafted]:
    """ "Arbetet ska bidra till …": "Vad ska arbetet bidra till?"; "Redovisningen ska innehålla …": "Vad ska redovisningen innehålla?" """
    front, verb, rest = moved(clause.front), clause.verb, clause.rest
    if verb in MODALS and (found := _GOVERNED.match(rest)):
        yield Drafted(f"Vad {verb} {front} {found['verb']} {found['prep']}", "required", phrases(found["answer"]), better=2.0)
    elif verb in MODALS and (found := _HOLDS.match(rest)) and not is_role(clause.front):
        better = 1.5 if found["aim"] else 2.6
        yield Drafted(f"Vad {verb} {front} {found['verb']}", "required", phrases(found["answer"]), better=better)
    elif verb in _GOVERNS and (found := _COMPLEMENT.match(rest)):
        asked = "Vilka" if found["self"] and found["prep"] == "till" else "Vad"
        yield Drafted(f"{asked} {verb} {front} {found['self'] or ''}{found['prep']}", "required", phrases(found["answer"]), better=1.8)
    elif verb in _HOLDS_NOW and not is_role(clause.front):
        asked = f"Vad krävs för {front}" if verb == "kräver" else f"Vad {verb} {front}"
        yield Drafted(asked, "required", phrases(rest), better=2.2)


def may_or_must(clause: Clause) -> Iterator[Drafted]:
    """ "Bonuspoäng får inte användas privat": "Får bonuspoäng användas privat?"; what is ordered gives "Måste …?" """
    rest = asserted(first_part(clause.rest))
    if len(clause.front.split()) > _SHORT or len(rest.split()) < 2 or "överstiga" in rest:
        return
    negative = re.search(r"\binte\b", clause.rest)
    if clause.verb in ("får", "kan"):
        better = 2.3 if clause.verb == "får" else 1.6
        yield Drafted(f"{clause.verb.capitalize()} {moved(clause.front)} {rest}", "allowed", (), better=better)
    elif clause.verb in _ORDERS and _CONCRETE.search(clause.rest) and not (negative and clause.verb == "måste"):
        verb = "Bör" if clause.verb == "bör" else "Ska" if negative else "Måste"
        yield Drafted(f"{verb} {moved(clause.front)} {rest}", "required", (), better=1.7)


def obliged(clause: Clause) -> Iterator[Drafted]:
    """ "Den som har rest ska …": "Vad ska den som har rest göra?" """
    is_person = re.match(r"(?:den|en \w+|de) som\b", clause.front.lower()) and "," not in clause.front
    if is_person and clause.verb in _ORDERS and not re.match(r"\w+s\b", clause.rest) and len(clause.front.split()) <= _LONG:
        yield Drafted(f"Vad {clause.verb} {moved(clause.front)} göra", "required", phrases(clause.rest), better=2.5)


def applies(clause: Clause) -> Iterator[Drafted]:
    """What applies under the condition, on the occasion or for the end that a clause begins with."""
    front, length = clause.front.lower(), len(clause.front.split())
    if clause.kind == "subject" or length > _LONG:
        return
    occasion = clause.kind == "adverbial" and re.match(r"(?:vid|inför|för)\s", front) and length > 1
    if front.startswith("för att "):
        yield from _to_the_end(clause)
    elif clause.verb in _RULES and clause.kind == "clause" and re.match(r"(?:om|när|innan)\b", front):
        yield Drafted(f"Vad gäller {moved(clause.front)}", "content", (), better=2.4)
    elif clause.verb in _RULES and occasion:
        yield Drafted(f"Vad gäller {moved(clause.front)}", "content", (), better=2.1)
    elif clause.verb in _ORDERS and re.match(r"(?:i|av|till|på) ", front) and (placed := re.match(r"(\w{3,}s) ([^,]+)$", clause.rest)):
        yield Drafted(f"Vad {clause.verb} {placed[1]} {moved(clause.front)}", "required", phrases(placed[2]), better=2.3)


def _to_the_end(clause: Clause) -> Iterator[Drafted]:
    """ "För att … ska kommunen …": "Vad ska kommunen göra för att …?" """
    doer = re.match(r"(?:varje )?\w+(?= \w)", clause.rest)
    if clause.verb in ("krävs", "behövs", "fordras"):
        yield Drafted(f"Vad {clause.verb} {moved(clause.front)}", "required", phrases(clause.rest), better=3.0)
    elif clause.verb in _ORDERS and doer and (is_role(doer[0]) or doer[0] in VAGUE or doer[0] == "vi"):
        yield Drafted(f"Vad {clause.verb} {doer[0]} göra {moved(clause.front)}", "required", (), better=2.6)
    elif clause.verb == "är" and re.match(r"det (?:\w+ )?(?:viktigt|av (?:stor|största) vikt|angeläget|nödvändigt)\b", clause.rest):
        yield Drafted(f"Vad är viktigt {moved(clause.front)}", "required", (), better=2.6)
