"""Questions for a role: who does what a clause says, by whom it is done, to whom it goes, what somebody answers for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.drafting.clause import Clause
from eval.drafting.drafted import Drafted
from eval.drafting.grammar import MODALS, active, active_infinitive
from eval.drafting.pieces import first_part, is_role, moved, phrases, who

_BY = re.compile(r"(?:^|\s)av (?P<answer>[^,]+?)(?P<rest>(?:\s(?:för|efter|senast|inom|innan|i|under)\s.*)?)$")
_TO = re.compile(
    r"(?:^|\s)(?P<prep>till|hos|från)\s+(?P<answer>(?:(?:den|det|berörd|respektive|närmaste|ansvarig|internationella?)\s+)*[\w-]+)"
    r"(?=$|\s(?:för|efter|senast|inom|innan|vid|i)\b|,)"
)
_FOR = re.compile(r"^för (?P<answer>.+)$")


def does(clause: Clause) -> Iterator[Drafted]:
    """ "Rektor beviljar ledighet": "Vem beviljar ledighet?" """
    rest = clause.rest
    if not is_role(clause.front) or " som " in clause.front or "," in clause.front:
        return
    if clause.verb in ("ges", "finns", "består", "utgörs", "ingår") or re.search(r"\b(?:inga|inget|ingen|inte)\b", rest):
        return
    passive = re.search(r"\bav\b", rest) and (clause.verb.endswith("s") or re.match(r"\w+s\b", rest))
    says_little = clause.verb in ("är", "har") and not re.match(r"(?:kommunens|stadens|det |ansvar)", rest)
    bare = re.fullmatch(r"\w+ \w+(?:et|en|na)", rest)  # "för genomförandet": of what is not said
    if not passive and not says_little and not bare:
        yield Drafted(f"{who(clause.front)} {clause.verb} {first_part(rest)}", "who", (clause.front,), better=3.0)


def is_done_by(clause: Clause) -> Iterator[Drafted]:
    """ "Kommittén utses av kommunstyrelsen": "Vem utser kommittén?" """
    found = _BY.search(clause.rest)
    if not found or not is_role(found["answer"]) or len(found["answer"].split()) > 5:
        return
    words = clause.rest[: found.start()].split()
    if clause.verb in MODALS and len(words) == 1 and (verb := active_infinitive(words[0])):
        verb = f"{clause.verb} {verb}"
    elif words or not (verb := active(clause.verb) or ""):
        return
    verb = f"{verb} om" if verb.endswith(("besluta", "beslutar")) else verb
    yield Drafted(f"Vem {verb} {moved(clause.front)}{found['rest']}", "who", (found["answer"],), better=3.0)


def goes_to(clause: Clause) -> Iterator[Drafted]:
    """ "Avvikelser anmäls till kansliet": "Till vem anmäls avvikelser?" """
    found = _TO.search(clause.rest)
    if not found or not is_role(found["answer"]):
        return
    inner, tail = clause.rest[: found.start()].strip(), clause.rest[found.end() :]
    passive = clause.verb.endswith("s") or inner.endswith("s")
    if passive and len(inner.split()) <= 3 and not tail.startswith((" och", " eller")):
        asked = f"{found['prep'].capitalize()} vem {clause.verb} {moved(clause.front)} {inner} {first_part(tail)}"
        yield Drafted(asked, "who", (found["answer"],), better=2.4)


def answers_for(clause: Clause) -> Iterator[Drafted]:
    """ "Rektor ansvarar för …": "Vad ansvarar rektor för?"; "Policyn gäller för …": "Vilka omfattas av policyn?" """
    found = _FOR.match(clause.rest)
    if found and clause.verb in ("ansvarar", "svarar") and is_role(clause.front):
        asked = f"Vad {clause.verb} {moved(clause.front)} för enligt detta dokument"
        yield Drafted(asked, "duties", phrases(found["answer"]), better=1.9)
    if found and clause.verb == "gäller" and not re.match(r"\d", found["answer"]):
        yield Drafted(f"Vilka omfattas av {moved(clause.front)}", "who", phrases(found["answer"]), better=2.6)
