"""What a reader says of an answer: helped or not, why not in one tap, and words if wanted."""

from __future__ import annotations

from dataclasses import dataclass

CAUSES = {
    "fel": "Svaret är fel",
    "saknas_nagot": "Något saknas",
    "fel_avsnitt": "Fel avsnitt",
    "gammalt_dokument": "Gammalt dokument",
    "hittar_inte_citatet": "Hittar inte citatet",
    "svart_att_forsta": "Svårt att förstå",
}
"""Why an answer did not help, as it is kept and as it is read."""

LONGEST_WORDS = 1000
"""Characters of the words that a reader may add."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What was said of the answer with an id; `cause` is a key of CAUSES."""

    answer_id: str
    helpful: bool
    cause: str | None = None
    words: str = ""
