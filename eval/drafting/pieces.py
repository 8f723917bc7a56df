"""Pieces of a clause as a question takes them over, and what is known of them."""

from __future__ import annotations

import re

from assistant.expectation import ROLE
from eval.drafting.grammar import MODALS, NEGATIONS, PREPOSITIONS, is_finite

MARK = "\x01"
"""Stands before what began its sentence: whether its capital letter is a name's is seen later, with the document at hand."""
LONGEST_FRONT = 9
"""Words of a subject that a question takes over whole."""
VAGUE = frozenset(
    "kommun kommunen kommunens staden stad verksamhet verksamheter verksamheterna skola skolor ansvar ansvarig deltagare".split()
)
"""What may be a role but tells nothing as the answer to "vem"."""
_NO_ROLE = re.compile(r"(?:(?:erfaren|lägen)heter?|skolan?|skolor(?:na)?)$")
_SEVERAL = re.compile(r"(?:erna|arna|orna|cher)$")


def moved(front: str) -> str:
    """A sentence's beginning, marked, to be put inside a question."""
    return f"{MARK}{front}"


def is_role(phrase: str) -> bool:
    """Whether a phrase's head, the last word before its first preposition, is a role or body that can be asked for with "vem"."""
    noun = _noun(phrase)
    head = noun.rpartition(" ")[2].lower()
    if not noun or head in VAGUE or _NO_ROLE.search(head) or noun.lower().startswith(("kommunens internationella", "en ")):
        return False
    return any(m.end() == len(noun) for m in ROLE.finditer(noun))


def who(phrase: str) -> str:
    """What a role is asked for with: "Vilka" for several, else "Vem"."""
    several = " och " in phrase or _SEVERAL.search(_noun(phrase)) or phrase.split()[0].lower() in ("samtliga", "alla", "varje")
    return "Vilka" if several else "Vem"


def _noun(phrase: str) -> str:
    words = phrase.split()
    head = next((n for n, w in enumerate(words) if n and w.lower() in PREPOSITIONS), len(words))
    return " ".join(words[:head])


def asserted(rest: str) -> str:
    """The rest of a clause without its negation or limit: the question does not say the answer."""
    words = rest.split()
    first = next((n for n, w in enumerate(words[:4]) if w in NEGATIONS), None)
    kept = " ".join(w for n, w in enumerate(words) if n != first)
    for no, some in (("ingen", "någon"), ("inget", "något"), ("inga", "några")):
        kept = re.sub(rf"\b{no}\b", some, kept)
    return kept.replace("endast ", "").replace("bara ", "")


def first_part(rest: str) -> str:
    """A clause's rest up to a second clause coordinated with it, or to where it grows long."""
    words = rest.split()
    if "," in rest and not re.search(r",.* (?:och|samt|eller) ", rest):
        words = rest.partition(",")[0].split()
    for n in range(2, len(words)):
        word, following = words[n], words[n + 1] if n + 1 < len(words) else ""
        if word in ("och", "samt", "men") and _begins_a_clause(words, n):
            return first_part(" ".join(words[:n]).rstrip(","))
        if word.endswith(",") and (is_finite(following) or (n > 8 and following not in ("och", "samt"))):
            return " ".join([*words[:n], word.rstrip(",")])
    return " ".join(words)


def _begins_a_clause(words: list[str], n: int) -> bool:
    """Whether a verb of its own follows the conjunction at `n`."""
    following = words[n + 1].strip(",.") if n + 1 < len(words) else ""
    infinitive = (
        n > 6 and n + 2 < len(words) and following.endswith("a") and words[n + 2] in ("till", "om", "en", "ett", "den", "det", "för")
    )
    passive_at_the_end = n == len(words) - 2 and following.endswith("s")
    return following in MODALS or is_finite(following) or infinitive or passive_at_the_end


def phrases(answer: str) -> tuple[str, ...]:
    """The beginning of an answer as one fact: its words up to the first comma or conjunction, at most seven."""
    words = re.split(r",| samt | och | så att | genom att |;", answer)[0].split()
    return (" ".join(words[:7]),) if words else ()
