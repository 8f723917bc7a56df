"""The one door to a language model that writes: a service that speaks OpenAI's protocol, held to a deadline, a size and a form.

Whatever the service does, `ModelClient.reply` gives a whole reply or raises ModelError, and within its deadline.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import httpx
from pydantic import SecretStr

from assistant.breaker import Breaker
from assistant.model_trouble import PASSING, UNWELL, ModelError, Trouble, trouble_of

LARGEST = 10_000_000
"""Bytes of one reply, with all that the protocol wraps it in."""
_LETTERS = 12
"""Characters that a token can have in the mean: what is longer than asked for is not read to its end."""
_PAUSE = (0.2, 0.8)
"""Seconds before the one retry, by chance between these, so that many who failed at once do not come back at once."""
_LONGEST_WAIT = 5.0
"""Seconds that a service may have one question wait before its retry."""
_LISTEN = 0.1
_NOT_UNDERSTOOD = (400, 415, 422, 501)
"""What services answer that do not know JSON schemas, or a setting."""

Message = tuple[str, str]
"""("system", "user" or "ai", text)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a model, and for how long.

    `schema` is the JSON schema of the reply; a service that refuses it is asked without it, so the messages must say the form too.
    `deadline` is when the reply must be whole, by time.monotonic(). `heard` is told all of the reply so far whenever more has come,
    `stopped` asked whether nobody waits for it any more.
    """

    messages: Sequence[Message]
    schema: Mapping[str, Any] | None
    max_tokens: int
    deadline: float
    heard: Callable[[str], None] = lambda _: None
    stopped: Callable[[], bool] = lambda: False


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply with what it cost."""

    text: str
    tokens_in: int
    tokens_out: int


class ModelClient:
    """A model behind an OpenAI-compatible address. Safe to use from several threads.

    Args:
        url: the address that the protocol calls base URL, ending in /v1 as a rule.
        key: empty where the service asks for none.
        seconds: the longest that one reading from the service may take; `reply` has a deadline of its own.
    """

    def __init__(
        self, *, model: str, url: str, key: str = "", temperature: float = 0.0, seconds: float = 20.0, breaker: Breaker | None = None
    ) -> None:
        # Imported here since it takes seconds, and most run without a model.
        from langchain_openai import ChatOpenAI

        self.model = model
        self._temperature = temperature
        self._breaker = breaker or Breaker()
        self._bare = False
        self._chat = ChatOpenAI(
            model=model,
            base_url=url,
            api_key=SecretStr(key or "none"),
            max_retries=0,
            timeout=seconds,
            stream_usage=False,
            use_responses_api=False,
            # No redirects: another host would get the question. No compression: the size is counted as it comes.
            http_client=httpx.Client(transport=_Bounded(), follow_redirects=False, headers={"Accept-Encoding": "identity"}),
        )

    def reply(self, order: Order) -> Reply:
        """The model's whole reply.

        Raises:
            ModelError: there is none.
        """
        if not self._breaker.lets_through():
            raise ModelError(Trouble.RESTING)
        try:
            reply = self._with_retry(order)
        except ModelError as error:
            if error.trouble in UNWELL:
                self._breaker.failed(error.wait)
            raise
        self._breaker.worked()
        return reply

    def _with_retry(self, order: Order) -> Reply:
        """At most one more try: without what the service may not know of when it refuses the request, else after a pause."""
        order = replace(order, schema=None) if self._bare else order
        try:
            return self._once(order)
        except ModelError as error:
            if error.status in _NOT_UNDERSTOOD and order.schema is not None:
                reply = self._once(replace(order, schema=None))
                self._bare = True
                return reply
            pause = max(random.uniform(*_PAUSE), error.wait or 0.0)
            if error.trouble not in PASSING or pause > min(_LONGEST_WAIT, order.deadline - time.monotonic()):
                raise
            _wait(pause, order.stopped)
            return self._once(order)

    def _once(self, order: Order) -> Reply:
        said = _Said(order)
        try:
            for chunk in self._chunks(order):
                said.more(chunk)
        except ModelError as error:
            raise ModelError(Trouble.CUT) if said.text and error.trouble is Trouble.DOWN else error from None
        return said.whole()

    def _chunks(self, order: Order) -> Iterator[Any]:
        """What comes, as it comes; ModelError when the deadline has passed, nobody waits any more, or the service fails."""
        coming: queue.Queue[Any] = queue.Queue()
        done = threading.Event()
        # A daemon thread, since nothing else bounds a service that drips: what comes after the deadline is left behind.
        threading.Thread(target=self._listen, args=(order, coming, done), daemon=True).start()
        try:
            while True:
                left = order.deadline - time.monotonic()
                if left <= 0:
                    raise ModelError(Trouble.SLOW)
                if order.stopped():
                    raise ModelError(Trouble.STOPPED)
                with suppress(queue.Empty):
                    found = coming.get(timeout=min(left, _LISTEN))
                    if found is None:
                        return
                    if isinstance(found, Exception):
                        raise trouble_of(found) from None  # its text may hold a key or the question
                    yield found
        finally:
            done.set()

    def _listen(self, order: Order, coming: queue.Queue[Any], done: threading.Event) -> None:
        from langsmith import tracing_context

        _of_thread.bounds = order.deadline, done
        try:
            # Without this, a variable that another program needs would send every question to a third party.
            with tracing_context(enabled=False):
                for chunk in self._chat.stream(list(order.messages), **self._settings(order)):
                    coming.put(chunk)
            coming.put(None)
        except Exception as error:  # whatever it is, it belongs to the one who waits
            coming.put(error)

    def _settings(self, order: Order) -> dict[str, Any]:
        settings: dict[str, Any] = {"max_completion_tokens": order.max_tokens}
        if order.schema is None:
            return settings
        form = {"type": "json_schema", "json_schema": {"name": "answer", "strict": True, "schema": order.schema}}
        # Not langchain's own way of asking for a form: that reads the reply by itself, and takes a cut one for a mistake of ours.
        return settings | {"temperature": self._temperature, "stream_usage": True, "extra_body": {"response_format": form}}


class _Said:
    """A reply as it comes in."""

    def __init__(self, order: Order) -> None:
        self.text = ""
        self._order = order
        self._reason: str | None = None
        self._usage = (0, 0)

    def more(self, chunk: Any) -> None:
        """Take up what has come. ModelError when that is too much."""
        self._reason = chunk.response_metadata.get("finish_reason") or self._reason
        if chunk.usage_metadata:
            self._usage = (chunk.usage_metadata["input_tokens"], chunk.usage_metadata["output_tokens"])
        if isinstance(chunk.content, str) and chunk.content:
            self.text += chunk.content
            if len(self.text) > self._order.max_tokens * _LETTERS:
                raise ModelError(Trouble.TOO_LONG)
            self._order.heard(self.text)

    def whole(self) -> Reply:
        """The reply. ModelError when it did not come to its end: a stream that was cut looks like a whole one but for that."""
        if self._reason != "stop":
            raise ModelError(Trouble.TOO_LONG if self._reason == "length" else Trouble.CUT)
        asked = tokens(*(text for _, text in self._order.messages))
        return Reply(self.text, self._usage[0] or asked, self._usage[1] or tokens(self.text))


def tokens(*texts: str) -> int:
    """About how many tokens texts have, rather too many: what Swedish takes in a model made for English."""
    return sum(len(text) for text in texts) // 3 + 8 * len(texts)


def _wait(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if stopped():
            raise ModelError(Trouble.STOPPED)
        time.sleep(min(_LISTEN, seconds))


class _OfThread(threading.local):
    """What bounds the replies that a thread reads."""

    bounds: tuple[float, threading.Event] = (0.0, threading.Event())


_of_thread = _OfThread()


class _Bounded(httpx.HTTPTransport):
    """Replies that end: after so many bytes, at the deadline, and when nobody listens any more."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _BoundedStream(response.stream, *_of_thread.bounds)
        return response


class _BoundedStream(httpx.SyncByteStream):
    def __init__(self, stream: httpx.SyncByteStream, deadline: float, done: threading.Event) -> None:
        self._stream, self._deadline, self._done = stream, deadline, done

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if size > LARGEST:
                raise ModelError(Trouble.TOO_LONG)
            if self._done.is_set() or time.monotonic() > self._deadline:
                raise ModelError(Trouble.SLOW)
            yield part

    def close(self) -> None:
        self._stream.close()
