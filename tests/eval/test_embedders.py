"""The comparison of the embedder with the C engine, over a few sentences."""

from __future__ import annotations

import json

import pytest

from eval.__main__ import main
from eval.embedders import ENGINE, Comparison, Speed, comparison_text, some_sentences


def test_sentences_are_of_the_sets_that_may_be_looked_at_and_each_stands_once() -> None:
    texts = some_sentences(500)
    assert len(texts) == len(set(texts)) == 500
    assert some_sentences(20) == texts[:20]
    assert all(len(t) > 10 for t in texts)


def test_the_command_measures_all_embedders_over_the_same_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["embedders", "--sentences", "20", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [s["name"] for s in found["speeds"]] == [ENGINE, "int8", "float32"]
    assert all(s["tokens_per_second"] > 0 and s["question_ms"] > 0 and s["cosine_least"] > 0.999 for s in found["speeds"])
    assert (found["texts"], found["other_counts"], found["other_ids"]) == (20, [], [])
    assert 0 < found["memory_mb"] < 300


def test_without_sentences_it_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["embedders", "--sentences", "0"]) == 1
    assert "--sentences" in capsys.readouterr().err


def test_the_table_shows_each_against_the_engine_and_lists_what_differs() -> None:
    speeds = (Speed(ENGINE, 100, 10.0, 1.0, 1.0, None), Speed("int8", 400, 5.0, 0.9996, 0.999, 60.4))
    text = comparison_text(Comparison(2, 40, 1, speeds, ("Hej på dig.",), (), 0.8, 230))
    assert "4.00" in text
    assert "0.50" in text
    assert "Annat antal token än motorn: 1." in text
    assert text.endswith("  Hej på dig.")
