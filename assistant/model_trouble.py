"""What goes wrong with a language model's service, without a word of what the service said."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

import httpx

from assistant.breaker import LONGEST_PAUSE


class Trouble(StrEnum):
    """Why there is no reply."""

    RESTING = "resting"
    DOWN = "down"
    SLOW = "slow"
    REFUSED = "refused"
    BUSY = "busy"
    BROKEN = "broken"
    CUT = "cut"
    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    STOPPED = "stopped"


TROUBLE_WORDS = {
    Trouble.RESTING: "lämnas i fred en stund efter upprepade fel",
    Trouble.DOWN: "går inte att nå",
    Trouble.SLOW: "svarade inte i tid",
    Trouble.REFUSED: "avvisade frågan",
    Trouble.BUSY: "tar inte emot fler frågor just nu",
    Trouble.BROKEN: "gav ett fel",
    Trouble.CUT: "avbröt svaret",
    Trouble.TOO_LONG: "gav ett för långt svar",
    Trouble.MALFORMED: "svarade med något som inte gick att läsa",
    Trouble.STOPPED: "avbröts",
}
"""What an operator is told of a service, in Swedish, after its name."""
PASSING = (Trouble.DOWN, Trouble.BUSY, Trouble.BROKEN)
"""What may be better in a moment."""
UNWELL = (*PASSING, Trouble.SLOW, Trouble.REFUSED)
"""What it is no use to try again at once; a poor reply says nothing of the next."""


class ModelError(Exception):
    """There is no reply. `status` is the HTTP status where there was one. Never what the service said, which may hold a key."""

    def __init__(self, trouble: Trouble, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(f"{trouble}{f' ({status})' if status else ''}")
        self.trouble, self.status, self.wait = trouble, status, wait


def trouble_of(error: Exception) -> ModelError:
    """Why there is no reply, whatever langchain, its client or the connection raised."""
    import openai  # takes its time, and most run without a model

    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.APITimeoutError):
        return ModelError(Trouble.SLOW)
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        if status == 429:
            return ModelError(Trouble.BUSY, status, asked_to_wait(error.response.headers.get("retry-after", "")))
        if status in (408, 409) or status >= 500:
            return ModelError(Trouble.BROKEN, status, asked_to_wait(error.response.headers.get("retry-after", "")))
        return ModelError(Trouble.REFUSED, status)
    if isinstance(error, openai.APIConnectionError):
        inner = error.__cause__
        return inner if isinstance(inner, ModelError) else ModelError(Trouble.DOWN)
    if isinstance(error, httpx.TransportError):  # in the middle of a reply
        return ModelError(Trouble.SLOW if isinstance(error, httpx.TimeoutException) else Trouble.CUT)
    return ModelError(Trouble.MALFORMED)


def asked_to_wait(header: str) -> float | None:
    """Seconds, from a number or a date; None where the service says nothing that can be understood."""
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(header) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_PAUSE) if seconds == seconds else None
