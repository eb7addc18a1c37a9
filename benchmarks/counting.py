"""Counting 10 million labels, against scikit-learn and NumPy."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.labels import Labels, make_labels
from benchmarks.row import Row, elapsed_s, median_s
from tb_confusion_plugin.core.counting import count_labels

NUM_LABELS = 10_000_000
BUDGET_NS = 8.0
MIN_RATIO_SKLEARN = 12.0
SPARSE_NUM_CLASSES = 21_841
SPARSE_BUDGET_NS = 10.0
REPEATS = 5


def rows() -> Iterator[Row]:
    """Yields a row a K, those up to 1,000 against scikit-learn, the sparse one against `np.unique`."""
    for num_classes in (10, 100, 1000):
        labels = make_labels(num_classes, NUM_LABELS)
        bincount = _ns(partial(_bincount, *labels, num_classes))
        theirs, remark = _sklearn_ns(labels, num_classes)
        note = f"`np.bincount` in one go, unchecked: {bincount:.2g} ns{remark}"
        ours = _ours_ns(labels, num_classes)
        yield Row(
            f"count labels, range checked, K={num_classes:,}",
            "ns a label",
            ours,
            BUDGET_NS,
            "scikit-learn",
            theirs,
            MIN_RATIO_SKLEARN,
            note,
        )
    labels = make_labels(SPARSE_NUM_CLASSES, NUM_LABELS)
    theirs = _ns(lambda: np.unique(labels[0] * SPARSE_NUM_CLASSES + labels[1], return_counts=True), repeats=3)
    ours = _ours_ns(labels, SPARSE_NUM_CLASSES)
    yield Row(f"count labels, sparse, K={SPARSE_NUM_CLASSES:,}", "ns a label", ours, SPARSE_BUDGET_NS, "`np.unique`", theirs, 1.0)


def _ours_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    return _ns(partial(count_labels, *labels, num_classes))


def _ns(action: Any, repeats: int = REPEATS) -> float:
    return 1e9 * median_s(action, repeats) / NUM_LABELS


def _bincount(y_true: Labels, y_pred: Labels, num_classes: int) -> Any:
    return np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)


def _sklearn_ns(labels: tuple[Labels, Labels], num_classes: int) -> tuple[float | None, str]:
    try:
        from sklearn.metrics import confusion_matrix
    except ImportError as error:
        return None, f"; not measured: {error}"
    return 1e9 * elapsed_s(lambda: confusion_matrix(*labels, labels=np.arange(num_classes))) / NUM_LABELS, "; scikit-learn once"
