"""The matrix: what it accepts, what it refuses, and that nobody can change it."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tb_confusion_plugin import ConfusionMatrix
from tb_confusion_plugin.core.classes import as_class_names
from tb_confusion_plugin.core.matrix import as_counts, from_cells, nonzero_cells

square_counts = st.integers(1, 12).flatmap(lambda k: arrays(np.int64, (k, k), elements=st.integers(0, 2**40)))

INVALID_COUNTS = {
    "ragged": ([[1, 2], [3]], "invalid counts"),
    "a row": ([1, 2], "1 dimensions"),
    "a cube": (np.zeros((2, 2, 2)), "3 dimensions"),
    "a scalar": (3, "0 dimensions"),
    "None": (None, "NoneType is no array"),
    "not square": (np.zeros((2, 3)), r"shape \(2, 3\) isn't square"),
    "no classes": (np.zeros((0, 0)), "K = 0"),
    "negative": ([[1, -2], [0, 0]], "negative value -2"),
    "NaN": ([[np.nan]], "NaN or infinite"),
    "infinite": ([[np.inf]], "NaN or infinite"),
    "beyond float64": (np.array([[np.finfo(np.longdouble).max]]), "NaN or infinite|total may be infinite"),
    "text": ([["a"]], "dtype <U1"),
    "bool": ([[True]], "dtype bool"),
    "object": (np.array([[1]], dtype=object), "dtype object"),
    "larger than 64 bits": ([[2**70]], "dtype object"),
    "complex": ([[1j]], "dtype complex128"),
    "dates": (np.zeros((1, 1), "datetime64[s]"), "dtype datetime64"),
    "a total over 63 bits": (np.full((3, 3), 2**61), r"over 2\^63 - 1"),
    "uint64 over 63 bits": (np.array([[2**63]], dtype=np.uint64), r"over 2\^63 - 1"),
    "whole floats over 63 bits": (np.full((32, 32), 2.0**53), r"over 2\^63 - 1"),
    "an infinite total": ([[1.7e308, 1.7e308], [0, 0.5]], "total may be infinite"),
    "sparse and negative": (scipy.sparse.csr_array([[0, -1], [0, 0]]), "negative"),
    "sparse and not square": (scipy.sparse.csr_array((2, 3)), "isn't square"),
    "sparse and too large": (scipy.sparse.csr_array((65537, 65537)), "limit of 65536"),
    "sparse and bool": (scipy.sparse.csr_array([[True]]), "dtype bool"),
}


@pytest.mark.parametrize(("counts", "message"), INVALID_COUNTS.values(), ids=INVALID_COUNTS)
def test_invalid_counts_are_named(counts, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(counts)


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int32", "uint64", "float16", "float32", "float64", "longdouble"])
def test_whole_numbers_of_any_dtype_are_counts(dtype):
    matrix = ConfusionMatrix(np.array([[100, 27], [0, 100]], dtype=dtype))
    assert matrix.counts.dtype == np.int64
    assert not matrix.is_weighted
    assert (matrix.total, matrix.support.tolist(), matrix.predicted_count.tolist()) == (227, [127, 100], [100, 127])


def test_small_integers_do_not_overflow_in_the_sums():
    assert ConfusionMatrix(np.full((20, 20), 255, np.uint8)).total == 20 * 20 * 255


def test_fractions_are_weighted_counts():
    matrix = ConfusionMatrix([[0.5, 0], [1, 2]])
    assert matrix.is_weighted
    assert (matrix.counts.dtype, matrix.total) == (np.float64, 3.5)


def test_counts_are_exact_beyond_two_to_the_53():
    assert ConfusionMatrix([[2**53 + 1]]).total == 2**53 + 1
    assert ConfusionMatrix([[2**63 - 1, 0], [0, 0]]).total == 2**63 - 1


def test_floats_beyond_two_to_the_53_stay_floats():
    assert ConfusionMatrix([[2.0**54]]).is_weighted


def test_one_class():
    matrix = ConfusionMatrix([[7]], ["all"])
    assert (matrix.num_classes, matrix.total, matrix.true_positives.tolist()) == (1, 7, [7])


def test_an_empty_matrix_has_a_total_of_zero():
    assert ConfusionMatrix(np.zeros((3, 3))).total == 0


def test_a_thousand_classes():
    matrix = ConfusionMatrix(np.eye(1000, dtype=np.int32) * 50)
    assert (matrix.num_classes, matrix.total) == (1000, 50_000)


def test_many_classes_stay_sparse():
    sparse = scipy.sparse.coo_matrix(([3, 4, 5, 0], ([0, 21840, 21840, 7], [1, 21840, 21840, 7])), shape=(21841, 21841))
    matrix = ConfusionMatrix(sparse)
    assert scipy.sparse.issparse(matrix.counts)
    assert [cells.tolist() for cells in matrix.nonzero_cells()] == [[1, 21841**2 - 1], [3, 9]]
    assert (matrix.total, matrix.true_positives[-1], matrix.support[0], matrix.predicted_count[1]) == (12, 9, 3, 3)


def test_the_largest_number_of_classes_is_supported():
    indices, values = np.array([0, 65536**2 - 1]), np.array([1, 2])
    assert [cells.tolist() for cells in ConfusionMatrix(from_cells(65536, indices, values)).nonzero_cells()] == [
        indices.tolist(),
        [1, 2],
    ]


class Holder:
    """Something that lends NumPy its own array, as some libraries' tensors do."""

    def __init__(self) -> None:
        self.array = np.eye(2, dtype=np.int64)

    def __array__(self, dtype=None, copy=None):
        return self.array


@pytest.mark.parametrize("make", [lambda array: array, lambda array: array[:]], ids=["array", "view"])
def test_the_callers_array_stays_the_callers(make):
    array = np.eye(2, dtype=np.int64)
    matrix = ConfusionMatrix(make(array))
    array[0, 0] = 9
    assert matrix.counts.tolist() == [[1, 0], [0, 1]]


def test_the_callers_holder_stays_the_callers():
    holder = Holder()
    matrix = ConfusionMatrix(holder)
    holder.array[0, 0] = 9
    assert matrix.counts.tolist() == [[1, 0], [0, 1]]


def test_the_callers_sparse_matrix_stays_the_callers():
    sparse = scipy.sparse.csr_array(np.eye(2, dtype=np.int64))
    matrix = ConfusionMatrix(sparse)
    sparse.data[0] = 9
    assert matrix.counts.toarray().tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("counts", [np.eye(2), scipy.sparse.csr_array(np.eye(2))], ids=["dense", "sparse"])
def test_a_matrix_can_not_be_changed(counts):
    matrix = ConfusionMatrix(counts)
    with pytest.raises(ValueError, match="read-only"):
        matrix.counts[0, 0] = 5
    with pytest.raises(AttributeError):
        matrix.class_names = ("a", "b")


@given(square_counts)
def test_dense_and_sparse_are_the_same_matrix(counts):
    dense, sparse = ConfusionMatrix(counts), ConfusionMatrix(scipy.sparse.csr_array(counts))
    for one, other in zip(dense.nonzero_cells(), sparse.nonzero_cells(), strict=True):
        np.testing.assert_array_equal(one, other)
    for margin in ("support", "predicted_count", "true_positives", "total"):
        np.testing.assert_array_equal(getattr(dense, margin), getattr(sparse, margin))


@given(square_counts)
def test_cells_make_the_matrix_again(counts):
    np.testing.assert_array_equal(from_cells(len(counts), *nonzero_cells(counts)), counts)


@given(square_counts)
def test_both_margins_sum_to_the_total(counts):
    matrix = ConfusionMatrix(counts)
    assert sum(matrix.support.tolist()) == sum(matrix.predicted_count.tolist()) == matrix.total == sum(counts.reshape(-1).tolist())


def test_names_may_repeat_and_come_from_anywhere():
    assert ConfusionMatrix(np.eye(2), np.array(["crane", "crane"])).class_names == ("crane", "crane")
    assert as_class_names(iter(["a"])) == ("a",)
    assert as_class_names(None, 3) is None


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a"], "1 names for 2 classes"),
        ("ab", "single string 'ab'"),
        ([], "no names"),
        ([1, 2], "1 is int"),
        ([b"a", b"b"], "is bytes"),
        (["a", None], "None is NoneType"),
        (["a", "\ud83d"], "lone surrogates"),
        (7, "invalid class_names: 7"),
    ],
)
def test_invalid_names_are_named(names, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(np.eye(2), names)


def test_valid_counts_are_not_copied():
    counts = np.eye(3, dtype=np.int64)
    assert as_counts(counts) is counts
