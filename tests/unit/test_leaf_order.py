"""Leaves side by side: by brute force on small trees."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.sparse
from scipy.cluster import hierarchy

from tb_confusion_plugin.core.leaf_order import order_leaves, place_links, turn_to_links


@pytest.fixture(params=range(5))
def tree_and_links(request):
    """A random tree of 8 leaves, and links that have little to do with it."""
    generator = np.random.default_rng(request.param)
    upper = np.triu(generator.random((8, 8)) * (generator.random((8, 8)) < 0.6), 1)
    links = scipy.sparse.csr_array(upper + upper.T)
    return hierarchy.linkage(generator.random(28), "average"), links


def spread(order: np.ndarray, links: scipy.sparse.csr_array) -> float:
    """The sum of |i - j| weighted by links, each counted once."""
    place = np.argsort(order)
    return float((links.toarray() * np.abs(place[:, None] - place)).sum()) / 2


def all_turns(tree: np.ndarray) -> list[np.ndarray]:
    turned = []
    for turns in itertools.product([False, True], repeat=len(tree)):
        one = tree.copy()
        one[list(turns), :2] = tree[list(turns), 1::-1]
        turned.append(one)
    return turned


def test_leaves_are_in_scipys_order(tree_and_links):
    tree, _ = tree_and_links
    leaves = order_leaves(tree)
    assert leaves.order.tolist() == hierarchy.leaves_list(tree).tolist()
    clusters = {leaf: {leaf} for leaf in range(8)}
    for join, (left, right) in enumerate(tree[:, :2].astype(int).tolist()):
        clusters[8 + join] = clusters[left] | clusters[right]
        assert set(leaves.order[leaves.first[join] : leaves.middle[join]].tolist()) == clusters[left]
        assert set(leaves.order[leaves.middle[join] : leaves.stop[join]].tolist()) == clusters[right]


def test_runs_are_the_clusters_of_several_after_some_joins(tree_and_links):
    tree, _ = tree_and_links
    leaves = order_leaves(tree)
    for num_joins in range(8):
        labels = hierarchy.cut_tree(tree, n_clusters=8 - num_joins)[:, 0]
        expected = {frozenset(np.flatnonzero(labels == one).tolist()) for one in set(labels.tolist())}
        found = {frozenset(leaves.order[first:stop].tolist()) for first, stop in leaves.runs_after(num_joins)}
        assert found == {one for one in expected if len(one) > 1}


def test_links_belong_to_the_first_join_that_has_both_ends(tree_and_links):
    tree, links = tree_and_links
    leaves = order_leaves(tree)
    placed = place_links(leaves, links)
    runs = list(zip(leaves.first, leaves.stop, strict=True))
    joins = [
        next(join for join, (begin, stop) in enumerate(runs) if begin <= first and last < stop)
        for first, last in zip(placed.first, placed.last, strict=True)
    ]
    assert placed.join.tolist() == joins == sorted(joins)
    assert placed.weight.tolist() == [
        links[leaves.order[a], leaves.order[b]] for a, b in zip(placed.first, placed.last, strict=True)
    ]
    assert placed.spread == pytest.approx(spread(leaves.order, links))


def test_turning_brings_linked_leaves_nearly_as_near_as_any_turns_can(tree_and_links):
    tree, links = tree_and_links
    leaves = order_leaves(tree)
    turned = turn_to_links(tree, leaves, place_links(leaves, links))
    spreads = [spread(hierarchy.leaves_list(one), links) for one in all_turns(tree)]
    assert spread(hierarchy.leaves_list(turned), links) <= 1.1 * min(spreads)
    assert spread(hierarchy.leaves_list(turned), links) <= np.median(spreads)


def test_turning_changes_no_cluster(tree_and_links):
    tree, links = tree_and_links
    leaves = order_leaves(tree)
    turned = turn_to_links(tree, leaves, place_links(leaves, links))
    assert np.sort(turned[:, :2], axis=1).tolist() == np.sort(tree[:, :2], axis=1).tolist()
    assert turned[:, 2:].tolist() == tree[:, 2:].tolist()


def test_a_chain_of_links_becomes_a_line():
    # The tree has pairs (0 1) (2 3), put together the wrong way round: 1 and 2 are linked.
    tree = np.array([[1, 0, 0.1, 2], [2, 3, 0.2, 2], [4, 5, 0.9, 4]], dtype=float)
    links = scipy.sparse.csr_array(np.diag([3.0, 1, 2], 1) + np.diag([3.0, 1, 2], -1))
    leaves = order_leaves(tree)
    assert leaves.order.tolist() == [1, 0, 2, 3]
    assert order_leaves(turn_to_links(tree, leaves, place_links(leaves, links))).order.tolist() == [0, 1, 2, 3]


def test_one_leaf_has_an_order():
    leaves = order_leaves(np.zeros((0, 4)))
    placed = place_links(leaves, scipy.sparse.csr_array((1, 1)))
    assert leaves.order.tolist() == [0]
    assert (leaves.runs_after(0), placed.spread) == ([], 0)
    assert turn_to_links(np.zeros((0, 4)), leaves, placed).shape == (0, 4)
