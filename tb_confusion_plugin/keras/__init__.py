"""Confusion matrices from Keras 3: a metric that counts in `fit` and `evaluate`, and a callback that logs it.

They run on Keras's TensorFlow, JAX and torch backends, and need none of the other two.
"""

from __future__ import annotations

try:
    import keras  # noqa: F401  # it imports its backend, whose absence shows here
except ImportError as error:
    raise ImportError(
        "missing Keras or its backend: pip install 'tb-confusion-plugin[tensorflow]', or keras with jax or torch and name that in "
        f"KERAS_BACKEND, or use ConfusionWriter, which needs NumPy alone ({error})"
    ) from error

from tb_confusion_plugin.keras.callback import ConfusionMatrixCallback
from tb_confusion_plugin.keras.metric import ConfusionMatrix

__all__ = ["ConfusionMatrix", "ConfusionMatrixCallback"]
