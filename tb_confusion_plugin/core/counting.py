"""Counting labels into a confusion matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_confusion_plugin.core.counts import DENSE_MAX_CLASSES, MAX_NUM_CLASSES, Counts, from_cells

# Keys of one chunk stay in the processor's cache while they are made, checked and counted.
_CHUNK_LABELS = 1 << 16
# `np.bincount` clears K² cells for each chunk: with chunks of some times K² labels that cost disappears.
_CHUNK_CELLS_FACTOR = 2
_SPARSE_CHUNK_LABELS = 1 << 24
# Large enough that K sums a chunk cost little, small enough for the processor's cache.
_SPLIT_CHUNK_LABELS = 1 << 18


def count_labels(y_true: ArrayLike, y_pred: ArrayLike, num_classes: int, *, sample_weight: ArrayLike | None = None) -> Counts:
    """Counts how often each true class was predicted as each class.

    Args:
        y_true: integer class indices in [0, K), any shape.
        y_pred: integer class indices in [0, K), the shape of `y_true`.
        num_classes: K, from 1 to 65,536.
        sample_weight: finite, non-negative weights, the shape of `y_true`; each sample counts as much as its weight.

    Returns:
        counts[true_class, pred_class], shape (K, K), int64 (float64 with weights): an ndarray up to K = 2,048, a
        `scipy.sparse.csr_array` above.

    Raises:
        ValueError: a label is out of range or isn't an integer, shapes differ, or num_classes or a weight is invalid.
    """
    if isinstance(num_classes, bool) or not isinstance(num_classes, int | np.integer) or not 1 <= num_classes <= MAX_NUM_CLASSES:
        raise ValueError(f"invalid num_classes: {num_classes!r}; pass an integer from 1 to {MAX_NUM_CLASSES}")
    num_classes = int(num_classes)
    true_labels, pred_labels = _as_labels("y_true", y_true), _as_labels("y_pred", y_pred)
    if true_labels.shape != pred_labels.shape:
        raise ValueError(
            f"invalid labels: y_true has shape {true_labels.shape}, y_pred {pred_labels.shape}; pass one prediction a sample"
        )
    weights = None if sample_weight is None else _as_weights(sample_weight, true_labels.shape)
    count = _count_dense if num_classes <= DENSE_MAX_CLASSES else _count_sparse
    return count(true_labels.reshape(-1), pred_labels.reshape(-1), num_classes, weights)


def _as_labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(labels)
    except ValueError as error:  # ragged lists
        raise ValueError(f"invalid {name}: {error}; pass one class index a sample") from error
    if array.size == 0:
        return array.astype(np.int64)
    if array.dtype.kind == "b":
        return array.view(np.uint8)
    if array.dtype.kind not in "iu":
        of_scores, of_names = (
            "of scores: scores.argmax(axis=-1)",
            "of names: write ConfusionMatrix.from_predictions(y_true, y_pred)",
        )
        remedy = of_scores if array.dtype.kind in "fc" else of_names
        raise ValueError(f"invalid {name}: dtype {array.dtype}; pass integer class indices ({remedy})")
    return array


def _as_weights(sample_weight: ArrayLike, shape: tuple[int, ...]) -> NDArray[np.float64]:
    try:
        weights = np.asarray(sample_weight, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ValueError(f"invalid sample_weight: {error}; pass one number a sample") from error
    if weights.shape != shape:
        raise ValueError(f"invalid sample_weight: shape {weights.shape} for labels of shape {shape}; pass one weight a sample")
    if weights.size and not (np.isfinite(weights).all() and weights.min() >= 0):
        raise ValueError("invalid sample_weight: negative, NaN or infinite; pass finite weights from 0 up")
    return weights.reshape(-1)


def _check_range(name: str, labels: NDArray[Any], num_classes: int) -> None:
    for label in (labels.min(), labels.max()):
        if not 0 <= label < num_classes:
            raise ValueError(f"invalid {name}: label {label} for {num_classes} classes; labels run from 0 to {num_classes - 1}")


def _keys(true_labels: NDArray[Any], pred_labels: NDArray[Any], num_classes: int, buffer: NDArray[Any]) -> NDArray[Any]:
    """Row-major cell indices of one chunk, range checked, in `buffer`'s dtype."""
    _check_range("y_true", true_labels, num_classes)
    _check_range("y_pred", pred_labels, num_classes)
    keys = buffer[: len(true_labels)]
    # Checked just above: every label and every key fits, whatever integers they came as.
    np.multiply(true_labels, num_classes, out=keys, casting="unsafe", dtype=keys.dtype)
    np.add(keys, pred_labels, out=keys, casting="unsafe", dtype=keys.dtype)
    return keys


def _count_dense(
    true_labels: NDArray[Any], pred_labels: NDArray[Any], num_classes: int, weights: NDArray[np.float64] | None
) -> NDArray[Any]:
    num_cells = num_classes * num_classes
    chunk = max(_CHUNK_LABELS, _CHUNK_CELLS_FACTOR * num_cells)
    counts = None
    buffer = np.empty(min(chunk, len(true_labels)), dtype=np.int64)
    for start in range(0, len(true_labels), chunk):
        part = slice(start, start + chunk)
        keys = _keys(true_labels[part], pred_labels[part], num_classes, buffer)
        part_counts = np.bincount(keys, None if weights is None else weights[part], minlength=num_cells)
        # Where one chunk is all, clearing and adding K² cells would cost more than counting.
        counts = part_counts if counts is None else np.add(counts, part_counts, out=counts)
    if counts is None:
        counts = np.zeros(num_cells, dtype=np.int64 if weights is None else np.float64)
    return counts.reshape(num_classes, num_classes)


def _count_sparse(
    true_labels: NDArray[Any], pred_labels: NDArray[Any], num_classes: int, weights: NDArray[np.float64] | None
) -> Counts:
    """Sorted keys and run lengths, so that no array of K² cells is made."""
    dtype = np.int64 if weights is None else np.float64
    keys, sums = np.empty(0, dtype=np.uint32), np.empty(0, dtype=dtype)
    buffer = np.empty(min(_SPARSE_CHUNK_LABELS, len(true_labels)), dtype=np.uint32)
    for start in range(0, len(true_labels), _SPARSE_CHUNK_LABELS):
        part = slice(start, start + _SPARSE_CHUNK_LABELS)
        if weights is None:
            chunk_keys, chunk_sums = _count_sparse_chunk(true_labels[part], pred_labels[part], num_classes, buffer)
        else:
            chunk_keys = _keys(true_labels[part], pred_labels[part], num_classes, buffer)
            chunk_keys, chunk_sums = _sum_by_key(chunk_keys, weights[part])
        keys, sums = (
            (chunk_keys, chunk_sums)
            if not len(keys)
            else _sum_by_key(np.concatenate([keys, chunk_keys]), np.concatenate([sums, chunk_sums]))
        )
    is_counted = sums != 0  # a weight may be zero
    return from_cells(num_classes, keys[is_counted].astype(np.int64), sums[is_counted])


def _count_sparse_chunk(
    true_labels: NDArray[Any], pred_labels: NDArray[Any], num_classes: int, buffer: NDArray[np.uint32]
) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Keys and counts of the non-zero cells, keys ascending.

    Sorting is what costs, and most predictions of a useful classifier are right: the diagonal is counted without it.
    """
    support, num_mistakes = np.zeros(num_classes, dtype=np.int64), 0
    for start in range(0, len(true_labels), _SPLIT_CHUNK_LABELS):
        part = slice(start, start + _SPLIT_CHUNK_LABELS)
        true_part, pred_part = true_labels[part], pred_labels[part]
        _check_range("y_true", true_part, num_classes)
        support += np.bincount(true_part.astype(np.int64, copy=False), minlength=num_classes)
        mistakes = np.flatnonzero(true_part != pred_part)
        if len(mistakes):
            num_mistakes += len(_keys(true_part[mistakes], pred_part[mistakes], num_classes, buffer[num_mistakes:]))
    keys = buffer[:num_mistakes]
    keys.sort()
    keys, counts = _run_lengths(keys)
    # Sums of a chunk's labels are exact in bincount's float64.
    right = support - np.bincount(keys // num_classes, counts, minlength=num_classes).astype(np.int64)
    right_classes = np.flatnonzero(right)
    right_keys = (right_classes * (num_classes + 1)).astype(np.uint32)
    places = np.searchsorted(keys, right_keys)
    return np.insert(keys, places, right_keys), np.insert(counts, places, right[right_classes])


def _run_lengths(sorted_keys: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    if not len(sorted_keys):
        return sorted_keys, np.empty(0, dtype=np.int64)
    starts = np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1])))
    return sorted_keys[starts], np.diff(np.append(starts, len(sorted_keys)))


def _sum_by_key(keys: NDArray[Any], values: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    order = np.argsort(keys, kind="stable")
    keys, values = keys[order], values[order]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.add.reduceat(values, starts)
