"""Matrices from labels of any kind: which classes they have, in which order, and what is no label."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.datasets import load_wine
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.multiclass import unique_labels

from tb_confusion_plugin import ConfusionMatrix

TEXTS = (["dog", "cat", "dog", "eel"], ["dog", "dog", "cat", "eel"])
NUMBERS = ([7, -3, 7, 40], [7, 7, -3, 40])
FLAGS = ([True, False, True, True], [True, True, False, True])

FORMS = {
    "list": lambda labels: labels,
    "tuple": tuple,
    "array": np.array,
    "object array": lambda labels: np.array(labels, dtype=object),
    "column vector": lambda labels: np.array(labels)[:, np.newaxis],
    "Series": pd.Series,
    "Categorical": pd.Categorical,
    "Series of categories": lambda labels: pd.Series(labels, dtype="category"),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(("y_true", "y_pred"), [TEXTS, NUMBERS, FLAGS], ids=["texts", "numbers", "flags"])
def test_labels_in_any_form_are_counted_as_scikit_learn_counts_them(form, y_true, y_pred):
    matrix = ConfusionMatrix.from_predictions(form(y_true), form(y_pred))
    assert matrix.counts.tolist() == confusion_matrix(y_true, y_pred).tolist()
    assert matrix.class_names == tuple(map(str, unique_labels(y_true, y_pred).tolist()))


@pytest.mark.parametrize("dtype", ["Int64", "boolean", "string", "Float64"])
def test_nullable_columns_of_pandas_are_labels_too(dtype):
    y_true, y_pred = {"string": TEXTS, "boolean": FLAGS}.get(dtype, NUMBERS)
    matrix = ConfusionMatrix.from_predictions(pd.Series(y_true, dtype=dtype), pd.Series(y_pred, dtype=dtype))
    assert matrix.counts.tolist() == confusion_matrix(y_true, y_pred).tolist()


@pytest.mark.parametrize("dtype", ["int8", "uint16", "uint64", "float32", "float64"])
def test_numbers_of_any_dtype_are_integers(dtype):
    y_true, y_pred = np.array([1, 5, 5], dtype=dtype), np.array([5, 5, 1])
    matrix = ConfusionMatrix.from_predictions(y_true, y_pred)
    assert (matrix.counts.tolist(), matrix.class_names) == ([[0, 1], [1, 1]], ("1", "5"))


@given(st.data())
def test_whatever_is_drawn_equals_scikit_learn(data):
    kind = data.draw(st.sampled_from([st.text(max_size=2), st.integers(-(2**40), 2**40), st.booleans()]))
    pool = data.draw(st.lists(kind, min_size=1, max_size=6))
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(pool), st.sampled_from(pool)), min_size=1, max_size=30))
    y_true, y_pred = (np.array(column, dtype=object) for column in zip(*pairs, strict=True))
    matrix = ConfusionMatrix.from_predictions(y_true, y_pred)
    classes = sorted(set(y_true) | set(y_pred))
    counted = {(one, other): pairs.count((one, other)) for one in classes for other in classes}
    assert matrix.counts.tolist() == [[counted[one, other] for other in classes] for one in classes]
    assert matrix.class_names == tuple(map(str, classes))


def test_labels_choose_the_classes_and_their_order():
    labels = ["eel", "cat", "dog", "ape"]
    matrix = ConfusionMatrix.from_predictions(*TEXTS, labels=labels)
    assert matrix.class_names == tuple(labels)
    assert matrix.counts.tolist() == confusion_matrix(*TEXTS, labels=labels).tolist()


@pytest.mark.parametrize("labels", [[40, 8, 7, -3], np.array([7, 40, -3])])
def test_numbers_have_the_order_that_is_given(labels):
    matrix = ConfusionMatrix.from_predictions(*NUMBERS, labels=labels)
    assert matrix.counts.tolist() == confusion_matrix(*NUMBERS, labels=labels).tolist()
    assert matrix.class_names == tuple(map(str, labels))


def test_class_names_name_the_labels_that_are_given():
    matrix = ConfusionMatrix.from_predictions(*FLAGS, labels=[True, False], class_names=["ill", "well"])
    assert matrix.class_names == ("ill", "well")
    assert matrix.counts.tolist() == confusion_matrix(*FLAGS, labels=[True, False]).tolist()


def test_integers_are_indices_into_class_names():
    matrix = ConfusionMatrix.from_predictions([1, 2, 2], [1, 1, 2], class_names=["ape", "cat", "dog", "eel"])
    assert matrix.class_names == ("ape", "cat", "dog", "eel")
    assert matrix.counts.tolist() == confusion_matrix([1, 2, 2], [1, 1, 2], labels=range(4)).tolist()


def test_texts_are_looked_up_among_class_names():
    names = ["eel", "dog", "cat", "ape"]
    matrix = ConfusionMatrix.from_predictions(*TEXTS, class_names=names)
    assert matrix.class_names == tuple(names)
    assert matrix.counts.tolist() == confusion_matrix(*TEXTS, labels=names).tolist()


def test_flags_and_ones_are_the_same_label():
    matrix = ConfusionMatrix.from_predictions([True, False, True], [1, 1, 0])
    assert (matrix.counts.tolist(), matrix.class_names) == ([[0, 1], [1, 1]], ("0", "1"))


def test_weights_are_summed():
    weights = [0.5, 0.25, 2, 1]
    matrix = ConfusionMatrix.from_predictions(*TEXTS, sample_weight=weights)
    assert matrix.counts.tolist() == confusion_matrix(*TEXTS, sample_weight=weights).tolist()


def test_one_class():
    assert ConfusionMatrix.from_predictions(["a", "a"], ["a", "a"]).counts.tolist() == [[2]]


def test_a_thousand_classes():
    rng = np.random.default_rng(3)
    y_true, y_pred = (np.array([f"class {index:04d}" for index in rng.integers(0, 1000, 20_000)]) for _ in range(2))
    matrix = ConfusionMatrix.from_predictions(y_true, y_pred)
    np.testing.assert_array_equal(matrix.counts, confusion_matrix(y_true, y_pred))


def test_many_classes_stay_sparse():
    identifiers = np.arange(3000) * 10**9
    matrix = ConfusionMatrix.from_predictions(identifiers, identifiers)
    assert (matrix.num_classes, matrix.counts.nnz, matrix.total) == (3000, 3000, 3000)


@pytest.mark.parametrize("known", [{"labels": ["a", "b"]}, {"class_names": ["a", "b"]}])
def test_without_samples_the_matrix_of_known_classes_is_empty(known):
    matrix = ConfusionMatrix.from_predictions([], [], **known)
    assert (matrix.counts.tolist(), matrix.class_names) == ([[0, 0], [0, 0]], ("a", "b"))


INVALID = {
    "no samples": ([], [], {}, r"missing labels: there are no samples .*pass labels= or class_names="),
    "None": (["a", None], ["a", "a"], {}, "missing labels: 1 of 2 in y_true are None or NaN"),
    "NaN": ([1.0, 2.0], [np.nan, np.nan], {}, "missing labels: 2 of 2 in y_pred"),
    "NaN among texts": (["a", float("nan")], ["a", "a"], {}, "missing labels: 1 of 2 in y_true"),
    "NA": (pd.Series([1, None], dtype="Int64"), [1, 1], {}, "missing labels: 1 of 2 in y_true"),
    "NaT": (pd.Series(["a", pd.NaT], dtype=object), ["a", "a"], {}, "missing labels: 1 of 2 in y_true"),
    "masked": (np.ma.array([1, 2], mask=[False, True]), [1, 1], {}, "missing labels: 1 of 2 in y_true"),
    "scores": ([0, 1], [0.25, 0.75], {}, r"invalid y_pred: label 0.25; .*argmax"),
    "infinite": ([0.0, np.inf], [0, 1], {}, "invalid y_true: label inf"),
    "one-hot": ([[0, 1], [1, 0]], [1, 0], {}, r"invalid y_true: shape \(2, 2\)"),
    "a scalar": (1, 1, {}, r"invalid y_true: shape \(\)"),
    "ragged": ([[1], [1, 2]], [1, 2], {}, "invalid y_true"),
    "dates": (np.zeros(2, "datetime64[D]"), [1, 2], {}, "invalid y_true: dtype datetime64"),
    "bytes": ([b"a"], [b"a"], {}, "invalid y_true: labels of type bytes"),
    "bytes in an array": (np.array([b"a"]), np.array([b"a"]), {}, r"invalid y_true: dtype \|S1"),
    "texts and numbers in one": (["a", 1], ["a", "a"], {}, "invalid y_true: labels of type int, str"),
    "texts beside numbers": (["1", "2"], [1, 2], {}, "invalid labels: y_true has strings, y_pred has numbers"),
    "labels of another kind": ([1, 2], [1, 2], {"labels": ["1", "2"]}, "labels has strings"),
    "over 64 bits": (np.array([2**63], dtype=np.uint64), [1], {}, r"over 2\^63 - 1"),
    "other lengths": ([1, 2, 2], [1, 2], {}, "invalid labels: 3 in y_true, 2 in y_pred"),
    "an unknown text": (*TEXTS, {"labels": ["cat", "eel"]}, r"unknown label in y_true: 'dog' \(2 samples\).*pass labels="),
    "an unknown number": (*NUMBERS, {"labels": [7, 40, 41]}, r"unknown label in y_true: -3 \(1 samples\).*pass labels="),
    "many unknown": (range(9), range(9), {"labels": [0]}, r"1, 2, 3, \.\.\. \(8 samples\)"),
    "an unknown index": ([1, 2, 3], [1, 2, 3], {"class_names": ["a", "b", "c"]}, "unknown label in y_true: 3 .*which is which"),
    "a negative index": ([0, 1], [0, -1], {"class_names": ["a", "b"]}, "unknown label in y_pred: -1"),
    "an unknown name": (*TEXTS, {"class_names": ["cat", "dog"]}, "unknown label in y_true: 'eel'"),
    "a label twice": (*TEXTS, {"labels": ["cat", "dog", "cat"]}, "invalid labels: 'cat' is there more than once"),
    "a name twice": (*TEXTS, {"class_names": ["cat", "dog", "dog"]}, "invalid class_names: 'dog' is there more than once"),
    "too few names": (*TEXTS, {"labels": ["cat", "dog", "eel"], "class_names": ["a"]}, "1 names for 3 classes"),
    "too many classes": (range(65_537), range(65_537), {}, "65537 different ones are over the limit of 65536"),
    "a weight too few": (*TEXTS, {"sample_weight": [1.0]}, "invalid sample_weight: shape"),
    "a negative weight": (*TEXTS, {"sample_weight": [1, 1, 1, -1]}, "invalid sample_weight: negative"),
}


@pytest.mark.parametrize(("y_true", "y_pred", "arguments", "message"), INVALID.values(), ids=INVALID)
def test_what_is_no_label_is_named(y_true, y_pred, arguments, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix.from_predictions(y_true, y_pred, **arguments)


@pytest.fixture(scope="module")
def wine():
    data = load_wine()
    return data.data, data.target_names[data.target], data.target


@pytest.mark.parametrize(
    "make",
    [
        lambda: DecisionTreeClassifier(max_depth=2, random_state=0),
        lambda: make_pipeline(StandardScaler(), LogisticRegression()),
        lambda: GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}),
    ],
    ids=["tree", "pipeline", "search"],
)
def test_an_estimator_predicts_and_names_its_classes(wine, make):
    x, y, _ = wine
    estimator = make().fit(x, y)
    matrix = ConfusionMatrix.from_estimator(estimator, x, y)
    assert matrix.class_names == ("class_0", "class_1", "class_2")
    assert matrix.counts.tolist() == confusion_matrix(y, estimator.predict(x)).tolist()


def test_classes_that_the_estimator_knows_stay_where_none_occurs(wine):
    x, y, _ = wine
    estimator = DecisionTreeClassifier(random_state=0).fit(x, y)
    is_first = y == "class_0"
    matrix = ConfusionMatrix.from_estimator(estimator, x[is_first], y[is_first], sample_weight=np.full(is_first.sum(), 0.5))
    assert matrix.class_names == ("class_0", "class_1", "class_2")
    assert matrix.counts.tolist() == [[is_first.sum() / 2, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_a_class_that_the_estimator_never_saw_is_a_class(wine):
    x, y, _ = wine
    is_seen = y != "class_0"
    estimator = DecisionTreeClassifier(random_state=0).fit(x[is_seen], y[is_seen])
    matrix = ConfusionMatrix.from_estimator(estimator, x, y)
    assert matrix.class_names == ("class_0", "class_1", "class_2")
    assert matrix.counts.tolist() == confusion_matrix(y, estimator.predict(x)).tolist()


def test_an_estimators_integers_are_indices_into_class_names(wine):
    x, _, target = wine
    estimator = DecisionTreeClassifier(max_depth=2, random_state=0).fit(x, target)
    matrix = ConfusionMatrix.from_estimator(estimator, x, target, class_names=["barolo", "grignolino", "barbera"])
    assert matrix.class_names == ("barolo", "grignolino", "barbera")
    assert matrix.counts.tolist() == confusion_matrix(target, estimator.predict(x)).tolist()


def test_an_estimator_takes_the_order_that_is_given(wine):
    x, y, _ = wine
    estimator = DecisionTreeClassifier(max_depth=2, random_state=0).fit(x, y)
    labels = ["class_2", "class_0", "class_1"]
    matrix = ConfusionMatrix.from_estimator(estimator, x, y, labels=labels)
    assert matrix.counts.tolist() == confusion_matrix(y, estimator.predict(x), labels=labels).tolist()


class Guess:
    """Predicts, and is nothing that scikit-learn knows."""

    def predict(self, samples):
        return ["a"] * len(samples)


def test_anything_that_predicts_is_an_estimator():
    matrix = ConfusionMatrix.from_estimator(Guess(), [0, 1], ["a", "b"])
    assert (matrix.counts.tolist(), matrix.class_names) == ([[1, 0], [1, 0]], ("a", "b"))


def test_what_does_not_predict_is_no_estimator():
    with pytest.raises(ValueError, match=r"invalid estimator: StandardScaler has no predict\(X\)"):
        ConfusionMatrix.from_estimator(StandardScaler(), [[0]], [0])


def test_an_estimator_of_numbers_is_told(wine):
    x, _, target = wine

    class Regressor:
        def predict(self, samples):
            return np.full(len(samples), 0.5)

    with pytest.raises(ValueError, match=r"invalid predict\(X\): label 0.5"):
        ConfusionMatrix.from_estimator(Regressor(), x, target)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"labels": []}, "invalid labels: none; pass each label once"),
        ({"class_names": ["a"]}, r"unknown label in y_true: 'b' .*name every label that occurs in class_names="),
    ],
)
def test_classes_that_are_too_few_name_the_argument_that_was_passed(arguments, told):
    with pytest.raises(ValueError, match=told):
        ConfusionMatrix.from_predictions(["a", "b"], ["a", "a"], **arguments)


def test_weights_may_be_a_column_as_labels_may():
    matrix = ConfusionMatrix.from_predictions([[0], [1]], [[0], [0]], sample_weight=[[0.5], [3.25]])
    assert matrix.counts.tolist() == [[0.5, 0], [3.25, 0]]
