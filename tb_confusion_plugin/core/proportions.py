"""Two proportions of independent samples: the interval of their difference, and the test of whether they differ."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import erfc

from tb_confusion_plugin.core.intervals import wilson_interval

# Below this expected count the normal approximation declares false differences, above all where the sizes differ.
_MIN_EXPECTED = 5
# Tables as probable as the observed one, but for rounding, count as such.
_TIE = 1 + 1e-7
# Weights of a cell whose expected count is below _MIN_EXPECTED vanish long before: what is observed beyond has p = 0 in float64.
_MAX_COUNTS = 512
_TABLES_AT_ONCE = 4096


def difference_interval(
    successes_a: ArrayLike, trials_a: ArrayLike, successes_b: ArrayLike, trials_b: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The 95 % hybrid score interval of the difference of two independent proportions, B minus A.

    Args:
        successes_a: numbers of samples, any shape, 0 ≤ successes ≤ trials.
        trials_a: numbers of samples n, broadcast against successes_a.
        successes_b: the same of B, broadcast against those of A.
        trials_b: the same of B.

    Returns:
        (low, high), float64 in [-1, 1]; NaN where either has no samples.

    Source: R. G. Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine
    17:873-890, method 10.
    """
    a, n_a, b, n_b = _as_floats(successes_a, trials_a, successes_b, trials_b)
    low_a, high_a = wilson_interval(a, n_a)
    low_b, high_b = wilson_interval(b, n_b)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate_a, rate_b = a / n_a, b / n_b
    delta = rate_b - rate_a
    below = np.hypot(rate_b - low_b, high_a - rate_a)
    above = np.hypot(high_b - rate_b, rate_a - low_a)
    return np.maximum(delta - below, -1), np.minimum(delta + above, 1)


def difference_p_value(
    successes_a: ArrayLike, trials_a: ArrayLike, successes_b: ArrayLike, trials_b: ArrayLike
) -> NDArray[np.float64]:
    """The two-sided p-value of "both proportions are equal".

    The pooled two-proportion z test (chi square with one degree of freedom, uncorrected); Fisher's exact test where an
    expected count of the 2x2 table is below 5.

    Args:
        successes_a: numbers of samples, any shape, 0 ≤ successes ≤ trials.
        trials_a: numbers of samples n, broadcast against successes_a.
        successes_b: the same of B, broadcast against those of A.
        trials_b: the same of B.

    Returns:
        float64 in [0, 1]; NaN where either has no samples.
    """
    a, n_a, b, n_b = _as_floats(successes_a, trials_a, successes_b, trials_b)
    total, successes = n_a + n_b, a + b
    with np.errstate(invalid="ignore", divide="ignore"):
        smallest_expected = np.minimum(n_a, n_b) * np.minimum(successes, total - successes) / total
        variance = (successes / total) * ((total - successes) / total) * (1 / n_a + 1 / n_b)
        p_value = np.asarray(erfc(np.abs(b / n_b - a / n_a) / np.sqrt(2 * variance)))
    is_small = smallest_expected < _MIN_EXPECTED
    if is_small.any():
        p_value[is_small] = _fisher_p_values(a[is_small], n_a[is_small], b[is_small], n_b[is_small])
    p_value[(n_a == 0) | (n_b == 0)] = np.nan
    return p_value


def _as_floats(*values: ArrayLike) -> tuple[NDArray[np.float64], ...]:
    return tuple(np.broadcast_arrays(*(np.asarray(one, dtype=np.float64) for one in values)))


def _fisher_p_values(
    a: NDArray[np.float64], n_a: NDArray[np.float64], b: NDArray[np.float64], n_b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Fisher's exact test, two-sided: the probability of all tables with these margins that aren't more probable than the observed.

    R. A. Fisher (1935), The logic of inductive inference, Journal of the Royal Statistical Society 98:39-82. SciPy's own takes
    one table a call, and matrices have thousands of cells, of which many have the same table.
    """
    tables, which = np.unique(np.stack([a, n_a, b, n_b], axis=1), axis=0, return_inverse=True)
    parts = [_of_tables(tables[i : i + _TABLES_AT_ONCE]) for i in range(0, len(tables), _TABLES_AT_ONCE)]
    return np.asarray(np.concatenate(parts)[which.reshape(-1)])


def _of_tables(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of tables (successes A, trials A, successes B, trials B), shape (n, 4).

    The cell counted is the one that is expected least often: its smallest possible count is 0, and the hypergeometric weights of
    its counts 0, 1, ... follow from each other by their ratios, so that no logarithm of a factorial takes digits away.
    """
    a, n_a, b, n_b = tables.T
    successes, total = a + b, n_a + n_b
    row, column = np.minimum(n_a, n_b), np.minimum(successes, total - successes)
    in_row = np.where(n_a <= n_b, a, b)
    observed = np.where(successes <= total - successes, in_row, row - in_row)
    largest = np.minimum(row, column)
    counts = np.arange(min(_MAX_COUNTS, int(largest.max(initial=0))))
    ratios = (row[:, None] - counts) * (column[:, None] - counts)
    ratios /= (counts + 1) * ((total - row - column)[:, None] + counts + 1)
    ratios[counts >= largest[:, None]] = 0
    weights = np.concatenate([np.ones((len(tables), 1)), np.cumprod(ratios, axis=1)], axis=1)
    is_beyond = observed >= weights.shape[1]
    own = weights[np.arange(len(tables)), np.where(is_beyond, 0, observed).astype(np.int64)]
    limit = np.where(is_beyond, 0, own)[:, None] * _TIE
    as_extreme = np.where(weights <= limit, weights, 0).sum(axis=1)
    return np.asarray(as_extreme / weights.sum(axis=1))


def adjusted_p_values(p_values: NDArray[Any]) -> NDArray[np.float64]:
    """Adjusted p-values (q-values): tests with q ≤ 0.05 have a false discovery rate of at most 5 %.

    Args:
        p_values: float64 in [0, 1], shape (n,); NaN where there was no test.

    Returns:
        float64, shape (n,), NaN where p_values are.

    Source: Y. Benjamini and Y. Hochberg (1995), Controlling the false discovery rate, Journal of the Royal Statistical Society
    B 57:289-300.
    """
    from scipy.stats import false_discovery_control  # noqa: PLC0415  # half a second to import, and only this needs it

    adjusted = np.full(len(p_values), np.nan)
    is_tested = ~np.isnan(p_values)
    if is_tested.any():
        adjusted[is_tested] = false_discovery_control(p_values[is_tested])
    return adjusted
