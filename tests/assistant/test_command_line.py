"""The command line's contract, from outside: keys and types, one object a line and nothing else, Swedish errors that name the remedy."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant.__main__ import main

ROOT = Path(__file__).parents[2]
TEXT, OPTIONAL = (str,), (str, type(None))
WHOLE, NUMBER = (int,), (int, float)
ANSWER = {
    "id": TEXT, "question": TEXT, "municipality": OPTIONAL, "status": TEXT, "reason": OPTIONAL, "text": TEXT, "citations": (list,),
    "notices": (list,), "nearest": (list,), "method": TEXT, "elapsed_ms": NUMBER,
}  # fmt: skip
CITATION = {
    "marker": WHOLE, "document_id": TEXT, "document_title": TEXT, "municipality": OPTIONAL, "headings": (list,), "section_id": TEXT,
    "page": (int, type(None)), "quote": TEXT, "validity": TEXT, "url": TEXT,
}  # fmt: skip
HIT = {
    "section_id": TEXT, "municipality": OPTIONAL, "document_title": TEXT, "headings": (list,), "page": (int, type(None)), "score": NUMBER,
    "evidence": (dict,), "text": TEXT,
}  # fmt: skip
DOCUMENT = {
    "document_id": TEXT, "title": TEXT, "municipality": OPTIONAL, "kind": OPTIONAL, "decided_by": OPTIONAL, "decided_on": OPTIONAL,
    "paragraph": OPTIONAL, "registration_number": OPTIONAL, "valid_from": OPTIONAL, "valid_until": OPTIONAL,
    "review_interval_years": (int, type(None)), "replaces": (list, type(None)), "applies_to": OPTIONAL, "owner": OPTIONAL, "url": OPTIONAL,
    "file": TEXT, "draft": (bool,), "validity": TEXT, "warnings": (list,), "sections": (list,),
}  # fmt: skip
SECTION = {"section_id": TEXT, "headings": (list,), "number": OPTIONAL, "page": (int, type(None)), "characters": WHOLE, "text": TEXT}
VALIDITIES = {"current", "review_overdue", "expired", "superseded", "unknown"}
NOTICES = {"validity", "bridge", "scope", "missing", "conflict", "contact", "service"}
BROKEN = [
    "inte JSON",
    "[1, 2",
    "[" * 100_000,
    "null",
    '"bara en text"',
    '{"id": "n", "question": 5}',
    '{"id": "n"}',
    '{"id": "n", "question": null}',
    '{"id": "n", "question": "Vem beslutar om resor?", "history": 5}',
    '{"id": "n", "question": "Vem beslutar om resor?", "history": [{"question": "Vem?", "section_ids": 5}, 7, {"text": 1}]}',
    '{"id": ["n"], "question": "Vem beslutar om resor?", "municipality": ["Lindhamn"]}',
    '{"id": "n", "question": "\\ud800 \\u0000"}',
]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ASSISTANT_")}
    return kept | {"PYTHONPATH": str(ROOT), "ASSISTANT_HOME": str(home), "ASSISTANT_AS_OF": "2026-11-22"} | more


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: what any library writes is seen."""
    command = [sys.executable, "-m", "assistant", *words]
    return subprocess.run(command, env=environment(home), capture_output=True, encoding="utf-8", stdin=subprocess.DEVNULL)


Inside = Callable[..., tuple[int, str, str]]


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Inside:
    """inside(home, word, …, NAME=value …) → status, standard output and standard error of a command run in this process: faster."""

    def ran(home: Path, *words: str, **more: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
            for name, value in environment(home, **more).items():
                patch.setenv(name, value)
            try:
                status = main(words)
            except SystemExit as end:
                status = int(end.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return status, said.out, said.err

    return ran


def fits(value: dict[str, Any], shape: dict[str, tuple[type, ...]]) -> None:
    """Exactly the keys, in any order, each of one of its types; a truth value is no number."""
    assert value.keys() == shape.keys()
    for key, types in shape.items():
        assert type(value[key]) in types, key


def fits_answer(answer: dict[str, Any]) -> None:
    fits(answer, ANSWER)
    assert answer["status"] in {"answered", "partial", "unanswered"}
    assert (answer["reason"] is None) == (answer["status"] != "unanswered")
    for citation in answer["citations"]:
        fits(citation, CITATION)
        assert citation["validity"] in VALIDITIES
    for notice in answer["notices"]:
        fits(notice, {"kind": TEXT, "text": TEXT})
        assert notice["kind"] in NOTICES
    for near in answer["nearest"]:
        fits(near, {"section_id": TEXT, "headings": (list,), "url": TEXT})


class Batch:
    """A command that answers line by line: `ask` writes one line and reads one, before the next is written."""

    def __init__(self, home: Path, *words: str) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "assistant", *words, "--batch", "-", "--json"]
        self.process = subprocess.Popen(command, env=environment(home), stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", bufsize=1)

    def ask(self, line: object) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write((line if isinstance(line, str) else json.dumps(line)) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def end(self) -> tuple[int, str, str]:
        """The exit status, and what was left on standard output and error."""
        out, said = self.process.communicate(timeout=60)
        return self.process.returncode, out, said

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.__exit__(None, None, None)


@pytest.fixture(scope="module")
def asking(sample_home: Path) -> Iterator[Batch]:
    with Batch(sample_home, "ask") as batch:
        yield batch
        status, out, said = batch.end()
    assert (status, out) == (0, "")
    assert "Traceback" not in said


def test_each_question_is_answered_and_flushed_before_the_next_is_read(asking: Batch) -> None:
    for number, question in enumerate(("Vem utser kontaktpersoner?", "Vilken försäkring gäller för eleverna?", "")):
        answer = asking.ask({"id": f"f{number}", "question": question, "municipality": "Lindhamn"})
        fits_answer(answer)
        assert (answer["id"], answer["question"], answer["municipality"]) == (f"f{number}", question, "Lindhamn")


def test_history_goes_with_a_question(asking: Batch) -> None:
    earlier = {"question": "När ska reserapporten lämnas?", "text": "…", "status": "answered", "section_ids": ["a/b#c"]}
    answer = asking.ask({"id": "h", "question": "Till vem?", "municipality": "Lindhamn", "history": [earlier]})
    assert any("reserapport" in c["section_id"] for c in answer["citations"])


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_a_broken_line_still_gets_an_answer_line(asking: Batch, line: str) -> None:
    answer = asking.ask(line)
    fits_answer(answer)
    assert answer["id"]


def test_white_space_between_questions_is_passed_over(asking: Batch) -> None:
    assert asking.ask('\n   \n{"id": "w", "question": "Vem beslutar om resor?"}')["id"] == "w"


def test_search_gives_the_sections_of_a_line_on_a_line(sample_home: Path) -> None:
    with Batch(sample_home, "search", "--limit", "3", "--municipality", "Norrfors") as batch:
        found = batch.ask({"id": "s", "question": "resor"})
        fits(found, {"id": TEXT, "hits": (list,)})
        assert len(found["hits"]) == 3
        for hit in found["hits"]:
            fits(hit, HIT)
            assert hit["municipality"] in ("Norrfors", None)
        for line in BROKEN:
            fits(batch.ask(line), {"id": TEXT, "hits": (list,)})
        assert batch.end()[:2] == (0, "")


def test_documents_lists_each_with_its_sections(sample_home: Path) -> None:
    ran = run(sample_home, "documents", "--json")
    assert (ran.returncode, ran.stderr, ran.stdout.count("\n")) == (0, "", 1)
    documents = json.loads(ran.stdout)
    assert len(documents) == 11
    for document in documents:
        fits(document, DOCUMENT)
        assert document["validity"] in VALIDITIES
        for section in document["sections"]:
            fits(section, SECTION)
            assert section["section_id"].startswith(document["document_id"] + "#")
            assert section["characters"] == len(section["text"])
    assert {d["municipality"] for d in documents} == {"Lindhamn", "Norrfors", "alla"}
    ids = [s["section_id"] for d in documents for s in d["sections"]]
    assert len(ids) == len(set(ids))


def test_as_of_decides_what_is_in_force(sample_home: Path, inside: Inside) -> None:
    def validity(*words: str) -> dict[str, str]:
        return {d["document_id"]: d["validity"] for d in json.loads(inside(sample_home, "documents", "--json", *words)[1])}

    now, then = validity(), validity("--as-of", "2024-06-01")
    ended = {i for i in now if now[i] == "expired"}
    assert ended
    assert {then[i] for i in ended} == {"current"}


def test_one_question_gets_one_object_or_a_text_to_read(sample_home: Path, inside: Inside) -> None:
    words = ("ask", "Vem beslutar om resor?", "--municipality", "Norrfors")
    ran = run(sample_home, *words, "--json")
    assert (ran.returncode, ran.stderr, ran.stdout.count("\n")) == (0, "", 1)
    answer = json.loads(ran.stdout)
    fits_answer(answer)
    read = inside(sample_home, *words)[1]
    assert answer["text"] in read
    assert f"[1] {answer['citations'][0]['document_title']}" in read
    assert "(gäller)" in read


def test_an_empty_question_gets_an_answer_object_too(sample_home: Path, inside: Inside) -> None:
    status, out, _ = inside(sample_home, "ask", "", "--json")
    assert status == 0
    assert json.loads(out)["reason"] == "unclear"


def test_ingest_tells_what_became_of_each_file_and_documents_shows_it(tmp_path: Path, inside: Inside) -> None:
    folder, home = tmp_path / "dokument", tmp_path / "home"
    folder.mkdir()
    (folder / "regler.md").write_text("# Regler för resor i Ekviks kommun\n\n## Syfte\n\nReglerna gäller alla resor.\n", encoding="utf-8")
    (folder / "trasig.pdf").write_bytes(b"%PDF-1.7\n")
    (folder / "register.toml").write_text('[[document]]\nfile = "regler.md"\nmunicipality = "Ekvik"\n', encoding="utf-8")
    ran = run(home, "ingest", str(folder), "--json")
    assert (ran.returncode, ran.stdout.count("\n")) == (0, 1)
    report = json.loads(ran.stdout)
    fits(report, dict.fromkeys(("added", "changed", "removed", "unchanged", "failed", "warnings"), (list,)))
    assert report["added"] == ["ekvik/regler-for-resor-i-ekviks-kommun"]
    fits(report["failed"][0], {"file": TEXT, "reason": TEXT, "remedy": TEXT})
    assert report["failed"][0]["file"] == "trasig.pdf"
    again = json.loads(inside(home, "ingest", str(folder), "--json")[1])
    assert (again["added"], again["unchanged"]) == ([], report["added"])
    assert "Regler för resor i Ekviks kommun  (Ekvik)" in inside(home, "documents")[1]
    assert "trasig.pdf" in inside(home, "ingest", str(folder))[1]


@pytest.mark.parametrize(
    ("words", "said", "remedy"),
    [
        (("ask", "Vem beslutar?"), "Det finns inget index ännu.", "assistant ingest"),
        (("search", "resor"), "Det finns inget index ännu.", "assistant ingest"),
        (("documents",), "Det finns inget index ännu.", "assistant ingest"),
        (("chat",), "Det finns inget index ännu.", "assistant ingest"),
        (("ingest", "saknas"), "Mappen saknas finns inte.", "Kontrollera"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_is_wrong_is_told_in_swedish_with_its_remedy(
    tmp_path: Path, inside: Inside, words: tuple[str, ...], said: str, remedy: str
) -> None:
    status, out, error = inside(tmp_path / "home", *words)
    assert (status, out) == (1, "")
    reason, _, what_to_do = error.partition("\nGör så här: ")
    assert reason == said
    assert remedy in what_to_do


def test_a_batch_file_that_is_missing_is_told(sample_home: Path, inside: Inside) -> None:
    status, out, error = inside(sample_home, "ask", "--batch", "saknas.jsonl", "--json")
    assert (status, out) == (1, "")
    assert error.startswith("Filen saknas.jsonl går inte att läsa.\nGör så här: ")


def test_a_wrong_setting_is_named(tmp_path: Path, inside: Inside) -> None:
    status, _, error = inside(tmp_path / "home", "documents", ASSISTANT_PORT="nittio")
    assert status == 1
    assert error.startswith("Inställningen ASSISTANT_PORT har ett ogiltigt värde: 'nittio'.\nGör så här: ")


def test_help_shows_a_newcomer_what_there_is_and_where_to_begin(tmp_path: Path, inside: Inside) -> None:
    status, out, _ = inside(tmp_path, "--help")
    assert status == 0
    for word in ("ingest", "documents", "search", "ask", "chat", "doctor", "Börja med: assistant ingest MAPP"):
        assert word in out
    for command, word in (
        ("ask", "--municipality"),
        ("search", "--limit"),
        ("documents", "--as-of"),
        ("ingest", "MAPP"),
        ("chat", "--port"),
    ):
        assert word in inside(tmp_path, command, "--help")[1]


def test_a_mistyped_command_ends_with_two_and_a_usage_line(tmp_path: Path, inside: Inside) -> None:
    status, out, error = inside(tmp_path, "fråga")
    assert (status, out) == (2, "")
    assert error.startswith("usage: assistant")
