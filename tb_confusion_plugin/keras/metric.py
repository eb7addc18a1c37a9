"""The metric: it counts true against predicted classes while Keras trains or evaluates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, SupportsIndex

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from tb_confusion_plugin.core.arguments import as_ignored_label, as_num_classes, as_threshold
from tb_confusion_plugin.core.classes import as_class_names
from tb_confusion_plugin.keras.engine import Refusal, load_engine
from tb_confusion_plugin.keras.labels import Labels, align, as_labels, as_tensor
from tb_confusion_plugin.keras.sums import Sum, sum_dtype

if TYPE_CHECKING:
    from tb_confusion_plugin.writer import ConfusionWriter

DEFAULT_NAME = "confusion_accuracy"


@keras.saving.register_keras_serializable(package="tb_confusion_plugin")
class ConfusionMatrix(keras.metrics.Metric):  # type: ignore[misc]  # Keras has no annotations
    """Counts true against predicted classes while Keras trains or evaluates, in the graph and without a second prediction.

    `result()`, what Keras shows and logs, is the accuracy: the diagonal's share of all samples, NaN without samples. The matrix is
    `counts`. It works in `fit`, `evaluate` and loops of one's own, on Keras's TensorFlow, JAX and torch backends: eagerly, in
    `tf.function`, with `jit_compile=True`, under `MirroredStrategy` and `MultiWorkerMirroredStrategy` (replicas and workers are
    summed) and under JAX's `keras.distribution`. Keras on torch counts in each process for itself.

    Labels may be class indices or one-hot; predictions may be scores (probabilities or logits) over the classes, integer class
    indices or, with K = 2, the single score of a binary model, which is class 1 above `threshold`. Any leading dimensions (batch,
    time, height, width) are samples. Positions that Keras masks aren't samples.

    A label that isn't in [0, K) is an error, and so is a weight that is negative, NaN or infinite: at once when eager (torch: on a
    CPU) or in a plain graph of TensorFlow. XLA, JAX's compiled `fit` and a GPU under torch can't raise one, so there `result()`
    turns NaN and reading `counts` raises. Such a sample never counts in any cell. The one-hot form of such a label is a row of
    zeros, an error too, as is a row of several ones.
    A NaN score is what `argmax` makes of it, as in Keras's own accuracy.

    JAX has 32-bit numbers unless `jax_enable_x64` is set. Counts are exact all the same; a batch's weights are then float32.

    Args:
        num_classes: K, at most 2,048; the number of class names, if None.
        class_names: K names in index order, or None to show indices.
        threshold: a binary model's single score above it means class 1: 0.5 for probabilities, 0 for logits.
        weighted: sum each sample's `sample_weight` (float64) in place of counting samples (int64). Keras passes weights to the
            metrics in `weighted_metrics` alone. A sample of weight 0 doesn't count.
        ignore_class: a label that marks samples not to count, such as 255 or -1 in segmentation.
        name: what Keras calls the result in its logs.
        dtype: of the result.

    Raises:
        ValueError: an argument is invalid, or Keras runs on another backend.
    """

    def __init__(
        self,
        num_classes: int | None = None,
        *,
        class_names: Iterable[str] | None = None,
        threshold: float = 0.5,
        weighted: bool = False,
        ignore_class: int | None = None,
        name: str = DEFAULT_NAME,
        dtype: Any = None,
    ) -> None:
        self._engine = load_engine()
        super().__init__(name=name, dtype=dtype)
        names = as_class_names(class_names)
        self.num_classes = as_num_classes(num_classes, names)
        self.class_names = as_class_names(names, self.num_classes)
        self.threshold = as_threshold(threshold)
        self.weighted = bool(weighted)
        self.ignore_class = as_ignored_label(ignore_class, "ignore_class")
        self._direction = "up"  # Keras's sign for EarlyStopping and ModelCheckpoint that more is better
        self._counts = self._add_sum((self.num_classes, self.num_classes), "counts")
        # Kept beside the counts: Keras asks for the result after each batch, and large counts take long to sum.
        self._correct, self._total = self._add_sum((), "correct"), self._add_sum((), "total")
        self._num_invalid = Sum(self, (), "num_invalid", weighted=False, engine=self._engine)

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts one batch.

        Args:
            y_true: class indices, shape (...) or (..., 1), or one-hot, shape (..., K).
            y_pred: scores, shape (..., K), of a binary model also (...) or (..., 1); or integer class indices, shape (...) or
                (..., 1).
            sample_weight: None, or finite, non-negative weights with the leading dimensions of the labels.

        Raises:
            ValueError: shapes or dtypes don't fit, a weight comes to an unweighted metric, or (when eager) a label is out of range
                or a weight negative, NaN or infinite.
            tf.errors.InvalidArgumentError: a label is out of range or a weight invalid, in a graph.
        """
        mask = _mask_of(y_pred)
        y_true, y_pred = as_tensor("y_true", y_true), as_tensor("y_pred", y_pred)
        labels = as_labels(y_true, y_pred, self.num_classes, self.threshold, self._engine)
        amounts = self._amounts(labels, sample_weight, mask)
        is_counted = amounts != 0
        is_valid = labels.is_valid
        if sample_weight is not None:
            is_weight_valid = ops.isfinite(amounts) & (amounts >= 0)
            self._engine.refuse(Refusal(~is_weight_valid, amounts, "sample_weight", "pass finite weights from 0 up"))
            is_valid &= is_weight_valid
        remedy = f"pass class indices in [0, {self.num_classes}), or ignore_class= for a label that marks samples not to count"
        pairs = ops.stack([labels.true_class, labels.pred_class], axis=-1)
        remedy = f"{remedy} (-1: a one-hot row of zeros or of several ones)"
        self._engine.refuse(Refusal(is_counted & ~labels.is_valid, pairs, "label among (y_true, y_pred)", remedy))
        is_invalid = is_counted & ~is_valid
        is_counted &= is_valid
        # An index out of range is refused on some devices and lost without a word on others, so that none is ever passed.
        cells = labels.true_class * self.num_classes + labels.pred_class
        cells = ops.where(is_counted, cells, ops.zeros_like(cells))
        amounts = ops.where(is_counted, amounts, ops.zeros_like(amounts))
        is_correct = labels.true_class == labels.pred_class
        self._counts.add_at(ops.reshape(cells, (-1,)), ops.reshape(amounts, (-1,)))
        self._correct.add(ops.sum(ops.where(is_correct, amounts, ops.zeros_like(amounts))))
        self._total.add(ops.sum(amounts))
        self._num_invalid.add(ops.sum(ops.cast(is_invalid, self._num_invalid.dtype)))

    def result(self) -> Any:
        """The accuracy, a scalar tensor; NaN without samples or after an invalid label or weight."""
        accuracy = self._correct.as_float() / self._total.as_float()
        return ops.cast(ops.where(self._num_invalid.as_float() == 0, accuracy, np.nan), self.dtype)

    @property
    def counts(self) -> NDArray[Any]:
        """counts[true_class, pred_class] since the last reset, over all replicas, shape (K, K): int64, float64 where weighted.

        With several workers (`MultiWorkerMirroredStrategy`) they are summed when they are read, so that each worker has to read
        them; one that reads alone waits for the others.

        Raises:
            ValueError: labels out of range, or invalid weights, came in where they couldn't be reported at once.
        """
        num_invalid = int(self._num_invalid.numpy())
        if num_invalid:
            weights = ", or a weight that is negative, NaN or infinite" if self.weighted else ""
            raise ValueError(
                f"invalid labels: {num_invalid} samples have one not in [0, {self.num_classes}){weights}; mend them, or pass "
                "ignore_class= for a label that marks samples not to count"
            )
        return self._counts.numpy()

    def write(self, writer: ConfusionWriter, tag: str, step: SupportsIndex, *, class_names: Iterable[str] | None = None) -> None:
        """Writes the counts, in a training loop of one's own.

        With several workers each one is to call it: it sums their counts, and the chief alone writes.

        Args:
            writer: where to write. It makes its directory and file with the first matrix, so that those of the other workers make
                none.
            tag: name of the series, as in "val/confusion".
            step: the training step.
            class_names: K names in index order; None: those of the metric.

        Raises:
            ValueError: an argument is invalid, or labels out of range or invalid weights came in.
            OSError: the file can't be written.
        """
        counts = self.counts  # before it is asked who the chief is: all workers take part
        if self._engine.is_chief(self._counts.variable):
            writer.write(tag, counts, step, class_names=self.class_names if class_names is None else class_names)

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, as Keras saves them."""
        names = None if self.class_names is None else list(self.class_names)
        own = {name: getattr(self, name) for name in ("num_classes", "threshold", "weighted", "ignore_class")}
        return {**super().get_config(), **own, "class_names": names}

    def _add_sum(self, shape: tuple[int, ...], name: str) -> Sum:
        return Sum(self, shape, name, weighted=self.weighted, engine=self._engine)

    def _amounts(self, labels: Labels, sample_weight: Any, mask: Any) -> Any:
        """What each sample adds to its cell: 1 or its weight; 0 where it is masked or ignored."""
        if sample_weight is not None and not self.weighted:
            raise ValueError(
                "invalid sample_weight: this ConfusionMatrix counts samples; pass weighted=True to sum weights, or move it from "
                "weighted_metrics to metrics to count"
            )
        dtype = sum_dtype(self._engine, weighted=self.weighted)
        if sample_weight is None:
            amounts = ops.ones_like(labels.true_class, dtype=dtype)
        else:
            amounts = ops.cast(align("sample_weight", sample_weight, labels), dtype)
        if mask is not None:
            amounts = ops.where(align("mask", mask, labels), amounts, ops.zeros_like(amounts))
        if self.ignore_class is not None:
            amounts = ops.where(labels.true_class == self.ignore_class, ops.zeros_like(amounts), amounts)
        return amounts


def _mask_of(y_pred: Any) -> Any:
    """The mask that Keras's layers hang on a tensor; on JAX's tracers it hangs nothing, and keeps a list of its own."""
    if hasattr(y_pred, "_keras_mask"):
        return y_pred._keras_mask  # noqa: SLF001  # Keras has no public name for it
    get_mask = getattr(keras.src.backend, "get_keras_mask", None)
    return None if get_mask is None else get_mask(y_pred)
