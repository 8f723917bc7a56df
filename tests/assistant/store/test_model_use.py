"""What a language model may use and has used: one budget for all processes, and sums from the log of answers."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text
from store_fakes import EVA, answer, record

from assistant.answer import Dropped, Writing
from assistant.store import model_budget
from assistant.store.answer_log import AnswerLog
from assistant.store.database import Database
from assistant.store.export import Period, of_period
from assistant.store.model_budget import ModelBudget
from assistant.store.model_use import ModelCost, cost_of
from assistant.store.record import Record
from assistant.store.store import Store
from assistant.store.tables import SCHEMA

WRITING = Writing("m", "abc", "written", 900, 100, 1, 2.5, (Dropped("Ring Eva på 070-123 45 67.", "Talet står inte i citatet."),))
TAKES = """
import sys
from pathlib import Path
from assistant.store.database import Database
from assistant.store.model_budget import ModelBudget
budget = ModelBudget(Database(Path(sys.argv[1])), 1000)
print(sum(budget.reserve(100) for _ in range(8)))
"""


@pytest.fixture
def budget(tmp_path: Path) -> ModelBudget:
    return ModelBudget(Database(tmp_path), 1000)


def today_of(budget: ModelBudget) -> int:
    return budget.used(date.today())


def test_what_is_set_aside_counts_until_it_is_known_what_was_used(budget: ModelBudget) -> None:
    assert budget.reserve(600)
    assert not budget.reserve(600)
    budget.settle(600, 150)
    assert today_of(budget) == 150
    assert budget.reserve(850)
    assert not budget.reserve(1)


def test_a_new_day_has_tokens_of_its_own(budget: ModelBudget, monkeypatch: pytest.MonkeyPatch) -> None:
    assert budget.reserve(1000)
    monkeypatch.setattr(model_budget, "_today", lambda: "2099-01-01")
    assert budget.reserve(1000)
    monkeypatch.setattr(model_budget, "_today", lambda: "2099-01-02")
    budget.settle(1000, 300)  # an answer that was begun before midnight
    assert budget.used(date(2099, 1, 2)) == 300


def test_no_more_is_given_than_there_is_however_many_ask_at_once(budget: ModelBudget) -> None:
    with ThreadPoolExecutor(8) as pool:
        given = sum(pool.map(lambda _: budget.reserve(100), range(30)))
    assert (given, today_of(budget)) == (10, 1000)


def test_two_processes_share_it(tmp_path: Path) -> None:
    Database(tmp_path)
    running = [subprocess.Popen([sys.executable, "-c", TAKES, str(tmp_path)], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    given = [int(process.communicate(timeout=60)[0]) for process in running]
    assert sum(given) == 10


def test_a_database_of_the_version_before_gets_the_table(tmp_path: Path) -> None:
    old = Database(tmp_path)
    with old.writing() as session:
        session.execute(text("DROP TABLE model_use"))
        session.execute(text("UPDATE schema_version SET version = 1"))
    old.close()
    new = Database(tmp_path)
    assert ModelBudget(new, 10).reserve(10)
    with new.reading() as session:
        assert session.execute(text("SELECT version FROM schema_version")).scalar_one() == SCHEMA
    new.close()


def test_what_it_took_is_kept_with_the_answer_and_nobodys_number(store: Store) -> None:
    kept = store.answered(answer(writing=WRITING), EVA, [])
    (read,) = store.log.read()
    assert read == kept
    assert read.writing
    assert (read.writing["outcome"], read.writing["tokens_in"], read.writing["prompts"]) == ("written", 900, "abc")
    assert read.writing["dropped"] == [{"text": "Ring Eva på [telefonnummer].", "reason": "Talet står inte i citatet."}]
    (row,) = of_period(store, Period())
    assert row["writing"] == read.writing


def test_a_line_that_was_written_before_it_was_kept_is_still_read(tmp_path: Path) -> None:
    row = record().as_dict()
    del row["writing"]
    assert Record.from_dict(row).writing is None
    del row["text"]
    with pytest.raises(KeyError):
        Record.from_dict(row)


def test_costs_are_summed_over_a_period_and_for_one_municipality(tmp_path: Path) -> None:
    log = AnswerLog(tmp_path)
    slow = Writing("m", "abc", "slow", 400, 0, 1, 20.0)
    for writing, changes in ((WRITING, {}), (slow, {}), (WRITING, {"municipality": "Norrö"}), (None, {})):
        log.add(record(answer(writing=writing), **changes))
    assert cost_of(log.read()) == ModelCost(3, 2, {"slow": 1}, 2200, 200, 25.0, 2)
    own = cost_of(log.read(), "Ekvik")
    assert (own.asked, own.written, own.tokens, own.quoted) == (2, 1, 1400, {"slow": 1})
    assert cost_of([]) == ModelCost()
