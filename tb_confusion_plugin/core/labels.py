"""Labels of any kind as class indices: which classes there are, in which order, and what they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tb_confusion_plugin.core.classes import as_class_names
from tb_confusion_plugin.core.counts import MAX_NUM_CLASSES

_INT64 = np.iinfo(np.int64)
# Of unknown labels, an error shows this many.
_NUM_SHOWN = 3
_KINDS = "strings, integers or booleans, one a sample"


class EncodedLabels(NamedTuple):
    """Labels as class indices.

    Attributes:
        true_class: int64, shape (N,).
        pred_class: int64, shape (N,).
        class_names: K names.
    """

    true_class: NDArray[np.int64]
    pred_class: NDArray[np.int64]
    class_names: tuple[str, ...]


def as_labels(name: str, labels: ArrayLike) -> NDArray[Any]:
    """Validates labels and gives them one of three dtypes.

    Args:
        name: what an error calls them.
        labels: strings, integers, booleans or whole floats, shape (N,) or (N, 1), array-like.

    Returns:
        int64, bool, or object (each a `str`), shape (N,).

    Raises:
        ValueError: they have another shape, a label is missing (None, NaN), or isn't a label.
    """
    array = _as_array(name, labels)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array.reshape(-1)
    if array.ndim != 1:
        raise ValueError(
            f"invalid {name}: shape {array.shape}; pass one label a sample (of one-hot labels or scores: .argmax(axis=-1), of maps:"
            " .reshape(-1))"
        )
    if array.dtype.kind == "b":
        return array
    if array.dtype.kind in "iu":
        return _as_int64(name, array)
    if array.dtype.kind == "f":
        _refuse_missing(name, np.isnan(array))
        return _whole_numbers(name, array)
    if array.dtype.kind in "OUT":
        return _as_objects(name, array.astype(object))
    raise ValueError(f"invalid {name}: dtype {array.dtype}; pass {_KINDS}")


def encode_labels(
    true_labels: NDArray[Any],
    pred_labels: NDArray[Any],
    labels: ArrayLike | None = None,
    class_names: Iterable[str] | None = None,
    *,
    known: NDArray[Any] | None = None,
    columns: tuple[str, str] = ("y_true", "y_pred"),
    num_samples: NDArray[Any] | None = None,
) -> EncodedLabels:
    """Class indices and class names of labels.

    Args:
        true_labels: as `as_labels` returns them, shape (N,).
        pred_labels: as `as_labels` returns them, shape (N,).
        labels: K labels, each once, in class order. None: with class_names integers index them and strings are looked up among
            them; without, those that occur, sorted.
        class_names: K names in class order; the labels as text, if None.
        known: labels, as `as_labels` returns them, that are classes though they may not occur, where neither labels nor
            class_names are given.
        columns: what an error calls the true and the predicted labels.
        num_samples: how many samples each of the N stands for, in errors; 1, if None.

    Raises:
        ValueError: a label is none of the classes, labels are of different kinds, a class is there twice, or the classes can't be
            told because there are neither samples nor labels nor class_names.
    """
    names = as_class_names(class_names)
    present = {columns[0]: true_labels, columns[1]: pred_labels}
    if labels is not None:
        classes = as_labels("labels", labels)
        _refuse_repeated("labels", classes)
        present["labels"] = classes
    elif names is None and known is not None:
        present["estimator.classes_"] = known
    is_text = _is_text(present)
    if labels is None:
        classes = _sorted_labels(present, is_text=is_text) if names is None else _named_classes(names, is_text=is_text)
    if labels is not None and not len(classes):
        raise ValueError("invalid labels: none; pass each label once, in class order, or None for those that occur")
    if not len(classes):
        raise ValueError("missing labels: there are no samples to take the classes from; pass labels= or class_names=")
    if len(classes) > MAX_NUM_CLASSES:
        raise ValueError(
            f"invalid labels: {len(classes)} different ones are over the limit of {MAX_NUM_CLASSES} classes; pass class labels, not"
            " scores or identifiers"
        )
    if labels is not None:
        remedy = "pass labels= with every label that occurs"
    elif is_text:
        remedy = "name every label that occurs in class_names="
    else:
        remedy = "pass class_names= with a name for each class, or labels= to say which is which"
    encoded = []
    for name, values in ((columns[0], true_labels), (columns[1], pred_labels)):
        indices = _indices_of(values, classes, is_text=is_text)
        _refuse_unknown(name, values, indices < 0, num_samples, f"none of the classes; {remedy}, or leave it out")
        encoded.append(indices)
    names = as_class_names(names, len(classes)) or tuple(str(label) for label in classes.tolist())
    return EncodedLabels(encoded[0], encoded[1], names)


def _as_array(name: str, labels: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(labels)
    except ValueError as error:  # ragged lists
        raise ValueError(f"invalid {name}: {error}; pass {_KINDS}") from error
    if isinstance(labels, np.ma.MaskedArray):
        _refuse_missing(name, np.ma.getmaskarray(labels))
    if array.dtype.kind in "US" and not hasattr(labels, "dtype"):
        array = np.asarray(labels, dtype=object)  # of ["a", 1] and ["a", nan] NumPy makes texts without a word
    return array


def _as_int64(name: str, array: NDArray[Any]) -> NDArray[np.int64]:
    # NumPy 1 compares its own uint64 with an int as floats.
    if array.dtype.kind == "u" and array.size and int(array.max()) > _INT64.max:
        raise ValueError(f"invalid {name}: label {array.max()} is over 2^63 - 1; pass class labels, not identifiers")
    return array.astype(np.int64, copy=False)


def _whole_numbers(name: str, array: NDArray[Any]) -> NDArray[np.int64]:
    """Integers that became floats, as pandas makes them where a label was missing."""
    is_whole = (np.floor(array) == array) & (np.abs(array) < 2.0**63)
    if not is_whole.all():
        raise ValueError(f"invalid {name}: label {array[~is_whole][0].item()!r}; pass {_KINDS} (of scores: .argmax(axis=-1))")
    return array.astype(np.int64)


def _as_objects(name: str, array: NDArray[Any]) -> NDArray[Any]:
    """What Python objects are, by their types: one look at each of them, one at each different one."""
    values = array.tolist()
    types = set(map(type, values))
    missing = [one for one in types if one is type(None) or one.__name__ in {"NAType", "NaTType"}]
    if missing or any(issubclass(one, float | np.floating) for one in types):
        is_nan = (type(value) in missing or (isinstance(value, float | np.floating) and value != value) for value in values)  # noqa: PLR0124  # NaN
        _refuse_missing(name, np.fromiter(is_nan, dtype=bool, count=len(values)))
    if not types or all(issubclass(one, str) for one in types):
        return array
    if all(issubclass(one, bool | np.bool_) for one in types):
        return array.astype(bool)
    if all(issubclass(one, bool | np.bool_ | int | np.integer | float | np.floating) for one in types):
        numbers = np.array(values)
        if numbers.dtype.kind in "iuf":
            return _as_int64(name, numbers) if numbers.dtype.kind in "iu" else _whole_numbers(name, numbers)
    kinds = ", ".join(sorted(one.__name__ for one in types))
    raise ValueError(f"invalid {name}: labels of type {kinds}; pass {_KINDS}")


def _refuse_missing(name: str, is_missing: NDArray[np.bool_]) -> None:
    if is_missing.any():
        raise ValueError(
            f"missing labels: {np.count_nonzero(is_missing)} of {is_missing.size} in {name} are None or NaN; leave these samples"
            " out, or give them a label of their own"
        )


def _refuse_repeated(name: str, values: NDArray[Any]) -> None:
    repeated = [value for value, count in Counter(values.tolist()).items() if count > 1]
    if repeated:
        raise ValueError(f"invalid {name}: {repeated[0]!r} is there more than once; pass each label once, in class order")


def _refuse_unknown(
    name: str, values: NDArray[Any], is_unknown: NDArray[np.bool_], num_samples: NDArray[Any] | None, problem: str
) -> None:
    if is_unknown.any():
        number = np.count_nonzero(is_unknown) if num_samples is None else num_samples[is_unknown].sum()
        unknown = sorted(set(values[is_unknown].tolist()))
        shown = ", ".join(map(repr, unknown[:_NUM_SHOWN])) + (", ..." if len(unknown) > _NUM_SHOWN else "")
        raise ValueError(f"unknown label in {name}: {shown} ({number} samples) is {problem}")


def _is_text(present: dict[str, NDArray[Any]]) -> bool:
    """Whether the labels are texts; True and 1 are the same label, "1" is another."""
    kinds = {name: "strings" if values.dtype.kind == "O" else "numbers" for name, values in present.items() if len(values)}
    if len(set(kinds.values())) > 1:
        told = ", ".join(f"{name} has {kind}" for name, kind in kinds.items())
        raise ValueError(f"invalid labels: {told}; pass labels of one kind")
    return "strings" in kinds.values()


def _sorted_labels(present: dict[str, NDArray[Any]], *, is_text: bool) -> NDArray[Any]:
    arrays = [values for values in present.values() if len(values)]
    if is_text:
        return np.array(sorted(set().union(*(values.tolist() for values in arrays))), dtype=object)
    # Together they stay booleans where all are, and are integers otherwise.
    return np.unique(np.concatenate([np.unique(values) for values in arrays])) if arrays else np.empty(0, dtype=np.int64)


def _named_classes(names: tuple[str, ...], *, is_text: bool) -> NDArray[Any]:
    if not is_text:
        return np.arange(len(names))
    classes = np.array(names, dtype=object)
    _refuse_repeated("class_names", classes)
    return classes


def _indices_of(values: NDArray[Any], classes: NDArray[Any], *, is_text: bool) -> NDArray[np.int64]:
    """The index of each value's class, -1 where it is none of them."""
    if is_text:
        index_of = {label: index for index, label in enumerate(classes.tolist())}
        return np.fromiter((index_of.get(value, -1) for value in values.tolist()), dtype=np.int64, count=len(values))
    numbers, wanted = values.astype(np.int64, copy=False), classes.astype(np.int64, copy=False)
    if np.array_equal(wanted, np.arange(len(wanted))):
        return np.where((numbers >= 0) & (numbers < len(wanted)), numbers, -1)
    order = np.argsort(wanted, kind="stable")
    places = np.minimum(np.searchsorted(wanted, numbers, sorter=order), len(wanted) - 1)
    return np.where(wanted[order[places]] == numbers, order[places], -1)
