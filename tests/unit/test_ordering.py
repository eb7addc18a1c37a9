"""Class orders by similarity, by invariants and on planted groups."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tb_confusion_plugin.core.ordering import class_similarity, similarity_order


def planted(num_classes: int, num_groups: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Counts of classes that are confused within groups four times as often as outside of them, and the group of each class."""
    generator = np.random.default_rng(seed)
    group_of = generator.permutation(np.arange(num_classes) % num_groups)
    same = group_of[:, None] == group_of[None, :]
    counts = generator.poisson(np.where(same, 8.0, 0.05))
    np.fill_diagonal(counts, 200)
    return counts, group_of


def spread(counts: np.ndarray, order: np.ndarray) -> float:
    """How far apart confused classes stand: the sum of |i - j| weighted by confusion."""
    place = np.argsort(order)
    return float((counts * np.abs(place[:, None] - place[None, :])).sum())


@given(arrays(np.int64, st.integers(1, 9).map(lambda k: (k, k)), elements=st.integers(0, 5)))
def test_an_order_is_a_permutation_and_groups_are_disjoint_runs_of_it(counts):
    order = similarity_order(counts)
    assert sorted(order.class_order.tolist()) == list(range(len(counts)))
    listed = order.class_order.tolist()
    for group in order.groups:
        first = listed.index(group[0])
        assert tuple(listed[first : first + len(group)]) == group
        assert len(group) > 1
    members = [one for group in order.groups for one in group]
    assert len(members) == len(set(members))


@pytest.mark.parametrize(("num_classes", "num_groups"), [(12, 3), (100, 10), (300, 20)])
def test_planted_groups_are_found(num_classes, num_groups):
    counts, group_of = planted(num_classes, num_groups)
    order = similarity_order(counts)
    found = {frozenset(group) for group in order.groups}
    assert found == {frozenset(np.flatnonzero(group_of == one).tolist()) for one in range(num_groups)}
    assert spread(counts, order.class_order) <= 1.1 * spread(counts, np.argsort(group_of, kind="stable"))


def test_without_errors_the_order_is_the_identity():
    for counts in (np.diag([3, 4, 5]), np.zeros((3, 3), dtype=np.int64), np.array([[7]])):
        order = similarity_order(counts)
        assert order.class_order.tolist() == list(range(len(counts)))
        assert order.groups == ()


def test_classes_that_are_never_confused_come_last():
    counts = np.diag([5, 5, 5, 5])
    counts[1, 3] = 2
    order = similarity_order(counts)
    assert set(order.class_order[:2].tolist()) == {1, 3}
    assert order.class_order[2:].tolist() == [0, 2]
    assert [sorted(group) for group in order.groups] == [[1, 3]]


def test_sparse_and_weighted_counts_are_ordered_alike():
    counts, _ = planted(20, 4)
    expected = similarity_order(counts).class_order.tolist()
    assert similarity_order(scipy.sparse.csr_array(counts)).class_order.tolist() == expected
    assert similarity_order(counts * 0.5).class_order.tolist() == expected


def test_similarity_is_the_mean_of_both_row_rates():
    # 1 of 4 and 3 of 6: (0.25 + 0.5) / 2. A class without samples adds nothing.
    similarity = class_similarity(np.array([[3, 1, 0], [3, 3, 0], [0, 0, 0]])).toarray()
    assert similarity.tolist() == [[0, 0.375, 0], [0.375, 0, 0], [0, 0, 0]]


def test_relabelling_the_classes_relabels_the_groups():
    counts, _ = planted(30, 5, seed=3)
    permutation = np.random.default_rng(4).permutation(30)
    relabelled = similarity_order(counts[np.ix_(permutation, permutation)])
    original = {frozenset(group) for group in similarity_order(counts).groups}
    assert {frozenset(permutation[list(group)].tolist()) for group in relabelled.groups} == original
