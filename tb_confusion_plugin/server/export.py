"""A matrix and its metrics for scripts: JSON and CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

from tensorboard import errors

from tb_confusion_plugin.core.matrix import ConfusionMatrix
from tb_confusion_plugin.core.metrics import MatrixMetrics, compute_metrics
from tb_confusion_plugin.storage.codec import decode_matrix

_OVERALL = ("balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1", "cohen_kappa", "mcc")
CSV_HEADER = ("true_class", "pred_class", "true_label", "predicted_label", "count")


def load_matrix(blob: bytes, class_names: tuple[str, ...] | None) -> ConfusionMatrix:
    """Decodes what TensorBoard keeps.

    Raises:
        tensorboard.errors.NotFoundError: it can't be decoded.
    """
    try:
        return decode_matrix(blob, class_names)
    except ValueError as error:
        raise errors.NotFoundError(str(error)) from error


def to_json(matrix: ConfusionMatrix) -> dict[str, Any]:
    """The matrix and all metrics as JSON values; undefined rates, and intervals of weighted counts, are None."""
    names = shown_names(matrix)
    return {
        "num_classes": matrix.num_classes,
        "class_names": names,
        "counts": [list(cell) for cell in _cells(matrix)],
        "metrics": _metrics_to_json(compute_metrics(matrix), names),
    }


def to_csv(matrix: ConfusionMatrix) -> str:
    """The cells that aren't zero as CSV (RFC 4180), with a header."""
    names = shown_names(matrix)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(CSV_HEADER)
    rows.writerows((i, j, names[i], names[j], count) for i, j, count in _cells(matrix))
    return text.getvalue()


def shown_names(matrix: ConfusionMatrix) -> list[str]:
    """The class names, or the indices where there are none."""
    return list(matrix.class_names or map(str, range(matrix.num_classes)))


def _cells(matrix: ConfusionMatrix) -> Iterator[tuple[int, int, int | float]]:
    indices, cell_counts = matrix.nonzero_cells()
    for index, count in zip(indices.tolist(), cell_counts.tolist(), strict=True):
        yield (*divmod(index, matrix.num_classes), count)


def _metrics_to_json(metrics: MatrixMetrics, names: list[str]) -> dict[str, Any]:
    per_class = metrics.per_class
    return {
        "total": metrics.total,
        "accuracy": _number(metrics.accuracy),
        "accuracy_interval": _interval(metrics.accuracy_interval),
        **{name: _number(getattr(metrics, name)) for name in _OVERALL},
        "per_class": [
            {
                "name": name,
                "support": per_class.support[i].item(),
                "predicted_count": per_class.predicted_count[i].item(),
                "precision": _number(per_class.precision[i]),
                "recall": _number(per_class.recall[i]),
                "f1": _number(per_class.f1[i]),
                "recall_interval": _interval(_at(per_class.recall_interval, i)),
                "precision_interval": _interval(_at(per_class.precision_interval, i)),
            }
            for i, name in enumerate(names)
        ],
    }


def _at(interval: Any, index: int) -> tuple[float, float] | None:
    return None if interval is None else (interval[0][index], interval[1][index])


def _interval(interval: tuple[float, float] | None) -> list[float | None] | None:
    if interval is None or math.isnan(interval[0]):
        return None
    return [float(interval[0]), float(interval[1])]


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
