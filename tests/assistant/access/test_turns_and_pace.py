"""However much one person sends, the others wait for one question of theirs and no more."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from serving import Serve, Socket, said

from assistant.access.pace import LONGEST_WAIT, Pace, TooFastError
from assistant.access.turns import MOST, TOLD_EVERY, Turns, WaitingError
from assistant.access.visitor import LOCAL, Role, Source, Visitor
from knowledge.section import KnowledgeError

ANNA = Visitor("konto:anna", Role.USER, "Ekvik", "anna", Source.ACCOUNT)
BO = replace(ANNA, identifier="konto:bo", name="bo")


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_one_question_of_a_person_is_answered_at_a_time_and_another_persons_meanwhile() -> None:
    order: list[str] = []

    async def asks(turns: Turns, who: str, what: str, answered: asyncio.Event) -> None:
        async with turns.turn(who):
            order.append(what)
            await answered.wait()

    async def all_of_it() -> None:
        turns, answered = Turns(), asyncio.Event()
        tasks = [asyncio.create_task(asks(turns, who, who + n, answered)) for who, n in (("anna", "1"), ("anna", "2"), ("bo", "1"))]
        await asyncio.sleep(0.01)
        assert order == ["anna1", "bo1"]
        answered.set()
        await asyncio.gather(*tasks)
        assert order == ["anna1", "bo1", "anna2"]

    asyncio.run(all_of_it())


def test_more_questions_than_may_wait_are_refused_until_one_is_answered_or_stopped() -> None:
    async def all_of_it() -> None:
        turns, answered = Turns(), asyncio.Event()

        async def asks() -> None:
            async with turns.turn("anna"):
                await answered.wait()

        tasks = [asyncio.create_task(asks()) for _ in range(MOST)]
        await asyncio.sleep(0.01)
        with pytest.raises(WaitingError):
            await asks()
        assert (turns.full("anna"), turns.full("bo")) == (True, False)
        tasks[-1].cancel()
        await asyncio.sleep(0.01)
        assert not turns.full("anna")
        answered.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert not turns.full("anna")

    asyncio.run(all_of_it())


def test_a_conversation_is_told_now_and_then_not_for_each_question() -> None:
    clock = Clock()
    turns = Turns(clock)
    assert [turns.to_be_told("a"), turns.to_be_told("a"), turns.to_be_told("b")] == [True, False, True]
    clock.now += TOLD_EVERY
    assert turns.to_be_told("a")


def test_what_a_limit_refused_is_refused_for_a_while_without_asking_again() -> None:
    clock = Clock()
    turns, limit = Turns(clock), KnowledgeError("Du har ställt många frågor på kort tid.", "Vänta en stund.")
    turns.check("anna")
    turns.over("anna", limit)
    with pytest.raises(KnowledgeError, match="många frågor"):
        turns.check("anna")
    turns.check("bo")
    clock.now += TOLD_EVERY
    turns.check("anna")


def waits(pace: Pace, who: Visitor, times: int) -> list[float]:
    return [round(pace._wait(who.identifier), 6) for _ in range(times)]


def test_what_comes_faster_than_the_pace_waits_and_others_do_not() -> None:
    clock = Clock()
    pace = Pace(2, 4, now=clock)
    assert waits(pace, ANNA, 6) == [0, 0, 0, 0, 0.5, 1.0]
    assert waits(pace, BO, 1) == [0]
    clock.now += 10
    assert waits(pace, ANNA, 5) == [0, 0, 0, 0, 0.5]


def test_what_would_wait_too_long_is_refused_and_not_counted() -> None:
    clock = Clock()
    pace = Pace(1, 1, now=clock)
    waits(pace, ANNA, int(LONGEST_WAIT) + 1)
    for _ in range(100):
        with pytest.raises(TooFastError):
            pace._wait(ANNA.identifier)
    clock.now += 2
    assert waits(pace, ANNA, 1) == [LONGEST_WAIT - 1]


def test_nobody_waits_on_the_open_machine() -> None:
    async def all_of_it() -> None:
        pace = Pace(0.001, 1)
        for _ in range(50):
            await pace.kept(LOCAL)

    asyncio.run(asyncio.wait_for(all_of_it(), 1))


def test_who_sends_on_while_a_question_is_answered_is_told_once_and_not_answered_twice(serve: Serve) -> None:
    address = serve(people=False)
    socket = Socket(address, {})
    socket.emit("connection_successful")
    socket.heard(until="clear_call_fn")
    for _ in range(10):
        socket.ask("Vem utser kontaktpersoner?")
    events = socket.heard(seconds=2)
    assert said(events).count("Din förra fråga besvaras fortfarande") <= 1
