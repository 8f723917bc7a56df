"""gallra, bevara, export and glom from the command line."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from store_fakes import EVA, KIM, answer, document, new_id

from assistant.__main__ import main
from assistant.store.record import Record
from assistant.store.store import Store


@pytest.fixture(autouse=True)
def home(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(store.home))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))


def run(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert main(arguments) == status
    said = capsys.readouterr()
    return said.err if status else said.out


def exported(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(capsys, "export", *arguments).splitlines()]


def asked(store: Store, asker: Any, word: str, day: str | None = None) -> Record:
    kept = store.answered(answer(f"Vad gäller {word}?"), asker, [document()])
    if day:
        with store.log.locked():
            store.log.leave(store.log.days()[-1], lambda r: r.id != kept.id)
        kept = replace(kept, time=f"{day}T08:00:00.000+01:00")
        store.log.add(kept)
    store.feedback.put(kept, kept.person, up=False, words=f"Mer om {word}")
    store.inbox.put(f"Vad gäller {word}?", asker, kept.person, searched=word, nearest=[], name="Eva Ek")
    step = {
        "id": new_id(),
        "threadId": asker.conversation,
        "type": "user_message",
        "output": f"Vad gäller {word}?",
        "name": asker.identifier,
    }
    store.conversations.save_step(asker.identifier, step)
    return kept


def test_a_person_gets_all_of_their_own_and_nothing_else(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    asked(store, EVA, "zebror")
    asked(store, KIM, "lejon")
    rows = exported(capsys, "--person", "eva")
    assert [(r["store"], r["kind"]) for r in rows] == [
        ("samtal", "user"),
        ("samtal", "conversation"),
        ("samtal", "message"),
        ("svarslogg", "answer"),
        ("aterkoppling", "thumb"),
        ("aterkoppling", "forwarded"),
    ]
    assert rows[0]["identifier"] == "eva"
    said = json.dumps(rows, ensure_ascii=False)
    assert said.count("zebror") >= 6
    assert "lejon" not in said
    assert exported(capsys, "--person", "okänd") == []


def test_a_period_and_a_topic_are_exported_without_accounts(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    asked(store, EVA, "zebror", "2026-01-05")
    asked(store, KIM, "lejon", "2026-02-05")
    assert [r["question"] for r in exported(capsys, "--from", "2026-01-01", "--to", "2026-01-31")] == ["Vad gäller zebror?"]
    rows = exported(capsys, "--topic", "LEJON")
    assert [r["kind"] for r in rows] == ["answer", "thumb", "forwarded", "message"]
    said = json.dumps(exported(capsys))
    assert store.people.key("eva") not in said
    assert '"eva"' not in said
    assert '"person"' not in said


def test_a_person_and_a_period_together_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "går inte att förena" in run(capsys, "export", "--person", "eva", "--from", "2026-01-01", status=1)


def test_gallra_says_what_it_removed(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    asked(store, EVA, "zebror", "2020-01-05")
    assert run(capsys, "gallra") == "Borttaget: svar den 2020-01-05, 1 st.\n"
    assert run(capsys, "gallra") == "Inget var äldre än det ska vara.\n"


def test_bevara_holds_lists_and_lets_go(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    kept = asked(store, EVA, "zebror", "2020-01-05")
    assert "Skälet saknas" in run(capsys, "bevara", "--add", kept.id, status=1)
    assert "undantaget från gallring" in run(capsys, "bevara", "--add", kept.id, "--reason", "Dnr 7")
    listed = run(capsys, "bevara", "--list")
    assert kept.id in listed
    assert "Dnr 7" in listed
    assert run(capsys, "gallra") == "Inget var äldre än det ska vara.\n"
    run(capsys, "bevara", "--remove", kept.id)
    assert run(capsys, "bevara", "--list") == "Inget är undantaget.\n"
    assert "svar den 2020-01-05, 1 st" in run(capsys, "gallra")
    assert "Inget med id" in run(capsys, "bevara", "--add", kept.id + "x", "--reason", "Dnr 7", status=1)


def test_glom_forgets_a_person_and_tells_what_is_held(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    asked(store, EVA, "zebror")
    kept = asked(store, EVA, "lejon")
    run(capsys, "bevara", "--add", kept.id, "--reason", "Tillsyn")
    said = run(capsys, "glom", "--person", "eva", "--decision", "Dnr 7")
    assert "Borttaget: samtal, 1 st." in said
    assert "Kvar, eftersom det är undantaget från gallring: 2 st." in said  # the answer and its thumb
    run(capsys, "bevara", "--remove", kept.id)
    assert "Kvar" not in run(capsys, "glom", "--person", "eva", "--decision", "Dnr 7")
    assert run(capsys, "glom", "--person", "eva", "--decision", "Dnr 7") == "Inget är sparat om den personen.\n"
    assert exported(capsys, "--person", "eva") == []


def test_glom_without_a_decision_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Beslutet saknas" in run(capsys, "glom", "--person", "eva", "--decision", " ", status=1)
