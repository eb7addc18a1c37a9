"""Counting on Keras's torch backend. What is done with tensors here are their own methods, so that torch needn't be imported."""

from __future__ import annotations

from typing import Any

import keras
from numpy.typing import NDArray

from tb_confusion_plugin.keras.engine import Refusal, count_with_predict, raise_first

make_count = count_with_predict


def has_64_bits() -> bool:
    """Whether integers and floats of 64 bits can be had."""
    return True


def argmax(scores: Any) -> Any:
    """The class of the highest score, the first of several."""
    return scores.argmax(dim=-1)


def add_at(variable: Any, cells: Any, amounts: Any) -> None:
    """Adds amounts, shape (N,), to a (K, K) variable at cells, row-major indices of shape (N,)."""
    value = variable.value
    if keras.src.backend.in_stateless_scope():
        variable.assign(value.view(-1).index_add(0, cells, amounts).view(value.shape))
    else:
        value.view(-1).index_add_(0, cells, amounts)  # in place: touches the batch's cells alone


def to_numpy(variable: Any) -> NDArray[Any]:
    """A variable's value."""
    value: NDArray[Any] = variable.value.detach().cpu().numpy()
    return value


def refuse(refusal: Refusal) -> None:
    """Raises for invalid samples on a CPU; elsewhere looking would make the device wait at each batch."""
    # Where no state is kept, Keras may be asking for shapes alone, with tensors of ones.
    if refusal.is_invalid.device.type == "cpu" and not keras.src.backend.in_stateless_scope():
        raise_first(refusal.is_invalid.numpy(), refusal.values.detach().numpy(), refusal)


def is_chief(variable: Any) -> bool:  # noqa: ARG001  # TensorFlow's twin asks it
    """True: Keras on torch counts in each process for itself."""
    return True
