"""Metrics, against scikit-learn and the golden file that the browser's tests read too."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as oracle

from tb_confusion_plugin import ConfusionMatrix
from tb_confusion_plugin.core.metrics import compute_metrics, normalize_counts, ratio

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "metrics.json").read_text(encoding="utf-8"))
AVERAGES = ["accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1", "cohen_kappa", "mcc"]
golden_cases = pytest.mark.parametrize("case", GOLDEN, ids=[case["name"] for case in GOLDEN])

# From 2 classes that occur on, so that scikit-learn defines all of them.
square_counts = st.integers(2, 8).flatmap(lambda k: arrays(np.int64, (k, k), elements=st.integers(0, 1000)))
varied_counts = square_counts.filter(lambda counts: min(np.count_nonzero(counts.sum(0)), np.count_nonzero(counts.sum(1))) > 1)


def assert_same(actual, expected):
    expected = np.array(expected, dtype=float)  # None becomes NaN
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12, equal_nan=True)


def assert_same_interval(interval, expected):
    if interval is None:
        assert set(expected) == {None}
        return
    assert_same(np.transpose(interval), [pair or [None, None] for pair in expected])


@golden_cases
def test_averages_equal_the_golden_ones(case):
    metrics = compute_metrics(ConfusionMatrix(np.array(case["counts"])))
    for name in ("total", *AVERAGES):
        assert_same(getattr(metrics, name), case["metrics"][name])
    assert_same_interval(
        metrics.accuracy_interval and [[bound] for bound in metrics.accuracy_interval], [case["metrics"]["accuracy_interval"]]
    )


@golden_cases
def test_averages_without_a_class_equal_those_over_the_other_labels(case):
    counts = np.array(case["counts"])
    metrics = compute_metrics(ConfusionMatrix(counts), left_out=len(counts) - 1)
    for name, expected in case["without_last"].items():
        assert_same(getattr(metrics, name), expected)
    for name in ("accuracy", "cohen_kappa", "mcc"):
        assert_same(getattr(metrics, name), case["metrics"][name])


def test_a_class_that_is_none_of_them_cannot_be_left_out():
    with pytest.raises(ValueError, match="invalid left_out: 2; pass a class index from 0 to 1"):
        compute_metrics(ConfusionMatrix([[1, 0], [0, 1]]), left_out=2)


@golden_cases
def test_class_metrics_equal_the_golden_ones(case):
    per_class = compute_metrics(ConfusionMatrix(np.array(case["counts"]))).per_class
    expected = {name: [of_class[name] for of_class in case["metrics"]["per_class"]] for name in case["metrics"]["per_class"][0]}
    for name in ("support", "predicted_count", "precision", "recall", "f1"):
        assert_same(getattr(per_class, name), expected[name])
    for name in ("recall_interval", "precision_interval"):
        assert_same_interval(getattr(per_class, name), expected[name])


@golden_cases
@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
def test_normalized_counts_equal_the_golden_ones(case, normalize):
    assert_same(normalize_counts(np.array(case["counts"]), normalize), case["normalized"][normalize])


@given(varied_counts)
def test_metrics_are_scikit_learns(counts):
    y_true, y_pred = np.nonzero(counts)
    weight = counts[y_true, y_pred]
    macro = oracle.precision_recall_fscore_support(y_true, y_pred, sample_weight=weight, average="macro", zero_division=0)
    weighted = oracle.precision_recall_fscore_support(y_true, y_pred, sample_weight=weight, average="weighted", zero_division=0)
    metrics = compute_metrics(ConfusionMatrix(counts))
    expected = {
        "accuracy": oracle.accuracy_score(y_true, y_pred, sample_weight=weight),
        "macro_precision": macro[0],
        "macro_recall": macro[1],
        "macro_f1": macro[2],
        "weighted_f1": weighted[2],
        "cohen_kappa": oracle.cohen_kappa_score(y_true, y_pred, sample_weight=weight),
        "mcc": oracle.matthews_corrcoef(y_true, y_pred, sample_weight=weight),
    }
    for name, value in expected.items():
        assert_same(getattr(metrics, name), value)


@given(varied_counts, st.permutations(range(8)))
def test_the_order_of_classes_changes_no_average(counts, order):
    order = [c for c in order if c < len(counts)]
    one, other = compute_metrics(ConfusionMatrix(counts)), compute_metrics(ConfusionMatrix(counts[np.ix_(order, order)]))
    for name in AVERAGES:
        assert_same(getattr(one, name), getattr(other, name))


@given(varied_counts)
def test_swapping_the_axes_swaps_precision_and_recall(counts):
    one, other = compute_metrics(ConfusionMatrix(counts)), compute_metrics(ConfusionMatrix(counts.T))
    assert_same(one.per_class.precision, other.per_class.recall)
    for name in ("accuracy", "macro_f1", "cohen_kappa", "mcc"):
        assert_same(getattr(one, name), getattr(other, name))


@given(varied_counts)
def test_sparse_counts_have_the_metrics_of_dense_ones(counts):
    one, other = compute_metrics(ConfusionMatrix(counts)), compute_metrics(ConfusionMatrix(scipy.sparse.csr_array(counts)))
    for name in AVERAGES:
        assert_same(getattr(one, name), getattr(other, name))


@given(varied_counts)
def test_weights_change_no_rate_where_all_are_equal(counts):
    one, other = (
        compute_metrics(ConfusionMatrix(counts)),
        compute_metrics(ConfusionMatrix(counts * 0.1)),
    )
    for name in AVERAGES:
        assert_same(getattr(one, name), getattr(other, name))


def test_weighted_counts_have_no_intervals():
    metrics = compute_metrics(ConfusionMatrix([[0.5, 1], [0, 2]]))
    assert (metrics.accuracy_interval, metrics.per_class.recall_interval, metrics.per_class.precision_interval) == (
        None,
        None,
        None,
    )


def test_an_empty_matrix_has_no_samples_to_rate():
    metrics = compute_metrics(ConfusionMatrix(np.zeros((3, 3))))
    assert all(math.isnan(getattr(metrics, name)) for name in AVERAGES)
    assert np.isnan(metrics.accuracy_interval).all()


def test_perfect_agreement_of_many_samples_is_exactly_one():
    metrics = compute_metrics(ConfusionMatrix(np.diag([2**53, 1, 3])))
    assert (metrics.accuracy, metrics.cohen_kappa, metrics.mcc) == (1, 1, 1)


def test_totals_near_the_limit_keep_kappa_and_mcc():
    metrics = compute_metrics(ConfusionMatrix([[2**61, 2**60], [0, 2**60]]))
    small = compute_metrics(ConfusionMatrix([[2, 1], [0, 1]]))
    assert_same([metrics.cohen_kappa, metrics.mcc], [small.cohen_kappa, small.mcc])


def test_tiny_and_huge_weights_keep_kappa_and_mcc():
    counts = np.array([[2.5, 1], [0.25, 1]])
    expected = compute_metrics(ConfusionMatrix(counts))
    for scale in (1e-200, 1e200):
        metrics = compute_metrics(ConfusionMatrix(counts * scale))
        assert_same([metrics.cohen_kappa, metrics.mcc, metrics.macro_f1], [expected.cohen_kappa, expected.mcc, expected.macro_f1])


def test_many_classes_have_metrics():
    eye = scipy.sparse.identity(21841, dtype=np.int64, format="csr")
    metrics = compute_metrics(ConfusionMatrix(eye))
    assert (metrics.accuracy, metrics.macro_f1, metrics.cohen_kappa, metrics.mcc) == (1, 1, 1, 1)


def test_counts_are_not_normalized_unless_asked():
    counts = np.eye(2)
    assert normalize_counts(counts, None) is counts


@pytest.mark.parametrize("normalize", ["rows", "", 1])
def test_an_unknown_normalization_is_named(normalize):
    with pytest.raises(ValueError, match=f"invalid normalize: {normalize!r}"):
        normalize_counts(np.eye(2), normalize)


def test_a_ratio_over_nothing_is_undefined():
    assert_same(ratio([0, 1, 1], [0, 0, 4]), [None, None, 0.25])
