"""Average linkage of sparse similarities: SciPy's as oracle, its definition where equal similarities leave a choice."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.cluster import hierarchy

from tb_confusion_plugin.core import linkage
from tb_confusion_plugin.core.linkage import average_linkage

ROUNDING = 1e-9


def random_similarity(size: int, density: float, seed: int = 0) -> np.ndarray:
    """Symmetric, without equal values but 0, rows summing up to 1 at most."""
    generator = np.random.default_rng(seed)
    upper = np.triu(generator.random((size, size)) * (generator.random((size, size)) < density), 1)
    return (upper + upper.T) / size


def star(size: int, seed: int = 0) -> scipy.sparse.csr_array:
    """Class 0 is similar to all, as the background of a detector, and nothing else to anything."""
    rays = np.random.default_rng(seed).permutation(np.arange(1, size)) / size**2
    one_way = scipy.sparse.coo_array((rays, (np.zeros(size - 1, dtype=int), np.arange(1, size))), shape=(size, size))
    return scipy.sparse.csr_array(one_way + one_way.T)


def scipy_linkage(similarity: np.ndarray) -> np.ndarray:
    return hierarchy.linkage(1 - similarity[np.triu_indices(len(similarity), 1)], "average")


def assert_joins_the_most_similar(tree: np.ndarray, similarity: np.ndarray) -> None:
    """Follows a tree by the definition of average linkage."""
    clusters = {leaf: [leaf] for leaf in range(len(similarity))}
    for join, (left, right, distance, size) in enumerate(tree.tolist()):
        means = {(a, b): similarity[np.ix_(clusters[a], clusters[b])].mean() for a in clusters for b in clusters if a < b}
        assert means[left, right] == pytest.approx(max(means.values()), abs=ROUNDING)
        assert 1 - distance == pytest.approx(means[left, right], abs=ROUNDING)
        clusters[len(similarity) + join] = clusters.pop(int(left)) + clusters.pop(int(right))
        assert len(clusters[len(similarity) + join]) == size


@pytest.mark.parametrize(("size", "density"), [(2, 1), (3, 1), (60, 0.05), (60, 0.5), (300, 0.02), (300, 0.3), (500, 1)])
def test_the_tree_is_scipys(size, density):
    similarity = random_similarity(size, density)
    expected = scipy_linkage(similarity)
    tree = average_linkage(scipy.sparse.csr_array(similarity))
    assert np.abs(tree[:, 2] - expected[:, 2]).max() < ROUNDING
    is_linked = expected[:, 2] < 1  # what has no links is joined in an arbitrary order
    assert tree[is_linked][:, [0, 1, 3]].tolist() == expected[is_linked][:, [0, 1, 3]].tolist()


@pytest.mark.parametrize("is_dense", [True, False])
def test_rounds_and_the_chain_on_a_dense_matrix_make_the_same_tree(monkeypatch, is_dense):
    monkeypatch.setattr(linkage._Clusters, "is_dense", is_dense)
    similarity = random_similarity(150, 0.4, seed=1)
    tree = average_linkage(scipy.sparse.csr_array(similarity))
    assert tree[:, [0, 1, 3]].tolist() == scipy_linkage(similarity)[:, [0, 1, 3]].tolist()


@pytest.mark.parametrize("is_dense", [True, False])
def test_among_equal_similarities_it_is_still_average_linkage_and_always_the_same(is_dense):
    @given(arrays(np.int64, st.integers(2, 9).map(lambda k: (k, k)), elements=st.integers(0, 2)))
    def check(values):
        upper = np.triu(values, 1) / 2 / len(values)
        similarity = upper + upper.T
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(linkage._Clusters, "is_dense", is_dense)
            tree = average_linkage(scipy.sparse.csr_array(similarity))
            assert average_linkage(scipy.sparse.csr_array(similarity)).tolist() == tree.tolist()
        assert_joins_the_most_similar(tree, similarity)

    check()


def test_nothing_and_one_class_have_a_tree_too():
    assert average_linkage(scipy.sparse.csr_array((1, 1))).shape == (0, 4)
    assert average_linkage(scipy.sparse.csr_array((3, 3))).tolist() == [[0, 1, 1, 2], [2, 3, 1, 3]]


def test_components_are_joined_last_and_at_similarity_0():
    similarity = scipy.sparse.csr_array(random_similarity(400, 0.002, seed=2))
    num_components, component = scipy.sparse.csgraph.connected_components(similarity)
    assert num_components > 10
    labels = hierarchy.fcluster(average_linkage(similarity), 1 - 1e-12, "distance")
    assert len(set(zip(labels.tolist(), component.tolist(), strict=True))) == len(set(labels.tolist())) == num_components


def test_tiny_similarities_are_not_lost():
    similarity = scipy.sparse.csr_array(np.array([[0, 1e-300, 0], [1e-300, 0, 0], [0, 0, 0]]))
    assert average_linkage(similarity)[:, :2].tolist() == [[0, 1], [2, 3]]


@pytest.mark.parametrize("similarity", [np.ones((1000, 1000)) / 1000, random_similarity(1000, 1)], ids=["constant", "random"])
def test_a_thousand_classes_that_are_all_linked_have_a_tree(similarity):
    tree = average_linkage(scipy.sparse.csr_array(similarity))
    assert hierarchy.is_valid_linkage(tree)
    assert (np.diff(tree[:, 2]) >= 0).all()


def test_a_class_that_is_confused_with_all_of_21841_does_not_take_a_round_for_each():
    num_classes = 21_841
    similarity = star(num_classes)
    tree = average_linkage(similarity)
    assert hierarchy.is_valid_linkage(tree)
    # Here joining all with their most similar one is average linkage: the hub takes them one by one, the most similar first.
    expected = 1 + np.argsort(-similarity[[0], 1:].toarray()[0], kind="stable")
    assert [int(left if left < num_classes else right) for left, right in tree[1:, :2]] == expected[1:].tolist()


def test_joining_everything_with_its_most_similar_makes_a_tree_whose_joins_grow_apart(monkeypatch):
    monkeypatch.setattr(linkage, "_DENSE_MAX_CLUSTERS", 0)
    monkeypatch.setattr(linkage, "_STALLED", 0.5)  # no round is ever worth it
    tree = average_linkage(scipy.sparse.csr_array(random_similarity(200, 0.1, seed=3)))
    assert hierarchy.is_valid_linkage(tree)
    assert (np.diff(tree[:, 2]) >= 0).all()
    assert tree[-1, 3] == 200
