"""Promise 10: the language model's service dies, is slow, refuses and comes back while people talk, and everybody gets an answer."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from hard_talk import Chat, answers, headers, own_home, page, running

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))

import model_service as service
from model_service import Behaviour, Service, right
from right_claims import RIGHT

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]
QUOTED = "ordagranna citat"
"""What a quoted answer says of itself."""
LONGEST_STAGE = 120.0
"""Seconds that a busy machine may take for what a stage is there to show."""
READS = 4.0
"""Seconds that each person reads an answer, in the mean: the chat takes twenty questions of a person in a minute, and no more."""
WELL = right(RIGHT, pause=0.02)
TROUBLES: dict[str, Behaviour | None] = {
    "dör": None,
    "svarar aldrig": service.silent,
    "svarar 429": service.refuses(429, Retry_After="1"),
    "svarar 500 varannan gång": service.refuses(500),
    "bryter av": service.breaks_off('{"claims": [{"marker": "K1", "quote": "'),
}
SOME = ("dör", "svarar aldrig", "svarar 429")
"""What the breaker is there for; a poor reply says nothing of the next. Every run of the tests meets these."""


class Moody:
    """A service whose mood changes while people talk; it listens on one port, or not at all."""

    def __init__(self) -> None:
        self._mood: Behaviour = WELL
        self._service = Service(self._behave).__enter__()
        self.url, self._port, self._there = self._service.url, self._service.port, True
        self._turns = 0

    def becomes(self, mood: Behaviour | None) -> None:
        """Behave so from now on; None is not to be there."""
        if mood is None:
            self.stop()
        else:
            self._mood = mood
            if not self._there:
                self._service, self._there = Service(self._behave, self._port).__enter__(), True

    def stop(self) -> None:
        """Listen no more."""
        self._service.stop()
        self._there = False

    def _behave(self, asked: service.Asked, handler: Any) -> None:
        self._turns += 1
        halfway = self._mood is TROUBLES["svarar 500 varannan gång"] and self._turns % 2
        (WELL if halfway else self._mood)(asked, handler)


@dataclass
class Stage:
    """A stretch of the talk: what was asked in it, as (when, what came of it, seconds), and what could not be answered."""

    name: str
    began: float = 0.0
    ended: float = 0.0
    heard: list[tuple[float, str, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    page_seconds: float = 0.0
    """How long somebody waited who only opened a page and read a list meanwhile."""

    def shown(self, people: int) -> bool:
        """Whether it has shown what it is there for: that something is written where the service is well, else that all are answered."""
        if self.name.startswith("bra"):
            return any(QUOTED not in said for _, said, _ in self.heard)
        return len(self.heard) >= people


@contextmanager
def talking(sample_home: Path, folder: Path, model: Moody, *, seconds: float, pause: float) -> Iterator[Chat]:
    settings = {"MODEL": "m", "MODEL_URL": model.url, "MODEL_SECONDS": str(seconds), "MODEL_TOKENS_PER_DAY": "1000000000"}
    with running(own_home(sample_home, folder), pause=pause, **settings) as chat:
        yield chat


async def person(chat: Chat, number: int, stages: list[Stage], done: asyncio.Event, reads: float) -> None:
    """Somebody who goes on asking in one conversation whatever happens."""
    chance = random.Random(number)
    async with page(chat, f"person{number}") as opened:
        while not done.is_set():
            stage, at = stages[-1], time.time()
            try:
                said, seconds = await opened.ask(chance.choice(list(RIGHT)))
                stage.heard.append((at, said, seconds))
            except Exception as error:
                stage.errors.append(f"{type(error).__name__}: {error}")
            await asyncio.sleep(chance.uniform(0.8, 1.2) * reads)


async def passer_by(chat: Chat, stage: Stage) -> None:
    """Somebody who opens a page and reads the list of documents."""
    began = time.monotonic()
    async with page(chat, "besokare"), httpx.AsyncClient(timeout=60) as client:
        (await client.get(f"{chat.address}/dokument", headers=headers("besokare"))).raise_for_status()
    stage.page_seconds = time.monotonic() - began


async def talk(chat: Chat, model: Moody, people: int, troubles: Sequence[str], *, bad: float, good: float, reads: float) -> list[Stage]:
    """Well, then each trouble with a time to recover after it, while people talk. Seconds are the least that each stage lasts."""
    stages, done = [Stage("bra", time.time())], asyncio.Event()
    everybody = [asyncio.create_task(person(chat, n, stages, done, reads)) for n in range(people)]

    async def lasts(seconds: float) -> None:
        stage, latest = stages[-1], time.monotonic() + LONGEST_STAGE
        await asyncio.sleep(seconds)
        while not stage.shown(people) and time.monotonic() < latest:
            await asyncio.sleep(0.1)
        await asyncio.sleep(0.5)  # until what was heard is kept
        stage.ended = time.time()

    async def begins(name: str, mood: Behaviour | None) -> None:
        model.becomes(mood)
        stages.append(Stage(name, time.time()))

    await lasts(good)
    for name in troubles:
        await begins(name, TROUBLES[name])
        passing = asyncio.create_task(passer_by(chat, stages[-1]))
        await lasts(bad)
        await passing
        await begins(f"bra efter {name}", WELL)
        await lasts(good)
    done.set()
    await asyncio.gather(*everybody)
    return stages


def outcomes(chat: Chat, stage: Stage) -> Counter[str]:
    """How the answers ended that were kept while a stage lasted."""

    def at(record: Mapping[str, Any]) -> float:
        return datetime.fromisoformat(record["time"]).timestamp()

    return Counter(a["writing"]["outcome"] for a in answers(chat.home) if a["writing"] and stage.began <= at(a) <= stage.ended)


@pytest.mark.timeout(1200)
def test_everybody_is_answered_while_the_service_dies_and_comes_back(
    sample_home: Path, tmp_path: Path, whole: bool, amount: Amount, figure: Figure
) -> None:
    model, people, seconds = Moody(), amount(20, 4), float(amount(10, 5))
    troubles = list(TROUBLES) if whole else SOME
    try:
        with talking(sample_home, tmp_path, model, seconds=seconds, pause=float(amount(10, 1))) as chat:
            lengths = {"bad": float(amount(30, 1)), "good": float(amount(40, 1)), "reads": READS if whole else 0.6}
            stages = asyncio.run(talk(chat, model, people, troubles, **lengths))
            ended = {stage.name: outcomes(chat, stage) for stage in stages}
    finally:
        model.stop()
    told = [(stage.name, said, waited) for stage in stages for _, said, waited in stage.heard]
    errors = [error for stage in stages for error in stage.errors]
    waits = [waited for name, _, waited in told if name in TROUBLES]
    quoted = sum(QUOTED in said for _, said, _ in told)
    figure(
        10,
        f"svar till {people} personer genom {len(troubles)} slags fel, och fel",
        f"{len(told)} svar, varav {quoted} citerade, {len(errors)} fel",
    )
    figure(10, "väntan på svar medan tjänsten krånglar", f"p95 {np.percentile(waits, 95):.1f} s, längst {max(waits):.1f} s")
    figure(10, "brytaren öppnade och stängde", f"{sum(ended[name]['resting'] > 0 for name in SOME)} gånger av {len(SOME)}")
    opening = next(s for s in stages if s.name == "svarar aldrig").page_seconds
    figure(10, "att öppna en sida medan tjänsten aldrig svarar", f"{opening:.1f} s")
    print({name: dict(found) for name, found in ended.items()}, [round(s.page_seconds, 2) for s in stages], max(waits))

    assert errors == []
    assert [said for _, said, _ in told if "**Käll" not in said] == []
    for name in SOME:
        assert ended[name]["resting"] or ended[f"bra efter {name}"]["resting"], f"the breaker never opened when the service {name}"
    for name, found in ended.items():
        if name.startswith("bra"):
            assert found["written"], f"nothing was written again in: {name}"
    if whole:
        assert max(waits) <= 2 * seconds + 15
        assert opening < seconds
