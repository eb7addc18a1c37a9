"""A matrix and its metrics for scripts and papers: JSON, CSV and LaTeX."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard import errors

from tb_confusion_plugin.core.matrix import ConfusionMatrix
from tb_confusion_plugin.core.metric_variance import OVERALL_METRICS, metric_interval
from tb_confusion_plugin.core.metrics import MatrixMetrics, compute_metrics, ratio
from tb_confusion_plugin.storage.codec import decode_matrix

# A wider table fits on no page.
MAX_LATEX_CLASSES = 100
_CSV_HEADER = ("run", "tag", "step", "true_class", "pred_class", "true_label", "predicted_label", "count")
_SHARES = {"true": "each true class", "pred": "each predicted class", "all": "all samples"}
_LATEX_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{one: f"\\{one}" for one in "&%$#_{}"},
    }
)


@dataclass(frozen=True)
class Source:
    """Where a matrix comes from: run, tag and step."""

    run: str
    tag: str
    step: int


def load_matrix(blob: bytes, class_names: tuple[str, ...] | None) -> ConfusionMatrix:
    """Decodes what TensorBoard keeps.

    Raises:
        tensorboard.errors.NotFoundError: it can't be decoded.
    """
    try:
        return decode_matrix(blob, class_names)
    except ValueError as error:
        raise errors.NotFoundError(str(error)) from error


def to_json(matrix: ConfusionMatrix, normalize: str | None, left_out: int | None) -> dict[str, Any]:
    """The matrix and all metrics as JSON values; undefined rates, and intervals of weighted counts, are None."""
    metrics = compute_metrics(matrix, left_out)
    intervals = {f"{metric}_interval": _interval(metric_interval(metrics, matrix, metric, left_out)) for metric in OVERALL_METRICS}
    names = shown_names(matrix)
    rates = {} if normalize is None else {"rates": [[i, j, _number(rate)] for i, j, _, rate in _cells(matrix, normalize)]}
    return {
        "num_classes": matrix.num_classes,
        "class_names": names,
        "counts": [[i, j, count] for i, j, count, _ in _cells(matrix, None)],
        "normalize": normalize,
        **rates,
        "left_out": left_out,
        "metrics": {**_metrics_to_json(metrics, names), **intervals},
    }


def to_csv(matrix: ConfusionMatrix, source: Source, normalize: str | None) -> str:
    """The cells that aren't zero as CSV (RFC 4180), with a header; normalised, also their rates."""
    names = shown_names(matrix)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow([*_CSV_HEADER, *(["normalize", "rate"] if normalize else [])])
    where = (source.run, source.tag, source.step)
    for i, j, count, rate in _cells(matrix, normalize):
        rows.writerow([*where, i, j, names[i], names[j], count, *([normalize, rate] if normalize else [])])
    return text.getvalue()


def to_latex(matrix: ConfusionMatrix, source: Source, normalize: str | None) -> str:
    """The matrix as a LaTeX table in booktabs' style; normalised, in percent with one decimal.

    Raises:
        tensorboard.errors.InvalidArgumentError: it has more classes than fit on a page.
    """
    if matrix.num_classes > MAX_LATEX_CLASSES:
        raise errors.InvalidArgumentError(
            f"invalid format 'latex': {matrix.num_classes} classes, and no page holds more than {MAX_LATEX_CLASSES}; ask for csv"
        )
    names = [name.translate(_LATEX_ESCAPES) for name in shown_names(matrix)]
    texts = np.full((matrix.num_classes, matrix.num_classes), "0", dtype=object)
    for i, j, count, rate in _cells(matrix, normalize):
        texts[i, j] = f"{100 * rate:.1f}" if normalize else f"{count:g}" if matrix.is_weighted else str(count)
    for i, j in np.argwhere(np.isnan(_denominators(matrix, normalize))) if normalize else ():
        texts[i, j] = "--"  # no samples, which isn't 0 %
    where = f"{source.run}, {source.tag}, step {source.step}".replace("\n", " ")
    what = f"percent of {_SHARES[normalize]}" if normalize else "counts"
    last = matrix.num_classes + 1
    lines = [
        f"% Confusion matrix of {where}: {what}. Needs \\usepackage{{booktabs}}.",
        f"\\begin{{tabular}}{{l{'r' * matrix.num_classes}}}",
        "\\toprule",
        f" & \\multicolumn{{{matrix.num_classes}}}{{c}}{{Predicted label}} \\\\",
        f"\\cmidrule(l){{2-{last}}}",
        f"True label & {' & '.join(names)} \\\\",
        "\\midrule",
        *(f"{name} & {' & '.join(row)} \\\\" for name, row in zip(names, texts, strict=True)),
        "\\bottomrule",
        "\\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def shown_names(matrix: ConfusionMatrix) -> list[str]:
    """The class names, or the indices where there are none."""
    return list(matrix.class_names or map(str, range(matrix.num_classes)))


def _cells(matrix: ConfusionMatrix, normalize: str | None) -> Iterator[tuple[int, int, int | float, float]]:
    """(true class, predicted class, count, rate) of the cells that aren't zero; without normalize the rate is NaN."""
    indices, cell_counts = matrix.nonzero_cells()
    true_classes, pred_classes = np.divmod(indices, matrix.num_classes)
    margins = {"true": matrix.support[true_classes], "pred": matrix.predicted_count[pred_classes], "all": matrix.total, None: 0}
    rates = ratio(cell_counts, margins[normalize])
    yield from zip(true_classes.tolist(), pred_classes.tolist(), cell_counts.tolist(), rates.tolist(), strict=True)


def _denominators(matrix: ConfusionMatrix, normalize: str) -> NDArray[np.float64]:
    """What the rate of each cell is a share of, shape (K, K), NaN for none."""
    shape = (matrix.num_classes, matrix.num_classes)
    margins = {"true": matrix.support[:, None], "pred": matrix.predicted_count[None, :], "all": np.full((1, 1), matrix.total)}
    counts = margins[normalize].astype(np.float64)
    return np.broadcast_to(np.where(counts == 0, np.nan, counts), shape)


def _metrics_to_json(metrics: MatrixMetrics, names: list[str]) -> dict[str, Any]:
    per_class = metrics.per_class
    return {
        "total": metrics.total,
        **{name: _number(getattr(metrics, name)) for name in OVERALL_METRICS},
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
