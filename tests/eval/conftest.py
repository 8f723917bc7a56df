"""The evaluation's tests share one small index."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from coordinator_app import coordinator, one_coordinator
from eval_fakes import engine_over, write_documents

from assistant.engine import Engine
from knowledge.read import close_reader

sys.path.insert(0, str(Path(__file__).parents[1] / "assistant"))  # the service that speaks OpenAI's protocol

__all__ = ["coordinator", "one_coordinator"]


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The real engine over two tiny municipalities. Nothing may change it."""
    root = tmp_path_factory.mktemp("eval")
    made = engine_over(write_documents(root / "dokument"), root / "home")
    close_reader()
    return made
