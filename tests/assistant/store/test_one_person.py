"""Who is meant by a name, and what stands of them in files: taken out of every version, and nothing else with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.access.sessions import Sessions
from assistant.access.tables import with_tables
from assistant.access.visitor import Role, Source, Visitor
from assistant.settings import Settings
from assistant.store.export import of_person
from assistant.store.removal import Remover
from assistant.store.store import Store
from assistant.store.traces import GONE, Traces
from assistant.store.whom import whom
from knowledge.section import KnowledgeError


def logs_in(store: Store, identifier: str, name: str, source: Source) -> None:
    Sessions(with_tables(store.database.engine)).begin(Visitor(identifier, Role.USER, "Ekvik", name, source), refresh_token="hemlig")


def files(store: Store) -> dict[str, bytes]:
    """Question sets with an earlier version, and mends, in which Eva and others have signed."""
    rows = [
        {"id": "inkorg-1", "question": "Evas egen fråga?", "approved_by": "Kim"},
        {"id": "fraga-2", "question": "Vad gäller?", "approved_by": "EVA"},
        {"id": "fraga-3", "question": "Eva frågar", "approved_by": None},
    ]
    written = {
        "eval/questions/ekvik.jsonl": rows,
        "eval/questions/earlier/ekvik-0.jsonl": rows[:1],
        "mends/ekvik.jsonl": [{"number": 1, "who": "Eva"}, {"number": 2, "who": "Evander"}],
    }
    content = {}
    for name, lines in written.items():
        path = store.home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content[name] = b"".join(json.dumps(line, ensure_ascii=False).encode() + b" \n" for line in lines) + b"not JSON\n"
        path.write_bytes(content[name])
    return content


def test_a_name_stands_for_the_account_and_for_what_a_proxy_gives(store: Store) -> None:
    assert {"konto:eva.ek", "proxy:eva.ek"} <= set(whom(store, " Eva.Ek ").identifiers)
    assert whom(store, "konto:eva.ek").account == "eva.ek"


def test_whoever_logs_in_by_oidc_is_found_by_the_name_that_shows(store: Store) -> None:
    logs_in(store, "oidc:t/1", "Eva Ek", Source.OIDC)
    assert "oidc:t/1" in whom(store, "eva ek").identifiers
    logs_in(store, "oidc:t/2", "Eva Ek", Source.OIDC)
    with pytest.raises(KnowledgeError) as error:
        whom(store, "Eva Ek")
    assert "oidc:t/1, oidc:t/2" in error.value.remedy
    assert "oidc:t/1" not in whom(store, "oidc:t/2").identifiers
    assert "eva ek" in whom(store, "oidc:t/2").names


def test_logins_are_exported_without_secrets_and_removed(store: Store, settings: Settings) -> None:
    logs_in(store, "proxy:eva", "Eva", Source.PROXY)
    logs_in(store, "proxy:kim", "Kim", Source.PROXY)
    rows = list(of_person(store, "eva"))
    assert [(r["kind"], r["name"]) for r in rows] == [("session", "Eva")]
    assert "hemlig" not in str(rows)
    removed = Remover(store, settings).person("eva", "Dnr 7")
    assert [(r.what, r.count) for r in removed] == [("inloggningar", 1)]
    assert list(of_person(store, "eva")) == []
    assert len(list(of_person(store, "kim"))) == 1


def test_a_signature_is_taken_out_of_every_version_and_all_else_stays_as_it_was(store: Store) -> None:
    before = files(store)
    traces = Traces(store.home)
    assert traces.unsign({"eva"}, really=False) == 2
    assert {name: (store.home / name).read_bytes() for name in before} == before
    assert traces.unsign({"eva"}, really=True) == 2
    after = {name: (store.home / name).read_bytes() for name in before}
    assert after["mends/ekvik.jsonl"].splitlines()[1:] == before["mends/ekvik.jsonl"].splitlines()[1:]
    assert json.loads(after["mends/ekvik.jsonl"].splitlines()[0])["who"] == GONE
    questions = after["eval/questions/ekvik.jsonl"].splitlines()
    assert json.loads(questions[1]) == {"id": "fraga-2", "question": "Vad gäller?", "approved_by": GONE}
    assert questions[2:] == before["eval/questions/ekvik.jsonl"].splitlines()[2:]
    assert traces.unsign({"eva"}, really=True) == 0


def test_a_question_made_of_the_inbox_goes_from_every_version_and_its_words_from_runs(store: Store) -> None:
    files(store)
    run = store.home / "eval" / "runs" / "1.json"
    run.parent.mkdir()
    rows = [
        {"id": id_, "answer": {"question": "Evas egen fråga?", "text": "Evas", "notices": ["Evas"]}} for id_ in ("inkorg-1", "inkorg-9")
    ]
    run.write_text(json.dumps({"figures": {"a": 1}, "rows": rows}), "utf-8")
    assert Traces(store.home).forget({"1"}, really=True) == 3
    left = (store.home / "eval" / "questions" / "ekvik.jsonl").read_text("utf-8")
    assert "inkorg-1" not in left
    assert "fraga-2" in left
    assert (store.home / "eval" / "questions" / "earlier" / "ekvik-0.jsonl").read_text("utf-8") == "not JSON\n"
    found = json.loads(run.read_text("utf-8"))
    assert [r["answer"]["question"] for r in found["rows"]] == [GONE, "Evas egen fråga?"]
    assert found["figures"] == {"a": 1}


def test_whoever_approved_a_question_from_the_inbox_is_not_given_its_words(store: Store) -> None:
    files(store)
    signed = {Path(file).name: row for file, row in Traces(store.home).signed({"kim"})}
    assert signed["ekvik.jsonl"] == {"id": "inkorg-1", "approved_by": "Kim"}
