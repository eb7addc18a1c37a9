"""Makes comparisons.json, which the Python and the TypeScript tests share: `python tests/golden/make_comparisons.py`.

Expected values come from SciPy, statsmodels, and derivatives taken by complex steps; never from the package under test.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import fisher_exact
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

HERE = Path(__file__).parent
Z_95 = 1.959963984540054
COMPLEX_STEP = 1e-150
# Below it nothing varies but by rounding.
NO_VARIANCE = 1e-20
METRICS = ("accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1", "cohen_kappa", "mcc")


def cases() -> list[dict[str, Any]]:
    """Two matrices each: their counts and names."""
    generator = np.random.default_rng(11)

    def random(num_classes: int, mean: float, right: tuple[int, int]) -> list[list[int]]:
        counts = generator.poisson(mean, (num_classes, num_classes)) + np.diag(generator.integers(*right, num_classes))
        return counts.tolist()

    twelve = random(12, 3, (20, 200))
    sparse = random(8, 0.4, (5, 30))
    sparse[3] = [0] * 8
    better = [[100, 20, 0], [40, 300, 5], [0, 0, 80]]
    worse = [[70, 50, 0], [10, 330, 5], [6, 0, 74]]
    small = [[6, 1, 0], [2, 9, 1], [0, 0, 4]]
    names = ["cat", "dog", "bird"]
    return [
        {"name": "the same matrix", "a": worse, "b": worse},
        {"name": "three classes", "a": worse, "b": better},
        {"name": "ten times as many samples", "a": small, "b": [[10 * one for one in row] for row in worse]},
        {"name": "twelve classes", "a": twelve, "b": random(12, 2, (20, 250))},
        {"name": "sparse, a class without support in A", "a": sparse, "b": random(8, 0.3, (5, 30))},
        {"name": "binary, all right in B", "a": [[30, 10], [5, 25]], "b": [[40, 0], [0, 30]]},
        {"name": "empty A", "a": [[0, 0], [0, 0]], "b": [[30, 10], [5, 25]]},
        {"name": "large counts", "a": [[2_000_000, 1_500], [900, 800_000]], "b": [[1_999_000, 2_500], [950, 799_950]]},
        {"name": "another order of names", "a": worse, "b": better, "names_a": names, "names_b": ["dog", "bird", "cat"]},
        {
            "name": "another K and repeated names",
            "a": worse,
            "b": random(5, 4, (10, 50)),
            "names_a": ["cat", "dog", "dog"],
            "names_b": ["ox", "dog", "cat", "dog", "dog"],
        },
        {"name": "no class in common", "a": small, "b": worse, "names_a": names, "names_b": ["x", "y", "z"]},
        {"name": "names in A alone", "a": small, "b": random(4, 3, (8, 30)), "names_a": names},
        {"name": "weighted", "a": [[0.5, 1.25], [2.5, 3.5]], "b": [[1.5, 0.75], [0.25, 8.0]], "is_weighted": True},
    ]


def matched(case: dict[str, Any]) -> list[tuple[int, int]]:
    """Pairs of classes: by name and occurrence, by index where either has no names."""
    names_a, names_b = case.get("names_a"), case.get("names_b")
    if names_a is None or names_b is None:
        return [(i, i) for i in range(min(len(case["a"]), len(case["b"])))]

    def occurrences(names: list[str]) -> list[tuple[str, int]]:
        return [(name, names[:i].count(name)) for i, name in enumerate(names)]

    of_b = occurrences(names_b)
    return [(i, of_b.index(one)) for i, one in enumerate(occurrences(names_a)) if one in of_b]


def p_value(table: tuple[int, int, int, int]) -> float:
    x, n_x, y, n_y = table
    if n_x == 0 or n_y == 0:
        return math.nan
    expected = [row * column / (n_x + n_y) for row in (n_x, n_y) for column in (x + y, n_x + n_y - x - y)]
    if min(expected) < 5:
        return float(fisher_exact([[x, n_x - x], [y, n_y - y]]).pvalue)
    return float(proportions_ztest([x, y], [n_x, n_y])[1])


def interval(table: tuple[int, int, int, int]) -> list[float] | None:
    x, n_x, y, n_y = table
    if n_x == 0 or n_y == 0:
        return None
    # statsmodels gives the first minus the second.
    low, high = confint_proportions_2indep(y, n_y, x, n_x, compare="diff", method="newcomb")
    return [float(low), float(high)]


def defined(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


def cells_of(case: dict[str, Any], normalize: str) -> list[dict[str, Any]]:
    a, b = np.array(case["a"]), np.array(case["b"])
    is_weighted = case.get("is_weighted", False)
    pairs = matched(case)
    cells = []
    for i, (true_a, true_b) in enumerate(pairs):
        for j, (pred_a, pred_b) in enumerate(pairs):
            x, y = a[true_a, pred_a].item(), b[true_b, pred_b].item()
            if x == 0 and y == 0:
                continue
            n_x, n_y = (
                {"true": one[true].sum(), "pred": one[:, pred].sum(), "all": one.sum()}[normalize].item()
                for one, true, pred in ((a, true_a, pred_a), (b, true_b, pred_b))
            )
            delta = y / n_y - x / n_x if n_x and n_y else math.nan
            table = (x, n_x, y, n_y)
            bounds, p = (None, math.nan) if is_weighted else (interval(table), p_value(table))
            cells.append({"cell": [i, j], "table": list(table), "delta": delta, "interval": bounds, "p_value": p})
    tested = [cell for cell in cells if not math.isnan(cell["p_value"])]
    adjusted = multipletests([cell["p_value"] for cell in tested], method="fdr_bh")[1] if tested else []
    for cell, q in zip(tested, adjusted, strict=True):
        cell["q_value"] = float(q)
    return [{name: defined(value) for name, value in cell.items()} for cell in cells]


def metrics_of(shares: np.ndarray, left_out: int | None) -> dict[str, Any]:
    """The metrics as functions of the cells' shares, which may be complex; classes that don't occur stay out."""
    support, predicted, hits = shares.sum(1), shares.sum(0), np.diag(shares)
    averaged = np.array([i != left_out for i in range(len(shares))])
    occurs = ((support + predicted).real > 0) & averaged
    has_support, is_predicted = (support.real > 0) & averaged, predicted.real > 0
    recall = np.where(has_support, hits / np.where(has_support, support, 1), 0)
    precision = np.where(is_predicted, hits / np.where(is_predicted, predicted, 1), 0)
    f1 = np.where(occurs, 2 * hits / np.where(occurs, support + predicted, 1), 0)
    right, chance = hits.sum(), (support * predicted).sum()
    spread = (1 - (support**2).sum()) * (1 - (predicted**2).sum())
    return {
        "accuracy": right,
        "balanced_accuracy": recall[has_support].mean() if has_support.any() else math.nan,
        "macro_precision": precision[occurs].mean() if occurs.any() else math.nan,
        "macro_recall": recall[occurs].mean() if occurs.any() else math.nan,
        "macro_f1": f1[occurs].mean() if occurs.any() else math.nan,
        "weighted_f1": (support * f1)[averaged].sum() / support[averaged].sum() if has_support.any() else math.nan,
        "cohen_kappa": (right - chance) / (1 - chance) if abs(1 - chance) > 1e-12 else math.nan,
        "mcc": (right - chance) / np.sqrt(spread) if abs(spread) > 1e-12 else math.nan,
    }


def variances_of(counts: np.ndarray, left_out: int | None) -> dict[str, float]:
    """By the delta method, with derivatives by complex steps."""
    total = counts.sum()
    if total == 0:
        return dict.fromkeys(METRICS, math.nan)
    shares = counts / total
    slopes = {metric: np.zeros(counts.shape) for metric in METRICS}
    for cell in zip(*np.nonzero(counts), strict=True):
        stepped = shares.astype(complex)
        stepped[cell] += 1j * COMPLEX_STEP
        for metric, value in metrics_of(stepped, left_out).items():
            slopes[metric][cell] = np.imag(value) / COMPLEX_STEP
    values = metrics_of(shares, left_out)
    variances = {
        metric: float((shares * slopes[metric] ** 2).sum() - (shares * slopes[metric]).sum() ** 2) / total
        if not np.isnan(values[metric])
        else math.nan
        for metric in METRICS
    }
    if not math.isnan(variances["cohen_kappa"]) and variances["cohen_kappa"] > NO_VARIANCE:
        assert math.isclose(variances["cohen_kappa"], cohens_kappa(counts).var_kappa, rel_tol=1e-9)
    return variances


def overall_of(case: dict[str, Any], left_out: tuple[int, int] | tuple[None, None]) -> list[dict[str, Any]]:
    a, b = np.array(case["a"]), np.array(case["b"])
    is_weighted = case.get("is_weighted", False)
    undefined = dict.fromkeys(METRICS, math.nan)
    both = list(zip((a, b), left_out, strict=True))
    variances = [undefined if is_weighted else variances_of(*one) for one in both]
    values = [metrics_of(counts / counts.sum(), out) if counts.sum() else undefined for counts, out in both]
    overall = []
    for metric in METRICS:
        delta = float(values[1][metric] - values[0][metric])
        variance = variances[0][metric] + variances[1][metric]
        largest = 2 if metric in ("cohen_kappa", "mcc") else 1
        bounds = None
        if metric == "accuracy" and not is_weighted:
            bounds = interval((np.trace(a).item(), a.sum().item(), np.trace(b).item(), b.sum().item()))
        elif variance > NO_VARIANCE:
            half_width = Z_95 * math.sqrt(variance)
            bounds = [max(delta - half_width, -largest), min(delta + half_width, largest)]
        overall.append({"metric": metric, "delta": None if math.isnan(delta) else delta, "interval": bounds})
    return overall


def main() -> None:
    golden = [
        {
            **case,
            "pairs": [list(pair) for pair in matched(case)],
            "cells": {normalize: cells_of(case, normalize) for normalize in ("true", "pred", "all")},
            "overall": overall_of(case, (None, None)),
            "overall_without_last": overall_of(case, (len(case["a"]) - 1, len(case["b"]) - 1)),
        }
        for case in cases()
    ]
    lines = ",\n".join(json.dumps(case) for case in golden)
    (HERE / "comparisons.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
