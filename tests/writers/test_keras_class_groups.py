"""Groups of classes and the special class, from the Keras callback to the log and back."""

import keras
import numpy as np
import pytest

from tb_confusion_plugin import read_log
from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback

K = 4
NAMES = ["ant", "bee", "cat", "void"]
GROUPS = ["insects", "insects", "mammals", "none"]


def read_back(logdir):
    return {tag: (datum.class_groups, datum.special_class, datum.matrix.class_names) for _, tag, datum in read_log(logdir)}


@pytest.fixture
def fit(tmp_path, data):
    """A function that fits a model of one output a list of metrics with the callback, and reads what was said of the classes."""

    def fitted(*metrics, **arguments):
        inputs = keras.Input((K,))
        model = keras.Model(
            inputs, [keras.layers.Dense(metric.num_classes, name=f"output{i}")(inputs) for i, metric in enumerate(metrics)]
        )
        model.compile("sgd", ["sparse_categorical_crossentropy"] * len(metrics), metrics=list(metrics))
        labels = [data[1] % metric.num_classes for metric in metrics]
        callback = ConfusionMatrixCallback(tmp_path, **arguments)
        model.fit(data[0], labels, validation_split=0.25, epochs=1, verbose=0, callbacks=[callback])
        return read_back(tmp_path)

    return fitted


@pytest.mark.parametrize("own_names", [None, NAMES])
@pytest.mark.parametrize("given_names", [None, ["a", "b", "c", "d"]])
def test_groups_and_the_special_class_come_back_whoever_names_the_classes(own_names, given_names, fit):
    read = fit(ConfusionMatrix(K, class_names=own_names), class_names=given_names, class_groups=GROUPS, special_class=np.int64(3))
    names = given_names or own_names
    said = (tuple(GROUPS), 3, names and tuple(names))
    assert read == {"train/confusion": said, "val/confusion": said}


def test_the_special_class_is_looked_up_among_the_names_of_the_metric(fit):
    said = (None, 3, tuple(NAMES))
    assert fit(ConfusionMatrix(class_names=NAMES), special_class="void") == {"train/confusion": said, "val/confusion": said}


@pytest.mark.parametrize("own_names", [None, NAMES])
def test_several_metrics_of_the_same_classes_share_the_groups(own_names, fit):
    read = fit(*[ConfusionMatrix(K, class_names=own_names) for _ in range(2)], class_groups=GROUPS, special_class=3)
    assert len(read) == 4
    assert set(read.values()) == {(tuple(GROUPS), 3, own_names and tuple(own_names))}


def test_groups_of_classes_that_several_metrics_name_otherwise_hold_with_class_names(fit):
    metrics = [ConfusionMatrix(class_names=NAMES), ConfusionMatrix(K)]
    read = fit(*metrics, class_names=NAMES, class_groups=GROUPS, special_class="void")
    assert len(read) == 4
    assert set(read.values()) == {(tuple(GROUPS), 3, tuple(NAMES))}


def test_validation_data_have_them_too(tmp_path, data, identity_model):
    callback = ConfusionMatrixCallback(tmp_path, validation_data=data, class_groups=GROUPS, special_class=3)
    identity_model().fit(*data, epochs=1, verbose=0, callbacks=[callback])
    assert read_back(tmp_path) == {"val/confusion": (tuple(GROUPS), 3, None)}


@pytest.mark.parametrize("arguments", [{"class_groups": GROUPS}, {"special_class": 3}])
def test_metrics_whose_names_differ_are_refused(tmp_path, arguments, fit):
    with pytest.raises(ValueError, match=f"invalid {next(iter(arguments))}: the metrics' class names differ"):
        fit(ConfusionMatrix(class_names=NAMES), ConfusionMatrix(class_names=["a", "b", "c", "d"]), **arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"class_groups": GROUPS[:3]}, "invalid class_groups: 3 names for 4 classes"),
        ({"special_class": 4}, "invalid special_class: 4; pass an index from 0 to 3"),
        ({"special_class": "sky"}, "unknown special_class: 'sky'; pass one of class_names, or an index"),
    ],
)
def test_what_fits_no_class_of_the_metric_is_refused_and_nothing_is_written(tmp_path, arguments, message, fit):
    with pytest.raises(ValueError, match=message):
        fit(ConfusionMatrix(class_names=NAMES), **arguments)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match=message):
        ConfusionMatrixCallback(tmp_path, class_names=NAMES, **arguments)


def test_groups_that_fit_one_metric_alone_are_refused(fit):
    with pytest.raises(ValueError, match="invalid class_groups: 4 names for 2 classes"):
        fit(ConfusionMatrix(class_names=NAMES), ConfusionMatrix(2), class_groups=GROUPS)
