"""The client of the model's service: retries, what it sends and to whom, what it never tells, and the breaker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import model_service as service
import pytest
from model_service import Service, replies, streams

from assistant.breaker import FAILURES, LONGEST_PAUSE, PAUSE, Breaker
from assistant.model_client import ModelClient, Order, tokens
from assistant.model_trouble import ModelError, Trouble, asked_to_wait

KEY = "hemlig-nyckel-789"
MESSAGES = (("system", "Svara med JSON."), ("user", "Får vi flyga?"))


def client(url: str, breaker: Breaker | None = None) -> ModelClient:
    return ModelClient(model="m", url=url, key=KEY, seconds=5, breaker=breaker)


def order(seconds: float = 5.0, heard: Callable[[str], None] = lambda _: None, stopped: Callable[[], bool] = lambda: False) -> Order:
    return Order(MESSAGES, {"type": "object"}, 100, time.monotonic() + seconds, heard, stopped)


def trouble(model: ModelClient, asked: Order) -> Trouble:
    with pytest.raises(ModelError) as error:
        model.reply(asked)
    return error.value.trouble


def test_a_reply_is_heard_as_it_comes_and_its_tokens_are_counted() -> None:
    heard: list[str] = []
    with Service(streams("x" * 100)) as model:
        reply = client(model.url).reply(order(heard=heard.append))
    assert [len(text) for text in heard] == [40, 80, 100]
    assert (reply.text, reply.tokens_in, reply.tokens_out) == ("x" * 100, 1000, 100)


def test_tokens_are_estimated_where_the_service_tells_none() -> None:
    with Service(service.knows_no_schema(streams("ja " * 30))) as model:
        reply = client(model.url).reply(order())
    assert (reply.tokens_in, reply.tokens_out) == (tokens(*(text for _, text in MESSAGES)), tokens("ja " * 30))


def test_the_request_says_what_is_wanted_and_nothing_of_who_asks() -> None:
    with Service(replies({})) as model:
        client(model.url).reply(order())
    (asked,) = model.asked
    assert asked["messages"] == [{"role": role, "content": text} for role, text in MESSAGES]
    assert (asked["model"], asked["temperature"], asked["max_completion_tokens"], asked["stream"]) == ("m", 0.0, 100, True)
    assert asked["response_format"]["json_schema"]["schema"] == {"type": "object"}
    assert asked.keys() == {
        "messages", "model", "temperature", "max_completion_tokens", "stream", "stream_options", "response_format"
    }  # fmt: skip
    assert model.headers[0]["authorization"] == f"Bearer {KEY}"


def test_another_programs_tracing_sends_nothing_to_a_third_party(monkeypatch: pytest.MonkeyPatch) -> None:
    with Service(replies({})) as third_party, Service(replies({})) as model:
        for name, value in (("TRACING", "true"), ("ENDPOINT", third_party.url), ("API_KEY", "nyckel")):
            monkeypatch.setenv(f"LANGSMITH_{name}", value)
        client(model.url).reply(order())
        time.sleep(0.5)
    assert (len(model.asked), third_party.asked, third_party.headers) == (1, [], [])


def test_a_redirect_is_not_followed() -> None:
    with Service(replies({})) as other, Service(service.redirects(other.url)) as model:
        assert trouble(client(model.url), order()) is Trouble.REFUSED
    assert other.asked == []


def test_what_the_service_says_of_the_key_is_told_to_nobody(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "assistant")
    with Service(service.refuses(401, f'{{"error": {{"message": "wrong key {KEY}"}}}}')) as model, pytest.raises(ModelError) as error:
        client(model.url).reply(order())
    told = [str(error.value), repr(error.value), *(r.getMessage() for r in caplog.records if r.name.startswith("assistant"))]
    assert not any(KEY in text for text in told)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__


def test_the_deadline_holds_while_it_pauses_and_while_it_listens() -> None:
    for behave in (service.silent, service.drips_headers, service.drips_comments, service.refuses(503, Retry_After="2")):
        with Service(behave) as model:
            began = time.monotonic()
            trouble(client(model.url), order(seconds=0.4))
            assert time.monotonic() - began < 2.0


def test_a_service_may_ask_for_a_short_pause_and_gets_no_long_one() -> None:
    with Service(service.one_after_the_other(service.refuses(429, Retry_After="1"), replies({}))) as model:
        began = time.monotonic()
        client(model.url).reply(order())
        assert time.monotonic() - began >= 1.0
    with Service(service.refuses(429, Retry_After="60")) as model:
        began = time.monotonic()
        assert trouble(client(model.url), order(seconds=100)) is Trouble.BUSY
        assert time.monotonic() - began < 30
        assert len(model.asked) == 1


def test_nothing_is_asked_twice_that_has_begun_to_answer() -> None:
    with Service(service.breaks_off("x" * 200)) as model:
        assert trouble(client(model.url), order()) is Trouble.CUT
    assert len(model.asked) == 1


def test_who_does_not_wait_any_more_lets_the_service_go() -> None:
    heard: list[str] = []
    with Service(streams("x" * 4000, pause=0.05)) as model:
        began = time.monotonic()
        assert trouble(client(model.url), order(heard=heard.append, stopped=lambda: bool(heard))) is Trouble.STOPPED
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("1e9", LONGEST_PAUSE), ("-5", 0.0), ("", None), ("nan", None), ("snart", None), ("1;2", None)]
)
def test_what_a_service_asks_to_wait(header: str, seconds: float | None) -> None:
    assert asked_to_wait(header) == seconds


def test_a_date_to_wait_for_is_bounded_too() -> None:
    assert asked_to_wait("Fri, 31 Dec 2100 23:59:59 GMT") == LONGEST_PAUSE
    assert asked_to_wait("Fri, 31 Dec 1999 23:59:59 GMT") == 0.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_try_after_a_pause() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    for _ in range(FAILURES):
        assert breaker.lets_through()
        breaker.failed()
    assert not breaker.lets_through()
    clock.now = PAUSE - 1
    assert not breaker.lets_through()
    clock.now = PAUSE + 1
    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]
    breaker.failed()
    assert not breaker.lets_through()
    clock.now += PAUSE + 1
    assert breaker.lets_through()
    breaker.worked()
    assert [breaker.lets_through() for _ in range(3)] == [True] * 3


def test_the_breaker_counts_only_failures_in_a_row_and_heeds_a_wish_for_a_pause_at_once() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    breaker.failed()
    breaker.worked()
    breaker.failed()
    assert breaker.lets_through()
    breaker.worked()
    breaker.failed(pause=1e9)
    assert not breaker.lets_through()
    clock.now = LONGEST_PAUSE + 1
    assert breaker.lets_through()


def test_a_service_that_is_down_is_left_alone_and_a_poor_reply_is_no_reason_to() -> None:
    model = client(service.closed_port())
    found = [trouble(model, order()) for _ in range(FAILURES + 1)]
    assert found == [Trouble.DOWN] * FAILURES + [Trouble.RESTING]
    with Service(streams("x", reason="length")) as poor:
        model = client(poor.url)
        assert {trouble(model, order()) for _ in range(FAILURES + 2)} == {Trouble.TOO_LONG}
