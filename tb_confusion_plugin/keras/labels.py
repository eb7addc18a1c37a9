"""True and predicted classes from what Keras hands to a metric, in every form that it knows."""

from __future__ import annotations

from typing import Any, NamedTuple

import keras
from keras import ops


class Labels(NamedTuple):
    """Labels of a batch, all of one shape: integer true_class and pred_class, and whether both are in [0, K)."""

    true_class: Any
    pred_class: Any
    is_valid: Any


def as_labels(y_true: Any, y_pred: Any, num_classes: int, threshold: float, engine: Any) -> Labels:
    """Reads tensors as classes, by their shapes and dtypes.

    Args:
        y_true: class indices, shape (...) or (..., 1), or one-hot, shape (..., K).
        y_pred: scores, shape (..., K), of a binary model also (...) or (..., 1); or integer class indices, shape (...) or (..., 1).
        num_classes: K.
        threshold: a binary model's single score above it means class 1.
        engine: the backend's module.

    Raises:
        ValueError: shapes or dtypes don't fit.
    """
    true_shape, pred_shape = static_shape(y_true), static_shape(y_pred)
    if true_shape is None or not pred_shape:
        raise ValueError(f"invalid shapes: y_true {y_true.shape}, y_pred {y_pred.shape}; pass known ranks, with a batch axis")
    reader = _Reader(num_classes, "int64" if engine.has_64_bits() else "int32")
    pred_class, is_pred_valid = reader.as_pred_class(true_shape, y_pred, threshold, engine.argmax)
    true_class, is_true_valid = reader.as_true_class(y_true, pred_class, engine.argmax)
    return Labels(true_class, pred_class, is_true_valid & is_pred_valid)


def as_tensor(name: str, values: Any) -> Any:
    """A tensor of labels or scores.

    Raises:
        ValueError: they aren't numbers.
    """
    remedy = "pass class indices, or scores as predictions; keras.layers.StringLookup makes indices of strings"
    try:
        tensor = ops.convert_to_tensor(values)
    except (TypeError, ValueError) as error:  # torch and JAX have no strings
        kind = getattr(values, "dtype", type(values).__name__)
        raise ValueError(f"invalid {name}: no tensor can be made of this {kind}; {remedy}") from error
    dtype = _dtype(tensor)
    if dtype != "bool" and not keras.backend.is_int_dtype(dtype) and not is_float(tensor):
        raise ValueError(f"invalid {name}: dtype {dtype}; {remedy}")
    return tensor


def align(name: str, values: Any, labels: Labels) -> Any:
    """Gives each sample its weight or mask, which may lack trailing dimensions of the labels or have one of length 1 too many.

    Raises:
        ValueError: it has other leading dimensions than the labels.
    """
    values = ops.convert_to_tensor(values)
    given, wanted = static_shape(values), static_shape(labels.true_class) or ()
    if given is not None and len(given) == len(wanted) + 1 and given[-1] == 1:
        values = ops.squeeze(values, axis=-1)
    for _ in range(len(wanted) - len(static_shape(values) or ())):
        values = ops.expand_dims(values, axis=-1)
    aligned = static_shape(values) or ()
    if len(aligned) != len(wanted) or any(a not in {1, None, b} and b is not None for a, b in zip(aligned, wanted, strict=True)):
        raise ValueError(f"invalid {name}: shape {given} for labels of shape {wanted}; pass one value a sample, or a row of them")
    return ops.broadcast_to(values, ops.shape(labels.true_class))


def static_shape(tensor: Any) -> tuple[int | None, ...] | None:
    """The shape as far as a graph knows it: None where not even the rank is known."""
    return None if getattr(tensor.shape, "rank", 0) is None else tuple(tensor.shape)


class _Reader(NamedTuple):
    num_classes: int
    index_dtype: str

    def as_pred_class(self, true_shape: Any, y_pred: Any, threshold: float, argmax: Any) -> tuple[Any, Any]:
        shape = static_shape(y_pred) or ()
        has_scores = is_float(y_pred)
        has_class_axis = len(shape) > 1 and shape[-1] == self.num_classes
        if has_scores and has_class_axis and (len(true_shape) < len(shape) or true_shape[-1] in {1, self.num_classes}):
            pred_class = ops.cast(argmax(y_pred), self.index_dtype)
            return pred_class, ops.ones_like(pred_class, dtype="bool")
        labels = ops.squeeze(y_pred, axis=-1) if len(shape) > 1 and shape[-1] == 1 else y_pred
        if not has_scores:
            return self._as_class_indices(labels)
        if self.num_classes != 2:
            raise ValueError(
                f"invalid y_pred: {_dtype(y_pred)} of shape {shape} for labels of shape {true_shape} and {self.num_classes} "
                f"classes; pass scores of shape (..., {self.num_classes}), or class indices of an integer dtype"
            )
        pred_class = ops.cast(labels > ops.cast(threshold, _dtype(labels)), self.index_dtype)
        return pred_class, ops.ones_like(pred_class, dtype="bool")

    def as_true_class(self, y_true: Any, pred_class: Any, argmax: Any) -> tuple[Any, Any]:
        shape, pred_shape = static_shape(y_true) or (), static_shape(pred_class) or ()
        if len(shape) == len(pred_shape) + 1:
            if shape[-1] == self.num_classes and self.num_classes > 1:
                return self._as_one_hot(y_true, argmax)
            if shape[-1] == 1:
                y_true, shape = ops.squeeze(y_true, axis=-1), shape[:-1]
        is_alike = len(shape) == len(pred_shape) and all(a == b or None in {a, b} for a, b in zip(shape, pred_shape, strict=True))
        if not is_alike:
            raise ValueError(
                f"invalid y_true: shape {shape} for predictions of shape {pred_shape}; pass one class index or one-hot row a sample"
            )
        return self._as_class_indices(y_true)

    def _as_one_hot(self, rows: Any, argmax: Any) -> tuple[Any, Any]:
        if _dtype(rows) == "bool":
            rows = ops.cast(rows, "int32")
        highest = ops.max(rows, axis=-1, keepdims=True)
        # Several ones are labels of several classes at once. Soft labels may share their highest value.
        num_highest = ops.sum(ops.cast(rows == highest, "int32"), axis=-1)
        highest = ops.squeeze(highest, axis=-1)
        is_valid = (highest > 0) & ((highest < 1) | (num_highest == 1))
        true_class = ops.cast(argmax(rows), self.index_dtype)
        return ops.where(is_valid, true_class, -1), is_valid

    def _as_class_indices(self, labels: Any) -> tuple[Any, Any]:
        indices = ops.cast(labels, self.index_dtype)
        is_valid = (indices >= 0) & (indices < self.num_classes)
        if is_float(labels):  # the cast makes 2 of 2.7, and anything of NaN
            is_valid &= ops.cast(indices, _dtype(labels)) == labels
        return indices, is_valid


def _dtype(tensor: Any) -> str:
    return str(keras.backend.standardize_dtype(tensor.dtype))


def is_float(tensor: Any) -> bool:
    """Whether a tensor's dtype is one of the floats."""
    return bool(keras.backend.is_float_dtype(_dtype(tensor)))
