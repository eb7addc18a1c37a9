"""What the demo writes for the Images, Text, Graphs and Projector tabs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")  # before pyplot: a window isn't wanted, nor there on a server

import matplotlib.image as mpl_image
import numpy as np
import tensorflow as tf
from demo_data import Dataset
from matplotlib import pyplot as plt
from numpy.typing import NDArray
from sklearn.metrics import classification_report, confusion_matrix
from tensorboard.plugins import projector

_NUM_PICTURES = 25
_MAX_POINTS = 1000  # of the Projector: what a browser draws smoothly with sprites


def log_pictures(data: Dataset) -> None:
    """Images: the first 25 training images, one by one and as a 5x5 grid drawn by matplotlib."""
    tf.summary.image("training images", data.x_train[:_NUM_PICTURES], max_outputs=_NUM_PICTURES, step=0)
    figure, axes = plt.subplots(5, 5, figsize=(8, 8))
    for axis in axes.flat:
        axis.axis("off")
    for axis, image, label in zip(axes.flat, data.x_train, data.y_train, strict=False):
        axis.imshow(image.squeeze(), cmap="gray")
        axis.set_title(data.class_names[label])
    tf.summary.image("training images in a grid", _as_image(figure), step=0)


def log_confusion_png(y_true: NDArray[Any], y_pred: NDArray[Any], class_names: Sequence[str], step: int) -> None:
    """Images: the confusion matrix as the tutorial draws it. The Confusion tab makes this unnecessary."""
    counts = confusion_matrix(y_true, y_pred, labels=range(len(class_names)))
    normalized = np.around(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), decimals=2)
    figure, axes = plt.subplots(figsize=(8, 8))
    figure.colorbar(axes.imshow(normalized, cmap="Blues"))
    ticks = np.arange(len(class_names))
    axes.set_xticks(ticks, class_names, rotation=45)
    axes.set_yticks(ticks, class_names)
    for true_class, pred_class in np.ndindex(normalized.shape):
        colour = "white" if normalized[true_class, pred_class] > normalized.max() / 2 else "black"
        axes.text(pred_class, true_class, normalized[true_class, pred_class], ha="center", va="center", color=colour)
    axes.set(xlabel="Predicted label", ylabel="True label")
    figure.tight_layout()
    tf.summary.image("confusion matrix as a PNG", _as_image(figure), step=step)


def log_model(model: Any) -> None:
    """Text: the model's layers and numbers of parameters. Graphs: its operations (Keras's callback has the layers alone)."""
    lines: list[str] = []
    model.summary(print_fn=lines.append, line_length=80)
    tf.summary.text("model", _as_code("\n".join(lines)), step=0)
    tf.summary.graph(tf.function(model).get_concrete_function(tf.TensorSpec(model.input_shape)).graph)


def log_classification_report(y_true: NDArray[Any], y_pred: NDArray[Any], class_names: Sequence[str], step: int) -> None:
    """Text: precision, recall and F1 of each class, by scikit-learn."""
    report = classification_report(y_true, y_pred, labels=range(len(class_names)), target_names=class_names, zero_division=0)
    tf.summary.text("classification report", _as_code(report), step=step)


def write_projector(run_dir: Path, features: NDArray[Any], data: Dataset, y_pred: NDArray[Any]) -> None:
    """Projector: the dense layer's features of validation images, with labels and a sprite to draw them with.

    Args:
        run_dir: directory of the run; the Projector looks for its configuration where a run has events.
        features: float, shape (N, width of the dense layer), of the validation images.
        data: the data set; its first validation images are shown, at most 1,000.
        y_pred: predicted class indices, shape (N,).
    """
    count = min(_MAX_POINTS, len(features))
    np.savetxt(run_dir / "features.tsv", features[:count], fmt="%.6g", delimiter="\t")
    names = data.class_names
    rows = [f"{names[true]}\t{names[pred]}\n" for true, pred in zip(data.y_val[:count], y_pred[:count], strict=True)]
    (run_dir / "metadata.tsv").write_text("true label\tpredicted label\n" + "".join(rows), encoding="utf-8")
    mpl_image.imsave(run_dir / "sprite.png", _sprite(data.x_val[:count]))

    config = projector.ProjectorConfig()
    embedding = config.embeddings.add()
    embedding.tensor_name = "dense features"
    embedding.tensor_path, embedding.metadata_path = "features.tsv", "metadata.tsv"
    embedding.sprite.image_path = "sprite.png"
    embedding.sprite.single_image_dim.extend([data.x_val.shape[2], data.x_val.shape[1]])
    projector.visualize_embeddings(str(run_dir), config)


def _sprite(images: NDArray[Any]) -> NDArray[Any]:
    """All images in one square, row by row; shape (side · height, side · width, 3)."""
    count, height, width, _ = images.shape
    side = int(np.ceil(np.sqrt(count)))
    padded = np.zeros((side * side, height, width, 3), dtype=np.float32)
    padded[:count] = images  # one channel becomes three
    return padded.reshape(side, side, height, width, 3).swapaxes(1, 2).reshape(side * height, side * width, 3)


def _as_image(figure: Any) -> Any:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    plt.close(figure)
    return tf.image.decode_png(buffer.getvalue(), channels=4)[tf.newaxis]


def _as_code(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())  # Markdown's code block
