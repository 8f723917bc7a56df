"""The gate: what a run must hold for a change to count, told in Swedish; and how much to trust answers of a given evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval import accept
from eval.__main__ import main
from eval.compare import compare
from eval.curve import accuracy_coverage, threshold_of
from eval.gate import Baseline, failures, floors, read_baseline, write_baseline
from eval.run import Row, Run
from eval.scores import Score
from knowledge.section import KnowledgeError


def row(id: str, status: str = "answered", likelihood: float = 0.9, *, cited: str = "a/d#x", **values: float) -> Row:
    citations = [{"section_id": cited, "headings": ["x"]}] if status != "unanswered" else []
    answer = {"question": f"Fråga {id}?", "status": status, "reason": None, "text": "", "citations": citations}
    scores = tuple(Score(name, value, "") for name, value in values.items())
    return Row(id, "vem", None, answer, (likelihood,), scores, ("a/d#x",), "v1")


def run(*rows: Row, documents: dict[str, str] | None = None) -> Run:
    return Run("a", "prov", None, {}, (), rows, settings={"threshold": "0.5"}, documents={"a/d": "1"} if documents is None else documents)


RIGHT = row("r", correct=1, answered=1, section_first=1, quote_in_section=1, scope_leak=0)
WRONG = row("r", correct=0, answered=1, section_any=0, section_first=0, quote_in_section=1, scope_leak=0)


def test_a_run_as_good_as_its_baseline_passes_and_a_lost_question_is_named_with_its_cause() -> None:
    baseline = Baseline(frozenset({"r"}))
    assert failures(run(RIGHT), baseline) == []
    assert failures(run(WRONG), baseline) == ["r är fel men var rätt: fel avsnitt. ”Fråga r?”"]
    assert failures(run(WRONG), replace(baseline, accepted=frozenset({"r"}))) == []
    assert failures(run(replace(RIGHT, id="x")), baseline) == ["Frågor i baslinjen saknas i körningen: r."]


def test_quotes_and_scope_fail_without_any_baseline() -> None:
    (said,) = failures(run(RIGHT, row("q", correct=1, quote_in_section=0.5)))
    assert said == "Citat ordagranna i avsnittet: 0,75, ska vara 1 (q)."
    (said,) = failures(run(RIGHT, row("l", scope_leak=1)))
    assert said == "Annan kommuns dokument citerat: l. Det får inte hända."


def test_a_figure_below_its_floor_fails_and_so_does_one_without_a_value() -> None:
    assert failures(run(RIGHT, WRONG), None, {"correct": 0.5}) == []
    assert failures(run(RIGHT, WRONG), None, {"correct": 0.8}) == ["Helt rätt svar: 0,5, ska vara minst 0,8."]
    assert failures(run(RIGHT), None, {"abstained": 0.8}) == ["Teg när den skulle: inget värde, ska vara minst 0,8."]


def test_floors_are_read_and_nonsense_is_told() -> None:
    assert floors(["correct=0.8", "abstained=1"]) == {"correct": 0.8, "abstained": 1.0}
    for wrong in ("rätt=0.8", "correct", "correct=mycket"):
        with pytest.raises(KnowledgeError, match="går inte att tolka"):
            floors([wrong])


def test_a_new_baseline_keeps_what_is_still_accepted(tmp_path: Path) -> None:
    path = tmp_path / "bas.json"
    path.write_text(json.dumps({"right": ["x"], "accepted": ["r", "w"]}), encoding="utf-8")
    write_baseline(path, run(RIGHT, replace(WRONG, id="w")))
    assert read_baseline(path) == Baseline(frozenset({"r"}), frozenset({"w"}))
    path.write_text("[]", encoding="utf-8")
    with pytest.raises(KnowledgeError, match="är ingen baslinje"):
        read_baseline(path)


def test_the_command_line_ends_with_1_when_the_gate_is_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bas.json"
    monkeypatch.setattr("eval.__main__.run_set", lambda *args, **known: run(WRONG))
    assert main(["run", "--fail-under", "correct=0"]) == 0
    assert main(["run", "--fail-under", "correct=0.1"]) == 1
    path.write_text(json.dumps({"right": ["r"], "accepted": []}), encoding="utf-8")
    assert main(["run", "--baseline", str(path)]) == 1
    assert "r är fel men var rätt: fel avsnitt" in capsys.readouterr().err
    assert main(["run", "--write-baseline", str(path)]) == 0
    assert main(["run", "--baseline", str(path)]) == 0


def test_a_flip_is_put_down_to_the_question_or_the_document_when_that_changed() -> None:
    def causes(before: Run, after: Run) -> list[str]:
        return [f.cause for f in compare(before, after).flips]

    assert causes(run(RIGHT), run(WRONG)) == ["wrong_section"]
    assert causes(run(RIGHT), run(WRONG, documents={"a/d": "2"})) == ["document_changed"]
    assert causes(run(RIGHT), run(WRONG, documents={})) == ["document_changed"]
    assert causes(run(RIGHT), run(WRONG, documents={"a/d": "1", "a/annat": "1"})) == ["wrong_section"]
    assert causes(run(RIGHT), run(replace(WRONG, version="v2"))) == ["question_changed"]
    assert causes(run(WRONG), run(RIGHT, documents={"a/d": "2"})) == ["document_changed"]


def test_accuracy_against_coverage_is_counted_over_thresholds() -> None:
    points = {
        p.threshold: p
        for p in accuracy_coverage(
            run(
                row("sure", likelihood=0.9, section_first=1),
                row("wrong", likelihood=0.6, section_first=0),
                row("near", "unanswered", 0.4, nearest_first=1),
                row("miss", "unanswered", 0.2, abstained=1),
                row("off", "unanswered", 0.0, abstained=1),
                row("fact", likelihood=0.0, section_first=1),
            )
        )
    }
    assert (points[0.5].n, points[0.5].accuracy, points[0.5].coverage) == (3, pytest.approx(2 / 3), 0.5)
    assert (points[0.35].n, points[0.35].accuracy) == (4, 0.75)
    assert (points[0.0].n, points[0.0].accuracy) == (5, 0.6)
    assert (points[0.95].n, points[0.95].accuracy) == (1, 1.0)
    assert accuracy_coverage(run()) == []


def test_the_runs_own_threshold_is_among_the_points() -> None:
    own = replace(run(RIGHT), settings={"threshold": "0.434"})
    assert threshold_of(own) == 0.434
    assert 0.434 in [p.threshold for p in accuracy_coverage(own)]
    assert threshold_of(replace(own, settings={})) is None
    assert accuracy_coverage(replace(own, settings={}))


def test_the_figures_of_the_readme_are_those_of_the_runs_that_are_kept() -> None:
    assert accept.figures_text() in (accept.ROOT / "README.md").read_text(encoding="utf-8")


def test_the_baseline_holds_no_question_that_is_held_out() -> None:
    from eval.sets import named

    known = {c.id: c.split for c in named(accept.CHECKED).cases()}
    found = read_baseline(accept.BASELINE)
    assert len(found.right) > 50
    assert {known[i] for i in found.right | found.accepted} <= set(accept.PARTS.split(","))
