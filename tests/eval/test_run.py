"""Runs: the very engine over a set's documents, kept, read back, compared; and the command line around them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import DECIDING, EVERY, NEAR_MISS, WHO, CountingEmbedder, write_documents, write_questions

from assistant import build
from assistant.settings import Settings
from eval import run as runs
from eval import sets
from eval.__main__ import main
from eval.cases import Case
from eval.compare import cause, compare
from eval.part import Part
from eval.question_sets import QuestionSets
from eval.report import comparison_text, run_report, run_table
from eval.run import Run, read
from eval.running import run_municipality, run_set
from eval.summary import Figure
from knowledge.index import Index
from knowledge.ingest import ingest
from knowledge.read import close_reader
from knowledge.section import KnowledgeError


def silent(doing: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), as_of=date(2026, 11, 22))


@pytest.fixture(scope="module", autouse=True)
def without_a_model() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "build_embedder", lambda settings, threads: CountingEmbedder())
        patch.setattr(sets, "build_embedder", lambda settings, threads: CountingEmbedder())
        patch.setattr(build, "model", lambda: DECIDING)
        yield
    close_reader()


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> sets.QuestionSet:
    root = tmp_path_factory.mktemp("set")
    return sets.own(write_questions(root / "q.jsonl", *EVERY), write_documents(root / "dokument"))


@pytest.fixture(scope="module")
def run(chosen: sets.QuestionSet, settings: Settings) -> Run:
    return run_set(chosen, settings, split=None, as_of=settings.as_of, tell=silent)


def spoilt(run: Run, **answer: Any) -> Run:
    """The same run in which the first question came out silent."""
    row = run.rows[0]
    scores = tuple(replace(s, value=0.0) if s.name in ("correct", "answered", "section_any") else s for s in row.scores)
    return replace(run, id="senare", rows=(replace(row, scores=scores, answer=row.answer | answer), *run.rows[1:]))


def test_a_run_asks_every_question_and_says_what_it_was_made_with(run: Run) -> None:
    assert [r.id for r in run.rows] == [r["id"] for r in EVERY]
    assert run.made_with["as_of"] == "2026-11-22"
    assert run.made_with["embedder"] == "counting-1"
    assert all(run.made_with.values())
    assert run.warnings == ()


def test_the_figures_count_what_applies(run: Run) -> None:
    assert (run.figures["correct"].value, run.figures["correct"].n) == (1, 3)
    assert (run.figures["abstained"].value, run.figures["abstained"].n) == (1, 2)
    assert (run.figures["abstained_on_topic"].n, run.figures["abstained_off_topic"].n) == (1, 1)
    assert (run.figures["marked"].value, run.figures["marked"].n) == (1, 1)
    assert run.figures["quote_in_section"].value == 1
    assert run.figures["quote_in_sources"] == Figure(None, 0)
    assert run.figures["scope_leak"].value == 0
    assert run.figures["hit_at_1"].n == 3


def test_a_run_is_kept_and_read_back_as_it_was(run: Run, settings: Settings) -> None:
    assert read(run.id[:12], settings.home).as_dict() == run.as_dict()
    assert read("senaste", settings.home).figures == run.figures
    with pytest.raises(KnowledgeError, match="Ingen körning börjar med ”1999”"):
        read("1999", settings.home)


def test_a_file_that_is_no_run_is_told(tmp_path: Path) -> None:
    path = tmp_path / "annat.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="är ingen körning"):
        read(str(path), tmp_path)


def test_gold_that_the_documents_do_not_have_is_warned_about(chosen: sets.QuestionSet, settings: Settings, tmp_path: Path) -> None:
    wrong = WHO | {"gold": [{"municipality": "Björkhult", "sections": ["Finns inte"]}]}
    other = replace(chosen, questions=write_questions(tmp_path / "q.jsonl", wrong))
    (warning,) = run_set(other, settings, split=None, as_of=None, tell=silent).warnings
    assert warning.startswith("k1: facit pekar på ett avsnitt")


def test_a_run_of_few_questions_says_that_it_cannot_tell(run: Run) -> None:
    assert "Färre än 20 frågor" in run_table(run)
    assert "Färre än 20" not in run_table(replace(run, rows=run.rows * 4))


def test_a_comparison_names_what_flipped_and_why(run: Run) -> None:
    later = spoilt(run, status="unanswered", reason="no_source", citations=[])
    found = compare(run, later)
    assert (found.n, found.p) == (len(EVERY), 1.0)
    assert found.as_dict()["lost"] == [{"id": "k1", "cause": "wrongly_silent"}]
    assert compare(later, run).as_dict()["won"] == ["k1"]
    assert "tyst fast svaret finns" in comparison_text(found)
    assert compare(run, run).flips == ()


def test_a_question_that_was_rewritten_is_not_compared(run: Run) -> None:
    assert compare(run, spoilt(run, question="En annan fråga?")).n == len(EVERY) - 1
    with pytest.raises(KnowledgeError, match="inga frågor gemensamma"):
        compare(run, replace(run, rows=()))


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"abstained": 0.0}, "should_be_silent"),
        ({"correct": 0.0, "scope_leak": 1.0}, "scope_leak"),
        ({"correct": 0.0, "recall_at_10": 0.0, "answered": 0.0}, "not_found"),
        ({"correct": 0.0, "recall_at_10": 1.0, "answered": 0.0}, "wrongly_silent"),
        ({"correct": 0.0, "answered": 1.0, "section_any": 1.0}, "wrong_words"),
        ({"correct": 0.0, "answered": 1.0, "section_any": 0.0}, "wrong_section"),
    ],
)
def test_each_fault_has_its_cause(run: Run, values: dict[str, float], named: str) -> None:
    scores = tuple(runs.Score(name, value, "") for name, value in values.items())
    assert cause(replace(run.rows[0], scores=scores)) == named


def test_the_report_lists_what_went_wrong(run: Run) -> None:
    text = run_report(spoilt(run))
    assert "## Frågor som blev fel" in text
    assert WHO["question"] in text
    assert "## Frågor som blev fel" not in run_report(run)


def test_held_out_questions_are_not_shown_one_by_one_unless_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    runs.keep(replace(spoilt(run), split="heldout"), tmp_path)
    main(["report"])
    assert WHO["question"] not in capsys.readouterr().out
    main(["report", "--failures"])
    assert WHO["question"] in capsys.readouterr().out


def test_a_run_over_documents_that_change_under_way_stops_and_is_made_anew(tmp_path: Path, settings: Settings) -> None:
    home, folder = tmp_path / "home", write_documents(tmp_path / "dokument")
    ingest(folder, home=home, embedder=CountingEmbedder())
    day = date(2026, 11, 22)
    asked = [Case(f"f{n}", f"Vem utser kontaktperson {n}?", "Björkhult", "vem", abstain=True, approved_on=day) for n in range(3)]
    QuestionSets(home).add("Björkhult", asked)
    own = settings.model_copy(update={"home": home})

    def changing(doing: str, done: int, total: int) -> None:
        if done == 1:
            (folder / "ny.md").write_text("# Ny policy i Björkhults kommun\n\n## Syfte\n\nSyftet är nytt.\n", encoding="utf-8")
            ingest(folder, home=home, embedder=CountingEmbedder())

    with pytest.raises(KnowledgeError, match="Dokumenten ändrades under körningen"):
        run_municipality("Björkhult", own, as_of=None, tell=changing)
    assert runs.runs(home, "Björkhult") == []
    made = run_municipality("Björkhult", own, as_of=None, tell=silent)
    assert len(made.documents) == 3
    assert [r.id for r in runs.runs(home, "Björkhult")] == [made.id]


def test_only_a_run_made_with_the_same_goes_on(chosen: sets.QuestionSet, settings: Settings, tmp_path: Path) -> None:
    what = {"corpus": "1", "code": "1"}
    first = Part(tmp_path, "prov", what)
    first.add(run_set(chosen, settings, split=None, as_of=settings.as_of, tell=silent).rows[0])
    assert Part(tmp_path, "prov", what).rows.keys() == {"k1"}
    assert Part(tmp_path, "prov", what).id == first.id
    assert Part(tmp_path, "prov", {**what, "code": "2"}).rows == {}
    assert Part(tmp_path, "annan", what).rows == {}


def test_a_file_among_the_runs_that_is_none_is_passed_over(run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    runs.keep(replace(run, municipality="Björkhult"), tmp_path)
    (runs.folder(tmp_path) / "trasig.json").write_text("[]", encoding="utf-8")
    assert [r.id for r in runs.runs(tmp_path, "Björkhult")] == [run.id]
    assert "är ingen körning" in caplog.text


def test_generated_sections_lie_beside_the_sets_own_in_an_index_of_their_own(chosen: sets.QuestionSet, settings: Settings) -> None:
    home = sets.indexed(chosen, settings, silent, beside=12)
    assert home != sets.indexed(chosen, settings, silent)
    index = Index.open(home, "counting-1")
    owners = [d.municipality for d in index.documents.values() for _ in d.sections]
    assert owners.count("Björkhult") >= 14
    assert owners.count("Stenvik") >= 2


def test_the_command_line_runs_compares_and_reports(
    chosen: sets.QuestionSet, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    command = ["run", "--questions", str(chosen.questions), "--documents", str(chosen.documents), "--as-of", "2026-11-22", "--json"]
    assert main(command) == 0
    first = json.loads(capsys.readouterr().out)
    assert first["figures"]["correct"]["value"] == 1
    assert main(["compare", first["id"]]) == 0
    assert "0 blev rätt, 0 blev fel" in capsys.readouterr().out
    assert main(["report"]) == 0
    assert first["id"] in capsys.readouterr().out


def test_the_command_line_tells_what_to_mend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASSISTANT_HOME", str(tmp_path))
    assert main(["run", "--set", "okänd"]) == 1
    assert "Gör så här: Välj en av" in capsys.readouterr().err
    assert main(["run", "--questions", str(write_questions(tmp_path / "q.jsonl", NEAR_MISS))]) == 1
    assert "Det finns inget index ännu" in capsys.readouterr().err


def test_a_document_that_cannot_be_read_stops_the_run(settings: Settings, tmp_path: Path) -> None:
    folder = write_documents(tmp_path / "dokument")
    (folder / "trasig.pdf").write_bytes(b"%PDF-1.4 trasig")
    broken = sets.own(write_questions(tmp_path / "q.jsonl", WHO), folder)
    with pytest.raises(KnowledgeError, match=r"trasig\.pdf"):
        run_set(broken, settings, split=None, as_of=None, tell=silent)


def test_every_set_that_comes_with_the_project_can_be_loaded() -> None:
    for name, known in sets.known().items():
        assert len({c.id for c in known.cases()}) > 20, name
        assert known.documents
        assert known.documents.is_dir()
