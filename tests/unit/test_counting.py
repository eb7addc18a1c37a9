"""Counting labels, against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin.core import counting
from tb_confusion_plugin.core.counting import count_labels


def dense(counts):
    return counts.toarray() if scipy.sparse.issparse(counts) else counts


def labels_of(num_classes, num_labels, dtype=np.int64, seed=0):
    return np.random.default_rng(seed).integers(0, num_classes, (2, num_labels)).astype(dtype)


@pytest.fixture
def small_chunks(monkeypatch):
    """Dense chunks of 50 labels and sparse ones of 56, which are gone through by seven."""
    monkeypatch.setattr(counting, "_CHUNK_LABELS", 50)
    monkeypatch.setattr(counting, "_SPARSE_CHUNK_LABELS", 56)
    monkeypatch.setattr(counting, "_SPLIT_CHUNK_LABELS", 7)


@given(st.integers(2, 9).flatmap(lambda k: st.tuples(st.just(k), st.lists(st.tuples(*[st.integers(0, k - 1)] * 2), min_size=1))))
def test_labels_are_counted_as_scikit_learn_counts_them(case):
    num_classes, pairs = case
    y_true, y_pred = zip(*pairs, strict=True)
    expected = confusion_matrix(y_true, y_pred, labels=range(num_classes))
    np.testing.assert_array_equal(count_labels(y_true, y_pred, num_classes), expected)


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
@pytest.mark.parametrize("num_classes", [100, 3000])
def test_labels_of_any_integer_dtype_are_counted(dtype, num_classes):
    y_true, y_pred = labels_of(100, 5000, dtype)
    expected = confusion_matrix(y_true, y_pred, labels=range(100))
    counts = dense(count_labels(y_true, y_pred, num_classes))
    np.testing.assert_array_equal(counts[:100, :100], expected)
    assert counts.sum() == 5000


@pytest.mark.parametrize("num_classes", [100, 3000])
@pytest.mark.parametrize(
    ("true_dtype", "pred_dtype"), [("uint8", "int32"), ("int8", "uint16"), ("uint64", "int8"), ("int64", "uint64")]
)
def test_true_and_predicted_labels_may_differ_in_dtype(true_dtype, pred_dtype, num_classes):
    y_true, y_pred = labels_of(100, 1000)
    counts = count_labels(y_true.astype(true_dtype), y_pred.astype(pred_dtype), num_classes)
    np.testing.assert_array_equal(dense(counts)[:100, :100], confusion_matrix(y_true, y_pred, labels=range(100)))


@pytest.mark.parametrize(("true_dtype", "pred_dtype"), [("int8", "uint8"), ("int64", "uint64")])
def test_labels_with_the_same_bits_in_another_dtype_are_not_the_same(true_dtype, pred_dtype):
    y_true = np.array([5, -1], true_dtype)
    with pytest.raises(ValueError, match="invalid y_true: label -1"):
        count_labels(y_true, y_true.view(pred_dtype), 3000)


def test_bool_labels_are_two_classes():
    assert count_labels([True, False, True], np.array([True, True, True]), 2).tolist() == [[0, 1], [0, 2]]


@pytest.mark.parametrize("num_classes", [2, 1000, 2048])
def test_counts_are_dense_up_to_2048_classes(num_classes):
    y_true, y_pred = labels_of(num_classes, 3000)
    counts = count_labels(y_true, y_pred, num_classes)
    assert (type(counts), counts.dtype, counts.shape) == (np.ndarray, np.int64, (num_classes, num_classes))
    np.testing.assert_array_equal(counts, confusion_matrix(y_true, y_pred, labels=range(num_classes)))


def test_one_class_is_one_cell():
    assert count_labels([0, 0, 0], [0, 0, 0], 1).tolist() == [[3]]


@pytest.mark.parametrize("num_classes", [2049, 21841, 65536])
def test_counts_are_sparse_above(num_classes):
    y_true, y_pred = labels_of(num_classes, 3000)
    y_true[:2], y_pred[:2] = num_classes - 1, num_classes - 1
    counts = count_labels(y_true, y_pred, num_classes)
    expected = scipy.sparse.coo_array((np.ones(3000, int), (y_true, y_pred)), shape=(num_classes, num_classes)).tocsr()
    assert (counts.shape, counts.dtype) == ((num_classes, num_classes), np.int64)
    assert (counts != expected).nnz == 0


@pytest.mark.parametrize("num_classes", [10, 3000])
def test_weights_are_summed_as_scikit_learn_sums_them(num_classes):
    y_true, y_pred = labels_of(10, 2000)
    weight = np.random.default_rng(1).random(2000)
    expected = confusion_matrix(y_true, y_pred, labels=range(10), sample_weight=weight)
    counts = count_labels(y_true, y_pred, num_classes, sample_weight=weight)
    assert counts.dtype == np.float64
    np.testing.assert_allclose(dense(counts)[:10, :10], expected, rtol=1e-12)


def test_a_weight_of_zero_leaves_no_cell():
    assert count_labels([0, 5], [1, 5], 3000, sample_weight=[0, 2]).nnz == 1


@pytest.mark.parametrize("num_labels", [49, 50, 51, 56, 57, 500])
@pytest.mark.parametrize("num_classes", [4, 3000])
@pytest.mark.parametrize("is_weighted", [False, True])
def test_labels_beyond_a_chunk_are_counted_too(small_chunks, num_classes, num_labels, is_weighted):
    y_true, y_pred = labels_of(4, num_labels)
    weight = np.random.default_rng(1).random(num_labels) if is_weighted else None
    expected = confusion_matrix(y_true, y_pred, labels=range(4), sample_weight=weight)
    counts = count_labels(y_true, y_pred, num_classes, sample_weight=weight)
    np.testing.assert_allclose(dense(counts)[:4, :4], expected, rtol=1e-12)
    assert counts.sum() == pytest.approx(expected.sum())


@pytest.mark.parametrize("num_right", [0, 1, 6, 7, 8, 60, 119, 120])
@pytest.mark.parametrize("num_classes", [100, 3000])
def test_right_and_wrong_predictions_are_counted_in_any_proportion(small_chunks, num_classes, num_right):
    y_true, _ = labels_of(100, 120)
    y_pred = np.where(np.arange(120) < num_right, y_true, (y_true + 1) % 100)
    counts = count_labels(y_true, y_pred, num_classes)
    np.testing.assert_array_equal(dense(counts)[:100, :100], confusion_matrix(y_true, y_pred, labels=range(100)))
    assert (counts.diagonal().sum(), counts.sum()) == (num_right, 120)


def test_the_first_and_the_last_cell_of_the_largest_matrix_are_counted():
    last = 65535
    counts = count_labels([0, last, last, 0, last], [0, last, 0, last, last], 65536)
    assert counts[[0, 0, last, last], [0, last, 0, last]].tolist() == [1, 1, 1, 2]
    assert counts.nnz == 4


def test_sparse_counts_are_canonical():
    y_true, y_pred = labels_of(3000, 500)
    y_pred[::2] = y_true[::2]
    counts = count_labels(y_true, y_pred, 3000)
    pairs = set(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    true_classes, pred_classes = counts.nonzero()
    assert list(zip(true_classes.tolist(), pred_classes.tolist(), strict=True)) == sorted(pairs)
    assert counts.nnz == len(pairs)


@pytest.mark.parametrize("num_classes", [3, 3000])
@pytest.mark.parametrize("empty", [[], np.empty((0,), np.uint8), np.empty((0, 4))])
def test_no_labels_are_a_matrix_of_zeros(num_classes, empty):
    counts = count_labels(empty, empty, num_classes)
    assert (counts.shape, counts.sum()) == ((num_classes, num_classes), 0)


def test_labels_of_any_shape_are_counted():
    y_true, y_pred = labels_of(4, 24)
    np.testing.assert_array_equal(
        count_labels(y_true.reshape(2, 3, 4), y_pred.reshape(2, 3, 4), 4), count_labels(y_true, y_pred, 4)
    )


def test_labels_stay_as_they_were():
    y_true, y_pred = labels_of(3000, 100, np.uint32)
    before = y_true.copy(), y_pred.copy()
    count_labels(y_true, y_pred, 3000)
    np.testing.assert_array_equal((y_true, y_pred), before)


@pytest.mark.parametrize(
    ("y_true", "y_pred", "options", "message"),
    [
        ([3], [0], {}, "invalid y_true: label 3 for 3 classes; labels run from 0 to 2"),
        ([0], [-1], {}, "invalid y_pred: label -1"),
        (np.array([2**63], np.uint64), [0], {}, "invalid y_true: label 9223372036854775808"),
        ([0.0], [0], {}, "invalid y_true: dtype float64.*argmax"),
        (["a"], [0], {}, "invalid y_true: dtype <U1"),
        ([None], [0], {}, "invalid y_true: dtype object"),
        ([[0], [1, 2]], [0], {}, "invalid y_true"),
        ([0, 1], [0], {}, r"y_true has shape \(2,\), y_pred \(1,\)"),
        ([0], [0], {"num_classes": 0}, "invalid num_classes: 0"),
        ([0], [0], {"num_classes": True}, "invalid num_classes: True"),
        ([0], [0], {"num_classes": 3.0}, "invalid num_classes: 3.0"),
        ([0], [0], {"num_classes": 65537}, "invalid num_classes: 65537"),
        ([0], [0], {"sample_weight": [-1]}, "invalid sample_weight: negative"),
        ([0], [0], {"sample_weight": [np.inf]}, "NaN or infinite"),
        ([0], [0], {"sample_weight": [np.nan]}, "NaN or infinite"),
        ([0], [0], {"sample_weight": [1, 2]}, r"shape \(2,\) for labels of shape \(1,\)"),
        ([0], [0], {"sample_weight": [None, [1]]}, "invalid sample_weight"),
        ([0], [0], {"sample_weight": ["a"]}, "invalid sample_weight"),
    ],
)
def test_invalid_labels_are_named(y_true, y_pred, options, message):
    with pytest.raises(ValueError, match=message):
        count_labels(y_true, y_pred, **({"num_classes": 3} | options))


@pytest.mark.parametrize("num_classes", [4, 3000])
@pytest.mark.parametrize("place", [0, 6, 7, 55, 56, 99])
@pytest.mark.parametrize("name", ["y_true", "y_pred", "both"])
@pytest.mark.parametrize("is_past_the_end", [False, True])
def test_a_label_out_of_range_among_right_ones_is_found(small_chunks, num_classes, place, name, is_past_the_end):
    label = num_classes if is_past_the_end else -1
    y_true, y_pred = np.ones((2, 100), np.int32)
    if name != "y_pred":
        y_true[place] = label
    if name != "y_true":
        y_pred[place] = label
    named = "y_pred" if name == "y_pred" else "y_true"
    with pytest.raises(ValueError, match=f"invalid {named}: label {label} for {num_classes} classes"):
        count_labels(y_true, y_pred, num_classes)
