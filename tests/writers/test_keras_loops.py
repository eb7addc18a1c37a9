"""Keras's metric in `fit` and in loops of one's own, by kind of model, and what TensorBoard has of it."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin import ConfusionWriter, read_log
from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback

K = 4
NAMES = ["ant", "bee", "cat", "dog"]
VOID = 255


def expected(y_true, scores, sample_weight=None):
    return confusion_matrix(y_true.ravel(), scores.argmax(-1).ravel(), labels=range(K), sample_weight=sample_weight).tolist()


@pytest.fixture
def maps(random):
    """Scores of 6 maps of 5x7 positions, shape (6, 5, 7, 4), and their labels, shape (6, 5, 7)."""
    return random.normal(size=(6, 5, 7, K)).astype(np.float32), random.integers(0, K, (6, 5, 7))


@pytest.fixture
def map_model():
    """A function that compiles a fully convolutional model which predicts the scores that it is fed."""

    def compiled(loss, **compile_args):
        layer = keras.layers.Conv2D(K, 1, use_bias=False)
        model = keras.Sequential([keras.Input((5, 7, K)), layer])
        layer.kernel.assign(np.eye(K).reshape(1, 1, K, K))
        model.compile(keras.optimizers.SGD(0.0), loss, **compile_args)
        return model

    return compiled


# --- segmentation


@pytest.mark.parametrize("jit_compile", [False, True])
def test_maps_of_class_indices_are_counted_without_the_void(jit_compile, tmp_path, maps, map_model, stored_matrices):
    scores, y_true = maps
    labels = np.where(y_true == 3, VOID, y_true).astype(np.uint8)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=VOID)
    model = map_model(loss, metrics=[ConfusionMatrix(class_names=NAMES, ignore_class=VOID)], jit_compile=jit_compile)
    callback = ConfusionMatrixCallback(tmp_path)
    model.fit(scores, labels, validation_data=(scores[:2], labels[:2]), batch_size=4, verbose=0, callbacks=[callback])
    kept = y_true != 3
    assert stored_matrices(tmp_path) == {
        (".", "train/confusion"): [(0, expected(y_true[kept], scores[kept]))],
        (".", "val/confusion"): [(0, expected(y_true[:2][kept[:2]], scores[:2][kept[:2]]))],
    }


@pytest.mark.parametrize("ignored", [None, 2])
def test_one_hot_maps_are_counted(ignored, tmp_path, maps, map_model, stored_matrices):
    scores, y_true = maps
    model = map_model("mse", metrics=[ConfusionMatrix(K, ignore_class=ignored)])
    labels = keras.utils.to_categorical(y_true, K)
    model.fit(scores, labels, batch_size=4, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    kept = y_true != (-1 if ignored is None else ignored)
    assert stored_matrices(tmp_path) == {(".", "train/confusion"): [(0, expected(y_true[kept], scores[kept]))]}


def test_a_weight_a_position_is_summed(tmp_path, maps, random, map_model, stored_matrices):
    scores, y_true = maps
    weights = random.random((6, 5, 7)).astype(np.float32)
    model = map_model("sparse_categorical_crossentropy", metrics=[], weighted_metrics=[ConfusionMatrix(K, weighted=True)])
    model.fit(scores, y_true, sample_weight=weights, batch_size=4, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    (((_, counts),),) = stored_matrices(tmp_path).values()
    np.testing.assert_allclose(counts, expected(y_true, scores, sample_weight=weights.ravel()), rtol=1e-12)


# --- two classes


@pytest.mark.parametrize("is_logit", [False, True])
@pytest.mark.parametrize("is_column", [False, True])
def test_one_output_unit_is_a_model_of_two_classes(is_logit, is_column, tmp_path, random, stored_matrices):
    x, y_true = random.normal(size=(60, 1)).astype(np.float32), random.integers(0, 2, 60)
    activation = None if is_logit else "sigmoid"
    layer = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False, activation=activation)
    model = keras.Sequential([keras.Input((1,)), layer])
    metric = ConfusionMatrix(class_names=["no", "yes"], threshold=0 if is_logit else 0.7)
    model.compile(keras.optimizers.SGD(0.0), keras.losses.BinaryCrossentropy(from_logits=is_logit), metrics=[metric])
    model.fit(x, y_true[:, np.newaxis] if is_column else y_true, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    cut = 0 if is_logit else np.log(0.7 / 0.3)  # the sigmoid's inverse
    counts = confusion_matrix(y_true, x[:, 0] > cut).tolist()
    assert stored_matrices(tmp_path) == {(".", "train/confusion"): [(0, counts)]}


# --- loops of one's own


@pytest.mark.parametrize("mode", ["eager", "graph", "xla"])
def test_a_loop_of_ones_own_writes_an_epoch_at_a_time(mode, tmp_path, data, identity_model, stored_matrices):
    scores, y_true = data
    model, optimizer, loss = identity_model(), keras.optimizers.SGD(0.0), keras.losses.SparseCategoricalCrossentropy()
    metric = ConfusionMatrix(class_names=NAMES)

    def train_step(x, y):
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)
            value = loss(y, y_pred)
        optimizer.apply(tape.gradient(value, model.trainable_weights), model.trainable_weights)
        metric.update_state(y, y_pred)

    step = train_step if mode == "eager" else tf.function(train_step, jit_compile=mode == "xla", reduce_retracing=True)
    with ConfusionWriter(tmp_path) as writer:
        for epoch in range(2):
            metric.reset_state()
            for x, y in tf.data.Dataset.from_tensor_slices(data).batch(50):
                step(x, y)
            metric.write(writer, "train/confusion", epoch)
    counts = expected(y_true, scores)
    assert stored_matrices(tmp_path) == {(".", "train/confusion"): [(0, counts), (1, counts)]}
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {tuple(NAMES)}


def test_class_names_may_come_with_the_writing(tmp_path, data):
    metric = ConfusionMatrix(K)
    metric.update_state(data[1], data[0])
    with ConfusionWriter(tmp_path) as writer:
        metric.write(writer, "named", 0, class_names=NAMES)
        metric.write(writer, "unnamed", 0)
    assert {tag: datum.matrix.class_names for _, tag, datum in read_log(tmp_path)} == {"named": tuple(NAMES), "unnamed": None}


def test_a_matrix_with_a_bad_label_is_not_written(tmp_path):
    metric = ConfusionMatrix(K)
    tf.function(metric.update_state, jit_compile=True)(tf.constant([0, K]), tf.one_hot([0, 0], K))
    with ConfusionWriter(tmp_path) as writer, pytest.raises(ValueError, match="invalid labels: 1 samples"):
        metric.write(writer, "val/confusion", 0)
    assert list(tmp_path.iterdir()) == []


# --- what is wrong


@pytest.mark.parametrize("mode", ["eager", "graph"])
def test_labels_of_several_classes_at_once_are_refused(mode):
    metric = ConfusionMatrix(K)
    update = metric.update_state if mode == "eager" else tf.function(metric.update_state)
    error = ValueError if mode == "eager" else tf.errors.InvalidArgumentError
    with pytest.raises(error, match=r"invalid label .*of several ones"):
        update(tf.constant([[1, 0, 0, 0], [1, 0, 0, 1]]), tf.one_hot([0, 0], K))


def test_soft_labels_count_for_their_highest_even_where_two_are_alike():
    metric = ConfusionMatrix(K)
    metric.update_state([[0.1, 0.9, 0.0, 0.0], [0.5, 0.0, 0.5, 0.0]], np.eye(K, dtype=np.float32)[[0, 3]])
    assert metric.counts.tolist() == [[0, 0, 0, 1], [1, 0, 0, 0], [0] * K, [0] * K]


@pytest.mark.parametrize("weights", [np.ones(3), np.ones((2, 4)), np.ones((2, 5, 7, 2))])
def test_weights_of_another_shape_are_named(weights, maps):
    scores, y_true = maps
    with pytest.raises(ValueError, match=r"invalid sample_weight: shape \(.*\) for labels of shape \(2, 5, 7\)"):
        ConfusionMatrix(K, weighted=True).update_state(y_true[:2], scores[:2], sample_weight=weights)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"threshold": "half"}, "invalid threshold: 'half'"),
        ({"threshold": float("nan")}, "invalid threshold: nan"),
        ({"ignore_class": "void"}, "invalid ignore_class: 'void'"),
        ({"ignore_class": True}, "invalid ignore_class: True"),
        ({"ignore_class": 2.5}, "invalid ignore_class: 2.5"),
    ],
)
def test_arguments_that_make_no_sense_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(2, **arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"validation_data": (np.zeros((3, K)), np.zeros(2))}, r"invalid validation_data: arrays of \[2, 3\] samples"),
        ({"validation_data": (np.zeros((2, K)), np.zeros(2)), "batch_size": 0}, "invalid batch_size: 0"),
    ],
)
def test_validation_data_that_do_not_fit_are_named(arguments, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrixCallback(tmp_path, **arguments)
