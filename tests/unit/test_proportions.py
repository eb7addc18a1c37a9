"""Differences of proportions, against SciPy and statsmodels; the false discovery rate, by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

from tb_confusion_plugin import ConfusionMatrix
from tb_confusion_plugin.core.comparison import compare_matrices
from tb_confusion_plugin.core.proportions import adjusted_p_values, difference_interval, difference_p_value


def proportions_up_to(most):
    return st.integers(1, most).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def smallest_expected(x, n_x, y, n_y):
    return min(n_x, n_y) * min(x + y, n_x + n_y - x - y) / (n_x + n_y)


@given(proportions_up_to(10**6), proportions_up_to(10**6))
def test_intervals_are_newcombes(a, b):
    expected = confint_proportions_2indep(*b, *a, compare="diff", method="newcomb")
    np.testing.assert_allclose(difference_interval(*a, *b), expected, rtol=0, atol=1e-9)


@given(proportions_up_to(400), proportions_up_to(4000))
def test_p_values_are_fishers_where_an_expected_count_is_small_and_else_of_the_z_test(a, b):
    (x, n_x), (y, n_y) = a, b
    if smallest_expected(x, n_x, y, n_y) < 5:
        expected = fisher_exact([[x, n_x - x], [y, n_y - y]]).pvalue
    else:
        expected = proportions_ztest([x, y], [n_x, n_y])[1]
    assert math.isclose(difference_p_value(x, n_x, y, n_y), expected, rel_tol=1e-9, abs_tol=1e-300)


@given(proportions_up_to(2000), proportions_up_to(2000))
def test_swapping_a_and_b_mirrors_the_interval_and_keeps_the_p_value(a, b):
    low, high = difference_interval(*a, *b)
    np.testing.assert_allclose(difference_interval(*b, *a), (-high, -low), atol=1e-12)
    np.testing.assert_allclose(difference_p_value(*b, *a), difference_p_value(*a, *b), rtol=1e-9)


def test_no_samples_are_no_test_and_no_interval():
    assert np.isnan(difference_p_value([0, 3, 0], [0, 5, 0], [1, 0, 0], [9, 0, 0])).all()
    assert np.isnan(difference_interval(0, 0, 1, 9)).all()


def test_equal_proportions_of_none_and_all_have_p_1():
    np.testing.assert_allclose(difference_p_value([0, 7], [7, 7], [0, 90], [90, 90]), 1)


def test_more_than_can_be_by_chance_has_p_0_and_not_an_error():
    assert difference_p_value(0, 10**9, 1000, 1000) == 0


@given(st.lists(st.one_of(st.floats(0, 1), st.just(math.nan)), max_size=40))
def test_adjusted_p_values_are_statsmodels(p_values):
    p_values = np.array(p_values)
    expected = p_values.copy()
    tested = ~np.isnan(p_values)
    if tested.any():
        expected[tested] = multipletests(p_values[tested], method="fdr_bh")[1]
    # Subnormal numbers have too few digits for a relative tolerance.
    np.testing.assert_allclose(adjusted_p_values(p_values), expected, rtol=1e-9, atol=1e-300)


@pytest.mark.parametrize(("num_classes", "per_class"), [(10, 1000), (100, 100)])
@pytest.mark.parametrize("ratio", [1, 10], ids=["equal sizes", "1 to 10"])
@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
def test_two_equal_models_seldom_differ_significantly(num_classes, per_class, ratio, normalize):
    # Where nothing differs every discovery is a false one, so that the false discovery rate is the share of comparisons with any.
    generator = np.random.default_rng(368)
    rates = 0.7 * np.eye(num_classes) + 0.3 * generator.dirichlet(np.full(num_classes, 0.3), num_classes)
    num_comparisons = 200
    num_discovered = 0
    for _ in range(num_comparisons):
        a, b = (ConfusionMatrix(generator.multinomial(n, rates)) for n in (per_class, ratio * per_class))
        num_discovered += bool(compare_matrices(a, b, normalize).is_significant.any())
    # Of 200 comparisons with a chance of 5 % each, more than 20 have one in a thousand times.
    assert num_discovered <= 20


def test_a_real_change_is_found():
    before = np.diag([900] * 10) + 10
    after = before.copy()
    after[3, 3] -= 200
    after[3, 5] += 200
    comparison = compare_matrices(ConfusionMatrix(before), ConfusionMatrix(after))
    found = list(
        zip(comparison.true_class[comparison.is_significant], comparison.pred_class[comparison.is_significant], strict=True)
    )
    assert found == [(3, 3), (3, 5)]
