"""Wilson intervals, against SciPy."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from tb_confusion_plugin.core.intervals import Z_95, wilson_interval

proportions = st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_the_quantile_is_that_of_95_percent():
    assert math.isclose(Z_95, norm.ppf(0.975), rel_tol=1e-15)


@given(proportions)
def test_intervals_are_scipys(case):
    successes, trials = case
    expected = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    np.testing.assert_allclose(wilson_interval(successes, trials), (expected.low, expected.high), rtol=0, atol=1e-12)


@given(st.integers(1, 2**53).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_hold_the_rate_and_lie_within_0_and_1(case):
    successes, trials = case
    low, high = wilson_interval(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


@given(proportions)
def test_failures_mirror_successes(case):
    successes, trials = case
    low, high = wilson_interval(successes, trials)
    np.testing.assert_allclose(wilson_interval(trials - successes, trials), (1 - high, 1 - low), rtol=0, atol=1e-12)


def test_none_and_all_give_exact_bounds():
    lows, highs = wilson_interval([0, 12], [9, 12])
    assert (lows[0], highs[1]) == (0.0, 1.0)


def test_no_trials_are_undefined():
    low, high = wilson_interval([0, 1], [0, 2])
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()


def test_more_trials_narrow_the_interval():
    low, high = wilson_interval([1, 10, 100, 1000], [4, 40, 400, 4000])
    assert (np.diff(high - low) < 0).all()
