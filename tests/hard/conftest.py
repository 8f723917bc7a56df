"""How much is tried: a little of each promise in every run of the tests, all of it with `--hard` (`make test-hard`)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import hard_figures
import pytest

sys.path += [str(Path(__file__).parents[1] / f) for f in ("knowledge", "eval", "assistant", "assistant/access", "assistant/store")]  # fakes

_RUN: dict[str, list[dict[str, str]]] = {}


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Whether all is to be tried."""
    return bool(request.config.getoption("--hard"))


@pytest.fixture(scope="session")
def amount(whole: bool) -> Callable[[int, int], int]:
    """How many to try: `amount(in all, in every run of the tests)`."""
    return lambda everything, little: everything if whole else little


@pytest.fixture(scope="session")
def figure() -> Callable[[int, str, str], None]:
    """Keep a figure, in Swedish, for the table: `figure(promise's number, what was measured, its value)`. Call it before the assertion."""

    def keep(promise: int, what: str, value: str) -> None:
        _RUN.setdefault(str(promise), []).append({"what": what, "value": value, "day": date.today().isoformat()})

    return keep


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.getoption("--hard") and _RUN:
        hard_figures.write(_RUN)
