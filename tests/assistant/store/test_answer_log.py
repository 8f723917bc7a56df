"""The log of answers: nothing that was acknowledged is lost, half a line counts for nothing, and no question names a person."""

from __future__ import annotations

import json
import logging
import multiprocessing
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from store_fakes import EVA, SECRET, answer, document, new_id, record, unanswered

from assistant.store.answer_log import AnswerLog
from assistant.store.record import Record, made_with
from assistant.store.store import Store
from knowledge.section import KnowledgeError

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def at(day: date, **changes: object) -> Record:
    return record(time=f"{day}T08:15:00.000+01:00", **changes)


def file_of(home: Path, day: date) -> Path:
    return home / "log" / f"svar-{day}.jsonl"


@pytest.fixture
def log(tmp_path: Path) -> AnswerLog:
    return AnswerLog(tmp_path)


def test_a_record_comes_back_as_it_was(log: AnswerLog) -> None:
    kept = at(MONDAY, question="Vad gäller 3:e stycket? \u2028 \ud800 ”å”")
    log.add(kept)
    assert list(log.read()) == [kept]
    assert log.find(kept.id) == kept
    assert log.find(new_id()) is None


def test_each_day_has_a_file_of_its_own_that_only_its_owner_may_read(log: AnswerLog, tmp_path: Path) -> None:
    log.add(at(MONDAY))
    log.add(at(TUESDAY))
    log.add(at(MONDAY))
    assert log.days() == [MONDAY, TUESDAY]
    assert len(file_of(tmp_path, MONDAY).read_bytes().splitlines()) == 2
    assert stat.S_IMODE(file_of(tmp_path, MONDAY).stat().st_mode) == 0o600


def test_records_are_read_by_period_topic_and_person(log: AnswerLog) -> None:
    first, second, third = at(MONDAY), at(TUESDAY, text="Visum söks i tid."), at(TUESDAY, person="kim-key")
    for one in (first, second, third):
        log.add(one)
    assert list(log.read(MONDAY, MONDAY)) == [first]
    assert list(log.read(TUESDAY)) == [second, third]
    assert list(log.about("VISUM")) == [second]
    assert list(log.about("älmhult", TUESDAY)) == [second, third]
    assert list(log.about("resor", MONDAY, MONDAY)) == [first]
    assert list(log.of("kim-key")) == [third]


def test_a_question_is_masked_whoever_forgot_it(log: AnswerLog, tmp_path: Path) -> None:
    log.add(at(MONDAY, question="Kan 811218-9876 åka? Ring 070-174 06 05 eller kim@skola.example"))
    (kept,) = log.read()
    assert kept.question == "Kan [personnummer] åka? Ring [telefonnummer] eller [e-postadress]"
    assert b"9876" not in file_of(tmp_path, MONDAY).read_bytes()


@pytest.mark.parametrize("torn", [b'{"id":"half', b"\0\0\0", b'{"id":"\xc3', b"x" * 200_000])
def test_half_a_line_is_passed_over_and_cut_off_by_the_next_record(log: AnswerLog, tmp_path: Path, torn: bytes) -> None:
    first, second = at(MONDAY), at(MONDAY)
    log.add(first)
    whole = file_of(tmp_path, MONDAY).read_bytes()
    file_of(tmp_path, MONDAY).write_bytes(whole + torn)
    assert list(log.read()) == [first]
    log.add(second)
    assert list(log.read()) == [first, second]
    assert file_of(tmp_path, MONDAY).read_bytes().startswith(whole + b'{"id":')


def test_a_line_that_lacks_only_its_end_is_ended(log: AnswerLog, tmp_path: Path) -> None:
    first, second = at(MONDAY), at(MONDAY)
    log.add(first)
    file_of(tmp_path, MONDAY).write_bytes(file_of(tmp_path, MONDAY).read_bytes()[:-1])
    log.add(second)
    assert list(log.read()) == [first, second]


def test_a_damaged_line_in_the_middle_hides_no_other_and_is_told(log: AnswerLog, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    first, second = at(MONDAY), at(MONDAY)
    log.add(first)
    with file_of(tmp_path, MONDAY).open("ab") as file:
        file.write(b'inte json\n{"id":"ingen post"}\n')
    log.add(second)
    with caplog.at_level(logging.WARNING):
        assert list(log.read()) == [first, second]
    assert "line 2 cannot be read" in caplog.text
    assert "inte json" not in caplog.text


def add_many(home: Path, name: str, times: int) -> None:
    log = AnswerLog(home)
    for n in range(times):
        log.add(at(MONDAY, id=f"{name}-{n}", text="ö" * 5000))


def test_several_processes_and_threads_at_once_lose_nothing(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    workers = [spawn.Process(target=add_many, args=(tmp_path, f"process{n}", 25)) for n in range(3)]
    for worker in workers:
        worker.start()
    log = AnswerLog(tmp_path)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda n: log.add(at(MONDAY, id=f"tråd-{n}")), range(100)))
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0
    kept = [r.id for r in log.read()]
    assert sorted(kept) == sorted([f"process{p}-{n}" for p in range(3) for n in range(25)] + [f"tråd-{n}" for n in range(100)])


def test_an_answer_is_kept_with_the_versions_that_it_cites_and_what_it_was_made_with(store: Store) -> None:
    given = answer()
    other = replace(document(), id="ekvik/annan")
    kept = store.answered(given, EVA, [document(), other])
    assert list(store.log.read()) == [kept]
    (cited,) = kept.citations
    assert (cited.quote, cited.section_id, cited.document_hash) == ("Rektor beslutar om resor.", "ekvik/policy#resor", "f" * 64)
    assert store.versions.get(cited.version or "") == document()
    assert len(list((store.home / "versions").iterdir())) == 1
    assert (kept.municipality, kept.role, kept.conversation, kept.elapsed_ms) == ("Ekvik", "larare", EVA.conversation, 12.3)
    assert set(kept.made_with) == {"program", "prompts", "glossary", "pipeline"}
    assert all(made_with().values())


def test_a_person_is_a_key_that_stays_the_same_and_tells_no_name(store: Store) -> None:
    first, second = store.answered(answer(), EVA, []), store.answered(unanswered(), EVA, [])
    other = store.answered(answer(), replace(EVA, identifier="kim"), [])
    nobody = store.answered(answer(), replace(EVA, identifier=None), [])
    assert first.person == second.person == store.people.key("eva")
    assert other.person not in (first.person, None)
    assert nobody.person is None
    lines = b"".join(p.read_bytes() for p in (store.home / "log").glob("svar-*"))
    assert b'"eva"' not in lines


def test_the_secret_behind_the_keys_is_made_once_and_read_by_nobody_else(store: Store) -> None:
    key = store.people.key("eva")
    path = store.home / "store" / "people.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert type(store.people)(store.home).key("eva") == key
    path.write_bytes(b"kort")
    with pytest.raises(KnowledgeError, match=r"skadad.*säkerhetskopia"):
        type(store.people)(store.home).key("eva")


def test_a_line_is_what_other_programs_can_read(log: AnswerLog, tmp_path: Path) -> None:
    log.add(at(MONDAY))
    row = json.loads(file_of(tmp_path, MONDAY).read_text(encoding="utf-8"))
    assert row["question"] == SECRET
    assert row["citations"][0]["headings"] == ["Resor"]
    assert os.path.getsize(file_of(tmp_path, MONDAY)) < 2000
