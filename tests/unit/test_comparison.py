"""Comparisons of two matrices, against the golden file that the browser's tests read too."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from statsmodels.stats.inter_rater import cohens_kappa

from tb_confusion_plugin import ConfusionMatrix
from tb_confusion_plugin.core.comparison import compare_matrices, compare_metrics, match_classes
from tb_confusion_plugin.core.metric_variance import metric_interval, metric_variance
from tb_confusion_plugin.core.metrics import compute_metrics

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "comparisons.json").read_text(encoding="utf-8"))
golden_cases = pytest.mark.parametrize("case", GOLDEN, ids=[case["name"] for case in GOLDEN])


def sides(case):
    return tuple(ConfusionMatrix(np.array(case[side]), case.get(f"names_{side}")) for side in "ab")


def assert_same(actual, expected):
    actual, expected = (np.array(one, dtype=float) for one in (actual, expected))  # None becomes NaN
    np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12, equal_nan=True)


@golden_cases
@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
def test_cells_equal_the_golden_ones(case, normalize):
    comparison = compare_matrices(*sides(case), normalize)
    cells = case["cells"][normalize]
    assert [[i, j] for i, j in zip(comparison.true_class, comparison.pred_class, strict=True)] == [one["cell"] for one in cells]
    tables = np.stack([comparison.count_a, comparison.out_of_a, comparison.count_b, comparison.out_of_b], axis=1)
    assert tables.tolist() == [one["table"] for one in cells]
    assert_same(comparison.delta, [one["delta"] for one in cells])
    assert_same(
        np.stack([comparison.low, comparison.high], 1), [one["interval"] or [None, None] for one in cells] or np.empty((0, 2))
    )
    assert_same(comparison.p_value, [one["p_value"] for one in cells])
    assert_same(comparison.q_value, [one.get("q_value") for one in cells])


@golden_cases
@pytest.mark.parametrize("averages", ["overall", "overall_without_last"])
def test_overall_metrics_equal_the_golden_ones(case, averages):
    a, b = sides(case)
    left_out = (a.num_classes - 1, b.num_classes - 1) if averages == "overall_without_last" else (None, None)
    compared = compare_metrics(a, b, *left_out)
    assert [one.metric for one in compared] == [one["metric"] for one in case[averages]]
    for actual, expected in zip(compared, case[averages], strict=True):
        assert_same(actual.delta, expected["delta"])
        assert_same(actual.interval or (None, None), expected["interval"] or (None, None))


@golden_cases
def test_classes_are_matched_by_name_and_occurrence(case):
    a, b = sides(case)
    match = match_classes(a, b)
    assert np.stack([match.classes_a, match.classes_b], 1).tolist() == case["pairs"]
    assert len(match.only_in_a) == a.num_classes - len(case["pairs"])
    assert len(match.only_in_b) == b.num_classes - len(case["pairs"])


def test_what_has_no_match_is_told_by_name():
    a = ConfusionMatrix(np.eye(3, dtype=int), ("cat", "dog", "dog"))
    b = ConfusionMatrix(np.eye(2, dtype=int), ("ox", "dog"))
    match = match_classes(a, b)
    assert (match.class_names, match.only_in_a, match.only_in_b) == (("dog",), ("cat", "dog"), ("ox",))


def test_rates_are_shares_of_all_samples_of_a_class_also_of_those_taken_for_one_without_a_match():
    a = ConfusionMatrix(np.array([[6, 4], [0, 5]]), ("cat", "ox"))
    b = ConfusionMatrix(np.array([[9, 1], [0, 5]]), ("cat", "dog"))
    comparison = compare_matrices(a, b)
    assert (comparison.rate_a.tolist(), comparison.rate_b.tolist()) == ([0.6], [0.9])


@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
def test_sparse_matrices_compare_as_dense_ones(normalize):
    generator = np.random.default_rng(5)
    dense = [generator.poisson(0.3, (40, 40)) + np.diag(generator.integers(3, 30, 40)) for _ in range(2)]
    expected = compare_matrices(*map(ConfusionMatrix, dense), normalize)
    actual = compare_matrices(*(ConfusionMatrix(scipy.sparse.csr_array(one)) for one in dense), normalize)
    for name in ("true_class", "pred_class", "count_a", "out_of_b", "delta", "low", "q_value"):
        np.testing.assert_array_equal(getattr(actual, name), getattr(expected, name))


def test_comparing_counts_is_refused_with_the_remedy():
    matrix = ConfusionMatrix(np.eye(2, dtype=int))
    with pytest.raises(ValueError, match="invalid normalize: 'counts'; pass 'true', 'pred' or 'all'"):
        compare_matrices(matrix, matrix, "counts")


def test_an_unknown_metric_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="unknown metric: 'accurracy'; pass one of accuracy, balanced_accuracy"):
        metric_variance(ConfusionMatrix(np.eye(2, dtype=int)), "accurracy")


def test_the_variance_of_kappa_is_that_of_fleiss():
    generator = np.random.default_rng(3)
    for _ in range(50):
        counts = generator.integers(1, 60, (4, 4)) + np.diag(generator.integers(0, 300, 4))
        np.testing.assert_allclose(
            metric_variance(ConfusionMatrix(counts), "cohen_kappa"), cohens_kappa(counts).var_kappa, rtol=1e-9
        )


@pytest.mark.parametrize("metric", ["balanced_accuracy", "macro_precision", "macro_f1", "weighted_f1", "cohen_kappa", "mcc"])
def test_intervals_hold_the_truth_as_often_as_they_say(metric):
    generator = np.random.default_rng(12)
    rates = np.array([[0.2, 0.05, 0.0], [0.1, 0.3, 0.02], [0.03, 0.05, 0.25]])
    truth = ConfusionMatrix((rates * 1_000_000).round().astype(int))
    true_value = getattr(compute_metrics(truth), metric)
    draws = [ConfusionMatrix(one.reshape(3, 3)) for one in generator.multinomial(800, rates.reshape(-1), 1000)]
    intervals = [metric_interval(compute_metrics(draw), draw, metric) for draw in draws]
    share = np.mean([low <= true_value <= high for low, high in intervals])
    assert 0.93 <= share <= 0.97  # of 1,000 draws at 95 %, with three standard errors


def test_nothing_is_said_of_what_does_not_vary_or_is_weighted():
    perfect, weighted = ConfusionMatrix(np.diag([30, 20])), ConfusionMatrix(np.array([[1.5, 0.5], [0.25, 3.0]]))
    for matrix in (perfect, weighted):
        assert metric_interval(compute_metrics(matrix), matrix, "macro_f1") is None
    assert metric_interval(compute_metrics(perfect), perfect, "accuracy") is not None
    assert metric_interval(compute_metrics(weighted), weighted, "accuracy") is None
