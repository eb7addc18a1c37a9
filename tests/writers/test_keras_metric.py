"""keras.ConfusionMatrix, the metric, against scikit-learn."""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin.keras import ConfusionMatrix

K = 4
NAMES = ["ant", "bee", "cat", "dog"]
MODES = ["eager", "graph", "xla"]


def expected(y_true, scores, sample_weight=None):
    return confusion_matrix(y_true, scores.argmax(axis=-1), labels=range(K), sample_weight=sample_weight)


def updates(metric, *, mode):
    if mode == "eager":
        return metric.update_state
    return tf.function(metric.update_state, jit_compile=mode == "xla", reduce_retracing=True)


# --- counting


@pytest.mark.parametrize("mode", MODES)
def test_batches_add_up_to_the_matrix_of_scikit_learn(mode, data):
    scores, y_true = data
    metric = ConfusionMatrix(K)
    update = updates(metric, mode=mode)
    for part in np.array_split(np.arange(200), 4):
        update(tf.constant(y_true[part]), tf.constant(scores[part]))
    assert metric.counts.dtype == np.int64
    np.testing.assert_array_equal(metric.counts, expected(y_true, scores))
    assert float(metric.result()) == pytest.approx(np.mean(y_true == scores.argmax(1)))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("is_column", [False, True])
@pytest.mark.parametrize("dtype", ["int32", "uint8", "float32", "bool", "one_hot"])
def test_labels_come_in_every_form_that_keras_knows(mode, is_column, dtype, data):
    scores, y_true = data
    if dtype == "bool":
        y_true = y_true > 0
    labels = tf.one_hot(y_true, K) if dtype == "one_hot" else tf.constant(y_true.astype(dtype))
    if is_column and dtype != "one_hot":
        labels = labels[:, tf.newaxis]
    metric = ConfusionMatrix(K)
    updates(metric, mode=mode)(labels, tf.constant(scores))
    np.testing.assert_array_equal(metric.counts, expected(y_true, scores))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(), (200,), (200, 1)])
def test_a_single_score_is_class_one_above_the_threshold(mode, shape, random):
    scores, y_true = random.random(200).astype(np.float32), random.integers(0, 2, 200)
    metric = ConfusionMatrix(2, threshold=0.3)
    updates(metric, mode=mode)(tf.reshape(y_true, shape or (200, 1)), tf.reshape(scores, shape or (200,)))
    np.testing.assert_array_equal(metric.counts, confusion_matrix(y_true, scores > np.float32(0.3)))


@pytest.mark.parametrize("mode", MODES)
def test_two_scores_are_two_classes_and_one_hot_labels_fit_a_single_score(mode):
    labels, two_scores = tf.constant([0, 1, 1]), tf.constant([[0.4, 0.6], [0.9, 0.1], [0.2, 0.8]])
    metric = ConfusionMatrix(2)
    update = updates(metric, mode=mode)
    update(labels, two_scores)
    update(tf.one_hot(labels, 2), two_scores[:, 1:])
    assert metric.counts.tolist() == [[0, 2], [2, 2]]


@pytest.mark.parametrize("mode", MODES)
def test_integer_predictions_are_class_indices(mode, data):
    scores, y_true = data
    metric = ConfusionMatrix(K)
    updates(metric, mode=mode)(tf.constant(y_true), tf.constant(scores.argmax(axis=1)))
    np.testing.assert_array_equal(metric.counts, expected(y_true, scores))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("leading", [(10, 20), (2, 10, 10), (50, K), (200, 1)])
def test_every_leading_dimension_is_samples(mode, leading, data):
    scores, y_true = data
    metric = ConfusionMatrix(K)
    updates(metric, mode=mode)(tf.reshape(y_true, leading), tf.reshape(scores, (*leading, K)))
    np.testing.assert_array_equal(metric.counts, expected(y_true, scores))


@pytest.mark.parametrize("mode", MODES)
def test_weights_are_summed_in_float64(mode, data, random):
    scores, y_true = data
    weights = random.random(200)
    metric = ConfusionMatrix(K, weighted=True)
    updates(metric, mode=mode)(tf.constant(y_true), tf.constant(scores), tf.constant(weights))
    assert metric.counts.dtype == np.float64
    np.testing.assert_allclose(metric.counts, expected(y_true, scores, sample_weight=weights), rtol=1e-12)


def test_a_weight_a_row_counts_for_all_its_positions(data):
    scores, y_true = data
    weights = np.linspace(0, 1, 10)
    metric = ConfusionMatrix(K, weighted=True)
    metric.update_state(y_true.reshape(10, 20), scores.reshape(10, 20, K), sample_weight=weights[:, np.newaxis])
    np.testing.assert_allclose(metric.counts, expected(y_true, scores, sample_weight=np.repeat(weights, 20)), rtol=1e-12)


def test_a_weighted_metric_without_weights_counts_samples(data):
    scores, y_true = data
    metric = ConfusionMatrix(K, weighted=True)
    metric.update_state(y_true, scores)
    np.testing.assert_array_equal(metric.counts, expected(y_true, scores))


def test_weights_that_would_be_lost_are_an_error(data):
    with pytest.raises(ValueError, match=r"invalid sample_weight: .* pass weighted=True"):
        ConfusionMatrix(K).update_state(data[1], data[0], sample_weight=np.ones(200))


def test_2048_classes_are_counted(random):
    y_true, y_pred = random.integers(0, 2048, (2, 500))
    metric = ConfusionMatrix(2048)
    metric.update_state(y_true, y_pred)
    np.testing.assert_array_equal(metric.counts, confusion_matrix(y_true, y_pred, labels=range(2048)))


def test_one_class_is_a_matrix_of_one_cell():
    metric = ConfusionMatrix(1)
    metric.update_state([0, 0, 0], np.ones((3, 1), np.float32))
    assert metric.counts.tolist() == [[3]]


def test_without_samples_the_accuracy_is_undefined():
    metric = ConfusionMatrix(K)
    metric.update_state(np.zeros(0, np.int64), np.zeros((0, K), np.float32))
    assert np.isnan(float(metric.result()))
    assert metric.counts.sum() == 0


def test_counts_are_a_copy_that_a_reset_leaves_alone(data):
    metric = ConfusionMatrix(K)
    metric.update_state(data[1], data[0])
    counts = metric.counts
    metric.reset_state()
    assert counts.sum() == 200
    assert metric.counts.sum() == 0


def test_masked_positions_are_not_samples():
    model = keras.Sequential([keras.layers.Embedding(3, K, embeddings_initializer="ones", mask_zero=True)])
    model.compile(loss="sparse_categorical_crossentropy", metrics=[ConfusionMatrix(K)])
    tokens, y_true = np.array([[1, 2, 0], [1, 0, 0]]), np.array([[3, 1, 2], [0, 2, 2]])
    model.evaluate(tokens, y_true, verbose=0)
    (metric,) = model.metrics[1].metrics
    assert metric.counts[:, 0].tolist() == [1, 1, 0, 1]


# --- labels that are no class


BAD_LABELS = [[0, K], [0, -1], [0.0, 2.5], [0.0, np.nan], [0, 2**40], [0, -(2**31)]]


@pytest.mark.parametrize("labels", BAD_LABELS)
def test_a_label_out_of_range_is_an_error_at_once(labels):
    metric = ConfusionMatrix(K)
    scores = tf.one_hot([0, 0], K)
    with pytest.raises(ValueError, match=r"invalid label .* pass class indices in \[0, 4\), or ignore_class="):
        metric.update_state(np.array(labels), scores)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"invalid label .* pass class indices in \[0, 4\)"):
        updates(metric, mode="graph")(tf.constant(labels), scores)


@pytest.mark.parametrize("labels", BAD_LABELS)
def test_under_xla_a_label_out_of_range_shows_in_the_result_and_stops_the_reader_of_counts(labels):
    metric = ConfusionMatrix(K)
    updates(metric, mode="xla")(tf.constant(labels), tf.one_hot([0, 0], K))
    assert np.isnan(float(metric.result()))
    with pytest.raises(ValueError, match=r"invalid labels: 1 samples have one not in \[0, 4\)"):
        _ = metric.counts
    metric.reset_state()
    assert metric.counts.sum() == 0


def test_a_prediction_out_of_range_is_an_error():
    with pytest.raises(ValueError, match=r"invalid label .*\(0, 9\)"):
        ConfusionMatrix(K).update_state([0], np.array([9]))


def test_a_one_hot_row_of_zeros_is_no_class():
    with pytest.raises(ValueError, match=r"invalid label .*\(-1, 2\)"):
        ConfusionMatrix(K).update_state(tf.one_hot([9], K), tf.one_hot([2], K))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("void", [255, -1, 2])
def test_the_ignored_class_is_left_out(mode, void):
    metric = ConfusionMatrix(K, ignore_class=void)
    updates(metric, mode=mode)(tf.constant([0, void, 3]), tf.one_hot([0, 0, 0], K))
    assert metric.counts[:, 0].tolist() == [1, 0, 0, 1]


def test_a_bad_label_of_weight_zero_is_no_sample():
    metric = ConfusionMatrix(K, weighted=True)
    metric.update_state([1, 99], tf.one_hot([1, 1], K), sample_weight=[2.0, 0.0])
    assert metric.counts[1, 1] == metric.counts.sum() == 2


# --- weights that are none


BAD_WEIGHTS = [-1.0, np.nan, np.inf, -np.inf]


@pytest.mark.parametrize("weight", BAD_WEIGHTS)
def test_a_weight_that_is_none_is_an_error_at_once(weight):
    metric = ConfusionMatrix(K, weighted=True)
    batch = tf.constant([0, 1]), tf.one_hot([0, 1], K), tf.constant([1.0, weight])
    with pytest.raises(ValueError, match=rf"invalid sample_weight: {weight}; pass finite weights from 0 up"):
        metric.update_state(*batch)
    assert metric.counts.sum() == 0
    with pytest.raises(tf.errors.InvalidArgumentError, match="invalid sample_weight; pass finite weights from 0 up"):
        updates(metric, mode="graph")(*batch)


@pytest.mark.parametrize("weight", BAD_WEIGHTS)
def test_under_xla_a_weight_that_is_none_shows_in_the_result_and_stops_the_reader_of_counts(weight):
    metric = ConfusionMatrix(K, weighted=True)
    updates(metric, mode="xla")(tf.constant([0, 1, K]), tf.one_hot([0, 1, 1], K), tf.constant([1.0, weight, weight]))
    assert np.isnan(float(metric.result()))
    with pytest.raises(ValueError, match=r"invalid labels: 2 samples have one .* or a weight that is negative, NaN or infinite"):
        _ = metric.counts
    metric.reset_state()
    assert metric.counts.sum() == 0


@pytest.mark.parametrize("mode", MODES)
def test_the_weight_of_a_sample_that_is_ignored_is_not_looked_at(mode):
    metric = ConfusionMatrix(K, weighted=True, ignore_class=3)
    updates(metric, mode=mode)(tf.constant([0, 3]), tf.one_hot([0, 0], K), tf.constant([0.5, np.nan]))
    assert metric.counts[0, 0] == metric.counts.sum() == 0.5


def test_a_weight_that_is_none_stops_training(data, identity_model):
    weights = np.ones(200, np.float32)
    weights[17] = -1
    model = identity_model(metrics=[], weighted_metrics=[ConfusionMatrix(K, weighted=True)])
    with pytest.raises(tf.errors.InvalidArgumentError, match="invalid sample_weight"):
        model.fit(*data, sample_weight=weights, verbose=0)


# --- what fits no batch and no metric


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([0, 1], [[0.1, 0.9, 0.0]], r"invalid y_pred: float32 of shape \(1, 3\) for labels of shape \(2,\) and 4 classes"),
        ([0, 1], [0.5, 2.0], r"invalid y_pred: float32 of shape \(2,\)"),
        ([[0, 1, 2]], [[1.0, 0.0, 0.0, 0.0]], r"for labels of shape \(1, 3\) and 4 classes"),
        ([0, 1, 2], [[1.0, 0.0, 0.0, 0.0]], r"invalid y_true: shape \(3,\)"),
        (0, 1.0, r"invalid shapes"),
        (["ant", "bee"], [0, 1], r"invalid y_true: dtype string; pass class indices, .*keras.layers.StringLookup"),
        (np.array(["ant", "bee"]), [0, 1], r"invalid y_true: dtype string; pass class indices"),
        ([0, 1], ["ant", "bee"], r"invalid y_pred: dtype string; pass class indices"),
        ([0, 1], [0j, 1j], r"invalid y_pred: dtype complex128; pass class indices"),
    ],
)
def test_shapes_that_do_not_fit_are_named(y_true, y_pred, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(K).update_state(y_true, y_pred)


def test_strings_are_refused_in_a_graph_too():
    with pytest.raises(ValueError, match=r"invalid y_true: dtype string; .*keras.layers.StringLookup"):
        updates(ConfusionMatrix(2), mode="graph")(tf.constant(["ant", "bee"]), tf.constant([0, 1]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "missing num_classes"),
        ({"num_classes": 0}, "invalid num_classes: 0"),
        ({"num_classes": 2049}, "invalid num_classes: 2049; .*ConfusionWriter.write_labels"),
        ({"num_classes": 2.0}, "invalid num_classes: 2.0"),
        ({"num_classes": True}, "invalid num_classes: True"),
        ({"num_classes": 3, "class_names": NAMES}, "invalid class_names: 4 names for 3 classes"),
    ],
)
def test_arguments_that_make_no_sense_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(**arguments)


# --- inside Keras


@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning")  # Keras saves so
def test_a_saved_model_brings_its_metric_back(tmp_path, data, identity_model):
    model = identity_model(metrics=[ConfusionMatrix(class_names=NAMES, ignore_class=255)])
    model.evaluate(*data, verbose=0)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    restored.evaluate(*data, verbose=0)
    (metric,) = restored.metrics[1].metrics
    assert metric.class_names == tuple(NAMES)
    assert metric.ignore_class == 255
    np.testing.assert_array_equal(metric.counts, expected(data[1], data[0]))


def test_the_configuration_makes_an_equal_metric():
    config = ConfusionMatrix(2, threshold=0.25, weighted=True, ignore_class=-1, name="cells").get_config()
    assert json.loads(json.dumps(config)) == config
    assert ConfusionMatrix.from_config(config).get_config() == config


def test_early_stopping_knows_that_more_is_better(data, identity_model):
    stopping = keras.callbacks.EarlyStopping(monitor="val_confusion_accuracy", patience=3)
    model = identity_model(metrics=[ConfusionMatrix(K)])
    history = model.fit(*data, validation_split=0.25, epochs=1, verbose=0, callbacks=[stopping])
    assert stopping.monitor_op(2, 1)
    assert history.history["val_confusion_accuracy"] == pytest.approx([np.mean(data[0][150:].argmax(1) == data[1][150:])])


@pytest.mark.parametrize("missing", ["tensorflow", "keras"])
def test_a_missing_framework_names_the_extra(missing):
    code = f"import sys; sys.modules[{missing!r}] = None\nimport tb_confusion_plugin.keras"
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode != 0
    assert "pip install 'tb-confusion-plugin[tensorflow]'" in done.stderr
