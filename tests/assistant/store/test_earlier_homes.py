"""A home that an earlier version of the program has written opens in this one, with all that was in it.

`earlier/N` is what the program of schema N wrote: one conversation with its answer, a thumb, a question passed on and a hold, the database
as SQL. When SCHEMA is raised, a home of the schema until then goes there too.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select
from store_fakes import EVA, KIM, record

from assistant.settings import Settings
from assistant.store import holds
from assistant.store.export import of_person
from assistant.store.store import Store
from assistant.store.tables import SCHEMA, Schema

EARLIER = Path(__file__).with_name("earlier")
WHO = "konto:eva"


@pytest.fixture(params=sorted(path.name for path in EARLIER.iterdir()))
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of an earlier home, its database made from the SQL."""
    home = tmp_path / "home"
    shutil.copytree(EARLIER / request.param, home)
    written = home / "store" / "assistant.sql"
    with sqlite3.connect(home / "store" / "assistant.sqlite") as database:
        database.executescript(written.read_text("utf-8"))
    database.close()
    written.unlink()
    return home


def test_there_is_a_home_of_every_earlier_schema() -> None:
    assert {int(path.name) for path in EARLIER.iterdir()} == set(range(1, SCHEMA))


def test_all_that_was_kept_is_there_and_new_things_can_be_kept(home: Path) -> None:
    store = Store.open(Settings(home=home))
    rows = list(of_person(store, WHO))
    assert {row["kind"] for row in rows} >= {"user", "conversation", "message", "answer", "thumb", "forwarded"}
    answer = next(row for row in rows if row["kind"] == "answer")
    assert (answer["question"], answer["citations"][0]["quote"]) == ("Vem beslutar om resor?", "Rektor beslutar om resor.")
    assert [hold.item_id for hold in holds.listed(store)] == [answer["id"]]
    assert store.versions.get(answer["citations"][0]["version"]) is not None
    assert [item.question for item in store.worklist.items("Ekvik")] != []
    with store.database.reading() as session:
        assert session.scalars(select(Schema.version)).all() == [SCHEMA]
    store.feedback.put(record(asker=KIM, person="kim"), "kim", up=True, chosen_role="Rektor")
    store.inbox.put("Får vi resa?", EVA, store.people.key(WHO), searched="resa", nearest=[])
    store.close()


def test_the_program_reads_it_as_an_operator_would(home: Path) -> None:
    Store.open(Settings(home=home)).close()  # the second time there is nothing left to add
    command = [sys.executable, "-m", "assistant", "export", "--person", WHO]
    told = subprocess.run(command, env=os.environ | {"ASSISTANT_HOME": str(home)}, capture_output=True, check=True, encoding="utf-8")
    rows = [json.loads(line) for line in told.stdout.splitlines()]
    assert any(row["kind"] == "thumb" and row["words"] == "Säger inte vem jag frågar." for row in rows)
