"""The force of a rule: denied or not, duty, advice or leave, for all or some, only or also. A claim must have its quote's."""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.claim_clauses import clauses, is_finite, is_infinitive
from assistant.claim_order import turned_orders, without_leave_after
from assistant.claim_words import SYNONYM, content, data, same_root, strengths
from knowledge.glossary import Glossary
from knowledge.stems import stem
from knowledge.words import fold, tokens

DUTY, ADVICE, LEAVE, RIGHT, NEEDLESS, INTENT = "duty", "advice", "leave", "right", "needless", "intent"
"""What a modal says: ska, måste; bör; får, kan; har rätt till; behöver inte; avser att, strävar efter."""
ALL, ALWAYS, SOME, ONLY, FIRST, USUALLY, PART, WHOLE = "all", "always", "some", "only", "first", "usually", "part", "whole"
_IF = frozenset({"om", "när", "ifall", "då"})
_PREPOSITIONS = frozenset("för i på till av om med från vid under hos genom mellan".split())
_LEAVE_VERBS = frozenset({"får", "kan", "fick", "kunde"})
_DUTY_VERBS = frozenset({"ska", "skall", "måste", "behöver", "skulle"})
_ADVICE_VERBS = frozenset({"bör", "borde"})
_BETWEEN = frozenset({"alla", "få", "kunna", "ha", "resa", "extra", "samma", "egna", "andra", "stora", "nya"})
"""Words after a modal that look like the verb it has, or carry it."""


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """The patterns of `claim_words.toml`, each for a whole word or phrase."""
    return {name: re.compile(rf"\b(?:{'|'.join(listed)})(?!\w)") for name, listed in data()["force"].items()}


def _found(name: str, text: str) -> bool:
    return bool(_patterns()[name].search(text))


@lru_cache(maxsize=10_000)
def negations(text: str) -> frozenset[int]:
    """How many words of a text deny something: "inte", "slipper", "kostnadsfri", "undantag".

    A second number where two of them make a condition: "inte utan godkännande" is "med godkännande".
    """
    folded = _patterns()["needless"].sub(" ", fold(text))  # that is a modal
    count = len(_patterns()["negation"].findall(folded))
    pairs = len(_patterns()["pair"].findall(folded))
    return frozenset({count, count - 2 * pairs})


@lru_cache(maxsize=10_000)
def modals(text: str) -> frozenset[str]:
    """The modals of a text. A denied leave is a duty ("får inte", "kan inte"), a denied duty is none ("behöver inte")."""
    found: set[str] = set()
    for clause in clauses(text):
        folded = fold(clause)
        own = _modals(folded)
        found |= own or ({DUTY} if _found("contrast", folded) and found & {LEAVE, RIGHT} else set())  # "får …, men inte …"
    return frozenset(found)


@lru_cache(maxsize=10_000)
def bound_verbs(text: str) -> frozenset[tuple[str, str]]:
    """The modals of a text with the stem of the verb that each has: (duty, "god") for "ska godkännas"."""
    out: set[tuple[str, str]] = set()
    for clause in clauses(text):
        words = [t.word for t in tokens(clause)]
        denied = _found("denied", fold(clause))
        if _found("contrast", fold(clause)):  # "får användas till det, men inte till det": denied with the verb before
            out |= {(DUTY, verb) for kind, verb in out if kind == LEAVE}
        for place, word in enumerate(words):
            kind = DUTY if word in _DUTY_VERBS else ADVICE if word in _ADVICE_VERBS else LEAVE if word in _LEAVE_VERBS else None
            verb = next((w for w in words[place + 1 : place + 8] if w not in _BETWEEN and is_infinitive(w)), None)
            if kind and verb:
                out.add((DUTY if kind == LEAVE and denied else kind, stem(verb)))
    return frozenset(out)


def _modals(folded: str) -> frozenset[str]:
    found = set()
    if _found("needless", folded):
        found.add(NEEDLESS)
        folded = _patterns()["needless"].sub(" ", folded)
    found |= {name for name in (DUTY, ADVICE, RIGHT, INTENT) if _found(name, folded)}
    if _found("leave", folded) or _leaves(folded):
        found.add(LEAVE)
    return frozenset(found - {LEAVE, RIGHT} | {DUTY} if found & {LEAVE, RIGHT} and _found("denied", folded) else found)


def _leaves(folded: str) -> bool:
    """Whether a "får" or "kan" has an infinitive after it; else "får" is to be given something."""
    words = [t.word for t in tokens(folded)]
    for place, word in enumerate(words):
        if word in _LEAVE_VERBS:
            following = words[place + 1 : place + 7]
            given = word in ("får", "fick")  # "får stöd för att resa" is no leave
            stop = next((n for n, w in enumerate(following) if given and w in _PREPOSITIONS), len(following))
            if any(map(is_infinitive, following[:stop])):
                return True
    return False


@lru_cache(maxsize=10_000)
def reach(text: str) -> frozenset[str]:
    """For whom and when: all, some, only, in the first place, usually, partly, wholly."""
    folded = fold(text)
    return frozenset(name for name in (ALL, ALWAYS, SOME, ONLY, FIRST, USUALLY, PART, WHOLE) if _found(name, folded))


def modal_fault(claim: str, quote: str) -> bool:
    """Whether the claim binds more or less than the quote."""
    if LEAVE not in modals(quote):
        claim = without_leave_after(claim)
    said, held = modals(claim), modals(quote)
    if ONLY in reach(quote):  # "får endast" is a duty too
        held, said = held | {DUTY}, said - {LEAVE} if LEAVE not in held else said
    if _found("condition", fold(quote)) and _found("required", fold(claim)):  # "om …" is "för att … krävs"
        said, held = said - {DUTY}, held - {LEAVE} if LEAVE not in said else held
    if LEAVE in said and not held and _found("up_to", fold(quote)) and {"kan", "får"} & set(fold(claim).split()):
        said = said - {LEAVE}
    pays = LEAVE in said and LEAVE not in held and _found("pays", fold(claim))
    if pays:  # "får betala" is to have to pay, where nothing is allowed
        said = said - {LEAVE}
    elif _rebound(claim, quote):
        return True
    if (ADVICE in said) != (ADVICE in held) or (NEEDLESS in said) != (NEEDLESS in held) or (RIGHT in said and RIGHT not in held):
        return True
    if (INTENT in said) != (INTENT in held):
        return True
    if LEAVE in said and not held & {LEAVE, RIGHT}:
        return True
    if held & {LEAVE, RIGHT} and not said & {LEAVE, RIGHT} and not (DUTY in held and DUTY in said):
        return True
    return DUTY in said and bool(held - {INTENT}) and DUTY not in held


def binds_otherwise(claim: str, quote: str) -> bool:
    """Whether the claim makes a duty, a piece of advice or a leave of what the quote plainly says as another of them."""
    plain = {DUTY, ADVICE, LEAVE, NEEDLESS}
    said, held = plain & modals(without_leave_after(claim)), plain & modals(quote)
    return bool(said and held) and not said & held


def _rebound(claim: str, quote: str) -> bool:
    """Whether a verb of the claim has another modal than the same verb has in the quote."""
    held = bound_verbs(quote)
    for kind, verb in bound_verbs(claim):
        kinds = {k for k, v in held if v == verb or same_root(v, verb)}
        if kinds and kind not in kinds:
            return True
    return False


def contrast_fault(claim: str, quote: str, glossary: Glossary) -> bool:
    """Whether the claim denies, in an "och inte …" or "men inte …", something else than the quote does in one."""
    denied = [content(c) for c in clauses(quote) if _found("contrast", fold(c))]
    for clause in clauses(claim):
        words = content(clause) if denied and _found("contrast", fold(clause)) else ()
        if words and all(max(strengths(words, other, glossary), default=0.0) < SYNONYM for other in denied):
            return True
    return False


@lru_cache(maxsize=10_000)
def conditional(text: str, *, opening: bool = True) -> bool:
    """Whether a text sets a condition in a clause of its own: "om …", "när …", "under förutsättning att …"; not "beslut om bidrag".

    `opening` asks that the word comes first or after a verb, as it must where it is not to be taken for a preposition.
    """
    for clause in clauses(text):
        folded = fold(clause)
        if _found("proviso", folded) or (opening and _found("before", folded)):
            return True
        words = [t.word for t in tokens(clause)]
        for place, word in enumerate(words):
            opens = not opening or place == 0 or any(map(is_finite, words[:place]))
            if word in _IF and opens and words[place + 1 : place + 2] != ["att"] and any(map(is_finite, words[place + 1 : place + 10])):
                return True
    return False


def condition_fault(claim: str, quote: str) -> bool:
    """Whether the quote sets a condition and the claim none, in whatever way it could: "ingår …", "den som …", "krävs …"."""
    if not conditional(quote) or conditional(claim, opening=False) or _found("conditioned", fold(claim)):
        return False
    return not is_finite(next((t.word for t in tokens(claim)), ""))


def reach_fault(claim: str, quote: str) -> bool:
    """Whether the claim takes in more, or leaves out a limit that the quote sets."""
    said, held = reach(claim), reach(quote)
    limits = {SOME, FIRST, USUALLY, PART}
    if said & limits != held & limits or (ONLY in said and ONLY not in held):
        return True
    if ONLY in held and ONLY not in said and not _found("required", fold(claim)):
        return True
    if said & {ALL, ALWAYS} and not held & {ALL, ALWAYS, WHOLE} and not _found("each", fold(quote)):
        return True
    return WHOLE in said and WHOLE not in held


def same_polarity(claim: str, quote: str, glossary: Glossary, *, turned: int = 0) -> bool:
    """Whether claim and quote deny as often; `turned` of the claim's negations (less the quote's) are counted in the limits already."""
    order = turned_orders(claim, quote, glossary)
    return any(said - turned in (held, held - order) for said in negations(claim) for held in negations(quote))
