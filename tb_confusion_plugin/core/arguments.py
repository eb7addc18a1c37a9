"""The arguments that counting takes in every framework."""

from __future__ import annotations

import math
from typing import SupportsIndex

import numpy as np

from tb_confusion_plugin.core.matrix import DENSE_MAX_CLASSES


def as_num_classes(num_classes: SupportsIndex | None, class_names: tuple[str, ...] | None) -> int:
    """Validates the number of classes, K.

    Args:
        num_classes: K; the number of class names, if None.
        class_names: validated names, or None.

    Raises:
        ValueError: both are None, or K isn't an integer from 1 to 2,048.
    """
    if num_classes is None and class_names is None:
        raise ValueError("missing num_classes: pass the number of classes, or class_names=")
    num_classes = len(class_names or ()) if num_classes is None else num_classes
    if isinstance(num_classes, bool) or not isinstance(num_classes, int | np.integer) or not 1 <= num_classes <= DENSE_MAX_CLASSES:
        raise ValueError(
            f"invalid num_classes: {num_classes!r}; pass an integer from 1 to {DENSE_MAX_CLASSES}; for more predict and call "
            "ConfusionWriter.write_labels"
        )
    return int(num_classes)


def as_threshold(threshold: float) -> float:
    """Validates the score above which a binary model means class 1.

    Args:
        threshold: a finite number.

    Raises:
        ValueError: it isn't one.
    """
    try:
        number = float(threshold)
    except (TypeError, ValueError) as error:
        raise ValueError(f"invalid threshold: {threshold!r}; pass a number: 0.5 for probabilities, 0 for logits") from error
    if not math.isfinite(number):
        raise ValueError(f"invalid threshold: {threshold!r}; pass a number: 0.5 for probabilities, 0 for logits")
    return number


def as_ignored_label(label: SupportsIndex | None, argument: str) -> int | None:
    """Validates the label that marks samples not to count.

    Args:
        label: an integer, or None for no such label.
        argument: what the framework calls it: ignore_class, ignore_index.

    Raises:
        ValueError: it is neither.
    """
    if label is None:
        return None
    if isinstance(label, bool) or not isinstance(label, int | np.integer):
        raise ValueError(f"invalid {argument}: {label!r}; pass the integer that marks samples not to count, or None")
    return int(label)
