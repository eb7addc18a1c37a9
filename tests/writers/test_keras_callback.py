"""keras.ConfusionMatrixCallback against scikit-learn, the logs read back with read_log."""

import os
import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin import read_log
from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback

K = 4
NAMES = ["ant", "bee", "cat", "dog"]


def expected(y_true, scores, sample_weight=None):
    return confusion_matrix(y_true, scores.argmax(axis=-1), labels=range(K), sample_weight=sample_weight)


def logged(log_dir):
    """{(run, tag): {step: counts}}."""
    series = {}
    for run, tag, datum in read_log(log_dir):
        series.setdefault((run, tag), {})[datum.step] = datum.matrix.counts.tolist()
    return series


@pytest.mark.parametrize("options", [{"jit_compile": False}, {"jit_compile": True}, {"run_eagerly": True}])
def test_training_and_validation_are_logged_at_each_epochs_end(options, tmp_path, data, identity_model):
    scores, y_true = data
    model = identity_model(metrics=["accuracy", ConfusionMatrix(K, class_names=NAMES)], **options)
    model.fit(*data, validation_split=0.25, epochs=2, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    train, val = expected(y_true[:150], scores[:150]).tolist(), expected(y_true[150:], scores[150:]).tolist()
    assert logged(tmp_path) == {(".", "train/confusion"): {0: train, 1: train}, (".", "val/confusion"): {0: val, 1: val}}
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {tuple(NAMES)}


def test_without_validation_only_training_is_logged(tmp_path, data, identity_model):
    model = identity_model(metrics=[ConfusionMatrix(K)])
    model.fit(*data, epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    assert logged(tmp_path) == {(".", "train/confusion"): {0: expected(data[1], data[0]).tolist()}}


def test_epochs_without_validation_leave_a_gap_in_validation_alone(tmp_path, data, identity_model):
    model = identity_model(metrics=[ConfusionMatrix(K)])
    callback = ConfusionMatrixCallback(tmp_path)
    model.fit(*data, validation_split=0.25, validation_freq=2, epochs=4, verbose=0, callbacks=[callback])
    steps = {tag: sorted(by_step) for (_, tag), by_step in logged(tmp_path).items()}
    assert steps == {"train/confusion": [0, 1, 2, 3], "val/confusion": [1, 3]}


def test_weighted_metrics_log_sums_of_weights(tmp_path, data, random, identity_model):
    weights = random.random(200).astype(np.float32)
    model = identity_model(metrics=[], weighted_metrics=[ConfusionMatrix(K, weighted=True)])
    model.fit(*data, sample_weight=weights, epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    ((_, _, datum),) = read_log(tmp_path)
    np.testing.assert_allclose(datum.matrix.counts, expected(data[1], data[0], sample_weight=weights), rtol=1e-12)


def test_several_outputs_give_several_tags(tmp_path, data):
    scores, y_true = data
    inputs = keras.Input((K,))
    layers = {name: keras.layers.Dense(K, use_bias=False, name=name) for name in ("left", "right")}
    model = keras.Model(inputs, {name: layer(inputs) for name, layer in layers.items()})
    for layer in layers.values():
        layer.kernel.assign(np.eye(K))
    model.compile(
        keras.optimizers.SGD(0.0),
        dict.fromkeys(layers, "sparse_categorical_crossentropy"),
        metrics={"left": ["accuracy", ConfusionMatrix(K)], "right": [ConfusionMatrix(K), ConfusionMatrix(K, name="again")]},
    )
    labels = {"left": y_true, "right": y_true[::-1]}
    model.fit(scores, labels, epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    right = {0: expected(y_true[::-1], scores).tolist()}
    assert logged(tmp_path) == {
        (".", "train/confusion/left"): {0: expected(y_true, scores).tolist()},
        (".", "train/confusion/right"): right,
        (".", "train/confusion/right_again"): right,
    }


@pytest.mark.parametrize("form", ["arrays", "dataset", "one_hot", "with_weights"])
def test_validation_data_alone_is_predicted_and_counted(form, tmp_path, data, identity_model):
    scores, y_true = data
    validation_data = {
        "arrays": (scores, y_true),
        "one_hot": (scores, keras.utils.to_categorical(y_true, K)),
        "with_weights": (scores, y_true, np.zeros(200)),
        "dataset": tf.data.Dataset.from_tensor_slices((scores, y_true)).shuffle(200).batch(48),
    }[form]
    callback = ConfusionMatrixCallback(tmp_path, validation_data=validation_data, class_names=NAMES)
    model = identity_model()
    model.fit(*data, epochs=2, verbose=0, callbacks=[callback])
    counts = expected(y_true, scores).tolist()
    assert logged(tmp_path) == {(".", "val/confusion"): {0: counts, 1: counts}}
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {tuple(NAMES)}


@pytest.fixture
def two_outputs():
    """A model of animals and coins, with class names for each."""
    inputs = keras.Input((K,))
    outputs = {
        name: keras.layers.Dense(width, name=name, activation="softmax")(inputs) for name, width in (("animal", K), ("coin", 2))
    }
    model = keras.Model(inputs, outputs)
    metrics = {"animal": [ConfusionMatrix(class_names=NAMES)], "coin": [ConfusionMatrix(class_names=["heads", "tails"])]}
    model.compile("sgd", dict.fromkeys(outputs, "sparse_categorical_crossentropy"), metrics=metrics)
    return model


def test_outputs_are_logged_each_with_its_own_class_names(tmp_path, data, two_outputs):
    scores, y_true = data
    labels = {"animal": y_true, "coin": y_true % 2}
    validation_data = (scores[:50], {name: of_output[:50] for name, of_output in labels.items()})
    callbacks = [ConfusionMatrixCallback(tmp_path)]
    two_outputs.fit(scores, labels, validation_data=validation_data, epochs=2, verbose=0, callbacks=callbacks)
    read = [(tag, datum.step, datum.matrix.total, datum.matrix.class_names) for _, tag, datum in read_log(tmp_path)]
    assert read == [
        (f"{split}/confusion/{output}", step, total, names)
        for split, total in (("train", 200), ("val", 50))
        for output, names in (("animal", tuple(NAMES)), ("coin", ("heads", "tails")))
        for step in range(2)
    ]


def test_class_names_that_fit_one_output_alone_are_refused(tmp_path, data, two_outputs):
    labels = {"animal": data[1], "coin": data[1] % 2}
    with pytest.raises(ValueError, match="invalid class_names: 4 names for 2 classes"):
        two_outputs.fit(data[0], labels, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path, class_names=NAMES)])


def test_the_callbacks_class_names_stand_before_those_of_the_metric(tmp_path, data, identity_model):
    model = identity_model(metrics=[ConfusionMatrix(K, class_names=NAMES)])
    callback = ConfusionMatrixCallback(tmp_path, class_names=["Ameise", "Biene", "Katze", "Hund"])
    model.fit(*data, epochs=1, verbose=0, callbacks=[callback])
    assert [datum.matrix.class_names for _, _, datum in read_log(tmp_path)] == [("Ameise", "Biene", "Katze", "Hund")]


def test_validation_data_and_the_metric_share_the_work(tmp_path, data, identity_model):
    scores, y_true = data
    model = identity_model(metrics=[ConfusionMatrix(class_names=NAMES)])
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(scores[:50], y_true[:50]))
    history = model.fit(*data, validation_split=0.25, epochs=1, verbose=0, callbacks=[callback])
    assert logged(tmp_path) == {
        (".", "train/confusion"): {0: expected(y_true[:150], scores[:150]).tolist()},
        (".", "val/confusion"): {0: expected(y_true[:50], scores[:50]).tolist()},
    }
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {tuple(NAMES)}
    assert history.history["val_confusion_accuracy"] == pytest.approx([np.mean(scores[150:].argmax(1) == y_true[150:])])


def test_a_binary_model_is_counted_by_its_threshold(tmp_path, random):
    logits, y_true = random.normal(size=(60, 1)).astype(np.float32), random.integers(0, 2, 60)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="ones", use_bias=False)])
    model.compile(
        keras.optimizers.SGD(0.0), keras.losses.BinaryCrossentropy(from_logits=True), metrics=[ConfusionMatrix(2, threshold=0)]
    )
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(logits, y_true), threshold=0)
    model.fit(logits, y_true, epochs=1, verbose=0, callbacks=[callback])
    counts = {0: confusion_matrix(y_true, logits[:, 0] > 0).tolist()}
    assert logged(tmp_path) == {(".", "train/confusion"): counts, (".", "val/confusion"): counts}


def test_resumed_training_goes_on_where_it_stopped(tmp_path, data, identity_model):
    for first, last in [(0, 3), (2, 5)]:  # the second run repeats epoch 2, as after a crash
        model = identity_model(metrics=[ConfusionMatrix(K)])
        model.fit(*data, initial_epoch=first, epochs=last, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    assert {tag: sorted(by_step) for (_, tag), by_step in logged(tmp_path).items()} == {"train/confusion": [0, 1, 2, 3, 4]}


def test_the_same_callback_serves_a_second_fit(tmp_path, data, identity_model):
    model, callback = identity_model(metrics=[ConfusionMatrix(K)]), ConfusionMatrixCallback(tmp_path)
    model.fit(*data, validation_split=0.25, epochs=2, verbose=0, callbacks=[callback])
    model.fit(*data, validation_split=0.25, initial_epoch=2, epochs=3, verbose=0, callbacks=[callback])
    assert {tag: sorted(by_step) for (_, tag), by_step in logged(tmp_path).items()} == {
        "train/confusion": [0, 1, 2],
        "val/confusion": [0, 1, 2],
    }


def test_evaluating_after_training_writes_nothing(tmp_path, data, identity_model):
    model, callback = identity_model(metrics=[ConfusionMatrix(K)]), ConfusionMatrixCallback(tmp_path)
    model.fit(*data, epochs=1, verbose=0, callbacks=[callback])
    model.evaluate(*data, verbose=0, callbacks=[callback])
    assert [datum.step for _, _, datum in read_log(tmp_path)] == [0]


def test_kerass_own_callback_writes_beside_it_without_a_warning(tmp_path, data, identity_model):
    callbacks = [keras.callbacks.TensorBoard(tmp_path), ConfusionMatrixCallback(tmp_path)]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        identity_model(metrics=[ConfusionMatrix(K)]).fit(*data, validation_split=0.25, epochs=2, verbose=0, callbacks=callbacks)
        assert {run for run, _ in logged(tmp_path)} == {"."}
    assert [str(one.message) for one in caught if "event file" in str(one.message)] == []
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == {"train", "validation"}


def test_a_bad_label_under_xla_stops_training_at_the_epochs_end_and_is_not_logged(tmp_path, data, identity_model):
    scores, y_true = data
    y_true = y_true.copy()
    y_true[17] = K
    model = identity_model(loss="mse", metrics=[ConfusionMatrix(K)], jit_compile=True)
    with pytest.raises(ValueError, match="invalid labels: 1 samples"):
        model.fit(scores, y_true[:, np.newaxis], epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    assert logged(tmp_path) == {}


def test_a_model_without_a_metric_is_told_what_to_do(tmp_path, data, identity_model):
    with pytest.raises(ValueError, match=r"missing ConfusionMatrix: .*compile\(metrics=\[ConfusionMatrix"):
        identity_model().fit(*data, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])


def test_class_names_of_another_length_are_refused_before_training(tmp_path, data, identity_model):
    callback = ConfusionMatrixCallback(tmp_path, class_names=["one", "two"])
    with pytest.raises(ValueError, match="invalid class_names: 2 names for 4 classes"):
        identity_model(metrics=[ConfusionMatrix(K)]).fit(*data, verbose=0, callbacks=[callback])


@pytest.mark.parametrize(
    ("validation_data", "message"),
    [
        ((np.zeros((2, K)),), "no labels"),
        (iter([(np.zeros((2, K)), [0, 1])]), "an iterator, empty after the first epoch"),
        (tf.data.Dataset.from_tensors((np.zeros((2, K)), [0, 1])).repeat(), "an endless dataset"),
    ],
)
def test_validation_data_that_can_not_serve_every_epoch_are_refused(validation_data, message, tmp_path):
    with pytest.raises(ValueError, match=f"invalid validation_data: {message}"):
        ConfusionMatrixCallback(tmp_path, validation_data=validation_data)


@pytest.mark.parametrize("threshold", ["x", None, float("nan")])
def test_a_threshold_that_is_no_number_is_refused_at_once(threshold, tmp_path):
    with pytest.raises(ValueError, match=f"invalid threshold: {threshold!r}; pass a number"):
        ConfusionMatrixCallback(tmp_path, validation_data=(np.zeros((2, 1)), np.array([0, 1])), threshold=threshold)


@pytest.mark.parametrize("is_built", [True, False])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"class_names": ["one", "two", "three"]}, "invalid class_names: 3 names for 4 classes"),
        ({"class_names": ["one", "two"]}, "invalid class_names: 2 names for 4 classes"),
        ({"class_groups": ["one", "two", "two"]}, "invalid class_groups: 3 names for 4 classes"),
        ({"special_class": 4}, "invalid special_class: 4; pass an index from 0 to 3"),
    ],
)
def test_what_does_not_fit_the_models_output_is_refused_in_the_first_epoch(is_built, arguments, message, tmp_path, data):
    model, batches = keras.Sequential([*([keras.Input((K,))] if is_built else []), keras.layers.Dense(K)]), []
    model.compile("sgd", "sparse_categorical_crossentropy")
    seen = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: batches.append(batch))  # noqa: ARG005  # Keras passes them by name
    with pytest.raises(ValueError, match=message):
        model.fit(*data, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path, validation_data=data, **arguments), seen])
    assert batches == ([] if is_built else [0])


def test_two_class_names_fit_a_single_score_a_position(tmp_path, random):
    scores, y_true = random.normal(size=(60, 3)).astype(np.float32), random.integers(0, 2, (60, 3))
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, kernel_initializer="identity", use_bias=False)])
    model.compile(keras.optimizers.SGD(0.0), keras.losses.BinaryCrossentropy(from_logits=True))
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(scores, y_true), class_names=["no", "yes"], threshold=0)
    model.fit(scores, y_true, epochs=1, verbose=0, callbacks=[callback])
    assert logged(tmp_path) == {(".", "val/confusion"): {0: confusion_matrix(y_true.ravel(), scores.ravel() > 0).tolist()}}


@pytest.mark.parametrize("class_names", [None, ["no", "yes"]])
def test_a_model_of_one_score_without_an_axis_of_its_own_has_two_classes(class_names, tmp_path, random):
    scores, y_true = random.normal(size=60).astype(np.float32), random.integers(0, 2, 60)
    inputs = keras.Input(())
    model = keras.Model(inputs, inputs * 1.0)
    model.compile(keras.optimizers.SGD(0.0), "mse", run_eagerly=True)
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(scores, y_true), class_names=class_names, threshold=0)
    callback.set_model(model)
    callback.on_epoch_end(0)
    callback.on_train_end()
    assert logged(tmp_path) == {(".", "val/confusion"): {0: confusion_matrix(y_true, scores > 0).tolist()}}


def test_validation_data_without_samples_are_named(tmp_path, data, identity_model):
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(data[0][:0], data[1][:0]))
    with pytest.raises(ValueError, match="invalid validation_data: no samples"):
        identity_model().fit(*data, epochs=1, verbose=0, callbacks=[callback])


MIRRORED = """
import json, sys
import numpy as np, tensorflow as tf
tf.config.set_logical_device_configuration(tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2)
import keras
from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback
scores, y_true = np.load(sys.argv[1]), np.load(sys.argv[2])
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
with strategy.scope():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, use_bias=False)])
    model.layers[0].kernel.assign(np.eye(4))
    model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy", metrics=[ConfusionMatrix(4)])
model.fit(scores[:150], y_true[:150], validation_data=(scores[150:], y_true[150:]), batch_size=32, epochs=2, verbose=0,
          callbacks=[ConfusionMatrixCallback(sys.argv[3] + "/metric")])
alone = ConfusionMatrixCallback(sys.argv[3] + "/alone", validation_data=(scores[150:], y_true[150:]))
model.fit(scores[:150], y_true[:150], batch_size=32, verbose=0, callbacks=[alone])
"""


def test_replicas_of_a_mirrored_strategy_are_summed(tmp_path, data):
    scores, y_true = data
    np.save(tmp_path / "scores.npy", scores)
    np.save(tmp_path / "y_true.npy", y_true)
    arguments = [str(tmp_path / "scores.npy"), str(tmp_path / "y_true.npy"), str(tmp_path / "logs")]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    # A process of its own: TensorFlow can't divide its devices any more once it has used them.
    subprocess.run([sys.executable, "-c", MIRRORED, *arguments], check=True, env=environment, timeout=120)
    train, val = expected(y_true[:150], scores[:150]).tolist(), expected(y_true[150:], scores[150:]).tolist()
    assert logged(tmp_path / "logs") == {
        ("metric", "train/confusion"): {0: train, 1: train},
        ("metric", "val/confusion"): {0: val, 1: val},
        ("alone", "train/confusion"): {0: train},
        ("alone", "val/confusion"): {0: val},
    }
