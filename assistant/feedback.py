"""What a reader says of an answer: helped or not, why not in one tap, and words if wanted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Answer

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
    """What was said of one answer; `cause` is a key of CAUSES. A later opinion of the same answer takes the place of an earlier."""

    answer: Answer
    helpful: bool
    conversation: str
    cause: str | None = None
    words: str = ""


class Feedback(Protocol):
    """Where opinions are kept. May be called from any thread; raises KnowledgeError when the opinion was not kept."""

    def put(self, opinion: Opinion, /) -> None: ...
