"""Intervals and the paired test, against the reference library's to six digits."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from eval.intervals import mcnemar, wilson


@given(st.integers(1, 2_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilsons_interval_is_the_reference_librarys(pair: tuple[int, int]) -> None:
    right, n = pair
    reference = binomtest(right, n).proportion_ci(confidence_level=0.95, method="wilson")
    assert wilson(right, n) == pytest.approx((reference.low, reference.high), abs=1e-6)


def test_wilsons_interval_of_nothing_is_everything() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("lost", "won", "p"), [(0, 0, 1.0), (5, 5, 1.0), (0, 5, 0.0625), (1, 9, 22 / 1024), (10, 2, 158 / 4096)])
def test_mcnemars_exact_probability_is_the_known_one(lost: int, won: int, p: float) -> None:
    assert mcnemar(lost, won) == pytest.approx(p, abs=1e-6)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemars_probability_is_the_binomial_sum_counted_out(lost: int, won: int) -> None:
    n = lost + won
    tail = sum(math.comb(n, k) for k in range(min(lost, won) + 1)) / 2**n
    assert mcnemar(lost, won) == pytest.approx(min(1.0, 2 * tail), abs=1e-6)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mcnemar_does_not_mind_which_run_comes_first(lost: int, won: int) -> None:
    assert mcnemar(lost, won) == pytest.approx(mcnemar(won, lost), abs=1e-12)
