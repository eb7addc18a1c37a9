"""One cell over all steps of a series."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorboard import errors

from tb_confusion_plugin.server.catalog import Series
from tb_confusion_plugin.server.reader import StoredDatum


def cell_history(series: Series, read: Callable[[StoredDatum], bytes], true_class: int, pred_class: int) -> dict[str, Any]:
    """A cell's count, and what its rates are shares of, at each step.

    Steps with another number of classes, or whose matrix can't be read, are left out: the same indices name other classes there.

    Args:
        series: the series.
        read: reads the blob of one of its data.
        true_class: row index.
        pred_class: column index.

    Returns:
        Lists of one value a step: `steps`, `wall_times`, `counts`, `support` (of the true class), `predicted_count` (of the
        predicted class) and `totals`.

    Raises:
        tensorboard.errors.InvalidArgumentError: an index is out of range.
    """
    from tb_confusion_plugin.storage.codec import decode_counts  # noqa: PLC0415  # SciPy isn't loaded until somebody asks

    num_classes = series.num_classes or 0
    for name, index in (("true_class", true_class), ("pred_class", pred_class)):
        if not 0 <= index < num_classes:
            raise errors.InvalidArgumentError(f"invalid {name}: {index} for {num_classes} classes")
    columns: dict[str, list[int | float]] = {
        name: [] for name in ("steps", "wall_times", "counts", "support", "predicted_count", "totals")
    }
    for datum in series.data:
        try:
            counts = decode_counts(read(datum))
        except (ValueError, errors.NotFoundError):
            continue  # series["warnings"] says why
        if counts.shape[0] == num_classes:
            row, column = counts[[true_class], :], counts[:, [pred_class]]
            cell = counts[true_class, pred_class]
            values = (datum.step, datum.wall_time, *(value.item() for value in (cell, row.sum(), column.sum(), counts.sum())))
            for values_of, value in zip(columns.values(), values, strict=True):
                values_of.append(value)
    return columns
