"""The callback: it writes what the metric counted, at each epoch's end."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, SupportsIndex

import keras

from tb_confusion_plugin.core.arguments import as_threshold
from tb_confusion_plugin.core.classes import as_class_groups, as_class_names, as_special_class
from tb_confusion_plugin.keras.engine import load_engine
from tb_confusion_plugin.keras.labels import is_float, static_shape
from tb_confusion_plugin.keras.metric import DEFAULT_NAME, ConfusionMatrix
from tb_confusion_plugin.writer import ConfusionWriter


class ConfusionMatrixCallback(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no annotations
    """Writes the confusion matrices of training and validation at each epoch's end, as tags train/confusion and val/confusion.

    The counts are those of the `ConfusionMatrix` metrics that the model was compiled with (in `metrics` or `weighted_metrics`), so
    that nothing is predicted twice. With several of them, as on several outputs, the tags are train/confusion/NAME and
    val/confusion/NAME: Keras's name for the metric in its logs (the output's alone, where the metric has its default name).

    Without such a metric pass `validation_data`: the callback then predicts it itself at each epoch's end and writes val/confusion.

    The step is the epoch, as in Keras's own TensorBoard callback, which may write in the same log_dir (it uses sub-directories).
    So training that is resumed or goes on in another `fit` is to pass `initial_epoch`; what starts again from 0 replaces what was
    written before. Put this callback before others that evaluate the model themselves: they reset its metrics.

    It writes during `fit` alone: `model.evaluate(x, y, callbacks=[...])` has no step, and writes nothing. There call
    `metric.write(writer, tag, step)` after it, with a `ConfusionWriter`.

    With several processes under `jax.distributed` the first alone writes. Keras on torch counts in each process for itself: give
    this callback to one of them, or count with `tb_confusion_plugin.torch`.

    Args:
        log_dir: directory of the run, in which nobody else writes.
        validation_data: (x, y) arrays, or a `tf.data.Dataset` or other iterable of batches, to predict at each epoch's end and
            count for val/confusion; None to take the counts of `fit`'s own validation. Sample weights in it are left out.
        class_names: K names in index order, for all tags; None: those of each metric, and for validation_data those of the model's
            only metric. Without any, indices are shown.
        class_groups: the name of each class's group, K names in index order, for all tags; or None. With several metrics they are
            those of the same classes: the metrics' names may not differ, unless class_names gives others.
        special_class: the index or name of a class that isn't a real one, as a detector's background, for all tags; or None. It is
            drawn last. With several metrics as class_groups.
        threshold: for validation_data: a binary model's single score above it means class 1; 0 for logits.
        batch_size: samples a batch, where validation_data are arrays.

    Raises:
        ValueError: validation_data, class_names, class_groups, special_class or threshold is invalid. As `fit` begins or after its
            first batch: one of them doesn't fit the model's output or metrics, or there is nothing to count with.
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str],
        *,
        validation_data: Any = None,
        class_names: Iterable[str] | None = None,
        class_groups: Iterable[str] | None = None,
        special_class: SupportsIndex | str | None = None,
        threshold: float = 0.5,
        batch_size: int = 32,
    ) -> None:
        super().__init__()
        self._log_dir = os.fspath(log_dir)
        self._validation_data = _as_batches(validation_data, batch_size)
        self._class_names = names = as_class_names(class_names)
        self._class_groups = as_class_groups(class_groups, None if names is None else len(names))
        self._special_class = special_class
        if names is not None or not isinstance(special_class, str):  # else it is looked up among the metrics' names
            self._special_class = as_special_class(special_class, names, None if names is None else len(names))
        self._threshold = as_threshold(threshold)
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
        self._check_output()

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
            writer = self._open()
            self._count_validation_data().write(writer, "val/confusion", epoch)

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002  # Keras passes it
        """Closes the writer."""
        self._epoch = None
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _open(self) -> ConfusionWriter:
        if self._writer is None:
            if hasattr(self.model, "jax_state_sync"):
                self.model.jax_state_sync()  # between two batches Keras on JAX has taken the variables away
            self._metrics = _name_metrics(self.model)
            if not self._metrics and self._validation_data is None:
                raise ValueError(
                    "missing ConfusionMatrix: the model's metrics have none; compile(metrics=[ConfusionMatrix(K)]), or pass "
                    "validation_data= to the callback"
                )
            self._check_output()  # a model without an Input has one by now
            for metric in self._metrics.values():
                self._check(metric.num_classes, metric.class_names)
            self._writer = ConfusionWriter(
                self._log_dir,
                self._class_names or self._names_of_metrics(),
                class_groups=self._class_groups,
                special_class=self._special_class,
            )
        return self._writer

    def _check(self, num_classes: int, own_names: tuple[str, ...] | None = None) -> None:
        """Raises where what is said of the classes doesn't fit K of them, whose names are own_names unless we have others."""
        names = as_class_names(self._class_names, num_classes) or own_names
        as_class_groups(self._class_groups, num_classes)
        as_special_class(self._special_class, names, num_classes)

    def _check_output(self) -> None:
        """Raises where what is said of the classes doesn't fit the model's scores for validation_data, if their shape is known."""
        outputs = getattr(self.model, "outputs", None) or []
        if self._validation_data is None or len(outputs) != 1 or not is_float(outputs[0]):
            return
        shape = static_shape(outputs[0]) or ()
        num_classes, num_names = _num_classes_of(shape), len(self._class_names or ())
        is_score_a_position = num_names == 2 and getattr(self._validation_data, "label_rank", None) in {None, len(shape)}
        if num_classes is None or is_score_a_position or num_names == shape[-1]:
            return
        as_class_names(self._class_names, num_classes)
        as_class_groups(self._class_groups, num_classes)
        if not isinstance(self._special_class, str):
            as_special_class(self._special_class, self._class_names, num_classes)

    def _names_of_metrics(self) -> tuple[str, ...] | None:
        """What to call classes in tags without names of their own."""
        all_names = {metric.class_names for metric in self._metrics.values()}
        if len(all_names) > 1 and not (self._class_groups is None and self._special_class is None):
            argument = "special_class" if self._class_groups is None else "class_groups"
            raise ValueError(
                f"invalid {argument}: the metrics' class names differ, and it holds for one set of classes; pass class_names=, or "
                "write each metric with metric.write and a ConfusionWriter of its own"
            )
        # One of several metrics may have another K than validation_data.
        is_shared = len(all_names) == 1 and (len(self._metrics) == 1 or self._class_groups or self._special_class is not None)
        return next(iter(all_names)) if is_shared else None

    def _write_metrics(self, split: str, epoch: int) -> None:
        writer = self._open()
        for name, metric in self._metrics.items():
            metric.write(writer, f"{split}/{name}", epoch, class_names=self._class_names)

    def _count_validation_data(self) -> ConfusionMatrix:
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
        return self._counter

    def _make_counter(self, y_pred: Any) -> ConfusionMatrix:
        if not keras.ops.is_tensor(y_pred):
            raise ValueError("invalid validation_data: the model has several outputs; compile it with a ConfusionMatrix each")
        num_classes = len(self._class_names) if self._class_names is not None else (_num_classes_of(tuple(y_pred.shape)) or 2)
        counter = ConfusionMatrix(num_classes, threshold=self._threshold)
        self._count = load_engine().make_count(self.model, counter)
        return counter


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
    return {f"confusion/{name.removesuffix(f'_{DEFAULT_NAME}')}": metric for name, metric in by_log_name.items()}


def _num_classes_of(shape: tuple[int | None, ...]) -> int | None:
    """The number of classes by the shape of a model's output: 2 where it is a single score a sample; None: it isn't known."""
    if len(shape) < 2:
        return 2
    return None if shape[-1] is None else max(2, int(shape[-1]))


def _as_batches(validation_data: Any, batch_size: int) -> Any:
    if validation_data is None:
        return None
    if isinstance(validation_data, tuple | list):
        x, y, _ = keras.utils.unpack_x_y_sample_weight(tuple(validation_data))
        if y is None:
            raise ValueError("invalid validation_data: no labels; pass (x, y)")
        return _ArrayBatches((x, y), batch_size)
    if iter(validation_data) is validation_data:
        raise ValueError("invalid validation_data: an iterator, empty after the first epoch; pass (x, y) arrays or a dataset")
    cardinality = getattr(validation_data, "cardinality", None)  # of a tf.data.Dataset, which other backends take too
    if cardinality is not None and int(cardinality()) == -1:
        raise ValueError("invalid validation_data: an endless dataset; pass dataset.take(number of batches)")
    return validation_data


class _ArrayBatches:
    """(x, y) in batches, any number of times; both may be nested, as for models of several inputs."""

    def __init__(self, arrays: tuple[Any, Any], batch_size: int) -> None:
        lengths: set[int] = set()
        _map_arrays(arrays, lambda array: lengths.add(len(array)))
        if len(lengths) > 1:
            raise ValueError(f"invalid validation_data: arrays of {sorted(lengths)} samples; pass one label a sample")
        if isinstance(batch_size, bool) or not isinstance(batch_size, int) or batch_size < 1:
            raise ValueError(f"invalid batch_size: {batch_size!r}; pass the number of samples a batch")
        self.label_rank = getattr(arrays[1], "ndim", None)
        self._arrays = arrays
        self._num_samples = lengths.pop()
        self._batch_size = batch_size

    def __iter__(self) -> Iterator[Any]:
        for start in range(0, self._num_samples, self._batch_size):
            yield _map_arrays(self._arrays, itemgetter(slice(start, start + self._batch_size)))


def _map_arrays(structure: Any, function: Callable[[Any], Any]) -> Any:
    """Applies a function to the arrays of nested dictionaries, tuples and lists; keras.tree is in later versions alone."""
    if isinstance(structure, dict):
        return {name: _map_arrays(one, function) for name, one in structure.items()}
    if isinstance(structure, tuple | list):
        return type(structure)(_map_arrays(one, function) for one in structure)
    return function(structure)
