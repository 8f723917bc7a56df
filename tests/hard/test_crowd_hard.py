"""Promise 9: fifty people on two cores, one of them flooding, one with a slow line, and the others notice nothing."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from hard_crowd import FLOODER, Flood, Heard, flooder, person, slow, together
from hard_talk import Chat, answers, headers, own_home, running

from assistant.access.turns import MOST
from assistant.store.people import People

Amount = Callable[[int, int], int]
Figure = Callable[[int, str, str], None]
MINUTES = os.environ.get("CROWD_MINUTES")
"""How many minutes the crowd talks in full, when not three without and ten with the two."""
THINK = 20.0
"""Seconds that each of the fifty reads an answer, in the mean."""


@pytest.fixture(scope="module")
def chat(sample_home: Path, tmp_path_factory: pytest.TempPathFactory, whole: bool) -> Iterator[Chat]:
    """The real chat, behind a proxy that vouches for people. In full, its suggestions have been tried."""
    with running(own_home(sample_home, tmp_path_factory.mktemp("crowd"))) as started:
        while whole and not (started.home / "starters.json").exists():
            time.sleep(1)
        yield started


@pytest.mark.timeout(3000)
def test_nobody_suffers_from_one_who_floods_and_one_with_a_slow_line(chat: Chat, whole: bool, amount: Amount, figure: Figure) -> None:
    people, calm, storm = amount(48, 6), float(amount(180, 5)), float(amount(600, 8))
    if whole and MINUTES:
        calm, storm = float(MINUTES) * 24, float(MINUTES) * 36
    warm = calm / 3 if whole else 0.0
    heard, flood, began = Heard(), Flood(), time.time()

    def crowd(seconds: float) -> tuple[float, float]:
        since, until = time.time(), time.monotonic() + seconds
        work = [person(chat, n, until, THINK if whole else 1.0, heard) for n in range(people)]
        if storming:
            work += [flooder(chat, until, flood), slow(chat, until, heard)]
        together(*work)
        return since, time.time()

    storming = False
    before = crowd(calm)
    storming = True
    during = crowd(storm)

    quiet, loud = heard.between(before[0] + warm, before[1]), heard.between(*during)
    ratio = float(np.percentile(loud, 95) / np.percentile(quiet, 95))
    seen = chat.watched(began, time.time())
    # What other programs took of the processor is theirs: it says nothing of the loop.
    blocked = max(s["late"] - s["idle"] for s in chat.watched(before[0] + warm, during[1]))
    settled = [s["rss"] for s in seen if before[0] + warm <= s["at"] <= before[1]]
    growth = statistics.median(s["rss"] for s in seen[-20:]) / statistics.median(settled) - 1
    theirs = [a for a in answers(chat.home) if a["person"] == People(chat.home).key(f"proxy:{FLOODER}")]

    for name, waits in (("utan den som översvämmar", quiet), ("med", loud)):
        p50, p95, most = np.percentile(waits, [50, 95, 100])
        figure(9, f"svarstid för {people} personer {name}", f"{len(waits)} svar, p50 {p50:.2f} s, p95 {p95:.2f} s, längst {most:.2f} s")
    figure(9, "p95 med mot p95 utan", f"{100 * (ratio - 1):+.0f} %")
    figure(9, "fel", str(len(heard.errors)))
    figure(9, "den som översvämmade", f"{flood.sent} frågor och {flood.requests} sidor begärda, {len(theirs)} frågor besvarade")
    figure(9, "minnets tillväxt efter uppvärmning", f"{100 * growth:+.1f} %")
    figure(9, "händelseslingan stod stilla som längst", f"{1000 * blocked:.0f} ms")
    print(heard.errors[:5], ratio, growth, blocked, flood.sent, flood.requests, len(theirs))

    assert heard.errors == []
    assert len(quiet) >= people
    assert len(loud) >= people
    assert flood.told
    assert 0 < len(theirs) <= 20 * (1 + storm / 60) + MOST
    if whole:
        assert ratio <= 1.2
        assert growth < 0.1
        assert blocked <= 0.1


def test_who_has_flooded_is_answered_again_once_they_wait(chat: Chat) -> None:
    got = httpx.get(f"{chat.address}/dokument", headers=headers(FLOODER), timeout=60)
    assert got.status_code == 200
