"""The confusion matrix: raw counts, validated once, never changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_confusion_plugin.core.classes import as_class_names
from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.core.counts import (
    DENSE_MAX_CLASSES,
    MAX_EXACT_COUNT,
    MAX_NUM_CLASSES,
    MAX_TOTAL,
    Counts,
    as_counts,
    exact_total,
    from_cells,
    nonzero_cells,
)
from tb_confusion_plugin.core.labels import as_labels, encode_labels

__all__ = [
    "DENSE_MAX_CLASSES",
    "MAX_EXACT_COUNT",
    "MAX_NUM_CLASSES",
    "MAX_TOTAL",
    "ConfusionMatrix",
    "Counts",
    "as_counts",
    "exact_total",
    "from_cells",
    "nonzero_cells",
]


@dataclass(frozen=True, eq=False)
class ConfusionMatrix:
    """counts[i, j]: samples of true class i predicted as class j; int64 or float64, dense or sparse, shape (K, K).

    The arrays are private copies and read-only.

    Args:
        counts: array-like or `scipy.sparse` matrix, shape (K, K), non-negative. Floats that are all whole numbers become
            int64 (a matrix summed up in `np.zeros` is still a matrix of counts); other floats are weighted counts.
        class_names: K names, or None. Names may repeat.

    Raises:
        ValueError: counts aren't a square, finite, non-negative, numeric matrix, or class_names isn't K strings.
    """

    counts: Counts
    class_names: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        counts = as_counts(self.counts)
        if isinstance(counts, np.ndarray):
            counts = counts.copy()  # an array of the caller's may be behind it, whatever NumPy says of its owner
        for array in (counts,) if isinstance(counts, np.ndarray) else (counts.data, counts.indices, counts.indptr):
            array.setflags(write=False)
        object.__setattr__(self, "counts", counts)
        object.__setattr__(self, "class_names", as_class_names(self.class_names, counts.shape[0]))

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        *,
        labels: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        class_names: Iterable[str] | None = None,
    ) -> ConfusionMatrix:
        """Counts labels of any kind, as scikit-learn's `ConfusionMatrixDisplay.from_predictions` does.

        The classes are those of `labels`, in their order. Without `labels` and with `class_names`, integers are indices into the
        names, strings are looked up among them, and names that nobody has are classes without samples. Without both, the classes
        are the labels that occur, sorted, as in scikit-learn; then K is another where a class doesn't occur.

        Where it differs from scikit-learn: a label that is none of the classes is an error, not left out in silence.

        Args:
            y_true: the true labels, shape (N,) or (N, 1): strings, integers, booleans, or floats that are whole numbers; a list, an
                array, a pandas or Polars Series, or anything else that NumPy can read.
            y_pred: the predicted labels, N of the same kind.
            labels: K labels, each once: which classes there are and their order.
            sample_weight: finite, non-negative weights, shape (N,) or (N, 1); each sample counts as much as its weight.
            class_names: K names in class order; the labels as text, if None.

        Returns:
            The matrix with its class names; int64 counts, or float64 where sums of weights aren't whole.

        Raises:
            ValueError: a label is missing (None, NaN), unknown or of another kind, there are no samples and neither labels nor
                class_names, or an argument is invalid.
        """
        return cls._from_labels(as_labels("y_true", y_true), as_labels("y_pred", y_pred), labels, None, sample_weight, class_names)

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,  # noqa: N803  # scikit-learn's name
        y: ArrayLike,
        *,
        labels: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
        class_names: Iterable[str] | None = None,
    ) -> ConfusionMatrix:
        """Counts what a fitted classifier predicts, as scikit-learn's `ConfusionMatrixDisplay.from_estimator` does.

        The classes are as in `from_predictions`, except that without `labels` and `class_names` those that the estimator was fitted
        on (`estimator.classes_`, where it has them) belong to them too. So K stays, whichever classes occur in `y`.

        Args:
            estimator: anything with `predict(X)`, such as a classifier, a pipeline or a search of scikit-learn.
            X: N samples, as the estimator takes them.
            y: their true labels, shape (N,).
            labels: K labels, each once: which classes there are and their order.
            sample_weight: finite, non-negative weights, shape (N,).
            class_names: K names in class order; the labels as text, if None.

        Returns:
            The matrix with its class names.

        Raises:
            ValueError: the estimator can't predict, or as in `from_predictions`.
        """
        if not callable(getattr(estimator, "predict", None)):
            raise ValueError(f"invalid estimator: {type(estimator).__name__} has no predict(X); pass a fitted classifier")
        true_labels, pred_labels = as_labels("y", y), as_labels("predict(X)", estimator.predict(X))
        known = None
        if labels is None and class_names is None:
            classes = getattr(estimator, "classes_", None)
            known = None if classes is None else as_labels("estimator.classes_", classes)
        return cls._from_labels(true_labels, pred_labels, labels, known, sample_weight, class_names, ("y", "predict(X)"))

    @property
    def num_classes(self) -> int:
        """K."""
        return int(self.counts.shape[0])

    @property
    def is_weighted(self) -> bool:
        """Whether the counts are sums of sample weights (float64) and not numbers of samples (int64)."""
        return bool(self.counts.dtype.kind == "f")

    @cached_property
    def total(self) -> int | float:
        """All samples."""
        return self.support.sum().item()  # type: ignore[no-any-return]  # NumPy's .item() is Any

    @cached_property
    def support(self) -> NDArray[Any]:
        """Samples of each true class, shape (K,)."""
        return np.asarray(self.counts.sum(axis=1)).reshape(-1)

    @cached_property
    def predicted_count(self) -> NDArray[Any]:
        """Samples predicted as each class, shape (K,)."""
        return np.asarray(self.counts.sum(axis=0)).reshape(-1)

    @cached_property
    def true_positives(self) -> NDArray[Any]:
        """The diagonal: samples of each class predicted as that class, shape (K,)."""
        return np.asarray(self.counts.diagonal())

    def nonzero_cells(self) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """The cells that aren't zero, in row-major order: (indices `true_class * K + pred_class`, their counts)."""
        return nonzero_cells(self.counts)

    @classmethod
    def _from_labels(
        cls,
        true_labels: NDArray[Any],
        pred_labels: NDArray[Any],
        labels: ArrayLike | None,
        known: NDArray[Any] | None,
        sample_weight: ArrayLike | None,
        class_names: Iterable[str] | None,
        columns: tuple[str, str] = ("y_true", "y_pred"),
    ) -> ConfusionMatrix:
        if len(true_labels) != len(pred_labels):
            numbers = f"{len(true_labels)} in {columns[0]}, {len(pred_labels)} in {columns[1]}"
            raise ValueError(f"invalid labels: {numbers}; pass one prediction a sample")
        encoded = encode_labels(true_labels, pred_labels, labels, class_names, known=known, columns=columns)
        names = encoded.class_names
        weights = None if sample_weight is None else np.asarray(sample_weight)
        if weights is not None and weights.ndim == 2 and weights.shape[1] == 1:  # a column, as labels may be
            weights = weights.reshape(-1)
        return cls(count_labels(encoded.true_class, encoded.pred_class, len(names), sample_weight=weights), names)
