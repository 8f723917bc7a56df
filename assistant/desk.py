"""What a conversation is served from: the engine, what it suggests, the role paths, and where forwarded questions and opinions go."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from assistant.answer import Answer, Ask
from assistant.feedback import Feedback
from assistant.forwarding import Forwarded, Forwarding, forwarded, mail_link, may_be_forwarded
from assistant.role_path import RolePaths
from assistant.starters import Suggestions
from knowledge.register import Municipality
from knowledge.section import Document


class Index(Protocol):
    """The documents as they are indexed now, and the municipalities with whom to ask there."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def generation(self) -> str: ...

    @property
    def municipalities(self) -> tuple[Municipality, ...]: ...


class Engine(Protocol):
    """What a conversation needs of the engine."""

    def ask(self, ask: Ask, /) -> Answer: ...

    def index(self) -> Index: ...

    def municipalities(self) -> list[str]: ...


class Desk:
    """Everything behind the chat. Without `forwarding` a question is passed on by e-mail; without `feedback` none is asked for."""

    def __init__(self, engine: Engine, home: Path, *, forwarding: Forwarding | None = None, feedback: Feedback | None = None) -> None:
        self.engine = engine
        self.role_paths = RolePaths(engine, home)
        self.suggestions = Suggestions(engine)
        self.forwarding = forwarding
        self.feedback = feedback
        self.suggestions.refresh()

    def passed_on(self, answer: Answer, *, role: str | None = None, name: str | None = None, conversation: str = "") -> Forwarded:
        """The question of an answer as it is passed on."""
        return forwarded(answer, self.engine.index().documents.values(), role=role, name=name, conversation=conversation)

    def mail(self, answer: Answer) -> str | None:
        """The prepared e-mail for an answer, where a question can be passed on in no other way."""
        if self.forwarding is not None or not may_be_forwarded(answer):
            return None
        return mail_link(self.passed_on(answer), self.engine.index().municipalities)
