"""Keras without TensorFlow, on JAX or torch, whichever is installed: its metric and callback, and what TensorBoard has of it."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

BACKEND = os.environ.setdefault("KERAS_BACKEND", "jax" if find_spec("jax") else "torch")

import keras  # noqa: E402  # it reads the backend's name
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from sklearn.metrics import confusion_matrix  # noqa: E402

from tb_confusion_plugin import ConfusionWriter, read_log  # noqa: E402
from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback  # noqa: E402
from tb_confusion_plugin.keras.engine import load_engine  # noqa: E402
from tb_confusion_plugin.keras.sums import Sum  # noqa: E402

pytestmark = [
    pytest.mark.frameworks,
    # Keras hands tensors of torch to NumPy so.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy keyword:DeprecationWarning"),
]

K = 4
NAMES = ["ant", "bee", "cat", "dog"]


@pytest.fixture
def random():
    return np.random.default_rng(7)


@pytest.fixture
def data(random):
    """Scores of 200 samples, shape (200, 4), and their labels."""
    return random.normal(size=(200, K)).astype(np.float32), random.integers(0, K, 200)


def expected(y_true, scores, sample_weight=None):
    return confusion_matrix(y_true.ravel(), scores.argmax(-1).ravel(), labels=range(K), sample_weight=sample_weight).tolist()


def identity_model(*leading, loss="sparse_categorical_crossentropy", **compile_args):
    """A model that predicts the scores that it is fed, in training too: its learning rate is 0."""
    layer = keras.layers.Dense(K, kernel_initializer="identity", use_bias=False)
    model = keras.Sequential([keras.Input((*leading, K)), layer])
    model.compile(keras.optimizers.SGD(0.0), loss, **compile_args)
    return model


def run_python(code, *arguments, **environment):
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment}, timeout=240)


# --- in `fit`


def test_nothing_of_tensorflow_is_there():
    assert keras.backend.backend() == BACKEND in {"jax", "torch"}
    assert find_spec("tensorflow") is None


@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}, {"steps_per_execution": 2 if BACKEND == "jax" else 1}])
def test_training_and_validation_are_what_tensorboard_has(options, tmp_path, data, stored_matrices):
    scores, y_true = data
    model = identity_model(metrics=["accuracy", ConfusionMatrix(class_names=NAMES)], **options)
    history = model.fit(*data, validation_split=0.25, epochs=2, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    train, val = expected(y_true[:150], scores[:150]), expected(y_true[150:], scores[150:])
    assert stored_matrices(tmp_path) == {
        (".", "train/confusion"): [(0, train), (1, train)],
        (".", "val/confusion"): [(0, val), (1, val)],
    }
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {tuple(NAMES)}
    accuracy = np.mean(y_true[150:] == scores[150:].argmax(1))
    assert [float(value) for value in history.history["val_confusion_accuracy"]] == pytest.approx([accuracy] * 2)


@pytest.mark.parametrize("is_nested", [False, True])
def test_validation_data_of_the_callback_are_predicted_and_counted(is_nested, tmp_path, data, stored_matrices):
    scores, y_true = data
    x = {"scores": scores} if is_nested else scores
    inputs = keras.Input((K,), name="scores")
    layer = keras.layers.Dense(K, kernel_initializer="identity", use_bias=False)
    model = keras.Model({"scores": inputs} if is_nested else inputs, layer(inputs))
    model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy")
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(x, y_true), class_names=NAMES, batch_size=48)
    model.fit(x, y_true, epochs=2, verbose=0, callbacks=[callback])
    counts = expected(y_true, scores)
    assert stored_matrices(tmp_path) == {(".", "val/confusion"): [(0, counts), (1, counts)]}


def test_weighted_metrics_log_sums_of_weights(tmp_path, data, random, stored_matrices):
    weights = random.random(200).astype(np.float32)
    model = identity_model(metrics=[], weighted_metrics=[ConfusionMatrix(K, weighted=True)])
    model.fit(*data, sample_weight=weights, epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    (((step, counts),),) = stored_matrices(tmp_path).values()
    assert step == 0
    np.testing.assert_allclose(counts, expected(data[1], data[0], sample_weight=weights), rtol=1e-6)


@pytest.mark.parametrize("is_one_hot", [False, True])
def test_maps_of_a_segmentation_are_counted_without_the_void(is_one_hot, tmp_path, random, stored_matrices):
    scores, y_true = random.normal(size=(6, 5, 7, K)).astype(np.float32), random.integers(0, K, (6, 5, 7))
    void = 3 if is_one_hot else 255
    labels = keras.utils.to_categorical(y_true, K) if is_one_hot else np.where(y_true == 3, void, y_true)
    # Of Keras's own losses the sparse one fails on maps under torch: "grad_input must be contiguous".
    model = identity_model(5, 7, loss=lambda _, y_pred: keras.ops.sum(y_pred, -1), metrics=[ConfusionMatrix(K, ignore_class=void)])
    model.fit(scores, labels, batch_size=4, epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    kept = y_true != 3
    assert stored_matrices(tmp_path) == {(".", "train/confusion"): [(0, expected(y_true[kept], scores[kept]))]}


@pytest.mark.parametrize("is_logit", [False, True])
def test_a_binary_model_is_counted_by_its_threshold(is_logit, tmp_path, random, stored_matrices):
    scores, y_true = random.normal(size=(60, 1)).astype(np.float32), random.integers(0, 2, 60)
    threshold = 0 if is_logit else 0.7
    activation = None if is_logit else "sigmoid"
    layer = keras.layers.Dense(1, kernel_initializer="ones", use_bias=False, activation=activation)
    model = keras.Sequential([keras.Input((1,)), layer])
    metric = ConfusionMatrix(2, threshold=threshold)
    model.compile(keras.optimizers.SGD(0.0), keras.losses.BinaryCrossentropy(from_logits=is_logit), metrics=[metric])
    callback = ConfusionMatrixCallback(tmp_path, validation_data=(scores, y_true), threshold=threshold)
    model.fit(scores, y_true, epochs=1, verbose=0, callbacks=[callback])
    cut = 0 if is_logit else np.log(0.7 / 0.3)  # the sigmoid's inverse
    counts = confusion_matrix(y_true, scores[:, 0] > cut).tolist()
    assert stored_matrices(tmp_path) == {(".", f"{split}/confusion"): [(0, counts)] for split in ("train", "val")}


def test_masked_positions_are_not_samples():
    model = keras.Sequential([keras.layers.Embedding(3, K, embeddings_initializer="ones", mask_zero=True)])
    model.compile(loss="sparse_categorical_crossentropy", metrics=[ConfusionMatrix(K)])
    tokens, y_true = np.array([[1, 2, 0], [1, 0, 0]]), np.array([[3, 1, 2], [0, 2, 2]])
    model.evaluate(tokens, y_true, verbose=0)
    (metric,) = model.metrics[1].metrics
    assert metric.counts[:, 0].tolist() == [1, 1, 0, 1]


def test_a_bad_label_stops_training_and_is_not_logged(tmp_path, data):
    scores, y_true = data
    y_true = y_true.copy()
    y_true[17] = K
    model = identity_model(loss="mse", metrics=[ConfusionMatrix(K)])
    with pytest.raises(ValueError, match=r"invalid labels?\b.* not in \[0, 4\)|invalid label among .*\(4, "):
        model.fit(scores, y_true[:, np.newaxis], epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    assert list(tmp_path.iterdir()) == []


def test_a_model_without_a_metric_is_told_what_to_do(tmp_path, data):
    with pytest.raises(ValueError, match="missing ConfusionMatrix"):
        identity_model().fit(*data, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])


def test_a_saved_model_brings_its_metric_back(tmp_path, data):
    model = identity_model(metrics=[ConfusionMatrix(class_names=NAMES, ignore_class=255)])
    model.evaluate(*data, verbose=0)
    model.save(tmp_path / "model.keras")
    restored = keras.saving.load_model(tmp_path / "model.keras")
    restored.evaluate(*data, verbose=0)
    (metric,) = restored.metrics[1].metrics
    assert metric.class_names == tuple(NAMES)
    assert metric.counts.tolist() == expected(data[1], data[0])


# --- in a loop of one's own


@pytest.mark.parametrize("form", ["indices", "column", "one_hot", "float", "bool"])
def test_batches_add_up_to_the_matrix_of_scikit_learn(form, tmp_path, data, stored_matrices):
    scores, y_true = data
    if form == "bool":
        y_true = y_true > 0
    labels = {
        "indices": y_true,
        "column": y_true[:, np.newaxis],
        "one_hot": keras.utils.to_categorical(y_true, K),
        "float": y_true.astype(np.float32),
        "bool": y_true,
    }[form]
    metric = ConfusionMatrix(class_names=NAMES)
    with ConfusionWriter(tmp_path) as writer:
        for step in range(2):
            metric.reset_state()
            for part in np.array_split(np.arange(200), 4):
                metric.update_state(keras.ops.convert_to_tensor(labels[part]), keras.ops.convert_to_tensor(scores[part]))
            metric.write(writer, "val/confusion", step)
    counts = expected(y_true, scores)
    assert stored_matrices(tmp_path) == {(".", "val/confusion"): [(0, counts), (1, counts)]}
    assert float(metric.result()) == pytest.approx(np.mean(y_true == scores.argmax(1)))


def test_the_sum_of_weights_loses_nothing_to_the_number_of_batches():
    metric, labels, weights = ConfusionMatrix(2, weighted=True), np.zeros(2**14, np.int32), np.full(2**14, 0.1, np.float32)
    for _ in range(1000):
        metric.update_state(labels, labels, weights)
    assert metric.counts.dtype == np.float64
    # In a single float32, near 2^20 its steps are of 1/8 and 0.1 is rounded to one: a quarter too much from there on.
    assert metric.counts[0, 0] == pytest.approx(1000 * 2**14 * float(np.float32(0.1)), rel=1e-5)


@pytest.mark.parametrize(
    ("y_true", "message"),
    [
        (["ant", "bee"], r"invalid y_true: no tensor can be made of this <U3; pass class indices, .*keras.layers.StringLookup"),
        ([0, K], r"invalid label .*\(4, 0\); pass class indices in \[0, 4\), or ignore_class="),
        ([0.0, 2.5], r"invalid label"),
        ([0, -1], r"invalid label .*\(-1, 0\)"),
        ([[1, 0, 0, 0], [1, 0, 1, 0]], r"invalid label .*several ones"),
        ([0, 1, 2], r"invalid y_true: shape \(3,\) for predictions of shape \(2,\)"),
    ],
)
def test_a_wrong_label_is_named_when_eager(y_true, message):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(K).update_state(np.array(y_true), np.eye(K, dtype=np.float32)[[0, 0]])


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_none_is_named_when_eager(weight):
    metric = ConfusionMatrix(K, weighted=True)
    with pytest.raises(ValueError, match=f"invalid sample_weight: {weight}; pass finite weights from 0 up"):
        metric.update_state(np.array([0, 1]), np.eye(K, dtype=np.float32)[[0, 0]], np.array([1, weight], np.float32))
    assert metric.counts.sum() == 0


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_a_weight_that_is_none_stops_training_and_is_not_logged(weight, tmp_path, data):
    weights = np.ones(200, np.float32)
    weights[17] = weight
    model = identity_model(metrics=[], weighted_metrics=[ConfusionMatrix(K, weighted=True)])
    with pytest.raises(ValueError, match=r"invalid sample_weight|1 samples .* or a weight that is negative, NaN or infinite"):
        model.fit(*data, sample_weight=weights, epochs=1, verbose=0, callbacks=[ConfusionMatrixCallback(tmp_path)])
    assert list(tmp_path.iterdir()) == []


# --- JAX


needs_jax = pytest.mark.skipif(BACKEND != "jax", reason="JAX alone does so")


@needs_jax
def test_counts_are_exact_beyond_32_bits():
    holder, most = keras.metrics.Mean(), 2**30 - 1  # the most that a batch may add
    by_cell = Sum(holder, (2, 2), "by_cell", weighted=False, engine=load_engine())
    total = Sum(holder, (), "total", weighted=False, engine=load_engine())
    for _ in range(10):
        by_cell.add_at(np.array([0, 0, 3]), np.array([1, most - 1, 5], np.int32))
        total.add(np.int32(most))
    assert by_cell.numpy().tolist() == [[10 * most, 0], [0, 50]]
    assert total.numpy() == 10 * most > 2**33
    assert float(total.as_float()) == pytest.approx(10 * most)


@needs_jax
def test_a_compiled_loop_of_ones_own_counts(data):
    import jax

    scores, y_true = data
    metric = ConfusionMatrix(K)
    count = jax.jit(metric.stateless_update_state)
    variables = [variable.value for variable in metric.variables]
    for part in np.array_split(np.arange(200), 4):
        variables = count(variables, y_true[part], scores[part])
    for variable, value in zip(metric.variables, variables, strict=True):
        variable.assign(value)
    assert metric.counts.tolist() == expected(y_true, scores)


@needs_jax
def test_counts_read_between_batches_say_how_to_get_them(data):
    metric, seen = ConfusionMatrix(K), []

    def look(batch, logs):
        with pytest.raises(ValueError, match=r"missing counts: .*model.jax_state_sync\(\)"):
            _ = metric.counts
        model.jax_state_sync()
        seen.append(metric.counts.sum())

    model = identity_model(metrics=[metric])
    model.fit(*data, batch_size=50, epochs=1, verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_train_batch_end=look)])
    assert seen == [50, 100, 150, 200]


TWO_DEVICES = """
import sys, jax, keras, numpy as np
from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback
assert len(jax.devices()) == 2
keras.distribution.set_distribution(keras.distribution.DataParallel())
scores, y_true = np.load(sys.argv[1]), np.load(sys.argv[2])
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, kernel_initializer="identity", use_bias=False)])
model.compile(keras.optimizers.SGD(0.0), "sparse_categorical_crossentropy", metrics=[ConfusionMatrix(4)])
model.fit(scores, y_true, validation_data=(scores[:50], y_true[:50]), batch_size=50, verbose=0,
          callbacks=[ConfusionMatrixCallback(sys.argv[3])])
"""


@needs_jax
def test_devices_that_share_the_batches_are_summed(tmp_path, data, stored_matrices):
    scores, y_true = data
    np.save(tmp_path / "scores.npy", scores)
    np.save(tmp_path / "y_true.npy", y_true)
    devices = "--xla_force_host_platform_device_count=2"
    arguments = [tmp_path / "scores.npy", tmp_path / "y_true.npy", tmp_path / "logs"]
    done = run_python(TWO_DEVICES, *arguments, XLA_FLAGS=devices, JAX_PLATFORMS="cpu")
    assert done.returncode == 0, done.stderr
    assert stored_matrices(tmp_path / "logs") == {
        (".", "train/confusion"): [(0, expected(y_true, scores))],
        (".", "val/confusion"): [(0, expected(y_true[:50], scores[:50]))],
    }


@needs_jax
def test_with_64_bits_the_weights_are_summed_in_them(data, random, tmp_path):
    scores, y_true = data
    weights = random.random(200)
    for name, array in (("scores", scores), ("y_true", y_true), ("weights", weights)):
        np.save(tmp_path / f"{name}.npy", array)
    code = """
import sys, numpy as np
from tb_confusion_plugin.keras import ConfusionMatrix
scores, y_true, weights = (np.load(f"{sys.argv[1]}/{name}.npy") for name in ("scores", "y_true", "weights"))
metric = ConfusionMatrix(4, weighted=True)
metric.update_state(y_true, scores, weights)
np.save(f"{sys.argv[1]}/counts.npy", metric.counts)
"""
    done = run_python(code, tmp_path, JAX_ENABLE_X64="1")
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(tmp_path / "counts.npy"), expected(y_true, scores, sample_weight=weights), rtol=1e-12)


# --- other backends


def test_a_backend_that_is_missing_names_the_extra():
    done = run_python("import tb_confusion_plugin.keras", KERAS_BACKEND="tensorflow")
    assert done.returncode != 0
    assert "pip install 'tb-confusion-plugin[tensorflow]'" in done.stderr
    assert "KERAS_BACKEND" in done.stderr


@needs_jax  # on whose random numbers Keras on NumPy stands
def test_a_backend_that_does_not_train_is_refused():
    code = "from tb_confusion_plugin.keras import ConfusionMatrix; ConfusionMatrix(2)"
    done = run_python(code, KERAS_BACKEND="numpy")
    assert "invalid Keras backend: 'numpy'; set KERAS_BACKEND to one of ['jax', 'tensorflow', 'torch']" in done.stderr
