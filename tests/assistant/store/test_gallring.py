"""What is past its time goes, what is held stays, each removal is noted, and nobody's text is left anywhere in the home."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import select
from store_fakes import EVA, KIM, answer, document, new_id

from assistant.settings import Settings
from assistant.store import holds, removal
from assistant.store.journal import Journal
from assistant.store.record import Asker, Record
from assistant.store.removal import Remover
from assistant.store.retention import DEFAULT_DAYS, ready_for_others
from assistant.store.store import Store
from assistant.store.tables import Conversation, Forwarded, Thumb, User
from knowledge.section import KnowledgeError
from knowledge.uploads import Uploads

STORES = ("samtal", "svarslogg", "aterkoppling", "utvardering", "versioner")
TODAY = date.today()


def everything(store: Store, word: str, asker: Asker, age: int) -> Record:
    """A question with the word in it, answered so many days ago, with thumb, forwarding, conversation, run and cited version."""
    day = TODAY - timedelta(days=age)
    kept = store.answered(answer(f"Vad gäller {word}?"), asker, [document(f"{word}. Rektor beslutar om resor.")])
    old = replace(kept, time=f"{day}T08:00:00.000+01:00")
    with store.log.locked():
        store.log.leave(TODAY, lambda r: r.id != kept.id)
    store.log.add(old)
    thumb = store.feedback.put(old, old.person, up=False, words=f"Ord om {word}")
    item = store.inbox.put(f"Vad gäller {word}?", asker, old.person, searched=word, nearest=[], answer_id=old.id)
    step = {"id": new_id(), "threadId": asker.conversation, "type": "user_message", "output": f"Vad gäller {word}?"}
    store.conversations.save_step(asker.identifier, step)
    moment = datetime.combine(day, datetime.min.time()).timestamp()
    for run in (store.home / "eval" / "runs" / f"{word}.json", store.home / "eval" / "questions" / "earlier" / f"{word}.jsonl"):
        run.parent.mkdir(parents=True, exist_ok=True)
        run.write_text(word, encoding="utf-8")
        os.utime(run, (moment, moment))
    os.utime(store.home / "versions" / f"{old.citations[0].version}.jsonl", (moment, moment))
    with store.database.writing() as session:
        session.get_one(Thumb, thumb).created = session.get_one(Forwarded, item).created = f"{day}T08:00:00.000000Z"
        session.get_one(Conversation, asker.conversation).updated = f"{day}T08:00:00.000000Z"
    return old


def found(store: Store, word: str) -> set[str]:
    """The top folders of the home in which the word stands in some file's bytes."""
    folders = set()
    for path in store.home.rglob("*"):
        if path.is_file() and word.encode() in path.read_bytes():
            folders.add(path.relative_to(store.home).parts[0])
    return folders


def journal(store: Store) -> list[tuple[str, str, int]]:
    return [(row["store"], row["what"], row["count"]) for row in Journal(store.home).read()]


def run(store: Store, settings: Settings, **changes: object) -> list[tuple[str, str, int]]:
    return [(str(r.store), r.what, r.count) for r in Remover(store, settings.model_copy(update=changes)).past_their_time(TODAY)]


def test_what_is_past_its_time_leaves_no_trace_and_what_is_not_stays(store: Store, settings: Settings) -> None:
    everything(store, "zebror", EVA, DEFAULT_DAYS + 1)
    everything(store, "lejon", KIM, DEFAULT_DAYS)
    assert found(store, "zebror") == {"eval", "log", "store", "versions"}
    removed = run(store, settings)
    day = TODAY - timedelta(days=DEFAULT_DAYS + 1)
    expected = [
        ("samtal", "samtal", 1),
        ("svarslogg", f"svar den {day}", 1),
        ("aterkoppling", "tummar", 1),
        ("aterkoppling", "vidareskickade frågor", 1),
        ("utvardering", "körningar", 1),
        ("utvardering", "tidigare frågelistor", 1),
        ("versioner", "versioner av dokument", 1),
    ]
    assert removed == expected
    assert journal(store) == expected
    assert found(store, "zebror") == set()
    assert found(store, "lejon") == {"eval", "log", "store", "versions"}
    assert run(store, settings) == []
    assert len(journal(store)) == len(removed)


@pytest.mark.parametrize("mine", STORES)
def test_each_store_has_its_own_time(store: Store, settings: Settings, mine: str) -> None:
    everything(store, "zebror", EVA, 10)
    times = {f"gallring_{name}": 9 if name == mine else 10 for name in STORES}
    removed = {name for name, _, _ in run(store, settings, **times)}
    assert removed == ({mine} if mine != "versioner" else set())  # the log, which stays, cites the version


def test_a_version_stays_while_a_thumb_or_a_message_cites_it(store: Store, settings: Settings) -> None:
    kept = everything(store, "zebror", EVA, 10)
    version = kept.citations[0].version
    said = {"id": new_id(), "threadId": KIM.conversation, "type": "assistant_message", "metadata": {"citations": [{"version": version}]}}
    store.conversations.save_step("kim", said)
    short = {"gallring_versioner": 1, "gallring_svarslogg": 1}
    run(store, settings, **short)
    assert store.versions.get(version) is not None
    run(store, settings, **short, gallring_aterkoppling=1)
    assert store.versions.get(version) is not None
    store.conversations.hide("kim", KIM.conversation)
    assert ("versioner", "versioner av dokument", 1) in run(store, settings, **short)
    assert store.versions.get(version) is None


def test_an_uploaded_file_that_was_withdrawn_stays_while_an_answer_cites_it(store: Store, settings: Settings) -> None:
    uploads = Uploads(store.home, "Lindhamn")
    for name in ("citerad.txt", "ociterad.txt"):
        uploads.withdraw(uploads.add(name, BytesIO(name.encode())), today=TODAY - timedelta(days=400))
    uploads.withdraw(uploads.add("nyss.txt", BytesIO(b"nyss")), today=TODAY)
    store.answered(answer("Vad gäller?"), KIM, [replace(document("Rektor beslutar om resor."), hash=uploads.earlier()[0].digest)])
    assert ("versioner", "ersatta eller tillbakadragna dokumentfiler", 1) in run(store, settings)
    assert [e.name for e in uploads.earlier()] == ["citerad.txt", "nyss.txt"]
    assert uploads.restore(uploads.earlier()[0].digest) == "citerad.txt"


def test_a_conversation_that_its_owner_took_away_goes_at_the_next_run(store: Store, settings: Settings) -> None:
    everything(store, "zebror", EVA, 0)
    store.conversations.hide("eva", EVA.conversation)
    assert run(store, settings) == [("samtal", "samtal som ägaren tagit bort", 1)]
    with store.database.reading() as session:
        assert session.scalars(select(Conversation)).all() == []


@pytest.mark.parametrize("what", ["answer", "conversation", "thumb", "forwarded"])
def test_what_is_held_stays_until_it_is_let_go(store: Store, settings: Settings, what: str) -> None:
    kept = everything(store, "zebror", EVA, 500)
    everything(store, "lejon", KIM, 500)
    with store.database.reading() as session:
        thumb = session.scalars(select(Thumb.id).where(Thumb.answer_id == kept.id)).one()
        item = session.scalars(select(Forwarded.id).where(Forwarded.answer_id == kept.id)).one()
    held = {"answer": kept.id, "conversation": EVA.conversation, "thumb": thumb, "forwarded": item}[what]
    holds.add(store, held, "Dnr 7")
    run(store, settings)
    assert found(store, "lejon") == set()
    with store.database.reading() as session:
        left = {table.__name__ for table in (Conversation, Thumb, Forwarded) if session.scalars(select(table)).all()}
    left |= {"log"} if store.log.find(kept.id) else set()
    left |= {"version"} if store.versions.get(kept.citations[0].version) else set()
    expected = {
        "answer": {"log", "version", "Thumb", "Forwarded"},
        "conversation": {"log", "version", "Thumb", "Forwarded", "Conversation"},
        "thumb": {"Thumb", "version"},
        "forwarded": {"Forwarded"},
    }
    assert left == expected[what]
    holds.remove(store, held)
    run(store, settings)
    assert found(store, "zebror") == set()


def test_a_hold_on_nothing_is_refused(store: Store) -> None:
    for attempt in (lambda: holds.add(store, new_id(), "Dnr 7"), lambda: holds.remove(store, new_id())):
        with pytest.raises(KnowledgeError, match=r"Inget med id|inte undantaget"):
            attempt()
    assert holds.listed(store) == []


def test_a_person_is_forgotten_and_nobody_else(store: Store, settings: Settings) -> None:
    everything(store, "zebror", EVA, 3)
    everything(store, "lejon", KIM, 3)
    evas = store.people.key("eva")
    removed = Remover(store, settings).person("eva", "Dnr 7")
    assert {str(r.store) for r in removed} == {"samtal", "svarslogg", "aterkoppling"}
    assert {r.decision for r in removed} == {"Dnr 7"}
    assert found(store, "zebror") == {"eval", "versions"}  # a version is a document's text, a run is the evaluation's
    assert found(store, evas) == set()
    assert found(store, "lejon") == {"eval", "log", "store", "versions"}
    with store.database.reading() as session:
        assert session.scalars(select(User.identifier)).all() == ["kim"]
    assert Remover(store, settings).person("eva", "Dnr 7") == []


def test_a_person_is_forgotten_but_for_what_is_held(store: Store, settings: Settings) -> None:
    kept = everything(store, "zebror", EVA, 3)
    holds.add(store, EVA.conversation, "Tillsyn")
    assert Remover(store, settings).person("eva", "Dnr 7") == []
    assert store.log.find(kept.id) is not None
    assert store.conversations.talk(EVA.conversation) is not None


def test_the_journal_says_by_which_decision_and_nobodys_text(store: Store, settings: Settings) -> None:
    everything(store, "zebror", EVA, 500)
    run(store, settings, gallring_svarslogg_beslut=" KS § 12/2026 ")
    rows = {row["store"]: row for row in Journal(store.home).read()}
    assert rows["svarslogg"]["decision"] == "KS § 12/2026"
    assert rows["svarslogg"]["before"] == (TODAY - timedelta(days=DEFAULT_DAYS)).isoformat()
    assert rows["samtal"]["decision"] is None
    assert all(set(row) == {"time", "store", "what", "count", "decision", "before"} for row in rows.values())


def test_nothing_is_removed_that_cannot_be_noted(store: Store, settings: Settings) -> None:
    kept = everything(store, "zebror", EVA, 500)
    (store.home / "journal").write_text("här kan ingen mapp vara", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(KnowledgeError, match="journal"):
            run(store, settings)
        with pytest.raises(KnowledgeError, match="journal"):
            Remover(store, settings).person("eva", "Dnr 7")
    assert store.log.find(kept.id) is not None
    assert store.conversations.talk(EVA.conversation) is not None
    assert store.feedback.get(kept.id, kept.person) is not None


def test_a_day_past_its_time_goes_with_lines_that_nobody_can_read(store: Store, settings: Settings) -> None:
    kept = everything(store, "zebror", EVA, 500)
    (path,) = (store.home / "log").glob(f"svar-{kept.time[:10]}.jsonl")
    with path.open("ab") as file:
        file.write(b"trasig rad\n")
    run(store, settings)
    assert not path.exists()


def test_answers_given_while_the_log_is_rewritten_are_not_lost(store: Store, settings: Settings) -> None:
    async def both() -> None:
        def write() -> None:
            for n in range(60):
                store.answered(answer(f"{n}"), EVA if n % 2 else KIM, [])

        def forget() -> None:
            for _ in range(10):
                Remover(store, settings).person("eva", "Dnr 7")

        await asyncio.gather(asyncio.to_thread(write), asyncio.to_thread(forget))

    asyncio.run(both())
    Remover(store, settings).person("eva", "Dnr 7")
    assert [r.question for r in store.log.read()] == [str(n) for n in range(0, 60, 2)]


def test_the_job_runs_in_the_background_and_goes_on_after_an_error(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    everything(store, "zebror", EVA, 500)
    (store.home / "journal").write_text("här kan ingen mapp vara", encoding="utf-8")
    monkeypatch.setattr(removal, "A_DAY", 2.4)

    async def a_while() -> None:
        job = asyncio.create_task(removal.every_day(store, settings))
        await asyncio.sleep(0.5)
        (store.home / "journal").unlink()
        for _ in range(100):
            await asyncio.sleep(0.05)
            if not found(store, "zebror"):
                break
        job.cancel()
        with suppress(asyncio.CancelledError):
            await job

    with caplog.at_level(logging.ERROR):
        asyncio.run(a_while())
    assert found(store, "zebror") == set()
    assert "gallring: " in caplog.text


def all_stated() -> dict[str, object]:
    return {f"gallring_{name}": 90 for name in STORES} | {f"gallring_{name}_beslut": "KS § 12/2026" for name in STORES}


def test_others_are_let_in_only_when_every_time_and_decision_is_stated(tmp_path: Path) -> None:
    assert len(ready_for_others(Settings(home=tmp_path))) == 2 * len(STORES)
    assert ready_for_others(Settings(home=tmp_path, **all_stated())) == []
    for name, value in all_stated().items():
        without = all_stated() | {name: None if isinstance(value, int) else "  "}
        (missing,) = ready_for_others(Settings(home=tmp_path, **without))
        assert f"ASSISTANT_{name.upper()} " in missing


@pytest.mark.parametrize("days", ["0", "-3", "alltid"])
def test_a_time_is_a_whole_number_of_days(days: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_GALLRING_SAMTAL", days)
    with pytest.raises(ValidationError):
        Settings()
