"""Whether a claim near its quote's words says the same: numbers, negations, modals and limits alike, no word added, no condition left out.

Rules decide what a rule of words can (numbers, "inte", "ska", "endast"). What is left is weighed by a small logistic model over how much
of the claim the quote does not hold and how much of the quote the claim leaves out, above a floor for how alike the two are;
`python -m eval claims --write` fits both on one half of `eval/claims` and measures them on the other.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from assistant.claim_digits import strange_dates
from assistant.claim_features import features, likeness, touched
from assistant.claim_force import condition_fault, contrast_fault, modal_fault, reach_fault, same_polarity
from assistant.claim_judge import Judge
from assistant.claim_numbers import dropped_limit, frequencies, holds_numbers, quantities
from assistant.claim_roles import strange_role, swapped
from assistant.claim_words import NOWHERE, SYNONYM, Around, content, latin, nearness
from assistant.evidence import Model
from knowledge.glossary import Glossary
from knowledge.lexicon import commonness

_FILE = Path(__file__).with_name("claims.json")


@dataclass(frozen=True, slots=True)
class Fitted:
    """What the fit gave: the model that weighs what is added and left out, and the cosine below which nothing is carried."""

    model: Model
    floor: float


@cache
def fitted() -> Fitted:
    """The numbers that come with the package."""
    read = json.loads(_FILE.read_text(encoding="utf-8"))
    return Fitted(Model(read["weights"], read["intercept"], read["threshold"]), read["floor"])


def fault(claim: str, quote: str, judge: Judge, around: Around = NOWHERE) -> str | None:
    """What speaks against a claim, a short Swedish reason, or None; `around` is where the quote stands."""
    if found := rule_fault(claim, quote, judge, around):
        return found
    use = fitted()
    if use.model.probability(features(claim, quote, judge, around)) < use.model.threshold:
        return "Påståendet lägger till eller utelämnar något som ändrar vad citatet säger."
    return None if likeness(claim, quote, judge) >= use.floor else "Påståendet handlar om något annat än citatet."


def rule_fault(claim: str, quote: str, judge: Judge, around: Around = NOWHERE) -> str | None:
    """What a rule of words finds wrong, in Swedish; None when nothing is."""
    if not latin(claim):
        return "Påståendet har tecken ur ett annat alfabet."
    if not content(claim):
        return "Påståendet säger ingenting."
    about = touched(claim, quote, judge)
    if strange_dates(claim, quote) or not _numbers_and_denials(claim, about, judge.glossary):
        return "Tal, gränser eller nekande ord är inte desamma i påståendet som i citatet."
    if dropped_limit(claim, about):
        return "Påståendet utelämnar en gräns som citatet sätter."
    if condition_fault(claim, about):
        return "Påståendet utelämnar ett villkor som citatet sätter."
    if contrast_fault(claim, quote, judge.glossary):
        return "Påståendet nekar något annat än citatet."
    if frequencies(claim) != frequencies(about):
        return "Påståendet anger en annan återkommande tid än citatet."
    if modal_fault(claim, about):
        return "Påståendet är mer eller mindre bindande än citatet (ska, bör, får)."
    if reach_fault(claim, about):
        return "Påståendet har en annan räckvidd än citatet (alla, vissa, endast)."
    if role := strange_role(claim, quote, around, judge.glossary):
        return f"Påståendet nämner ”{role}”, som citatet inte gör."
    if swapped(claim, quote, judge.glossary):
        return "Påståendet låter någon annan göra det som citatet säger."
    if name := _strange_name(claim, f"{around.headings}. {quote}", judge.glossary):
        return f"Påståendet nämner ett namn som inte står i citatet ({name})."
    if word := _unknown_word(claim, f"{around.headings}. {quote}", judge.glossary):
        return f"Påståendet har ett ord som varken står i citatet eller är känt ({word})."
    return None


def _unknown_word(claim: str, known: str, glossary: Glossary) -> str | None:
    """The first word of a claim that is no word of the language, nor made of such, and that is not known: somebody made it up."""
    held = {part for w in content(known) for part in (w.stem, *w.parts)}
    for word in content(claim):
        strange = not word.parts and commonness(word.text) == 0 and commonness(word.stem) == 0 and word.stem not in held
        if strange and len(word.text) > 2 and all(nearness(word, o, glossary) < SYNONYM for o in content(known)):
            return word.text
    return None


def _strange_name(claim: str, known: str, glossary: Glossary) -> str | None:
    """The first proper name of a claim that is not known, whole, within a compound, or as what it stands for."""
    held = {part for w in content(known) for part in (w.stem, *w.parts)}
    for word in content(claim):
        strange = word.proper and word.stem not in held and not set(word.parts) & held
        if strange and all(nearness(word, o, glossary) < SYNONYM for o in content(known)):
            return word.text
    return None


def _numbers_and_denials(claim: str, quote: str, glossary: Glossary) -> bool:
    """Whether numbers and negations are the same, a negation before a limit read as part of the limit or not."""
    for mine, theirs in product((False, True), repeat=2):
        said, held = quantities(claim, turned=mine), quantities(quote, turned=theirs)
        turned = (said != quantities(claim)) - (held != quantities(quote))
        if holds_numbers(said, held) and same_polarity(claim, quote, glossary, turned=turned):
            return True
    return False
