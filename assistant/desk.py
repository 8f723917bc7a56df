"""What a conversation is served from: the engine, what it suggests, the role paths, and the store."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from assistant.answer import Answer, Ask
from assistant.forwarding import Forwarded, forwarded, mail_link
from assistant.keeping import Keeping
from assistant.listener import Listener
from assistant.role_path import RolePaths
from assistant.starters import Suggestions
from assistant.store.store import Store
from knowledge.register import Municipality
from knowledge.section import Document, Section

AT_ONCE = 32
"""Questions in hand at once, most of which wait for a language model; how many are worked on is the engine's affair."""


class Index(Protocol):
    """The documents as they are indexed now, and the municipalities with whom to ask there."""

    @property
    def documents(self) -> Mapping[str, Document]: ...

    @property
    def generation(self) -> str: ...

    @property
    def municipalities(self) -> tuple[Municipality, ...]: ...

    def section(self, section_id: str, /) -> Section | None: ...


class Engine(Protocol):
    """What a conversation needs of the engine."""

    def ask(self, ask: Ask, listener: Listener | None = None, /) -> Answer: ...

    def index(self) -> Index: ...

    def municipalities(self) -> list[str]: ...


class Desk:
    """Everything behind the chat."""

    def __init__(self, engine: Engine, home: Path, store: Store) -> None:
        self.engine = engine
        self.store = store
        self.keeping = Keeping(store, lambda: engine.index().documents.values(), lambda id_: engine.index().section(id_))
        self.role_paths = RolePaths(engine, home)
        self.suggestions = Suggestions(engine, home=home)
        self.suggestions.refresh()
        # Threads of their own: while answers wait for a service that is slow, everything else goes on.
        self._answering = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="answer")

    async def answer(self, ask: Ask, listener: Listener) -> Answer:
        """The engine's answer. Raises what the engine raises."""
        return await asyncio.get_running_loop().run_in_executor(self._answering, self.engine.ask, ask, listener)

    def passed_on(self, answer: Answer, *, name: str | None = None) -> Forwarded:
        """The question of an answer as it is passed on."""
        return forwarded(answer, self.engine.index().documents.values(), name=name)

    def mail(self, answer: Answer) -> str:
        """A prepared e-mail with the question of an answer."""
        return mail_link(self.passed_on(answer), self.engine.index().municipalities)
