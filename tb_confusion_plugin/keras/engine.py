"""What Keras's backends do differently: each has a module of its own here, with the same names."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import keras
from numpy.typing import NDArray

# Before, the replicas of a MirroredStrategy weren't summed, without a word.
_OLDEST = (3, 10)
if tuple(map(int, keras.__version__.split(".")[:2])) < _OLDEST:
    raise ImportError(
        f"Keras {keras.__version__} is too old: pip install 'keras>=3.10', or use ConfusionWriter, which needs NumPy alone"
    )

_MODULES = {"tensorflow": "in_tensorflow", "jax": "in_jax", "torch": "in_torch"}


class Refusal(NamedTuple):
    """What is to be refused of a batch.

    Which samples are invalid, shape (...); their values, shape (...) or (..., 2); what these are, and what to do about them.
    """

    is_invalid: Any
    values: Any
    what: str
    remedy: str


def load_engine() -> Any:
    """The module of the backend that Keras runs on.

    It has `has_64_bits()`, `argmax(scores)`, `add_at(variable, cells, amounts)`, `to_numpy(variable)`, `refuse(refusal)`,
    `is_chief(variable)` and `make_count(model, counter)`.

    Raises:
        ValueError: Keras runs on another backend.
    """
    name = keras.backend.backend()
    if name not in _MODULES:
        raise ValueError(f"invalid Keras backend: {name!r}; set KERAS_BACKEND to one of {sorted(_MODULES)}")
    return importlib.import_module(f"tb_confusion_plugin.keras.{_MODULES[name]}")


def raise_first(is_invalid: NDArray[Any], values: NDArray[Any], refusal: Refusal) -> None:
    """Raises for the first invalid sample, where values can be looked at.

    Args:
        is_invalid: which samples are, bool, shape (...).
        values: theirs, shape (...) or (..., 2).
        refusal: what they are and what to do about them.

    Raises:
        ValueError: a sample is invalid.
    """
    if is_invalid.any():
        first = values[is_invalid][0].tolist()
        raise ValueError(f"invalid {refusal.what}: {tuple(first) if isinstance(first, list) else first}; {refusal.remedy}")


def count_with_predict(model: Any, counter: Any) -> Any:
    """A function that counts a batch (x, y) with the model's own compiled prediction."""

    def count(x: Any, y: Any) -> None:
        counter.update_state(y, model.predict_on_batch(x))

    return count
