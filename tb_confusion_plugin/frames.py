"""Confusion matrices from tables of predictions, also larger than memory: the engine that has a table counts it. Needs Narwhals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import scipy.sparse
from numpy.typing import ArrayLike, NDArray

try:
    import narwhals.stable.v2 as nw
except ImportError as error:
    raise ImportError(
        "missing Narwhals: pip install 'tb-confusion-plugin[tables]', or count arrays with ConfusionMatrix.from_predictions"
    ) from error

from tb_confusion_plugin.core.labels import as_labels, encode_labels
from tb_confusion_plugin.core.matrix import DENSE_MAX_CLASSES, ConfusionMatrix

_NULLS = ("error", "drop")
_TRUE, _PRED, _WEIGHT = "true_label", "pred_label", "weight"
_SAMPLES, _WEIGHTED, _SUM, _LEAST = "samples", "weighted_samples", "sum_of_weights", "least_weight"


def count_labels(
    frame: Any,
    y_true: str,
    y_pred: str,
    *,
    labels: ArrayLike | None = None,
    weight: str | None = None,
    class_names: Iterable[str] | None = None,
    nulls: Literal["error", "drop"] = "error",
) -> ConfusionMatrix:
    """Counts the rows of a table by true and predicted label.

    The engine groups and counts, in parallel and out of core as it can; at most K² rows come back, one a cell that isn't zero. One
    group-by is all that is asked of it, so that a lazy table is read once.

    Classes and their order are those of `ConfusionMatrix.from_predictions`: those of `labels`; else integers index `class_names`
    and strings are looked up among them; else the labels that occur, sorted (those of categorical columns too, whatever the order
    of their categories). A label that is none of the classes is an error.

    A row whose label, prediction or weight is null or NaN is no sample that a matrix could show: it is an error that tells how
    many there are, or is left out with `nulls="drop"`. To count them as a class of their own, fill them in the table first.

    Args:
        frame: a table, a row a sample: a pandas or Polars DataFrame, a Polars LazyFrame, a PyArrow Table, a DuckDB relation, a Dask
            or PySpark DataFrame, or any other that Narwhals can group.
        y_true: name of the column of true labels: strings, integers, booleans, categories, or floats that are whole numbers.
        y_pred: name of the column of predicted labels, of the same kind.
        labels: K labels, each once: which classes there are and their order.
        weight: name of a column of finite, non-negative numbers, summed as float64: what each row counts. None: each counts 1.
        class_names: K names in class order; the labels as text, if None.
        nulls: "error" or "drop".

    Returns:
        The matrix with its class names; int64 counts, or float64 where sums of weights aren't whole. Sparse above K = 2,048.

    Raises:
        ValueError: a column, a label or a weight is missing, unknown or invalid, there are no rows and neither labels nor
            class_names, or an argument is invalid.
    """
    if nulls not in _NULLS:
        raise ValueError(f"invalid nulls: {nulls!r}; pass 'error' or 'drop'")
    columns = [y_true, y_pred] if weight is None else [y_true, y_pred, weight]
    cells = _drop_nulls(_grouped(_as_lazy(frame), columns), columns, is_error=nulls == "error")
    true_labels, pred_labels = (_values(f"column {name!r}", cells[key]) for name, key in ((y_true, _TRUE), (y_pred, _PRED)))
    num_samples = cells[_SAMPLES].to_numpy().astype(np.int64)
    encoded = encode_labels(
        true_labels,
        pred_labels,
        labels,
        class_names,
        columns=(f"column {y_true!r}", f"column {y_pred!r}"),
        num_samples=num_samples,
    )
    amounts = num_samples if weight is None else _sums_of_weights(weight, cells)
    num_classes = len(encoded.class_names)
    counts = scipy.sparse.coo_array((amounts, (encoded.true_class, encoded.pred_class)), shape=(num_classes, num_classes))
    return ConfusionMatrix(counts.toarray() if num_classes <= DENSE_MAX_CLASSES else counts, encoded.class_names)


def _as_lazy(frame: Any) -> Any:
    try:
        table = nw.from_native(frame)
    except TypeError as error:
        kind = f"{type(frame).__module__}.{type(frame).__qualname__}"
        raise ValueError(
            f"invalid frame: {kind}; pass a table of pandas, Polars, PyArrow, DuckDB, Dask, PySpark or another that Narwhals knows"
        ) from error
    return table.lazy()


def _grouped(table: Any, columns: list[str]) -> Any:
    """The cells that aren't zero, those of nulls too, as an eager Narwhals frame."""
    schema = table.collect_schema()
    unknown = [name for name in columns if name not in schema]
    if unknown:
        raise ValueError(f"unknown column: {unknown[0]!r}; the columns are {', '.join(map(repr, schema))}")
    for name in columns[:2]:
        _check_label_dtype(name, schema[name])
    keys = [_as_key(nw.col(name), schema[name]).alias(key) for name, key in zip(columns, (_TRUE, _PRED), strict=False)]
    aggregates = [nw.len().alias(_SAMPLES)]
    if len(columns) > 2:
        weight = schema[columns[2]]
        if not weight.is_numeric():
            raise ValueError(f"invalid weight: column {columns[2]!r} is {weight}; pass a column of numbers")
        keys.append(_nan_as_null(nw.col(columns[2]), weight).cast(nw.Float64).alias(_WEIGHT))
        weights = nw.col(_WEIGHT)
        aggregates += [weights.count().alias(_WEIGHTED), weights.sum().alias(_SUM), weights.min().alias(_LEAST)]
    cells = table.select(*keys).group_by(_TRUE, _PRED).agg(*aggregates)
    # Of the engines, Polars alone has to be asked to read a table in pieces.
    return cells.collect(engine="streaming") if table.implementation.is_polars() else cells.collect()


def _as_key(column: Any, dtype: Any) -> Any:
    """What is grouped by: a label without NaN, and of no more bits than NumPy's integers have."""
    return column.cast(nw.Int64) if isinstance(dtype, nw.Int128 | nw.UInt128) else _nan_as_null(column, dtype)


def _check_label_dtype(name: str, dtype: Any) -> None:
    """Refuses early what would be grouped for long and refused then; objects are looked at when they have come."""
    kinds = (nw.String, nw.Boolean, nw.Categorical, nw.Enum, nw.Object, nw.Unknown)
    if not (dtype.is_integer() or dtype.is_float() or isinstance(dtype, kinds)):
        raise ValueError(f"invalid label: column {name!r} is {dtype}; pass a column of strings, integers, booleans or categories")


def _nan_as_null(column: Any, dtype: Any) -> Any:
    return nw.when(~column.is_nan()).then(column) if dtype.is_float() else column


def _drop_nulls(cells: Any, columns: list[str], *, is_error: bool) -> Any:
    has_label, has_prediction = ~cells[_TRUE].is_null(), ~cells[_PRED].is_null()
    is_cell = has_label & has_prediction
    samples = cells[_SAMPLES]
    nulls = {columns[0]: samples.filter(~has_label).sum(), columns[1]: samples.filter(~has_prediction).sum()}
    if len(columns) > 2:
        nulls[columns[2]] = samples.sum() - cells[_WEIGHTED].sum()
        is_cell &= cells[_WEIGHTED] > 0
    if is_error and any(nulls.values()):
        told = ", ".join(f"{number} in {name!r}" for name, number in nulls.items() if number)
        raise ValueError(
            f"missing values: of {samples.sum()} rows {told} are null or NaN; mend them, pass nulls='drop' to leave such rows out,"
            " or fill them to count them as a class"
        )
    return cells.filter(is_cell)


def _values(name: str, column: Any) -> NDArray[Any]:
    is_number = column.dtype.is_numeric() or column.dtype == nw.Boolean
    return as_labels(name, column.to_numpy() if is_number else np.array(column.to_list(), dtype=object))


def _sums_of_weights(weight: str, cells: Any) -> NDArray[np.float64]:
    sums: NDArray[np.float64] = cells[_SUM].to_numpy().astype(np.float64)
    least = cells[_LEAST].to_numpy()
    if len(sums) and not (np.isfinite(sums).all() and least.min() >= 0):
        raise ValueError(f"invalid weight: column {weight!r} has negative or infinite values; pass finite weights from 0 up")
    return sums
