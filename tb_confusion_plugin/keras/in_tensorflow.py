"""Counting on Keras's TensorFlow backend: in graphs, under XLA and in the replicas of `tf.distribute`."""

from __future__ import annotations

from typing import Any

import tensorflow as tf
from numpy.typing import NDArray

from tb_confusion_plugin.keras.engine import Refusal, raise_first


def has_64_bits() -> bool:
    """Whether integers and floats of 64 bits can be had."""
    return True


def argmax(scores: Any) -> Any:
    """The class of the highest score, the first of several; Keras's own takes three passes, to tell -0.0 from 0.0."""
    return tf.argmax(scores, axis=-1, output_type=tf.int64)


def add_at(variable: Any, cells: Any, amounts: Any) -> None:
    """Adds amounts, shape (N,), to a (K, K) variable at cells, row-major indices of shape (N,)."""
    num_classes = variable.shape[0]
    pairs = tf.stack([cells // num_classes, cells % num_classes], axis=-1)
    value = variable.value
    if isinstance(value, tf.Variable) and not tf.distribute.has_strategy():
        value.scatter_nd_add(pairs, amounts)  # touches the batch's cells alone; replicas aren't allowed to
    else:
        variable.assign(variable + tf.scatter_nd(pairs, amounts, variable.shape))


def to_numpy(variable: Any) -> NDArray[Any]:
    """A variable's value; of several replicas or workers their sum, for which all workers have to ask."""
    value: NDArray[Any] = tf.convert_to_tensor(variable).numpy()
    return value


def refuse(refusal: Refusal) -> None:
    """Raises for invalid samples: at once when eager, when the graph runs in a graph; XLA drops it."""
    if tf.executing_eagerly():
        raise_first(refusal.is_invalid.numpy(), refusal.values.numpy(), refusal)
        return
    message = f"invalid {refusal.what}; {refusal.remedy}:"
    shown = tf.boolean_mask(refusal.values, refusal.is_invalid)[:3]
    tf.debugging.Assert(~tf.reduce_any(refusal.is_invalid), [message, shown])


def is_chief(variable: Any) -> bool:
    """Whether this process is the one of its `tf.distribute` strategy that writes; without several workers it always is."""
    strategy = getattr(variable.value, "distribute_strategy", None)
    resolver = getattr(strategy, "cluster_resolver", None)
    if resolver is None or not resolver.task_type:
        return True
    # TensorFlow's own rule: without a chief in the cluster the first worker is it.
    has_chief = "chief" in resolver.cluster_spec().jobs
    return bool(resolver.task_type == "chief" or (not has_chief and resolver.task_type == "worker" and resolver.task_id == 0))


def make_count(model: Any, counter: Any) -> Any:
    """A function that counts a batch (x, y) in one graph with the prediction."""
    return tf.function(lambda x, y: counter.update_state(y, model(x, training=False)), reduce_retracing=True)
