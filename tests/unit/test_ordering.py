"""Class orders by similarity: by invariants, on planted groups, and on real confusions beside the best order there is."""

from __future__ import annotations

import importlib
import inspect
import runpy
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.cluster import hierarchy
from sklearn.datasets import load_digits
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import GaussianNB, MultinomialNB
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.core.ordering import class_similarity, similarity_order

GENERATOR = runpy.run_path(str(Path(__file__).parents[2] / "demo" / "many_classes.py"))
DOCUMENTED = [
    "fft",
    "fftpack",
    "integrate",
    "interpolate",
    "io",
    "linalg",
    "ndimage",
    "optimize",
    "signal",
    "sparse",
    "spatial",
    "stats",
]


def planted(num_classes: int, num_groups: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Counts of classes that are confused within groups four times as often as outside of them, and the group of each class."""
    generator = np.random.default_rng(seed)
    group_of = generator.permutation(np.arange(num_classes) % num_groups)
    same = group_of[:, None] == group_of[None, :]
    counts = generator.poisson(np.where(same, 8.0, 0.05))
    np.fill_diagonal(counts, 200)
    return counts, group_of


def generated(num_classes: int, seed: int = 0, progress: float = 1.0) -> tuple[scipy.sparse.csr_array, np.ndarray]:
    """A step of the demo of many classes, and the group of each class."""
    classes = GENERATOR["plant_classes"](num_classes, seed)
    num_samples = min(50 * num_classes, 500_000)
    labels = GENERATOR["draw_labels"](classes, progress, 0.55, num_samples, np.random.default_rng([seed, 0]))
    return scipy.sparse.csr_array(count_labels(*labels, num_classes)), classes.group_of


def spread(counts: np.ndarray | scipy.sparse.csr_array, order: np.ndarray) -> float:
    """How far apart confused classes stand: the sum of |i - j| weighted by confusion."""
    place = np.argsort(order)
    cells = scipy.sparse.coo_array(counts)
    return float(np.abs(place[cells.row] - place[cells.col]) @ cells.data.astype(float))


def smallest_spread(counts: np.ndarray) -> float:
    """That of the best of all orders, by dynamic programming over the sets of classes that stand in front."""
    num_classes = len(counts)
    links = counts + counts.T
    np.fill_diagonal(links, 0)
    smallest = np.zeros(1 << num_classes)
    for front in range(1, 1 << num_classes):
        inside = (front >> np.arange(num_classes) & 1).astype(bool)
        last = np.flatnonzero(inside)
        smallest[front] = smallest[front ^ (1 << last)].min() + links[np.ix_(inside, ~inside)].sum()
    return float(smallest[-1])


def assert_is_an_order(order, num_classes: int) -> None:
    """A permutation, whose groups are disjoint runs of several classes."""
    assert np.array_equal(np.sort(order.class_order), np.arange(num_classes))
    place = np.argsort(order.class_order)
    for group in order.groups:
        assert len(group) > 1
        assert np.array_equal(place[list(group)], np.arange(place[group[0]], place[group[0]] + len(group)))
    members = [one for group in order.groups for one in group]
    assert len(members) == len(set(members))


def modularity(links: np.ndarray, labels: np.ndarray) -> float:
    """Newman's: the share of links within groups, less what it would be by chance."""
    same = labels[:, None] == labels[None, :]
    ends = links.sum(axis=1) / links.sum()
    return float((links / links.sum() - np.outer(ends, ends))[same].sum())


@given(arrays(np.int64, st.integers(1, 9).map(lambda k: (k, k)), elements=st.integers(0, 5)))
def test_an_order_is_a_permutation_and_groups_are_disjoint_runs_of_it(counts):
    assert_is_an_order(similarity_order(counts), len(counts))


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


@pytest.mark.parametrize("progress", [0.05, 1.0])
@pytest.mark.parametrize("num_classes", [100, 1000, 5000, 21_841])
def test_the_demos_classes_stand_at_least_as_near_as_with_its_groups_side_by_side(num_classes, progress):
    counts, group_of = generated(num_classes, progress=progress)
    order = similarity_order(counts)
    assert_is_an_order(order, num_classes)
    side_by_side = np.argsort(group_of, kind="stable")
    assert spread(counts, order.class_order) <= 1.1 * spread(counts, side_by_side)
    # Confusions by chance are far apart in any order and make up most of the sum; those within groups alone:
    cells = scipy.sparse.coo_array(counts)
    is_within = group_of[cells.row] == group_of[cells.col]
    within = scipy.sparse.csr_array((cells.data * is_within, (cells.row, cells.col)), shape=counts.shape)
    assert spread(within, order.class_order) <= 1.1 * spread(within, side_by_side)


@pytest.mark.parametrize(
    "classifier", [GaussianNB(), DecisionTreeClassifier(max_depth=4, random_state=0), DecisionTreeClassifier(random_state=0)]
)
def test_digits_that_weak_classifiers_confuse_are_ordered_nearly_as_well_as_they_can_be(classifier):
    samples, digits = load_digits(return_X_y=True)
    counts = confusion_matrix(digits, cross_val_predict(classifier, samples, digits))
    assert spread(counts, similarity_order(counts).class_order) <= 1.1 * smallest_spread(counts)


def docstrings() -> tuple[list[str], list[str]]:
    """A text corpus that SciPy ships: the paragraphs of its functions' descriptions, and the module that each is of."""
    paragraphs, modules = [], []
    for name in DOCUMENTED:
        module = importlib.import_module(f"scipy.{name}")
        for public in sorted(module.__all__):
            told = inspect.getdoc(getattr(module, public)) or ""
            long = [one for one in told.split("\n\n") if len(one) > 80]
            paragraphs += long
            modules += [name] * len(long)
    return paragraphs, modules


def test_modules_whose_descriptions_are_taken_for_each_others_are_ordered_nearly_as_well_as_they_can_be():
    paragraphs, modules = docstrings()
    classifier = make_pipeline(CountVectorizer(), MultinomialNB())
    counts = confusion_matrix(modules, cross_val_predict(classifier, paragraphs, modules), labels=DOCUMENTED)
    order = similarity_order(counts).class_order
    # By rates: some modules have a hundred times as many paragraphs as others.
    similarity = class_similarity(counts).toarray()
    assert spread(similarity, order) <= 1.1 * smallest_spread(similarity)
    # The old module of Fourier transforms has the functions of the new one, under the same descriptions.
    place = np.argsort(order)
    assert abs(place[DOCUMENTED.index("fft")] - place[DOCUMENTED.index("fftpack")]) == 1


@pytest.mark.parametrize("num_classes", [40, 300])
def test_the_groups_are_the_cut_of_the_tree_with_the_largest_modularity(num_classes):
    generator = np.random.default_rng(5)
    counts = generator.random((num_classes, num_classes)) * (generator.random((num_classes, num_classes)) < 0.05) ** 2
    counts += np.diag(generator.random(num_classes) + 20)
    links = class_similarity(counts).toarray()
    tree = hierarchy.linkage(1 - links[np.triu_indices(num_classes, 1)], "average")
    cuts = [labels for labels in hierarchy.cut_tree(tree).T if len(set(labels.tolist())) > 1]
    best = max(cuts, key=lambda labels: modularity(links, labels))
    clusters = {frozenset(np.flatnonzero(best == one).tolist()) for one in set(best.tolist())}
    assert {frozenset(group) for group in similarity_order(counts).groups} == {one for one in clusters if len(one) > 1}


def test_a_background_class_that_everything_is_confused_with_tears_no_group_apart():
    counts, group_of = planted(200, 20)
    counts = np.pad(counts, (0, 1))
    counts[:-1, -1] = counts[-1, :-1] = np.random.default_rng(6).poisson(40, 200)
    order = similarity_order(counts)
    assert_is_an_order(order, 201)
    groups = [set(np.flatnonzero(group_of == one).tolist()) for one in range(20)]
    assert all(any(group <= set(found) for found in order.groups) for group in groups)
    # It brings those together that it stands between, and no others.
    assert sum(group in [set(found) for found in order.groups] for group in groups) >= 18


@pytest.mark.parametrize("num_classes", [9, 300])
def test_where_all_are_confused_alike_the_order_is_always_the_same(num_classes):
    counts = np.ones((num_classes, num_classes), dtype=np.int64)
    first, second = similarity_order(counts), similarity_order(scipy.sparse.csr_array(counts))
    assert_is_an_order(first, num_classes)
    assert (first.class_order.tolist(), first.groups) == (second.class_order.tolist(), second.groups)


def test_matrices_with_many_cells_are_ordered_too():
    counts = np.random.default_rng(7).integers(1, 50, (1000, 1000))
    assert_is_an_order(similarity_order(counts), 1000)
    cells = scipy.sparse.random(5000, 5000, density=0.02, random_state=np.random.default_rng(8), format="csr")
    assert_is_an_order(similarity_order(cells), 5000)


def test_groups_that_nothing_connects_stay_whole():
    counts = np.kron(np.eye(100, dtype=np.int64), np.full((4, 4), 3)) + np.eye(400, dtype=np.int64)
    order = similarity_order(counts)
    assert {frozenset(group) for group in order.groups} == {frozenset(range(first, first + 4)) for first in range(0, 400, 4)}
