"""Counting on Keras's JAX backend, where state is passed around and numbers have 32 bits unless JAX is told otherwise."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin.keras.engine import Refusal, count_with_predict, raise_first

make_count = count_with_predict

_PIECE_SAMPLES = 256
_PIECES_MAX_CELLS = 2**22  # of float32, 16 MiB


def has_64_bits() -> bool:
    """Whether integers and floats of 64 bits can be had: `jax_enable_x64`."""
    return bool(jax.config.jax_enable_x64)


def argmax(scores: Any) -> Any:
    """The class of the highest score, the first of several."""
    return scores.argmax(axis=-1)


def add_at(variable: Any, cells: Any, amounts: Any) -> None:
    """Adds amounts, shape (N,), to a (K, K) variable at cells, row-major indices of shape (N,)."""
    value = variable.value
    variable.assign(value.reshape(-1).at[cells].add(amounts).reshape(value.shape))


def sum_at(amounts: Any, cells: Any, num_cells: int) -> Any:
    """Sums float amounts, shape (N,), by cell, shape (num_cells,).

    Piece by piece: one after another, thousands of like weights make a float32 sum too coarse for the next.
    """
    num_pieces = max(1, min(amounts.size // _PIECE_SAMPLES, _PIECES_MAX_CELLS // num_cells))
    pieces = jax.numpy.arange(amounts.size, dtype=cells.dtype) % num_pieces
    sums = jax.ops.segment_sum(amounts, pieces * num_cells + cells, num_pieces * num_cells)
    return sums.reshape(num_pieces, num_cells).sum(axis=0)


def to_numpy(variable: Any) -> NDArray[Any]:
    """A variable's value.

    Raises:
        ValueError: `fit` has taken it away, and only its own state has it now.
    """
    try:
        value = variable.value
    except TypeError as error:  # Keras looks for an initializer in the place of the value
        raise ValueError(
            "missing counts: between the batches of `fit` Keras on JAX holds them itself; call model.jax_state_sync() first"
        ) from error
    return np.asarray(value)


def refuse(refusal: Refusal) -> None:
    """Raises for invalid samples when eager; compiled code can't."""
    if not isinstance(refusal.is_invalid, jax.core.Tracer):
        raise_first(np.asarray(refusal.is_invalid), np.asarray(refusal.values), refusal)


def is_chief(variable: Any) -> bool:  # noqa: ARG001  # TensorFlow's twin asks it
    """Whether this process is the one that writes: the first of `jax.distributed`."""
    return bool(jax.process_index() == 0)
