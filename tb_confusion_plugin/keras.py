"""Confusion matrices from Keras: a metric that counts in `fit` and `evaluate`, and a callback that logs it. Needs TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, NamedTuple

try:
    import keras
    import tensorflow as tf
except ImportError as error:
    raise ImportError("missing TensorFlow: pip install 'tb-confusion-plugin[tensorflow]', or use ConfusionWriter") from error

import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin.core.classes import as_class_names
from tb_confusion_plugin.core.matrix import DENSE_MAX_CLASSES
from tb_confusion_plugin.writer import ConfusionWriter

_DEFAULT_NAME = "confusion_accuracy"


@keras.saving.register_keras_serializable(package="tb_confusion_plugin")
class ConfusionMatrix(keras.metrics.Metric):  # type: ignore[misc]  # Keras has no annotations
    """Counts true against predicted classes while Keras trains or evaluates, in the graph and without a second prediction.

    `result()`, what Keras shows and logs, is the accuracy: the diagonal's share of all samples, NaN without samples. The matrix is
    `counts`. It works eagerly, in `tf.function`, with `jit_compile=True` and under `MirroredStrategy`.

    Labels may be class indices or one-hot; predictions may be scores (probabilities or logits) over the classes, integer class
    indices or, with K = 2, the single score of a binary model, which is class 1 above `threshold`. Any leading dimensions (batch,
    time, height, width) are samples. Positions that Keras masks aren't samples.

    A label that isn't in [0, K) is an error: at once when eager or in a plain graph; XLA can't raise one, so there `result()` turns
    NaN and reading `counts` raises. It never counts in any cell. The one-hot form of such a label is a row of zeros, an error too.
    A NaN score is what `argmax` makes of it, as in Keras's own accuracy.

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
        ValueError: an argument is invalid, or Keras doesn't run on TensorFlow.
    """

    def __init__(
        self,
        num_classes: int | None = None,
        *,
        class_names: Iterable[str] | None = None,
        threshold: float = 0.5,
        weighted: bool = False,
        ignore_class: int | None = None,
        name: str = _DEFAULT_NAME,
        dtype: Any = None,
    ) -> None:
        if keras.backend.backend() != "tensorflow":
            raise ValueError(f"invalid Keras backend: {keras.backend.backend()!r}; set KERAS_BACKEND=tensorflow")
        super().__init__(name=name, dtype=dtype)
        names = as_class_names(class_names)
        self.num_classes = _as_num_classes(num_classes, names)
        self.class_names = as_class_names(names, self.num_classes)
        self.threshold = float(threshold)
        self.weighted = bool(weighted)
        self.ignore_class = ignore_class
        self._direction = "up"  # Keras's sign for EarlyStopping and ModelCheckpoint that more is better
        amount = "float64" if self.weighted else "int64"
        self._counts = self.add_variable((self.num_classes, self.num_classes), "zeros", dtype=amount, name="counts")
        # Kept beside the counts: Keras asks for the result after each batch, and large counts take long to sum.
        self._correct = self.add_variable((), "zeros", dtype=amount, name="correct")
        self._total = self.add_variable((), "zeros", dtype=amount, name="total")
        self._num_invalid = self.add_variable((), "zeros", dtype="int64", name="num_invalid")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Counts one batch.

        Args:
            y_true: class indices, shape (...) or (..., 1), or one-hot, shape (..., K).
            y_pred: scores, shape (..., K), of a binary model also (...) or (..., 1); or integer class indices, shape (...) or
                (..., 1).
            sample_weight: None, or finite, non-negative weights with the leading dimensions of the labels.

        Raises:
            ValueError: shapes or dtypes don't fit, a weight comes to an unweighted metric, or (when eager) a label is out of range.
            tf.errors.InvalidArgumentError: a label is out of range, in a graph.
        """
        labels = _as_labels(tf.convert_to_tensor(y_true), tf.convert_to_tensor(y_pred), self.num_classes, self.threshold)
        amounts = self._amounts(labels, sample_weight, getattr(y_pred, "_keras_mask", None))
        is_counted = amounts != 0
        is_invalid = is_counted & ~labels.is_valid
        self._refuse(is_invalid, labels)
        is_counted &= labels.is_valid
        # An index that scatter_nd refuses on a CPU is lost without a word on a GPU and under XLA, so that none is ever passed.
        cells = tf.where(is_counted[..., tf.newaxis], tf.stack([labels.true_class, labels.pred_class], axis=-1), 0)
        amounts = tf.where(is_counted, amounts, tf.zeros_like(amounts))
        is_correct = labels.true_class == labels.pred_class
        self._add(tf.reshape(cells, [-1, 2]), tf.reshape(amounts, [-1]))
        self._correct.assign(self._correct + tf.reduce_sum(tf.where(is_correct, amounts, tf.zeros_like(amounts))))
        self._total.assign(self._total + tf.reduce_sum(amounts))
        self._num_invalid.assign(self._num_invalid + tf.reduce_sum(tf.cast(is_invalid, tf.int64)))

    def result(self) -> Any:
        """The accuracy, a scalar tensor; NaN without samples or after an invalid label."""
        accuracy = tf.cast(tf.convert_to_tensor(self._correct), tf.float64) / tf.cast(tf.convert_to_tensor(self._total), tf.float64)
        is_valid = tf.equal(tf.convert_to_tensor(self._num_invalid), 0)
        return tf.cast(tf.where(is_valid, accuracy, tf.constant(np.nan, tf.float64)), self.dtype)

    @property
    def counts(self) -> NDArray[Any]:
        """counts[true_class, pred_class] since the last reset, over all replicas, shape (K, K): int64, float64 where weighted.

        Raises:
            ValueError: labels out of range came in where XLA couldn't report them.
        """
        num_invalid = int(tf.convert_to_tensor(self._num_invalid))
        if num_invalid:
            raise ValueError(
                f"invalid labels: {num_invalid} samples have one not in [0, {self.num_classes}); mend them, or pass ignore_class="
                " for a label that marks samples not to count"
            )
        return np.array(tf.convert_to_tensor(self._counts).numpy())

    def get_config(self) -> dict[str, Any]:
        """The arguments of the constructor, as Keras saves them."""
        names = None if self.class_names is None else list(self.class_names)
        own = {name: getattr(self, name) for name in ("num_classes", "threshold", "weighted", "ignore_class")}
        return {**super().get_config(), **own, "class_names": names}

    def _amounts(self, labels: _Labels, sample_weight: Any, mask: Any) -> Any:
        """What each sample adds to its cell: 1 or its weight; 0 where it is masked or ignored."""
        if sample_weight is not None and not self.weighted:
            raise ValueError(
                "invalid sample_weight: this ConfusionMatrix counts samples; pass weighted=True to sum weights, or move it from "
                "weighted_metrics to metrics to count"
            )
        shape, dtype = tf.shape(labels.true_class), tf.float64 if self.weighted else tf.int64
        amounts = tf.ones(shape, dtype) if sample_weight is None else tf.cast(_broadcast(sample_weight, labels), dtype)
        if mask is not None:
            amounts = tf.where(_broadcast(mask, labels), amounts, tf.zeros_like(amounts))
        if self.ignore_class is not None:
            amounts = tf.where(labels.true_class == self.ignore_class, tf.zeros_like(amounts), amounts)
        return amounts

    def _add(self, cells: Any, amounts: Any) -> None:
        value = self._counts.value
        if isinstance(value, tf.Variable) and not tf.distribute.has_strategy():
            value.scatter_nd_add(cells, amounts)  # touches the batch's cells alone; replicas aren't allowed to
        else:
            self._counts.assign(self._counts + tf.scatter_nd(cells, amounts, [self.num_classes] * 2))

    def _refuse(self, is_invalid: Any, labels: _Labels) -> None:
        pairs = tf.boolean_mask(tf.stack([labels.true_class, labels.pred_class], axis=-1), is_invalid)
        remedy = f"pass class indices in [0, {self.num_classes}), or ignore_class= for a label that marks samples not to count"
        if not tf.executing_eagerly():
            message = f"invalid label among (y_true, y_pred); {remedy} (-1 may be a one-hot row of zeros):"
            tf.debugging.Assert(~tf.reduce_any(is_invalid), [message, pairs[:3]])
        elif len(pairs):
            raise ValueError(f"invalid label among (y_true, y_pred): {tuple(pairs[0].numpy().tolist())}; {remedy}")


class ConfusionMatrixCallback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no annotations
    """Writes the confusion matrices of training and validation at each epoch's end, as tags train/confusion and val/confusion.

    The counts are those of the `ConfusionMatrix` metrics that the model was compiled with (in `metrics` or `weighted_metrics`), so
    that nothing is predicted twice. With several of them, as on several outputs, the tags are train/confusion/NAME and
    val/confusion/NAME: Keras's name for the metric in its logs (the output's alone, where the metric has its default name).

    Without such a metric pass `validation_data`: the callback then predicts it itself at each epoch's end and writes val/confusion.

    The step is the epoch, as in Keras's own TensorBoard callback, which may write in the same log_dir (it uses sub-directories).
    So training that is resumed or goes on in another `fit` is to pass `initial_epoch`; what starts again from 0 replaces what was
    written before. Put this callback before others that evaluate the model themselves: they reset its metrics.

    Args:
        log_dir: directory of the run, in which nobody else writes.
        validation_data: (x, y) arrays, or a `tf.data.Dataset` or other iterable of batches, to predict at each epoch's end and
            count for val/confusion; None to take the counts of `fit`'s own validation. Sample weights in it are left out.
        class_names: K names in index order, for all tags; None: those of each metric, and for validation_data those of the model's
            only metric. Without any, indices are shown.
        threshold: for validation_data: a binary model's single score above it means class 1; 0 for logits.
        batch_size: samples a batch, where validation_data are arrays.

    Raises:
        ValueError: validation_data or class_names is invalid. After the first batch of training: there is nothing to count with.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        validation_data: Any = None,
        class_names: Iterable[str] | None = None,
        threshold: float = 0.5,
        batch_size: int = 32,
    ) -> None:
        super().__init__()
        self._log_dir = os.fspath(log_dir)
        self._validation_data = _as_batches(validation_data, batch_size)
        self._class_names = as_class_names(class_names)
        self._threshold = threshold
        self._metrics: dict[str, ConfusionMatrix] = {}
        self._counter: ConfusionMatrix | None = None
        self._count: Any = None
        self._writer: ConfusionWriter | None = None
        self._epoch: int | None = None
        self._has_written_train = False

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Forgets what an earlier `fit` left."""
        self.on_train_end()
        self._counter = None

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Finds the metrics before the second batch, so that what is wrong shows early; Keras builds them with the first."""
        if batch and self._writer is None:
            self._open()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Remembers the epoch, which validation isn't told."""
        self._epoch = epoch
        self._has_written_train = False

    def on_test_begin(self, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Writes the training counts, which Keras resets right after this."""
        if self._epoch is not None and not self._has_written_train:
            self._write_metrics("train", self._epoch)
            self._has_written_train = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Writes the validation counts; without validation in `fit`, the training counts."""
        self._epoch = None
        if not self._has_written_train:
            self._write_metrics("train", epoch)
        elif self._validation_data is None:
            self._write_metrics("val", epoch)
        if self._validation_data is not None:
            self._open().write("val/confusion", self._count_validation_data(), epoch)

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Closes the writer."""
        self._epoch = None
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _open(self) -> ConfusionWriter:
        if self._writer is None:
            self._metrics = _name_metrics(self.model)
            if not self._metrics and self._validation_data is None:
                raise ValueError(
                    "missing ConfusionMatrix: the model's metrics have none; compile(metrics=[ConfusionMatrix(K)]), or pass "
                    "validation_data= to the callback"
                )
            for metric in self._metrics.values():
                as_class_names(self._class_names, metric.num_classes)
            only_metric = next(iter(self._metrics.values())) if len(self._metrics) == 1 else None
            self._writer = ConfusionWriter(self._log_dir, self._class_names or getattr(only_metric, "class_names", None))
        return self._writer

    def _write_metrics(self, split: str, epoch: int) -> None:
        writer = self._open()
        for name, metric in self._metrics.items():
            writer.write(f"{split}/{name}", metric.counts, epoch, class_names=self._class_names or metric.class_names)

    def _count_validation_data(self) -> NDArray[Any]:
        """A metric of our own counts, so that predictions never pile up in memory and the model's metrics stay as they are."""
        if self._counter is not None:
            self._counter.reset_state()
        for batch in self._validation_data:
            x, y, _ = keras.utils.unpack_x_y_sample_weight(batch)
            if self._counter is None:
                self._counter = self._make_counter(self.model(x, training=False))
            self._count(x, y)
        if self._counter is None or not self._counter.counts.any():
            raise ValueError("invalid validation_data: no samples; pass (x, y) arrays, or a dataset to iterate every epoch")
        return self._counter.counts

    def _make_counter(self, y_pred: Any) -> ConfusionMatrix:
        if not tf.is_tensor(y_pred):
            raise ValueError("invalid validation_data: the model has several outputs; compile it with a ConfusionMatrix each")
        num_classes = len(self._class_names) if self._class_names is not None else max(2, int(y_pred.shape[-1]))
        counter = ConfusionMatrix(num_classes, threshold=self._threshold)
        self._count = tf.function(lambda x, y: counter.update_state(y, self.model(x, training=False)), reduce_retracing=True)
        return counter


class _Labels(NamedTuple):
    """Labels of a batch, all of one shape: int64 true_class and pred_class, and whether both are in [0, K)."""

    true_class: Any
    pred_class: Any
    is_valid: Any


def _as_num_classes(num_classes: int | None, class_names: tuple[str, ...] | None) -> int:
    if num_classes is None and class_names is None:
        raise ValueError("missing num_classes: pass the number of classes, or class_names=")
    num_classes = len(class_names or ()) if num_classes is None else num_classes
    if isinstance(num_classes, bool) or not isinstance(num_classes, int | np.integer) or not 1 <= num_classes <= DENSE_MAX_CLASSES:
        raise ValueError(
            f"invalid num_classes: {num_classes!r}; pass an integer from 1 to {DENSE_MAX_CLASSES}; for more predict and call "
            "ConfusionWriter.write_labels"
        )
    return int(num_classes)


def _as_labels(y_true: Any, y_pred: Any, num_classes: int, threshold: float) -> _Labels:
    if y_true.shape.rank is None or not y_pred.shape.rank:
        raise ValueError(f"invalid shapes: y_true {y_true.shape}, y_pred {y_pred.shape}; pass known ranks, with a batch axis")
    pred_class, is_pred_valid = _as_pred_class(y_true.shape, y_pred, num_classes, threshold)
    true_class, is_true_valid = _as_true_class(y_true, pred_class.shape, num_classes)
    return _Labels(true_class, pred_class, is_true_valid & is_pred_valid)


def _as_pred_class(true_shape: Any, y_pred: Any, num_classes: int, threshold: float) -> tuple[Any, Any]:
    shape = y_pred.shape
    has_class_axis = shape.rank > 1 and shape[-1] == num_classes
    if y_pred.dtype.is_floating and has_class_axis and (true_shape.rank < shape.rank or true_shape[-1] in (1, num_classes)):
        pred_class = tf.argmax(y_pred, axis=-1, output_type=tf.int64)
        return pred_class, tf.ones_like(pred_class, tf.bool)
    labels = tf.squeeze(y_pred, axis=-1) if shape.rank > 1 and shape[-1] == 1 else y_pred
    if not y_pred.dtype.is_floating:
        return _as_class_indices(labels, num_classes)
    if num_classes != 2:
        raise ValueError(
            f"invalid y_pred: {y_pred.dtype.name} of shape {shape} for labels of shape {true_shape} and {num_classes} classes; "
            f"pass scores of shape (..., {num_classes}), or class indices of an integer dtype"
        )
    pred_class = tf.cast(labels > tf.cast(threshold, labels.dtype), tf.int64)
    return pred_class, tf.ones_like(pred_class, tf.bool)


def _as_true_class(y_true: Any, shape: Any, num_classes: int) -> tuple[Any, Any]:
    if y_true.shape.rank == shape.rank + 1:
        if y_true.shape[-1] == num_classes and num_classes > 1:
            y_true = tf.cast(y_true, tf.int32) if y_true.dtype == tf.bool else y_true
            is_valid = tf.reduce_max(y_true, axis=-1) > 0
            return tf.where(is_valid, tf.argmax(y_true, axis=-1, output_type=tf.int64), -1), is_valid
        if y_true.shape[-1] == 1:
            y_true = tf.squeeze(y_true, axis=-1)
    if not y_true.shape.is_compatible_with(shape):
        raise ValueError(
            f"invalid y_true: shape {y_true.shape} for predictions of shape {shape}; pass one class index or one-hot row a sample"
        )
    return _as_class_indices(y_true, num_classes)


def _as_class_indices(labels: Any, num_classes: int) -> tuple[Any, Any]:
    indices = tf.cast(labels, tf.int64)
    is_valid = (indices >= 0) & (indices < num_classes)
    if labels.dtype.is_floating:  # the cast makes 2 of 2.7, and anything of NaN
        is_valid &= tf.cast(indices, labels.dtype) == labels
    return indices, is_valid


def _broadcast(values: Any, labels: _Labels) -> Any:
    """Gives each sample its weight or mask, which may lack trailing dimensions of the labels or have one of length 1 too many."""
    values, rank = tf.convert_to_tensor(values), labels.true_class.shape.rank
    if values.shape.rank == rank + 1:
        values = tf.squeeze(values, axis=-1)
    for _ in range(rank - values.shape.rank):
        values = values[..., tf.newaxis]
    return tf.broadcast_to(values, tf.shape(labels.true_class))


def _name_metrics(model: Any) -> dict[str, ConfusionMatrix]:
    """The model's ConfusionMatrix metrics by the tag's part after train/ and val/."""
    by_log_name: dict[str, ConfusionMatrix] = {}
    for metric in model.metrics:
        # What `compile` was given is inside of one metric, whose result has Keras's names for them in the same order.
        inner = getattr(metric, "metrics", [])
        named = zip(metric.result(), inner, strict=False) if inner else [(metric.name, metric)]
        by_log_name.update({name: one for name, one in named if isinstance(one, ConfusionMatrix)})
    if len(by_log_name) == 1:
        return {"confusion": next(iter(by_log_name.values()))}
    return {f"confusion/{name.removesuffix(f'_{_DEFAULT_NAME}')}": metric for name, metric in by_log_name.items()}


def _as_batches(validation_data: Any, batch_size: int) -> Any:
    if validation_data is None:
        return None
    if isinstance(validation_data, tuple | list):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(tuple(validation_data))
        if y is None:
            raise ValueError("invalid validation_data: no labels; pass (x, y)")
        return tf.data.Dataset.from_tensor_slices((x, y)).batch(batch_size)
    if iter(validation_data) is validation_data:
        raise ValueError("invalid validation_data: an iterator, empty after the first epoch; pass (x, y) arrays or a dataset")
    if isinstance(validation_data, tf.data.Dataset) and validation_data.cardinality() == tf.data.INFINITE_CARDINALITY:
        raise ValueError("invalid validation_data: an endless dataset; pass dataset.take(number of batches)")
    return validation_data
