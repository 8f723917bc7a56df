"""The answer in a language model's own words: claims with quotes, each verified before anybody sees it.

The model sees the question and the sections that answer it, nothing else. Whatever goes wrong, `Writer.write` gives a `Written` without
claims that says what: the quoted answer stands then.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from assistant.answer import Claim, Dropped, Notice, NoticeKind, Writing
from assistant.claims import Proposed, Verdict
from assistant.listener import Listener
from assistant.model_client import Message, Order, Reply, tokens
from assistant.model_trouble import ModelError, Trouble
from assistant.prompts import notice, say
from assistant.proposals import MARKERS, Proposals, read_begun, read_whole, schema
from assistant.spoken import is_swedish
from assistant.writing_prompts import writing_prompts
from knowledge.section import KnowledgeError, Section

log = logging.getLogger(__name__)

CHARACTERS = 9_000
"""Of all sections together that a model is shown."""
_WORTH_A_REPAIR = 0.35
"""The share of the time that must be left for asking again."""
_COSTS = (Trouble.SLOW, Trouble.CUT, Trouble.TOO_LONG, Trouble.MALFORMED, Trouble.STOPPED)
"""After these the service may have counted tokens that it has not told."""
_NOTICES = {"budget": "service_budget", "unverified": "service_unverified", "none": "service_unverified", "stopped": "service_stopped"}
"""Outcome → the notice to the person; any other is that the service could not be used."""


class Client(Protocol):
    """A model that replies, or raises ModelError."""

    @property
    def model(self) -> str: ...

    def reply(self, order: Order, /) -> Reply: ...


class Verifier(Protocol):
    """Decides which claims hold."""

    def check(self, proposed: Proposed, sections: Mapping[str, Section], /) -> Verdict: ...


class Budget(Protocol):
    """The tokens that may be used on a day, by all processes together. Both methods may raise KnowledgeError."""

    def reserve(self, tokens: int, /) -> bool: ...

    def settle(self, reserved: int, used: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What one question may take: seconds in all, tokens in all and of one reply, characters of sections that the model is shown."""

    seconds: float = 20.0
    tokens: int = 12_000
    reply_tokens: int = 1_500
    characters: int = CHARACTERS


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is to be written: the question, the one it follows up (or nothing), and the sections that answer it, best first, with titles."""

    question: str
    previous: str
    sources: Sequence[tuple[str, Section]]
    began: float
    """When the question was asked, by time.monotonic()."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it. `claims` hold, in order; none when the quoted answer is to be given. `missing` are words of the model's."""

    claims: tuple[Claim, ...]
    writing: Writing
    complete: bool = True
    """Whether the model says that they answer the whole question."""
    missing: tuple[str, ...] = ()
    lost: bool = False
    """Whether something that was proposed did not hold, and nothing came in its place."""


def notice_of(outcome: str) -> Notice:
    """What the person is told who gets quotes instead of what a model wrote."""
    return Notice(NoticeKind.SERVICE, notice(_NOTICES.get(outcome, "service")))


class Writer:
    """Has a model write answers. Safe to use from several threads."""

    def __init__(self, client: Client, verifier: Verifier, budget: Budget, limits: Limits = Limits()) -> None:
        self._client, self._verifier, self._budget, self._limits = client, verifier, budget, limits
        writing_prompts()  # a mistake in them is found at start

    def write(self, task: Assignment, listener: Listener | None, shown: Callable[[Claim], None]) -> Written:
        """The answer, each claim told to `shown` when it has been verified. Never raises."""
        run = _Run(self._client, self._verifier, self._limits, task, listener, shown)
        try:
            if not self._budget.reserve(self._limits.tokens):
                return run.without("budget")
        except KnowledgeError:
            return run.without("budget")
        try:
            return run.written()
        except Exception as error:  # a mistake of ours must not cost the person the quoted answer
            where = traceback.extract_tb(error.__traceback__)[-1]
            return run.without("mistake", f"{type(error).__name__} at {where.name}:{where.lineno}")
        finally:
            try:
                self._budget.settle(self._limits.tokens, run.used)
            except KnowledgeError as error:
                log.warning("tokens could not be counted: %s", error.reason)


class _Run:
    """One answer being written."""

    def __init__(
        self,
        client: Client,
        verifier: Verifier,
        limits: Limits,
        task: Assignment,
        listener: Listener | None,
        shown: Callable[[Claim], None],
    ) -> None:
        self._client, self._verifier, self._limits, self._task, self._listener = client, verifier, limits, task, listener
        self._shown = shown
        self._deadline = task.began + limits.seconds
        self._started = time.monotonic()
        self._sources = _that_fit(task.sources, limits.characters)
        self._sections = {marker: section for marker, (_, section) in zip(MARKERS, task.sources, strict=False)}
        self._claims: list[Claim] = []
        self._dropped: list[tuple[str, Dropped]] = []
        self._decided = 0
        self._tokens_in = self._tokens_out = self._calls = 0

    @property
    def used(self) -> int:
        """The tokens used so far."""
        return self._tokens_in + self._tokens_out

    def written(self) -> Written:
        """The answer; without claims when the service fails or nothing holds."""
        messages = writing_prompts().ask(self._task.question, self._task.previous, self._sources)
        if not self._affords(messages):
            return self.without("budget")
        self._tell("writing")
        try:
            reply, said = self._asked(messages)
            if said is None:
                messages = [*messages, ("ai", reply.text), writing_prompts().unreadable()]
                reply, said = self._asked(messages) if self._worth_it(messages) else (reply, None)
        except ModelError as error:
            return self.without(error.trouble, str(error))
        if said is None:
            return self.without(Trouble.MALFORMED)
        first = len(self._dropped)
        gained = self._repaired([*messages, ("ai", reply.text)]) if self._dropped else 0
        if not self._claims:
            return self.without("unverified" if self._dropped else "none")
        return Written(tuple(self._claims), self._writing("written"), said.completeness == "complete", said.missing, gained < first)

    def without(self, outcome: str, detail: str = "") -> Written:
        """The quoted answer is given instead; the operator gets a line that says why."""
        if outcome != Trouble.STOPPED:
            log.warning("the answer is quoted, not written by %s: %s", self._client.model, detail or outcome)
        return Written((), self._writing(outcome))

    def _asked(self, messages: Sequence[Message]) -> tuple[Reply, Proposals | None]:
        """A reply with what it proposes, each claim decided on as soon as it is there; None when it is not of the form."""
        self._decided = 0
        before = len(self._claims), len(self._dropped)
        self._calls += 1
        order = Order(
            messages, schema(), self._limits.reply_tokens, self._deadline, lambda text: self._decide(read_begun(text)), self._is_stopped
        )
        try:
            reply = self._client.reply(order)
        except ModelError as error:
            if error.trouble in _COSTS:
                self._tokens_in += tokens(*(text for _, text in messages))  # what it cost is not known
            del self._claims[before[0] :]  # only a whole reply counts
            raise
        self._tokens_in += reply.tokens_in
        self._tokens_out += reply.tokens_out
        said = read_whole(reply.text)
        if said is None:
            del self._claims[before[0] :], self._dropped[before[1] :]
        else:
            self._decide(said.claims)
        return reply, said

    def _decide(self, claims: Sequence[Proposed]) -> None:
        for proposed in claims[self._decided :]:
            if time.monotonic() > self._deadline:
                raise ModelError(Trouble.SLOW)
            self._decided += 1
            section = self._sections.get(proposed.marker)
            if not proposed.text:
                verdict = Verdict(None, "Påståendet är tomt.")
            elif section and not is_swedish(proposed.text, section.text):
                verdict = Verdict(None, "Påståendet är inte skrivet på svenska.")
            else:
                verdict = self._verifier.check(proposed, self._sections)
            if verdict.claim is None:
                self._dropped.append((proposed.marker, Dropped(proposed.text, verdict.reason or "")))
            elif verdict.claim not in self._claims:
                self._claims.append(verdict.claim)
                self._shown(verdict.claim)

    def _repaired(self, messages: Sequence[Message]) -> int:
        """How many claims came in the place of those that did not hold."""
        before = len(self._claims)
        messages = [*messages, writing_prompts().again(self._dropped)]
        if self._worth_it(messages):
            self._tell("repairing")
            try:
                self._asked(messages)
            except ModelError as error:
                log.info("what did not hold was not written again: %s", error)
        return len(self._claims) - before

    def _affords(self, messages: Sequence[Message]) -> bool:
        return self.used + tokens(*(text for _, text in messages)) + self._limits.reply_tokens <= self._limits.tokens

    def _worth_it(self, messages: Sequence[Message]) -> bool:
        return self._affords(messages) and self._deadline - time.monotonic() > _WORTH_A_REPAIR * self._limits.seconds

    def _is_stopped(self) -> bool:
        return self._listener is not None and self._listener.stopped()

    def _tell(self, what: str) -> None:
        if self._listener:
            self._listener.doing(say(what))

    def _writing(self, outcome: str) -> Writing:
        seconds = round(time.monotonic() - self._started, 3)
        dropped = tuple(d for _, d in self._dropped)
        version = writing_prompts().version
        return Writing(self._client.model, version, outcome, self._tokens_in, self._tokens_out, self._calls, seconds, dropped)


def _that_fit(sources: Sequence[tuple[str, Section]], characters: int) -> list[tuple[str, str, Section]]:
    """(marker, title, section) of those that a model is shown; the last is cut where there is no more room."""
    shown = []
    for marker, (title, section) in zip(MARKERS, sources, strict=False):
        if characters <= 0:
            break
        text = section.text if len(section.text) <= characters else section.text[:characters].rpartition(" ")[0]
        shown.append((marker, title, replace(section, text=text)))
        characters -= len(text)
    return shown
