"""Arrays of counts: validated, made canonical, taken apart into cells and put together again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike, NDArray

Counts: TypeAlias = NDArray[Any] | scipy.sparse.csr_array

# Above this a dense int64 matrix takes more than 32 MiB, nearly all of it zeros: 50,000 samples fill at most 1.2 %.
DENSE_MAX_CLASSES = 2048

# Row-major cell indices of every supported matrix fit in 32 bits.
MAX_NUM_CLASSES = 65_536

# The last float64 whose neighbours are whole numbers: above it a float can't tell one sample more from none.
MAX_EXACT_COUNT = 2**53

# What an int64 holds.
MAX_TOTAL = 2**63 - 1


def as_counts(counts: ArrayLike | scipy.sparse.sparray | scipy.sparse.spmatrix) -> Counts:
    """Validates counts and gives them their canonical dtype; copies only where that changes something.

    Args:
        counts: array-like or `scipy.sparse` matrix, shape (K, K), any real dtype.

    Returns:
        int64 or float64, shape (K, K): an ndarray, or a `csr_array` in canonical form without explicit zeros.

    Raises:
        ValueError: the shape, the dtype or a value is invalid.
    """
    if scipy.sparse.issparse(counts):
        return _as_sparse_counts(counts)
    try:
        dense = np.asarray(counts)
    except ValueError as error:  # ragged lists
        raise ValueError(f"invalid counts: {error}; pass a (K, K) array") from error
    if not dense.ndim and dense.dtype.kind == "O":  # an object that NumPy knows nothing of, as a metric
        owner = "its counts" if hasattr(type(counts), "counts") or hasattr(type(counts), "compute") else "counts"
        raise ValueError(f"invalid counts: {type(counts).__name__} is no array; pass {owner}, a (K, K) array")
    _check_shape(dense.shape)
    return _as_count_values(dense)


def nonzero_cells(counts: Counts) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """The cells that aren't zero, in row-major order: (indices `true_class * K + pred_class`, their counts)."""
    if isinstance(counts, np.ndarray):
        flat = counts.reshape(-1)
        indices = np.flatnonzero(flat != 0)  # seven times faster than np.flatnonzero(flat) itself
        return indices, flat[indices]
    num_classes = counts.shape[0]
    true_classes = np.repeat(np.arange(num_classes, dtype=np.int64), np.diff(counts.indptr))
    return true_classes * num_classes + counts.indices, counts.data


def from_cells(num_classes: int, indices: NDArray[np.int64], cell_counts: NDArray[Any]) -> Counts:
    """The opposite of `nonzero_cells`: dense up to DENSE_MAX_CLASSES, sparse above. Indices ascend strictly."""
    if num_classes <= DENSE_MAX_CLASSES:
        dense = np.zeros((num_classes, num_classes), dtype=cell_counts.dtype)
        dense.reshape(-1)[indices] = cell_counts
        return dense
    true_classes, pred_classes = np.divmod(indices, num_classes)
    row_starts = np.searchsorted(true_classes, np.arange(num_classes + 1))
    return scipy.sparse.csr_array((cell_counts, pred_classes, row_starts), shape=(num_classes, num_classes))


def _as_sparse_counts(counts: Any) -> scipy.sparse.csr_array:
    _check_shape(counts.shape)
    csr = scipy.sparse.csr_array(counts, copy=True)  # a copy: canonical form is made in place
    csr.data = _as_count_values(csr.data)
    csr.sum_duplicates()
    csr.eliminate_zeros()
    return csr


def _check_shape(shape: Sequence[int]) -> None:
    if len(shape) != 2:
        raise ValueError(f"invalid counts: {len(shape)} dimensions (shape {tuple(shape)}); pass one (K, K) matrix")
    if shape[0] != shape[1]:
        raise ValueError(
            f"invalid counts: shape {tuple(shape)} isn't square; pass counts[true_class, pred_class] over the same K classes"
        )
    if shape[0] == 0:
        raise ValueError("invalid counts: K = 0; pass at least one class")
    if shape[0] > MAX_NUM_CLASSES:
        raise ValueError(f"invalid counts: K = {shape[0]} is over the limit of {MAX_NUM_CLASSES} classes")


def _as_count_values(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind not in "iuf":
        raise ValueError(
            f"invalid counts: dtype {values.dtype} isn't a number of samples; pass integers, or floats for weighted samples"
        )
    if values.size == 0:
        return values.astype(np.int64, copy=False)
    if values.dtype.kind == "f":
        with np.errstate(over="ignore"):
            values = values.astype(np.float64, copy=False)
    low, high = values.min(), values.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("invalid counts: NaN or infinite; pass raw counts, not normalized rates of empty classes")
    if low < 0:
        raise ValueError(f"invalid counts: negative value {low}; counts are numbers of samples")
    if values.dtype.kind == "f" and not (high <= MAX_EXACT_COUNT and bool((values == np.floor(values)).all())):
        if high > np.finfo(np.float64).max / values.size:
            raise ValueError(f"invalid counts: the total may be infinite (largest cell {high}); pass smaller weights")
        return values
    if exact_total(values) > MAX_TOTAL:
        raise ValueError(f"invalid counts: the total is over 2^63 - 1 (largest cell {high}); pass fewer samples a step")
    return values.astype(np.int64, copy=False)


def exact_total(values: NDArray[Any]) -> int:
    """The sum of whole, non-negative numbers: NumPy's wraps around 64 bits, and a wrapped total would be a wrong accuracy."""
    if not values.size or int(values.max()) * values.size <= MAX_TOTAL:
        return int(values.sum(dtype=np.int64))
    return sum(map(int, values.reshape(-1)))
