"""Counting 10 million labels, against what others count with and against a loop in C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from benchmarks.labels import Labels, make_labels
from benchmarks.peers import count_loop
from benchmarks.row import Row, elapsed_s, median_s, peer
from benchmarks.with_torch import torch_figures
from tb_confusion_plugin.core.counting import count_labels

NUM_LABELS = 10_000_000
BUDGET_NS = 8.0
MIN_RATIO_SKLEARN = 12.0
SPARSE_NUM_CLASSES = 21_841
SPARSE_BUDGET_NS = 10.0
REPEATS = 5
CHUNK_LABELS = 1 << 16


def rows() -> Iterator[Row]:
    """Yields a row a K, those up to 1,000 against scikit-learn, the sparse one against `np.unique`."""
    for num_classes in (10, 100, 1000):
        labels = make_labels(num_classes, NUM_LABELS)
        peers = [peer(name, partial(measure, labels, num_classes)) for name, measure in DENSE_PEERS.items()]
        what = f"count labels, range checked, K={num_classes:,}"
        ours = _ours_ns(labels, num_classes)
        yield Row.beside(peers, what, "ns a label", ours, BUDGET_NS, min_ratio=MIN_RATIO_SKLEARN, note="scikit-learn once")
    labels = make_labels(SPARSE_NUM_CLASSES, NUM_LABELS)
    peers = [peer(name, partial(measure, labels, SPARSE_NUM_CLASSES)) for name, measure in SPARSE_PEERS.items()]
    ours = _ours_ns(labels, SPARSE_NUM_CLASSES)
    what = f"count labels, sparse, K={SPARSE_NUM_CLASSES:,}"
    yield Row.beside(peers, what, "ns a label", ours, SPARSE_BUDGET_NS, min_ratio=1.0)


def _ours_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    return _ns(partial(count_labels, *labels, num_classes))


def _ns(action: Callable[[], Any], repeats: int = REPEATS) -> float:
    return 1e9 * median_s(action, repeats) / NUM_LABELS


def _sklearn_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    from sklearn.metrics import confusion_matrix

    return 1e9 * elapsed_s(lambda: confusion_matrix(*labels, labels=np.arange(num_classes))) / NUM_LABELS


def _torchmetrics_ns(_: tuple[Labels, Labels], num_classes: int) -> float:
    return torch_figures("counting")[str(num_classes)]


def _tensorflow_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    import tensorflow as tf

    y_true, y_pred = (tf.constant(one) for one in labels)
    return _ns(lambda: tf.math.confusion_matrix(y_true, y_pred, num_classes).numpy(), repeats=3)


def _bincount_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    return _ns(partial(_bincount, *labels, num_classes))


def _chunked_bincount_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    def count() -> Any:
        counts = np.zeros(num_classes**2, np.int64)
        for start in range(0, NUM_LABELS, CHUNK_LABELS):
            y_true, y_pred = (one[start : start + CHUNK_LABELS] for one in labels)
            counts += _bincount(y_true, y_pred, num_classes)
        return counts

    return _ns(count, repeats=3)


def _bincount(y_true: Labels, y_pred: Labels, num_classes: int) -> Any:
    return np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2)


def _c_loop_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    return _ns(partial(count_loop.count, *labels, num_classes))


def _unique_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    return _ns(lambda: np.unique(labels[0] * num_classes + labels[1], return_counts=True), repeats=3)


def _scipy_ns(labels: tuple[Labels, Labels], num_classes: int) -> float:
    from scipy.sparse import coo_array

    ones = np.ones(NUM_LABELS, np.int64)
    return _ns(lambda: coo_array((ones, labels), shape=(num_classes, num_classes)).tocsr(), repeats=3)


DENSE_PEERS = {
    "scikit-learn": _sklearn_ns,
    "torchmetrics": _torchmetrics_ns,
    "`tf.math.confusion_matrix`": _tensorflow_ns,
    "`np.bincount` in one go, unchecked": _bincount_ns,
    "`np.bincount` in chunks of 65,536, unchecked": _chunked_bincount_ns,
    "a loop in C": _c_loop_ns,
}
SPARSE_PEERS = {"`np.unique`": _unique_ns, "SciPy's COO to CSR": _scipy_ns}
