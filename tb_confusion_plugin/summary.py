"""Confusion matrices in the style of `tf.summary`: into TensorFlow's default summary writer. Needs TensorFlow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, SupportsIndex

import numpy as np

try:
    import tensorflow as tf
except ImportError as error:
    raise ImportError(
        "missing TensorFlow: pip install 'tb-confusion-plugin[tensorflow]', or use ConfusionWriter, which needs NumPy alone"
    ) from error

from tb_confusion_plugin.core.classes import as_class_groups, as_class_names, as_special_class
from tb_confusion_plugin.core.matrix import ConfusionMatrix, as_counts
from tb_confusion_plugin.core.names import names_with
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, serialize_metadata
from tb_confusion_plugin.storage.to_summary import as_step, as_tag, blob_metadata, tensor_metadata

# Up to here a plain tensor is small enough, and any tool can read it.
TENSOR_MAX_CLASSES = 256


def confusion_matrix(
    tag: str,
    counts: Any,
    step: Any = None,
    *,
    class_names: Iterable[str] | None = None,
    class_groups: Iterable[str] | None = None,
    special_class: SupportsIndex | str | None = None,
    title: str = "",
    description: str = "",
) -> Any:
    """Writes one matrix with the default `tf.summary` writer: a plain [K, K] tensor up to K = 256, a compressed blob above.

    TensorFlow writes class names and groups with every call that passes them and TensorBoard reads the first alone: pass them
    with the first step of each run, or always where the log's size doesn't matter.

    Like all of `tf.summary` it works in `tf.function`, but not with `jit_compile=True`: return the counts from there and write them
    outside.

    Args:
        tag: name of the series, as in "val/confusion".
        counts: counts[true_class, pred_class], shape (K, K): a tensor, an array-like or, outside of `tf.function`, a `scipy.sparse`
            matrix, of non-negative integers (floats where samples are weighted). K must be known when the graph is built. Or a
            `ConfusionMatrix`, whose class names go with it.
        step: the training step; `tf.summary.experimental.get_step()`, if None.
        class_names: K names; None: those of a `ConfusionMatrix`, which may not have others.
        class_groups: the name of each class's group, K names in index order, or None.
        special_class: the index or name of a class that isn't a real one (background, reject), or None.
        title: what to call the series on the page; empty: its tag.
        description: a sentence or more to show beside it.

    Returns:
        Whether it was written, as `tf.summary.write` returns it.

    Raises:
        ValueError: an argument is invalid, or there is no step; nothing is written then. In a graph only shapes and names are
            checked; a wrong value is a warning on the page.
    """
    names = as_class_names(class_names)
    if isinstance(counts, ConfusionMatrix):
        names, counts = names_with(counts.class_names, names, None, has_begun=False), counts.counts
    is_symbolic = not tf.executing_eagerly() and (tf.is_tensor(counts) or hasattr(counts, "__tf_tensor__"))
    checked = _as_graph_counts(counts) if is_symbolic else as_counts(counts)
    num_classes = int(checked.shape[0])
    step = _as_summary_step(step)
    as_class_names(names, num_classes)
    groups = as_class_groups(class_groups, num_classes)
    special = as_special_class(special_class, names, num_classes)
    content = serialize_metadata(SeriesMetadata(names, groups, special, title, description))
    if num_classes <= TENSOR_MAX_CLASSES:
        dense = checked if is_symbolic else _smallest(checked.toarray() if hasattr(checked, "toarray") else checked)
        return tf.summary.write(as_tag(tag), dense, step=step, metadata=tensor_metadata(content).SerializeToString())
    names_hash = class_names_hash(names)

    def encoded(array: Any) -> bytes:
        return encode_counts(as_counts(array), names_hash=names_hash)

    blob = tf.numpy_function(encoded, [checked], tf.string, stateful=False) if is_symbolic else tf.constant(encoded(checked))
    return tf.summary.write(as_tag(tag), tf.reshape(blob, [1]), step=step, metadata=blob_metadata(content).SerializeToString())


def _smallest(counts: Any) -> Any:
    """As int32 where every count fits: TensorBoard reads at most 256 MiB of a series, which are 1,000 steps of K = 256 then."""
    return counts.astype(np.int32) if counts.dtype.kind == "i" and counts.max() <= np.iinfo(np.int32).max else counts


def _as_graph_counts(counts: Any) -> Any:
    """What a graph knows of counts when it is built: their shape and dtype."""
    tensor = tf.convert_to_tensor(counts)
    shape = tensor.shape.as_list() if tensor.shape.rank is not None else None
    if shape is None or len(shape) != 2 or shape[0] != shape[1] or not shape[0]:
        raise ValueError(
            f"invalid counts: shape {tensor.shape}; pass a (K, K) tensor whose K is known, as with tf.ensure_shape(counts, (K, K))"
        )
    if np.dtype(tensor.dtype.as_numpy_dtype).kind not in "iuf":
        raise ValueError(f"invalid counts: {tensor.dtype!r}; pass integers, or floats for weighted samples")
    return tensor


def _as_summary_step(step: Any) -> Any:
    if step is None:  # `tf.summary.experimental.get_step()`
        return None
    if tf.executing_eagerly() or not tf.is_tensor(step):
        return as_step(step)
    if not step.dtype.is_integer:
        raise ValueError(f"invalid step: a tensor of {step.dtype!r}; pass an integer")
    return step
