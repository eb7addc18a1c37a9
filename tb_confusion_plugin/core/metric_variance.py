"""How far overall metrics vary by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin.core.intervals import Z_95
from tb_confusion_plugin.core.matrix import ConfusionMatrix
from tb_confusion_plugin.core.metrics import Interval, MatrixMetrics, averaged_classes, compute_metrics, ratio

# Coefficients of agreement reach from -1 to 1, the other metrics from 0 to 1.
COEFFICIENTS = ("cohen_kappa", "mcc")
# They aren't averages over classes.
_OF_ALL_SAMPLES = ("accuracy", *COEFFICIENTS)
# What rounding leaves of the variance of one sample where nothing varies.
_MAX_ROUNDING = 1e-24

Shares = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def metric_variance(matrix: ConfusionMatrix, metric: str, left_out: int | None = None) -> float:
    """The variance of a metric by the multinomial delta method.

    The cells are one multinomial sample with shares p_ij; a metric with the derivatives g_ij by them has the variance
    (sum p_ij g_ij² - (sum p_ij g_ij)²) / n.

    Args:
        matrix: any confusion matrix.
        metric: one of `OVERALL_METRICS`.
        left_out: a class that averages leave out, or None.

    Returns:
        The variance; 0 where nothing varies (a perfect matrix); NaN without samples, where the metric is undefined, and for
        weighted counts.

    Raises:
        ValueError: the metric is none of these, or left_out is none of the classes.

    Sources: Y. M. M. Bishop, S. E. Fienberg and P. W. Holland (1975), Discrete Multivariate Analysis, 14.6; of kappa
    J. L. Fleiss, J. Cohen and B. S. Everitt (1969), Large sample standard errors of kappa and weighted kappa, Psychological
    Bulletin 72:323-327; of F1 K. Takahashi et al. (2022), Confidence interval for micro-averaged F1 and macro-averaged F1
    scores, Applied Intelligence 52:4961-4972.
    """
    if metric not in _GRADIENTS:
        raise ValueError(f"unknown metric: {metric!r}; pass one of {', '.join(OVERALL_METRICS)}")
    if matrix.is_weighted or matrix.total == 0 or np.isnan(getattr(compute_metrics(matrix, left_out), metric)):
        return float("nan")
    averaged = averaged_classes(matrix.num_classes, left_out)
    hits, support, predicted = (
        np.asarray(margin, dtype=np.float64) / matrix.total * (1 if metric in _OF_ALL_SAMPLES else averaged)
        for margin in (matrix.true_positives, matrix.support, matrix.predicted_count)
    )
    by_hits, by_support, by_predicted = _GRADIENTS[metric](hits, support, predicted)
    indices, counts = matrix.nonzero_cells()
    true_class, pred_class = np.divmod(indices, matrix.num_classes)
    slopes = by_support[true_class] + by_predicted[pred_class] + np.where(true_class == pred_class, by_hits[true_class], 0)
    shares = counts / matrix.total
    variance = float(shares @ (slopes - shares @ slopes) ** 2)
    return 0.0 if variance < _MAX_ROUNDING else variance / matrix.total


def metric_interval(metrics: MatrixMetrics, matrix: ConfusionMatrix, metric: str, left_out: int | None = None) -> Interval | None:
    """The 95 % interval of a metric of a matrix.

    Args:
        metrics: those of the matrix.
        matrix: any confusion matrix.
        metric: one of `OVERALL_METRICS`.
        left_out: the class that the averages among the metrics leave out, or None.

    Returns:
        (low, high): Wilson's for the accuracy, Wald's for the others. None where the metric is undefined, where nothing varies
        (Wald's says nothing there), and for weighted counts.
    """
    if metric == "accuracy":
        interval = metrics.accuracy_interval
        return None if interval is None or np.isnan(interval[0]) else interval
    variance = metric_variance(matrix, metric, left_out)
    return wald_interval(getattr(metrics, metric), variance, -1 if metric in COEFFICIENTS else 0, 1)


def wald_interval(value: float, variance: float, smallest: float, largest: float) -> Interval | None:
    """value ± 1.96 standard deviations, cut at what is possible; None where there is no variance to go by."""
    if np.isnan(value) or not variance > 0:
        return None
    half_width = Z_95 * float(np.sqrt(variance))
    return max(value - half_width, smallest), min(value + half_width, largest)


def _of_accuracy(hits: NDArray[np.float64], support: NDArray[np.float64], _: NDArray[np.float64]) -> Shares:
    return np.ones_like(hits), np.zeros_like(support), np.zeros_like(support)


def _of_balanced_accuracy(hits: NDArray[np.float64], support: NDArray[np.float64], _: NDArray[np.float64]) -> Shares:
    by_hits, by_support = _of_quotient(hits, support, np.count_nonzero(support))
    return by_hits, by_support, np.zeros_like(hits)


def _of_macro_recall(hits: NDArray[np.float64], support: NDArray[np.float64], predicted: NDArray[np.float64]) -> Shares:
    by_hits, by_support = _of_quotient(hits, support, np.count_nonzero(support + predicted))
    return by_hits, by_support, np.zeros_like(hits)


def _of_macro_precision(hits: NDArray[np.float64], support: NDArray[np.float64], predicted: NDArray[np.float64]) -> Shares:
    by_hits, by_predicted = _of_quotient(hits, predicted, np.count_nonzero(support + predicted))
    return by_hits, np.zeros_like(hits), by_predicted


def _of_quotient(
    hits: NDArray[np.float64], margin: NDArray[np.float64], num_averaged: Any
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of the mean of hits / margin: by the hits, and by the margin."""
    return _defined(ratio(1.0, margin)) / num_averaged, _defined(-ratio(hits, margin**2)) / num_averaged


def _of_macro_f1(hits: NDArray[np.float64], support: NDArray[np.float64], predicted: NDArray[np.float64]) -> Shares:
    margins = support + predicted
    num_averaged = np.count_nonzero(margins)
    by_margin = _defined(-ratio(2 * hits, margins**2)) / num_averaged
    return _defined(ratio(2.0, margins)) / num_averaged, by_margin, by_margin


def _of_weighted_f1(hits: NDArray[np.float64], support: NDArray[np.float64], predicted: NDArray[np.float64]) -> Shares:
    margins, weight = support + predicted, support.sum()
    f1 = _defined(ratio(2 * hits, margins))
    by_margin = _defined(-support * ratio(2 * hits, margins**2)) / weight
    by_weight = np.where(margins > 0, f1 - support @ f1 / weight, 0) / weight
    return _defined(ratio(2 * support, margins)) / weight, by_weight + by_margin, by_margin


def _of_kappa(hits: NDArray[np.float64], support: NDArray[np.float64], predicted: NDArray[np.float64]) -> Shares:
    by_chance = support @ (1 - predicted)
    slope = -(1 - hits.sum()) / by_chance**2
    return np.full_like(hits, 1 / by_chance), slope * predicted, slope * support


def _of_mcc(hits: NDArray[np.float64], support: NDArray[np.float64], predicted: NDArray[np.float64]) -> Shares:
    of_support, of_predicted = support @ (1 - support), predicted @ (1 - predicted)
    scale = np.sqrt(of_support * of_predicted)
    correlation = (support @ (1 - predicted) - (1 - hits.sum())) / scale
    return (
        np.full_like(hits, 1 / scale),
        correlation * support / of_support - predicted / scale,
        correlation * predicted / of_predicted - support / scale,
    )


def _defined(slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Classes without samples are constant in averages: 0/0 counts as 0 there."""
    return np.nan_to_num(slopes)


_GRADIENTS: dict[str, Callable[[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]], Shares]] = {
    "accuracy": _of_accuracy,
    "balanced_accuracy": _of_balanced_accuracy,
    "macro_precision": _of_macro_precision,
    "macro_recall": _of_macro_recall,
    "macro_f1": _of_macro_f1,
    "weighted_f1": _of_weighted_f1,
    "cohen_kappa": _of_kappa,
    "mcc": _of_mcc,
}
OVERALL_METRICS = tuple(_GRADIENTS)
