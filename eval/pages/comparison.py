"""Two runs side by side, in words."""

from __future__ import annotations

from dataclasses import dataclass

from eval.compare import Comparison, Flip
from eval.pages import words
from eval.run import Run

SURE = 0.05
"""Below this probability chance is not held to have done it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a run was made with and that is not the same in the other."""

    name: str
    meaning: str


MADE_WITH = {
    "questions": Difference("Frågorna", "Bara de frågor som finns i båda, ordagrant lika, jämförs."),
    "corpus": Difference("Dokumenten", "Något dokument har lagts till, bytts ut eller tagits bort."),
    "mends": Difference("Ord och kontakter", "En samordnare har lagt till eller ändrat något."),
    "glossary": Difference("Ordlistan", "Programmets egen lista över ord som betyder samma sak är ändrad."),
    "prompts": Difference("Texterna", "Programmets egna formuleringar är ändrade."),
    "code": Difference("Programmet", "En annan version av programmet."),
    "embedder": Difference("Sökmodellen", "En annan modell jämför ord och betydelse."),
    "threshold": Difference("Gränsen för att svara", "Inställningen är ändrad."),
    "settings": Difference("Inställningarna", "Driften har ändrat något."),
    "as_of": Difference("Dagen", "Giltighet bedömdes för en annan dag."),
}
"""What a run is made with, by its key there."""


def differences(before: Run, after: Run) -> list[Difference]:
    """What is not the same in two runs, as far as it has a name."""
    earlier, later = _known(before), _known(after)
    return [difference for key, difference in MADE_WITH.items() if earlier.get(key) != later.get(key)]


def _known(run: Run) -> dict[str, object]:
    """What a run was made with; its settings but the threshold are one thing."""
    others = {key: value for key, value in run.settings.items() if key != "threshold"}
    return {**run.made_with, "settings": others, "threshold": run.settings.get("threshold")}


def chance(found: Comparison) -> str:
    """What McNemar's test says, in a sentence that says what it means."""
    won = sum(f.won for f in found.flips)
    lost = len(found.flips) - won
    if not found.flips:
        return "Ingen fråga har ändrat resultat, så det finns ingen skillnad att förklara."
    if found.p >= SURE:
        return (
            "Skillnaden kan vara slump: det är för få frågor som har ändrat resultat "
            f"({won} åt ena hållet, {lost} åt andra) för att säga om svaren har blivit bättre eller sämre."
        )
    times = max(1, round(found.p * 100))
    odds = "mindre än 1 gång på 1 000" if found.p < 0.001 else f"ungefär {times} {'gång' if times == 1 else 'gånger'} på 100"
    return f"Svaren har blivit {'bättre' if won > lost else 'sämre'}: en så stor skillnad skulle slumpen ensam ge {odds}."


def why(flip: Flip) -> str:
    """Why the answer that is wrong is wrong."""
    return words.CAUSES[flip.cause]
