"""What the tests of who gets in share: a real server, real accounts and a login service of our own."""

from __future__ import annotations

import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from oidc_service import OidcService
from serving import GALLRING, OPENED, PASSWORD, PEOPLE, Serve, serving

from assistant.access.accounts import Accounts
from assistant.access.tables import open_database
from assistant.settings import Settings
from assistant.web import create_app
from eval.pages import add_pages

sys.path.insert(0, str(Path(__file__).parents[1]))  # the scripted engine


@pytest.fixture(autouse=True)
def nothing_left_open() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop().close()


@pytest.fixture
def serve(tmp_path: Path, with_people: Path) -> Iterator[Serve]:
    """serve(people=True, **settings) → the address of a real server with those settings, and accounts for PEOPLE."""
    with ExitStack() as stack:
        from fake_engine import two_municipalities

        def started(*, people: bool = True, kept: object = None, **chosen: object) -> str:
            settings = Settings(home=tmp_path, **(GALLRING | chosen))
            if people:
                shutil.copytree(with_people, settings.home, dirs_exist_ok=True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # Chainlit's own imports use what pydantic has deprecated
                app = create_app(two_municipalities(), settings, kept=kept, added=[add_pages])
            return stack.enter_context(serving(app))

        yield started


@pytest.fixture
def service() -> Iterator[OidcService]:
    with OidcService() as running:
        yield running


@pytest.fixture(scope="session")
def with_people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an account for each of PEOPLE, to be copied: hashing takes its time."""
    home = tmp_path_factory.mktemp("people")
    engine = open_database(home)
    accounts = Accounts(engine)
    for name, (role, municipality) in PEOPLE.items():
        accounts.add(name, PASSWORD, role=role, municipality=municipality)
    engine.dispose()
    return home
