"""A comparison of two matrices for scripts, with the figures of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tb_confusion_plugin.core.comparison import Comparison, compare_matrices, compare_metrics
from tb_confusion_plugin.core.matrix import ConfusionMatrix


@dataclass(frozen=True)
class Side:
    """A matrix, and the class that its averages leave out (None: no class)."""

    matrix: ConfusionMatrix
    left_out: int | None


def compare_to_json(side_a: Side, side_b: Side, normalize: str, *, is_significant_only: bool) -> dict[str, Any]:
    """How B differs from A as JSON values; what is undefined or has no test is None.

    Args:
        side_a: A.
        side_b: B.
        normalize: "true", "pred" or "all".
        is_significant_only: whether cells that aren't significant are left out.

    Returns:
        The fields of http_api.md, but for where A and B come from.
    """
    a, b = side_a.matrix, side_b.matrix
    comparison = compare_matrices(a, b, normalize)
    match, is_significant = comparison.match, comparison.is_significant
    shown = np.flatnonzero(is_significant) if is_significant_only else np.arange(len(is_significant))
    return {
        "normalize": normalize,
        "is_weighted": a.is_weighted or b.is_weighted,
        "class_names": list(match.class_names),
        "only_in_a": list(match.only_in_a),
        "only_in_b": list(match.only_in_b),
        "metrics": [
            {
                "metric": one.metric,
                "a": _number(one.a),
                "b": _number(one.b),
                "delta": _number(one.delta),
                "interval": None if one.interval is None else list(one.interval),
            }
            for one in compare_metrics(a, b, side_a.left_out, side_b.left_out)
        ],
        "num_tested": int(np.count_nonzero(~np.isnan(comparison.p_value))),
        "num_significant": int(is_significant.sum()),
        "cells": [_cell_to_json(comparison, index, is_significant=bool(is_significant[index])) for index in shown.tolist()],
    }


def _cell_to_json(one: Comparison, index: int, *, is_significant: bool) -> dict[str, Any]:
    low, high = _number(one.low[index]), _number(one.high[index])
    return {
        "true_class": one.true_class[index].item(),
        "pred_class": one.pred_class[index].item(),
        "true_label": one.match.class_names[one.true_class[index]],
        "predicted_label": one.match.class_names[one.pred_class[index]],
        "count_a": one.count_a[index].item(),
        "out_of_a": one.out_of_a[index].item(),
        "count_b": one.count_b[index].item(),
        "out_of_b": one.out_of_b[index].item(),
        "delta": _number(one.delta[index]),
        "interval": None if low is None else [low, high],
        "p_value": _number(one.p_value[index]),
        "q_value": _number(one.q_value[index]),
        "is_significant": is_significant,
    }


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
