"""Accounts, sessions, limits and the operator's command, on a real database."""

from __future__ import annotations

import io
import json
import multiprocessing
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine

from assistant.__main__ import main
from assistant.access import ready
from assistant.access.accounts import Accounts
from assistant.access.doors import open_doors
from assistant.access.limits import Limit, Limits
from assistant.access.secret import secret_of
from assistant.access.sessions import LASTS, Sessions
from assistant.access.tables import accounts as table
from assistant.access.tables import open_database
from assistant.access.visitor import Role, Source, Visitor
from assistant.settings import Settings
from assistant.web import run
from knowledge.section import KnowledgeError

PASSWORD = "ett långt lösenord"
FAST = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
KIM = Visitor("oidc:kim", Role.USER, "Ekvik", "Kim", Source.OIDC)
THREE = Limit("things in a test", 3, 60)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def accounts(engine: Engine) -> Accounts:
    made = Accounts(engine, hasher=FAST)
    made.add("Kim.Å", PASSWORD, role=Role.USER, municipality=" Ekvik ")
    return made


def stored_hash(engine: Engine) -> str:
    with engine.connect() as connection:
        return connection.execute(table.select()).one().password_hash


def test_a_password_is_stored_as_argon2id_and_nowhere_readable(accounts: Accounts, engine: Engine, tmp_path: Path) -> None:
    assert stored_hash(engine).startswith("$argon2id$")
    engine.dispose()
    assert all(PASSWORD.encode() not in file.read_bytes() for file in (tmp_path / "store").iterdir())
    assert stat.S_IMODE((tmp_path / "store" / "assistant.sqlite").stat().st_mode) == 0o600


def test_the_default_is_as_strong_as_the_librarys(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    Accounts(engine).add("kim", PASSWORD, role=Role.USER, municipality="Ekvik")
    assert "m=65536,t=3,p=4" in stored_hash(engine)
    engine.dispose()


@pytest.mark.parametrize("name", ["kim.å", "KIM.Å", " kim.å ", "kim.a\u030a"])
def test_a_name_is_found_however_it_is_typed(accounts: Accounts, name: str) -> None:
    assert accounts.verified(name, PASSWORD).visitor().identifier == "konto:kim.å"
    assert accounts.verified(name, PASSWORD.replace("å", "a\u030a"))


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper(), "x" * 10_000, "\ud800"])
def test_any_other_password_is_wrong(accounts: Accounts, password: str) -> None:
    assert accounts.verified("kim.å", password) is None


def test_a_password_hashed_by_weaker_means_is_hashed_anew_at_login(accounts: Accounts, engine: Engine) -> None:
    weak = stored_hash(engine)
    stronger = Accounts(engine, hasher=PasswordHasher(time_cost=2, memory_cost=2048, parallelism=1))
    assert stronger.verified("kim.å", "fel lösenord") is None
    assert stored_hash(engine) == weak
    assert stronger.verified("kim.å", PASSWORD)
    assert "m=2048,t=2" in stored_hash(engine)
    assert stronger.verified("kim.å", PASSWORD)


def test_an_unknown_name_is_hashed_for_too(engine: Engine) -> None:
    hashed: list[str] = []

    class Noting(PasswordHasher):
        def verify(self, hash: str, password: str | bytes) -> bool:
            hashed.append(hash)
            return super().verify(hash, password)

    made = Accounts(engine, hasher=Noting(time_cost=1, memory_cost=1024, parallelism=1))
    assert made.verified("ingen", PASSWORD) is None
    assert [h.rsplit("$", 2)[0] for h in hashed] == ["$argon2id$v=19$m=1024,t=1,p=1"]


def test_an_unknown_name_takes_as_long_as_a_wrong_password(tmp_path: Path) -> None:
    engine = open_database(tmp_path)
    slow = Accounts(engine, hasher=PasswordHasher(time_cost=4, memory_cost=8192, parallelism=1))
    slow.add("kim", PASSWORD, role=Role.USER, municipality="Ekvik")

    def took(name: str) -> float:
        began = time.process_time()
        slow.verified(name, "fel lösenord")
        return time.process_time() - began

    known, unknown = ([took(name) for _ in range(7)] for name in ("kim", "ingen"))
    assert 0.5 < median(unknown) / median(known) < 2
    engine.dispose()


@pytest.mark.parametrize(
    ("name", "password", "municipality"),
    [
        ("kim lind", PASSWORD, "Ekvik"),
        ("", PASSWORD, "Ekvik"),
        ("kim", "för kort", "Ekvik"),
        ("kim", PASSWORD, " "),
        ("KIM.å", PASSWORD, "Ekvik"),
    ],
)
def test_an_account_that_cannot_be_is_told_why(accounts: Accounts, name: str, password: str, municipality: str) -> None:
    with pytest.raises(KnowledgeError) as told:
        accounts.add(name, password, role=Role.USER, municipality=municipality)
    assert told.value.remedy
    assert len(accounts.listed()) == 1


def test_a_session_is_over_after_eight_hours_and_its_token_is_stored_nowhere(engine: Engine, tmp_path: Path) -> None:
    now = [1000.0]
    sessions = Sessions(engine, now=lambda: now[0])
    token = sessions.begin(KIM)
    assert sessions.find(token).visitor == KIM
    now[0] += LASTS - 1
    assert sessions.find(token)
    now[0] += 1
    assert sessions.find(token) is None
    assert LASTS == 8 * 3600
    engine.dispose()
    assert all(token.encode() not in file.read_bytes() for file in (tmp_path / "store").iterdir())


def test_a_new_password_and_a_removed_account_end_its_sessions(accounts: Accounts, engine: Engine) -> None:
    sessions, kim = Sessions(engine), accounts.listed()[0].visitor()
    token = sessions.begin(kim)
    accounts.set_password("kim.å", "ett annat långt lösenord")
    assert sessions.find(token) is None
    token = sessions.begin(kim)
    accounts.remove("kim.å")
    assert sessions.find(token) is None


def test_only_one_asks_again_for_a_session_at_a_time(engine: Engine) -> None:
    sessions = Sessions(engine)
    token = sessions.begin(KIM, refresh_token="x")
    session = sessions.find(token)
    assert [sessions.claim_check(token, session) for _ in range(2)] == [True, False]


def test_a_limit_lets_through_so_many_and_again_when_time_has_passed(engine: Engine) -> None:
    now = [0.0]
    limits = Limits(engine, "hemligt", now=lambda: now[0])
    assert [limits.take(THREE, "kim") is not None for _ in range(5)] == [True, True, True, False, False]
    assert limits.take(THREE, "bo")
    now[0] = 60.0
    number = limits.take(THREE, "kim")
    limits.give_back(number)
    assert [limits.take(THREE, "kim") is not None for _ in range(4)] == [True, True, True, False]


def _take(home: Path, count: int) -> int:
    limits = Limits(open_database(home), "hemligt")
    return sum(limits.take(THREE, "kim") is not None for _ in range(count))


def test_several_processes_together_never_pass_the_limit(tmp_path: Path) -> None:
    open_database(tmp_path).dispose()
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert 0 < sum(pool.starmap(_take, [(tmp_path, 10)] * 3)) <= 3


def test_a_locked_or_broken_database_is_told_and_nothing_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "assistant.sqlite").write_bytes(b"ingen databas" * 100)
    with pytest.raises(KnowledgeError, match="Databasen är skadad"):
        open_database(tmp_path)


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    secret, file = secret_of(tmp_path), tmp_path / "store" / "hemlighet"
    assert secret_of(tmp_path) == secret
    assert len(secret) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert secret_of(tmp_path / "annan") != secret
    file.chmod(0o644)
    with pytest.raises(KnowledgeError) as told:
        secret_of(tmp_path)
    assert "chmod 600" in told.value.remedy
    file.chmod(0o600)
    file.write_text("kort")
    with pytest.raises(KnowledgeError):
        secret_of(tmp_path)


def command(home: Path, monkeypatch: pytest.MonkeyPatch, *args: str, typed: str = "") -> int:
    monkeypatch.setenv("ASSISTANT_HOME", str(home))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
    return main(["users", *args])


def test_the_operator_makes_lists_and_removes_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(tmp_path, monkeypatch, "add", "kim", "--municipality", "Ekvik", "--role", "coordinator", typed=f"{PASSWORD}\n") == 0
    assert "Starta om chatten" in capsys.readouterr().out
    assert command(tmp_path, monkeypatch, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "kim", "role": "coordinator", "municipality": "Ekvik"}]
    assert command(tmp_path, monkeypatch, "password", "kim", "--generate") == 0
    password = capsys.readouterr().out.partition("Lösenord: ")[2].split()[0]
    doors = open_doors(Settings(home=tmp_path), open_database(tmp_path))
    assert doors.accounts.verified("kim", password)
    assert not doors.open_here
    assert command(tmp_path, monkeypatch, "remove", "kim") == 0
    assert command(tmp_path, monkeypatch, "remove", "kim") == 1
    assert "assistant users list" in capsys.readouterr().err
    assert command(tmp_path, monkeypatch, "add", "kim", "--municipality", "Ekvik", typed="kort\n") == 1
    assert "Lösenordet ska ha mellan 12 och 200 tecken." in capsys.readouterr().err


def test_it_does_not_start_for_others_before_all_that_is_demanded_is_there(tmp_path: Path) -> None:
    missing = [lambda: ["Gallringstid saknas."], lambda: []]
    ready.demand("127.0.0.1", missing)
    with pytest.raises(KnowledgeError, match="Gallringstid saknas"):
        ready.demand("10.0.0.8", missing)


def test_the_chat_does_not_start_for_others_without_login(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="assistant users add"):
        run(Settings(home=tmp_path, host="0.0.0.0", port=8999), None)
