"""How two matrices differ, cell by cell and overall: normalised first, then subtracted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin.core.matrix import ConfusionMatrix
from tb_confusion_plugin.core.metric_variance import COEFFICIENTS, OVERALL_METRICS, metric_variance, wald_interval
from tb_confusion_plugin.core.metrics import Interval, compute_metrics, ratio
from tb_confusion_plugin.core.proportions import adjusted_p_values, difference_interval, difference_p_value

# The false discovery rate at which a change is significant.
SIGNIFICANT_Q = 0.05


@dataclass(frozen=True, eq=False)
class ClassMatch:
    """Classes that A and B share, in the order of A: names, and indices in each, int64, shape (n,); and the names of the rest."""

    class_names: tuple[str, ...]
    classes_a: NDArray[np.int64]
    classes_b: NDArray[np.int64]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Comparison:
    """The cells of matched classes that aren't zero in A or in B, in row-major order of the match; the arrays are aligned.

    `true_class` and `pred_class` are places in the match. Rates are shares of the whole support, predicted count or total
    (`out_of`), with the classes that have no match; NaN where 0/0. `delta` is the rate in B minus the rate in A; `low` and
    `high` bound its 95 % interval. `p_value` and `q_value` (over all tested cells, the diagonal included) are NaN where there
    is no test. Weighted counts have no intervals and no tests.
    """

    match: ClassMatch
    true_class: NDArray[np.int64]
    pred_class: NDArray[np.int64]
    count_a: NDArray[Any]
    count_b: NDArray[Any]
    out_of_a: NDArray[Any]
    out_of_b: NDArray[Any]
    rate_a: NDArray[np.float64]
    rate_b: NDArray[np.float64]
    delta: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p_value: NDArray[np.float64]
    q_value: NDArray[np.float64]

    @property
    def is_significant(self) -> NDArray[np.bool_]:
        """Whether a cell's change is significant at 5 % false discovery rate, shape (n,)."""
        return np.asarray(self.q_value <= SIGNIFICANT_Q)


@dataclass(frozen=True)
class MetricDifference:
    """An overall metric of A and B, and B minus A with its 95 % interval.

    The interval is None where the metric is undefined, where nothing varies, and for weighted counts.
    """

    metric: str
    a: float
    b: float
    delta: float
    interval: Interval | None


def match_classes(a: ConfusionMatrix, b: ConfusionMatrix) -> ClassMatch:
    """Matches the classes of two matrices by name, repeated names by their occurrence (the first "x" with the first "x").

    Where either has no names, indices are all that is known of it, and classes are matched by index.

    Args:
        a: any confusion matrix.
        b: another, of any K.

    Returns:
        The match.
    """
    names_a, names_b = (one.class_names or tuple(map(str, range(one.num_classes))) for one in (a, b))
    if a.class_names is None or b.class_names is None:
        num_pairs = min(a.num_classes, b.num_classes)
        names = names_a if b.class_names is None else names_b
        indices = np.arange(num_pairs)
        return ClassMatch(names[:num_pairs], indices, indices, names_a[num_pairs:], names_b[num_pairs:])
    places = defaultdict(list)
    for class_b in reversed(range(len(names_b))):
        places[names_b[class_b]].append(class_b)
    pairs = [(class_a, places[name].pop()) for class_a, name in enumerate(names_a) if places[name]]
    classes_a, classes_b = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return ClassMatch(
        tuple(names_a[one] for one in classes_a),
        classes_a,
        classes_b,
        _without(names_a, classes_a),
        _without(names_b, classes_b),
    )


def compare_matrices(a: ConfusionMatrix, b: ConfusionMatrix, normalize: str = "true") -> Comparison:
    """Compares two matrices: normalises each, then subtracts.

    Args:
        a: any confusion matrix.
        b: another; classes are matched by name.
        normalize: what rates are shares of: "true" (each true class), "pred" (each predicted class) or "all" (the matrix).

    Returns:
        The comparison. The test of a cell is unpaired; for A and B on the same samples it is usually conservative.

    Raises:
        ValueError: normalize is none of these.
    """
    if normalize not in ("true", "pred", "all"):
        raise ValueError(f"invalid normalize: {normalize!r}; pass 'true', 'pred' or 'all'; counts differ with the sizes")
    match = match_classes(a, b)
    cells_a, counts_a = _matched_cells(a, match.classes_a)
    cells_b, counts_b = _matched_cells(b, match.classes_b)
    cells = np.union1d(cells_a, cells_b)
    true_class, pred_class = np.divmod(cells, max(len(match.class_names), 1))
    count_a, count_b = _spread(cells, cells_a, counts_a), _spread(cells, cells_b, counts_b)
    out_of_a = _denominators(a, normalize, match.classes_a, true_class, pred_class)
    out_of_b = _denominators(b, normalize, match.classes_b, true_class, pred_class)
    rate_a, rate_b = ratio(count_a, out_of_a), ratio(count_b, out_of_b)
    if a.is_weighted or b.is_weighted:
        low = high = p_value = np.full(len(cells), np.nan)
    else:
        low, high = difference_interval(count_a, out_of_a, count_b, out_of_b)
        p_value = difference_p_value(count_a, out_of_a, count_b, out_of_b)
    return Comparison(
        match=match,
        true_class=true_class,
        pred_class=pred_class,
        count_a=count_a,
        count_b=count_b,
        out_of_a=out_of_a,
        out_of_b=out_of_b,
        rate_a=rate_a,
        rate_b=rate_b,
        delta=rate_b - rate_a,
        low=low,
        high=high,
        p_value=p_value,
        q_value=adjusted_p_values(p_value),
    )


def compare_metrics(
    a: ConfusionMatrix, b: ConfusionMatrix, left_out_a: int | None = None, left_out_b: int | None = None
) -> tuple[MetricDifference, ...]:
    """The overall metrics of two matrices with their differences.

    Args:
        a: any confusion matrix.
        b: another.
        left_out_a: a class of A that averages leave out, or None.
        left_out_b: the same of B.

    Returns:
        One for each of `OVERALL_METRICS`; the interval of accuracy's difference is Newcombe's, of the others' Wald's.
    """
    metrics_a, metrics_b = compute_metrics(a, left_out_a), compute_metrics(b, left_out_b)
    return tuple(
        MetricDifference(
            metric,
            getattr(metrics_a, metric),
            getattr(metrics_b, metric),
            delta := getattr(metrics_b, metric) - getattr(metrics_a, metric),
            _difference_interval((a, left_out_a), (b, left_out_b), metric, delta),
        )
        for metric in OVERALL_METRICS
    )


def _difference_interval(
    side_a: tuple[ConfusionMatrix, int | None], side_b: tuple[ConfusionMatrix, int | None], metric: str, delta: float
) -> Interval | None:
    (a, left_out_a), (b, left_out_b) = side_a, side_b
    if a.is_weighted or b.is_weighted or np.isnan(delta):
        return None
    if metric == "accuracy":
        low, high = difference_interval(a.true_positives.sum(), a.total, b.true_positives.sum(), b.total)
        return float(low), float(high)
    widest = 2 if metric in COEFFICIENTS else 1
    variance = metric_variance(a, metric, left_out_a) + metric_variance(b, metric, left_out_b)
    return wald_interval(delta, variance, -widest, widest)


def _without(names: Sequence[str], classes: NDArray[np.int64]) -> tuple[str, ...]:
    matched = set(classes.tolist())
    return tuple(name for i, name in enumerate(names) if i not in matched)


def _matched_cells(matrix: ConfusionMatrix, classes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The cells of matched classes that aren't zero: row-major indices by place in the match, ascending, and their counts."""
    places = np.full(matrix.num_classes, -1, dtype=np.int64)
    places[classes] = np.arange(len(classes))
    indices, counts = matrix.nonzero_cells()
    true_place, pred_place = (places[one] for one in np.divmod(indices, matrix.num_classes))
    is_matched = (true_place >= 0) & (pred_place >= 0)
    cells = (true_place * len(classes) + pred_place)[is_matched]
    by_cell = np.argsort(cells, kind="stable")
    return cells[by_cell], counts[is_matched][by_cell]


def _spread(cells: NDArray[np.int64], own: NDArray[np.int64], counts: NDArray[Any]) -> NDArray[Any]:
    spread = np.zeros(len(cells), dtype=counts.dtype)
    spread[np.searchsorted(cells, own)] = counts
    return spread


def _denominators(
    matrix: ConfusionMatrix,
    normalize: str,
    classes: NDArray[np.int64],
    true_class: NDArray[np.int64],
    pred_class: NDArray[np.int64],
) -> NDArray[Any]:
    if normalize == "all":
        return np.full(len(true_class), matrix.total)
    margin, places = (matrix.support, true_class) if normalize == "true" else (matrix.predicted_count, pred_class)
    return np.asarray(margin[classes[places]])
