"""A statement taken apart as Swedish main clauses are built: what stands first, the finite verb, and the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from eval.drafting.grammar import ADVERBS, PREPOSITIONS, SUBORDINATORS, is_finite

_WORD = re.compile(r"[\w§%]+(?:[-:./][\w]+)*")
_NO_SUBJECT = re.compile(r"(?:du|vi|man|ni|jag|den|det|de|han|hon|kommunen|staden)\b", re.IGNORECASE)
_LINKS = re.compile(
    r"\b(?:också|även|dessutom|däremot|därför|dock|därutöver|följaktligen|således|alltså|(?<!tills )vidare|därmed|sålunda|i stället|"
    r"istället|samtidigt|i sin tur|ändå|alltid också|bland annat|i övrigt|i denna (?:policy|strategi|plan)|normalt sett)\s+"
)
"""Words that only tie a sentence to the one before."""
_CUT = re.compile(
    r"[;]\s.*$|,\s+(?:men|där|vilket|varav|varefter|dock|så att|medan|oavsett|såväl|till exempel|t\.?\s?ex\b|exempelvis|särskilt|"
    r"i synnerhet|framför allt|bland annat|både|inte minst|varmed|även om|gärna|helst|"
    r"eftersom|och (?:det|den|de|då|ska|skall|bör|får|kan|måste)\b|"
    r"som|första gången|dock|utan att|det vill säga|d\.?v\.?s|dvs\.?|liksom|samt|för att|i första hand).*$| \([^)]*\)(?=\s*\.?$)"
)
"""What a question leaves out at a clause's end: what comes beside, after or as an example."""


@dataclass(frozen=True, slots=True)
class Clause:
    """`front`, `verb` and `rest` are the clause's words in order. `kind` says what its front is.

    A front that is no subject (an adverbial, a subordinate clause) has the subject first in `rest`: "wh" + verb + rest is a question.
    """

    front: str
    verb: str
    rest: str
    kind: Literal["subject", "adverbial", "clause"]


def parse(statement: str) -> Clause | None:
    """The clause that a statement is; None when its finite verb cannot be told."""
    text = tidy(statement)
    found = list(_WORD.finditer(text))
    skipped = 0
    for number, word in enumerate(found[:24]):
        before = found[number - 1].group().lower() if number else ""
        said = word.group() if number else word.group().lower()
        if said == "om" and number and text[: word.start()].rstrip()[-1] != ",":
            continue  # a preposition: "ansökan om bidrag"
        if said in SUBORDINATORS and not (number == 0 and said in ("så", "sedan", "där", "vid")):
            skipped += 1
            continue
        if not is_finite(said, before):
            continue
        if skipped:
            coming = found[number + 1].group() if number + 1 < len(found) else ""
            skipped -= 0 if before in ("och", "eller", "samt") or (said in ("har", "är") and is_finite(coming, "")) else 1
            continue
        if number == 0:
            return None
        return _clause(text, word.start(), word.end())
    return None


def tidy(statement: str) -> str:
    """A statement on one line, without its full stop, the words that tie it to the one before, and what comes beside at its end."""
    text = re.sub(r"^\d+\. ", "", " ".join(statement.replace("skall ", "ska ").replace("Skall ", "Ska ").split()))
    text = _LINKS.sub("", text).rstrip(" .;:,")
    return _CUT.sub("", text).rstrip(" .;:,")


def _clause(text: str, start: int, end: int) -> Clause | None:
    front, verb, rest = text[:start].strip(" ,"), text[start:end], re.sub(r"^, [^,]+, ", "", text[end:]).strip(" ,")
    first = re.split(r"\W+", front.lower(), maxsplit=1)[0]
    if not rest or not front:
        return None
    if first in SUBORDINATORS and first != "vid":
        return Clause(front, verb, rest, "clause")
    if first == "för" and front.lower().startswith("för att "):
        return Clause(front, verb, rest, "clause")
    if first in PREPOSITIONS or first in ADVERBS or _NO_SUBJECT.match(rest):
        return Clause(front, verb, rest, "adverbial")
    return Clause(front, verb, rest, "subject")
