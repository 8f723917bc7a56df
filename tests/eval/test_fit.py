"""The fit: it finds what separates, chooses the threshold that was promised, and never looks at what is held out."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from eval_fakes import EVERY
from hypothesis import given
from hypothesis import strategies as st
from test_scores import case_of

from assistant.engine import Engine
from eval.fit import Sample, best_threshold, fit, point, samples, write_curve
from eval.sets import FITTING, HELD_OUT, is_held_out


def made(n: int = 240) -> list[Sample]:
    """Samples of six municipalities in which `signal` tells and `noise` does not."""
    chance = np.random.default_rng(3)
    out = []
    for number in range(n):
        settled = bool(chance.random() < 0.5)
        features = {"signal": float(chance.normal(1.5 * settled)), "noise": float(chance.normal())}
        out.append(Sample(features, settled, f"kommun {number % 6}"))
    return out


def test_the_fit_weighs_what_tells_and_not_what_does_not() -> None:
    fitted = fit(made(2_400))
    assert fitted.model.weights["signal"] > 0.7
    assert abs(fitted.model.weights["noise"]) < 0.3
    right = np.mean((fitted.probabilities >= fitted.model.threshold) == fitted.settled)
    assert 0.7 < right < 0.9


def test_of_regularisations_that_tell_as_well_the_strongest_is_taken() -> None:
    faint = [replace(s, features={name: value / 20 for name, value in s.features.items()}) for s in made(2_400)]
    assert fit(made(2_400)).strength < fit(faint).strength


def test_out_of_fold_a_municipalitys_own_questions_tell_nothing() -> None:
    marks = [Sample({f"mark {n % 6}": 1.0}, n % 6 < 3, f"kommun {n % 6}") for n in range(120)]
    fitted = fit(marks)
    assert np.mean((fitted.probabilities >= 0.5) == fitted.settled) < 0.6


def test_of_thresholds_that_are_as_good_the_most_silent_is_taken() -> None:
    settled = np.array([True] * 4 + [False] * 4)
    probabilities = np.array([0.9, 0.9, 0.8, 0.2, 0.6, 0.4, 0.1, 0.1])
    at = point(settled, probabilities, best_threshold(settled, probabilities))
    assert (at.abstention_recall, at.coverage) == pytest.approx((1.0, 3 / 8))


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 999)), min_size=1, max_size=60))
def test_no_other_threshold_is_better_for_the_kind_that_is_decided_worse(rows: list[tuple[bool, float]]) -> None:
    settled, probabilities = np.array([r[0] for r in rows]), np.array([r[1] / 1000 for r in rows])

    def worth(threshold: float) -> float:
        right = (probabilities >= threshold) == settled
        return min(float(np.mean(right[kind])) for kind in (settled, ~settled) if kind.any())

    best = worth(best_threshold(settled, probabilities))
    assert all(best >= worth(t / 50) for t in range(51))


def test_the_curve_falls_from_all_to_none(tmp_path: Path) -> None:
    fitted = fit(made())
    write_curve(tmp_path / "kurva.csv", fitted)
    rows = list(csv.DictReader((tmp_path / "kurva.csv").read_text(encoding="utf-8").splitlines()))
    coverage = [float(r["coverage"]) for r in rows]
    assert (len(rows), coverage[0], coverage[-1]) == (101, 1.0, 0.0)
    assert coverage == sorted(coverage, reverse=True)
    assert float(rows[70]["accuracy"]) > float(rows[0]["accuracy"])


def test_samples_are_the_engines_own_features_of_single_part_questions(engine: Engine) -> None:
    cases = [case_of(r) for r in EVERY]
    both = case_of(EVERY[0] | {"id": "k9", "question": "Vem utser kontaktpersonen och hur ofta redovisas arbetet?"})
    fact = case_of(EVERY[0] | {"id": "k8", "question": "När antogs policyn?"})
    found = samples(engine, [*cases, both, fact])
    assert [s.settled for s in found] == [True, True, True, False]
    assert found[0].features == engine.ask(cases[0].ask).trace["features"][0]


def test_nothing_is_fitted_on_what_is_held_out() -> None:
    assert not set(FITTING) & set(HELD_OUT)
    assert not any(is_held_out(*pair) for pair in FITTING)
    assert all(is_held_out(*pair) for pair in HELD_OUT)
    assert is_held_out("lindhamn", None)
    assert not is_held_out("lindhamn", "dev")
