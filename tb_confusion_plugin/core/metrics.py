"""Metrics of a confusion matrix: scikit-learn's definitions, from the three margins alone.

Definitions: https://scikit-learn.org/stable/modules/model_evaluation.html. One difference: a rate that is 0/0 is NaN ("no
samples") and not 0. Averages are scikit-learn's with its defaults, so there 0/0 counts as 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin.core.intervals import wilson_interval
from tb_confusion_plugin.core.matrix import ConfusionMatrix

Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class ClassMetrics:
    """Metrics of each class: arrays of shape (K,), float64 in [0, 1], NaN where undefined.

    Intervals are 95 % Wilson intervals as (low, high) pairs of arrays, or None for weighted counts.
    """

    support: NDArray[Any]
    predicted_count: NDArray[Any]
    recall: NDArray[np.float64]
    precision: NDArray[np.float64]
    f1: NDArray[np.float64]
    recall_interval: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    precision_interval: tuple[NDArray[np.float64], NDArray[np.float64]] | None


@dataclass(frozen=True, eq=False)
class MatrixMetrics:
    """Metrics of a whole matrix: floats, NaN where undefined; `accuracy_interval` is None for weighted counts."""

    total: int | float
    accuracy: float
    accuracy_interval: Interval | None
    balanced_accuracy: float
    macro_precision: float
    macro_recall: float
    macro_f1: float
    weighted_f1: float
    cohen_kappa: float
    mcc: float
    per_class: ClassMetrics


def compute_metrics(matrix: ConfusionMatrix, left_out: int | None = None) -> MatrixMetrics:
    """Computes every metric of a matrix.

    Args:
        matrix: any confusion matrix.
        left_out: a class that the averages over classes (balanced accuracy, macro and weighted) leave out, as scikit-learn's do
            with `labels`; accuracy, kappa and MCC are of all samples all the same. None: no class.

    Returns:
        The metrics; those of an empty matrix are NaN.

    Raises:
        ValueError: left_out is none of the classes.

    Sources: J. Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological Measurement 20:37-46
    (kappa); J. Gorodkin (2004), Comparing two K-category assignments by a K-category correlation coefficient, Computational
    Biology and Chemistry 28:367-374 (multiclass MCC).
    """
    true_positives, support, predicted = matrix.true_positives, matrix.support, matrix.predicted_count
    recall, precision = ratio(true_positives, support), ratio(true_positives, predicted)
    f1 = ratio(2.0 * true_positives, support.astype(np.float64) + predicted)
    averaged = averaged_classes(matrix.num_classes, left_out)
    occurs = ((support > 0) | (predicted > 0)) & averaged
    interval = None if matrix.is_weighted else wilson_interval(true_positives.sum(), matrix.total)
    return MatrixMetrics(
        total=matrix.total,
        accuracy=float(ratio(true_positives.sum(), matrix.total)),
        accuracy_interval=None if interval is None else (float(interval[0]), float(interval[1])),
        balanced_accuracy=_mean(recall[(support > 0) & averaged]),
        macro_precision=_mean(precision[occurs]),
        macro_recall=_mean(recall[occurs]),
        macro_f1=_mean(f1[occurs]),
        weighted_f1=float(ratio(np.nansum((f1 * support)[averaged]), support[averaged].sum())),
        cohen_kappa=cohen_kappa(true_positives, support, predicted),
        mcc=matthews_correlation(true_positives, support, predicted),
        per_class=ClassMetrics(
            support=support,
            predicted_count=predicted,
            recall=recall,
            precision=precision,
            f1=f1,
            recall_interval=None if matrix.is_weighted else wilson_interval(true_positives, support),
            precision_interval=None if matrix.is_weighted else wilson_interval(true_positives, predicted),
        ),
    )


def averaged_classes(num_classes: int, left_out: int | None) -> NDArray[np.bool_]:
    """Whether averages run over each class: bool, shape (num_classes,).

    Raises:
        ValueError: left_out is none of the classes.
    """
    if left_out is not None and not 0 <= left_out < num_classes:
        raise ValueError(f"invalid left_out: {left_out}; pass a class index from 0 to {num_classes - 1}, or None")
    averaged: NDArray[np.bool_] = np.arange(num_classes) != (-1 if left_out is None else left_out)
    return averaged


def normalize_counts(counts: NDArray[Any], normalize: str | None) -> NDArray[Any]:
    """Rates of a dense matrix, as scikit-learn's `confusion_matrix(normalize=...)`, but NaN where it is 0/0.

    Args:
        counts: shape (K, K), int64 or float64.
        normalize: "true" (each true class sums to 1), "pred" (each predicted class), "all" (the matrix), or None (counts).

    Returns:
        float64, shape (K, K); with None the counts themselves.

    Raises:
        ValueError: normalize is none of these.
    """
    if normalize is None:
        return counts
    if normalize not in ("true", "pred", "all"):
        raise ValueError(f"invalid normalize: {normalize!r}; pass 'true', 'pred', 'all' or None")
    axis = {"true": 1, "pred": 0, "all": None}[normalize]
    return ratio(counts, counts.sum(axis=axis, keepdims=True))


def ratio(numerator: Any, denominator: Any) -> NDArray[np.float64]:
    """numerator / denominator elementwise, float64, NaN where the denominator is 0."""
    numerator, denominator = np.asarray(numerator, dtype=np.float64), np.asarray(denominator, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator == 0, np.nan, numerator / denominator)


def cohen_kappa(true_positives: NDArray[Any], support: NDArray[Any], predicted_count: NDArray[Any]) -> float:
    """Cohen's kappa from the margins, shape (K,) each; NaN where chance agreement is complete or nothing was counted."""
    if np.count_nonzero((support > 0) | (predicted_count > 0)) < 2:
        return float("nan")
    hits, true_margin, pred_margin, total = _margins(true_positives, support, predicted_count)
    return float(1 - total * (total - hits) / _disagreement(true_margin, pred_margin, total))


def matthews_correlation(true_positives: NDArray[Any], support: NDArray[Any], predicted_count: NDArray[Any]) -> float:
    """The multiclass Matthews correlation from the margins, shape (K,) each; NaN where labels or predictions are constant."""
    if min(np.count_nonzero(support), np.count_nonzero(predicted_count)) < 2:
        return float("nan")
    hits, true_margin, pred_margin, total = _margins(true_positives, support, predicted_count)
    covariance = _disagreement(true_margin, pred_margin, total) - total * (total - hits)
    variances = _disagreement(true_margin, true_margin, total) * _disagreement(pred_margin, pred_margin, total)
    return float(covariance / math.sqrt(variances))


def _margins(
    true_positives: NDArray[Any], support: NDArray[Any], predicted_count: NDArray[Any]
) -> tuple[Any, NDArray[Any], NDArray[Any], Any]:
    """(diagonal's sum, support, predicted count, total): Python's integers, or shares of the total where samples are weighted.

    Both coefficients are differences of nearly equal products where one class dominates: a thousand million samples of it leave
    floats seven digits, integers are exact.
    """
    if support.dtype.kind == "f":
        total = support.sum()
        return true_positives.sum() / total, support / total, predicted_count / total, 1.0
    return int(true_positives.sum()), support.astype(object), predicted_count.astype(object), int(support.sum())


def _disagreement(margin: NDArray[Any], other_margin: NDArray[Any], total: Any) -> Any:
    """How often two labels drawn from these margins differ, times total²; a sum of positive terms, so that nothing cancels."""
    return (margin * (total - other_margin)).sum()


def _mean(rates: NDArray[np.float64]) -> float:
    return float(np.nan_to_num(rates).mean()) if len(rates) else float("nan")
