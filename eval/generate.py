"""Invented documents of one municipality, as many sections as wanted: for measuring how time and memory grow, not how good answers are."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from knowledge.lexicon import commonness, frequencies

MUNICIPALITY = "Provsala"
A_DOCUMENT = 40
"""Sections in a document."""

_WHO = (
    "Kommunstyrelsen",
    "Utbildningsnämnden",
    "Socialnämnden",
    "Kulturnämnden",
    "Rektorn",
    "Förvaltningschefen",
    "Samordnaren",
    "Enhetschefen",
)
_DOES = ("ansvarar för", "beslutar om", "följer upp", "samordnar", "redovisar", "planerar", "prövar", "utvecklar")
_WHEN = ("varje år", "vartannat år", "senast i mars", "varje höst", "inför budgeten", "en gång per mandatperiod")
_WITH = ("vänorter", "skolor i andra länder", "europeiska nätverk", "nordiska kommuner", "partner i projekt", "universitet utomlands")
_SHAPES = (
    "{who} {does} {one} och {two} {when}.",
    "Arbetet med {one} sker tillsammans med {others} och utgår från {two}.",
    "Den som deltar i {one} lämnar en rapport om {two} inom {number} dagar.",
    "För {one} avsätts högst {number} 000 kronor {when}.",
    "{who} utser en kontaktperson som håller ihop {one}, {two} och kontakten med {others}.",
    "Målet är att {one} ska bidra till {two} i hela verksamheten.",
)


def generate(folder: Path, sections: int, *, municipality: str = MUNICIPALITY, seed: int = 1) -> None:
    """Write documents with so many sections in all to a folder, which is made; the same arguments give the same files."""
    chance = random.Random(seed)
    words = _words()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "register.toml").write_text(f'[[municipality]]\nname = "{municipality}"\n', encoding="utf-8")
    for number, first in enumerate(range(0, sections, A_DOCUMENT), start=1):
        title = f"Riktlinjer nummer {number} för {chance.choice(words)} i {municipality}s kommun"
        body = "\n\n".join(_section(chance, words) for _ in range(min(A_DOCUMENT, sections - first)))
        decided = f"Antagen av kommunstyrelsen den {chance.randint(1, 28)} mars {chance.randint(2015, 2025)}."
        (folder / f"riktlinjer-{number:04}.md").write_text(f"# {title}\n\n{decided}\n\n{body}\n", encoding="utf-8")


def questions(count: int, *, seed: int = 2) -> Iterator[str]:
    """Questions about words that the documents use, the same each time."""
    chance = random.Random(seed)
    words = _words()
    shapes = (
        "Vem ansvarar för {one} och {two}?",
        "Hur ofta ska {one} redovisas?",
        "Får vi använda pengar till {one}?",
        "Vad gäller för {one}?",
    )
    for number in range(count):
        yield shapes[number % len(shapes)].format(one=chance.choice(words), two=chance.choice(words))


def _section(chance: random.Random, words: list[str]) -> str:
    def sentence() -> str:
        parts = {"who": _WHO, "does": _DOES, "when": _WHEN, "others": _WITH, "one": words, "two": words}
        chosen = {key: chance.choice(of) for key, of in parts.items()}
        return chance.choice(_SHAPES).format(**chosen, number=chance.randint(2, 60))

    heading = f"{chance.choice(words).capitalize()} och {chance.choice(words)}"
    return f"## {heading}\n\n" + " ".join(sentence() for _ in range(chance.randint(3, 5)))


def _words() -> list[str]:
    """Some eight thousand Swedish words, neither rare nor everywhere."""
    return sorted(w for w in frequencies() if len(w) > 6 and 3.2 <= commonness(w) <= 4.6)
