"""What several folders of tests share: hypothesis that repeats itself, and the sample documents indexed once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from assistant.build import build_embedder, build_engine
from assistant.engine import Engine
from assistant.settings import Settings
from knowledge.ingest import ingest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "knowledge" / "documents"
TODAY = date(2026, 11, 22)
"""The day that the sample's validity is written down for."""

hypothesis_settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
hypothesis_settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--hard", action="store_true", help="try every promise of docs/motstandskraft.md in full (hours)")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser's tests come last: while their browser runs, no other test can print a PDF with one of its own."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the sample documents are indexed. Tests only read it."""
    home = tmp_path_factory.mktemp("sample")
    report = ingest(SAMPLE, home=home, embedder=build_embedder(Settings(home=home), threads=1))
    assert not report.failed
    return home


@pytest.fixture(scope="session")
def sample_engine(sample_home: Path) -> Engine:
    """The engine over the sample, as the command line builds it, on a day that never changes."""
    return build_engine(Settings(home=sample_home), as_of=TODAY)
