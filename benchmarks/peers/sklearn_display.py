"""A peer that draws: scikit-learn's ConfusionMatrixDisplay, logged as an image as `SummaryWriter.add_figure` does it."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

WHAT = "scikit-learn's display as an image"


def log_display(writer: Any, counts: NDArray[Any], class_names: list[str], step: int) -> None:
    """Draws one matrix with scikit-learn's defaults and logs the canvas, flushed.

    Args:
        writer: a `tf.summary` writer.
        counts: counts[true_class, pred_class], shape (K, K).
        class_names: K names.
        step: the training step.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt
    import numpy as np
    import tensorflow as tf
    from sklearn.metrics import ConfusionMatrixDisplay

    display = ConfusionMatrixDisplay(counts, display_labels=class_names).plot()
    display.figure_.canvas.draw()
    pixels = np.asarray(display.figure_.canvas.buffer_rgba())
    plt.close(display.figure_)
    with writer.as_default():
        tf.summary.image("Confusion Matrix", pixels[np.newaxis], step=step)
    writer.flush()
