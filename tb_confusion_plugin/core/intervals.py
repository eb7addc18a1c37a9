"""Confidence intervals of rates."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

# The 0.975 quantile of the standard normal distribution: two-sided 95 %.
Z_95 = 1.959963984540054


def wilson_interval(successes: ArrayLike, trials: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """The 95 % score interval of a proportion.

    Args:
        successes: numbers of samples, any shape, 0 ≤ successes ≤ trials.
        trials: numbers of samples n, broadcast against successes.

    Returns:
        (low, high), float64 in [0, 1]; NaN where trials is 0.

    Source: E. B. Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22:209-212.
    """
    n = np.asarray(trials, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        rate = np.asarray(successes, dtype=np.float64) / n
        z2_n = Z_95**2 / n
        centre = (rate + z2_n / 2) / (1 + z2_n)
        half_width = np.sqrt(rate * (1 - rate) * z2_n + z2_n**2 / 4) / (1 + z2_n)
        # At 0 and n the bound is 0 or 1 exactly; the formula leaves a rounding error there.
        low = np.where(rate == 0, 0.0, np.maximum(centre - half_width, 0))
        high = np.where(rate == 1, 1.0, np.minimum(centre + half_width, 1))
    undefined = np.isnan(rate)
    return np.where(undefined, np.nan, low), np.where(undefined, np.nan, high)
