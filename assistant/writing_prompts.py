"""What a language model that writes is told: `prompts/modell.toml`, checked when it is loaded, with a version that each answer keeps."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assistant.answer import Dropped
from assistant.masking import mask_all
from assistant.model_client import Message
from assistant.prompts import checked
from knowledge.section import Section

WORDS = 30
"""The most words that a claim is asked to have."""


@dataclass(frozen=True, slots=True)
class WritingPrompts:
    """The texts by name, and their version: a hash of the file."""

    texts: dict[str, str]
    version: str

    def ask(self, question: str, previous: str, sources: Sequence[tuple[str, str, Section]]) -> list[Message]:
        """The messages that ask for an answer.

        Question and sources are strings of JSON: nothing in them can end them and be read as a word of ours. What names a person is masked
        in all of it.

        Args:
            previous: the question that this one follows up; empty when it stands alone.
            sources: (marker, title, section).
        """
        data = {
            "fråga": question,
            "källor": [{"märke": m, "dokument": t, "rubrik": " › ".join(s.headings), "text": s.text} for m, t, s in sources],
        }
        told = self.texts["answer"].format(words=WORDS)
        if previous:
            told += "\n" + self.texts["follow_up"].format(previous=_json(previous))
        return [("system", told.strip()), ("user", self.texts["data"].format(data=_json(data)))]

    def again(self, dropped: Sequence[tuple[str, Dropped]]) -> Message:
        """The message that asks for the claims again that did not hold, each given with its marker."""
        problems = "\n".join(_json({"marker": marker, "text": d.text, "fel": d.reason}) for marker, d in dropped)
        return "user", self.texts["repair"].format(problems=problems).strip()

    def unreadable(self) -> Message:
        """The message that asks again for a reply in the right form."""
        return "user", self.texts["unreadable"]


@cache
def writing_prompts() -> WritingPrompts:
    """The texts of the file.

    Raises:
        ValueError: a text uses a value that is not declared for it, or not one that is, or a text is missing or not declared.
    """
    return read_prompts(files("prompts").joinpath("modell.toml").read_text(encoding="utf-8"))


def read_prompts(content: str) -> WritingPrompts:
    """As `writing_prompts`, from a text."""
    texts = checked(content, "modell.toml")
    return WritingPrompts(texts, hashlib.sha256(content.encode()).hexdigest()[:16])


def _json(value: object) -> str:
    return json.dumps(mask_all(value), ensure_ascii=False)
