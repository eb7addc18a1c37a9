"""The peer that this project replaces: TensorBoard's image tutorial draws each step's matrix with matplotlib and logs the PNG."""

from __future__ import annotations

import io
import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

WHAT = "the tutorial's PNG"


def log_png(writer: Any, counts: NDArray[Any], class_names: list[str], step: int) -> None:
    """Draws one matrix as the tutorial does and logs it, flushed.

    Args:
        writer: a `tf.summary` writer.
        counts: counts[true_class, pred_class], shape (K, K).
        class_names: K names.
        step: the training step.
    """
    import tensorflow as tf

    with writer.as_default():
        tf.summary.image("Confusion Matrix", _to_image(_draw(counts, class_names)), step=step)
    writer.flush()


def _draw(counts: NDArray[Any], class_names: list[str]) -> Any:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure = plt.figure(figsize=(8, 8))
    plt.imshow(counts, interpolation="nearest", cmap=plt.colormaps["Blues"])
    plt.title("Confusion matrix")
    plt.colorbar()
    tick_marks = np.arange(len(class_names))
    plt.xticks(tick_marks, class_names, rotation=45)
    plt.yticks(tick_marks, class_names)
    rates = np.around(counts / np.maximum(counts.sum(axis=1), 1)[:, np.newaxis], decimals=2)
    threshold = counts.max() / 2.0
    for i, j in itertools.product(range(len(counts)), repeat=2):
        plt.text(j, i, rates[i, j], horizontalalignment="center", color="white" if counts[i, j] > threshold else "black")
    plt.tight_layout()
    plt.ylabel("True label")
    plt.xlabel("Predicted label")
    return figure


def _to_image(figure: Any) -> Any:
    import matplotlib.pyplot as plt
    import tensorflow as tf

    buffer = io.BytesIO()
    plt.savefig(buffer, format="png")
    plt.close(figure)
    return tf.expand_dims(tf.image.decode_png(buffer.getvalue(), channels=4), 0)
