"""summary.confusion_matrix: what TensorBoard has of it, eagerly, in graphs, at both sides of the size where blobs begin."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf
from tensorboard.context import RequestContext

from tb_confusion_plugin import ConfusionMatrix, read_log, summary
from tb_confusion_plugin.storage.metadata import parse_metadata

NAMES = ["cat", "dog"]
COUNTS = [[5, 1], [0, 7]]


@pytest.fixture
def default_writer(tmp_path):
    writer = tf.summary.create_file_writer(str(tmp_path / "run"))
    with writer.as_default():
        yield writer
    writer.close()


def logged(tmp_path):
    tf.summary.flush()
    return [(run, tag, datum.step, datum.matrix.counts.tolist()) for run, tag, datum in read_log(tmp_path)]


def counts_of(num_classes):
    counts = np.eye(num_classes, dtype=np.int64)
    counts[0, -1] = 3
    return counts


@pytest.mark.parametrize("make", [list, np.array, tf.constant, tf.Variable, scipy.sparse.csr_array], ids=lambda make: make.__name__)
def test_counts_of_any_kind_are_written(tmp_path, default_writer, make):
    assert summary.confusion_matrix("val", make(COUNTS), step=3)
    assert logged(tmp_path) == [("run", "val", 3, COUNTS)]


@pytest.mark.parametrize(
    "step", [4, np.int32(4), tf.constant(4), tf.Variable(4, dtype=tf.int64)], ids=lambda step: type(step).__name__
)
def test_integers_of_any_kind_are_steps(tmp_path, default_writer, step):
    summary.confusion_matrix("val", COUNTS, step=step)
    assert logged(tmp_path) == [("run", "val", 4, COUNTS)]


def test_the_default_step_is_that_of_tf_summary(tmp_path, default_writer):
    tf.summary.experimental.set_step(9)
    try:
        summary.confusion_matrix("val", COUNTS)
    finally:
        tf.summary.experimental.set_step(None)
    assert logged(tmp_path) == [("run", "val", 9, COUNTS)]


@pytest.mark.parametrize("num_classes", [1, 256, 257])
@pytest.mark.parametrize("kind", ["tensor", "variable", "constant", "array"])
def test_graphs_write_what_they_compute(tmp_path, default_writer, num_classes, kind):
    counts = counts_of(num_classes)
    variable = tf.Variable(counts)
    constant = tf.constant(counts)

    @tf.function
    def log(tensor, step):
        source = {"tensor": tensor, "variable": variable, "constant": constant, "array": counts}[kind]
        return summary.confusion_matrix("val", source, step=step)

    for step in range(2):
        assert log(tf.constant(counts), tf.constant(step, tf.int64))
    assert logged(tmp_path) == [("run", "val", step, counts.tolist()) for step in range(2)]


@pytest.mark.parametrize("num_classes", [256, 257])
def test_counts_of_a_compiled_function_are_written_outside(tmp_path, default_writer, num_classes):
    @tf.function(jit_compile=True)
    def count(y_true, y_pred):
        return tf.math.confusion_matrix(y_true, y_pred, num_classes=num_classes)

    @tf.function
    def log(y_true, y_pred, step):
        return summary.confusion_matrix("val", count(y_true, y_pred), step=step)

    log(tf.constant([0, 1, 1]), tf.constant([0, 1, 0]), tf.constant(0, tf.int64))
    ((*_, counts),) = logged(tmp_path)
    assert np.argwhere(counts).tolist() == [[0, 0], [1, 0], [1, 1]]


@pytest.mark.parametrize(("num_classes", "is_tensor"), [(256, True), (257, False)])
def test_tensorboard_lists_tensors_up_to_256_classes_and_blobs_above(tmp_path, default_writer, open_log, num_classes, is_tensor):
    names = [str(index) for index in range(num_classes)]
    summary.confusion_matrix("val", counts_of(num_classes), step=0, class_names=names, title="T", description="D")
    tf.summary.flush()
    provider = open_log(tmp_path)
    list_series = provider.list_tensors if is_tensor else provider.list_blob_sequences
    listing = list_series(RequestContext(), experiment_id="", plugin_name="confusion")
    metadata = parse_metadata(listing["run"]["val"].plugin_content)
    assert (metadata.class_names, metadata.title, metadata.description) == (tuple(names), "T", "D")


def test_blobs_hold_the_same_counts_in_both_load_modes(tmp_path, default_writer, stored_matrices):
    summary.confusion_matrix("val", counts_of(257), step=0)
    tf.summary.flush()
    assert stored_matrices(tmp_path) == {("run", "val"): [(0, counts_of(257).tolist())]}


@pytest.mark.parametrize("num_classes", [2, 257])
def test_a_matrix_brings_its_names(tmp_path, default_writer, num_classes):
    names = tuple(f"class {index}" for index in range(num_classes))
    matrix = ConfusionMatrix(counts_of(num_classes), names)
    summary.confusion_matrix("val", matrix, step=0)
    summary.confusion_matrix("again", matrix, step=0, class_names=names)
    summary.confusion_matrix("indices", ConfusionMatrix(counts_of(num_classes)), step=0, class_names=names)
    tf.summary.flush()
    read = [(tag, datum.matrix.counts.tolist(), datum.matrix.class_names) for _, tag, datum in read_log(tmp_path)]
    assert read == [(tag, counts_of(num_classes).tolist(), names) for tag in ("again", "indices", "val")]


@pytest.mark.parametrize("num_classes", [2, 257])
def test_names_of_the_first_step_hold_for_all(tmp_path, default_writer, num_classes):
    names = tuple(f"class {index}" for index in range(num_classes))
    summary.confusion_matrix("val", counts_of(num_classes), step=0, class_names=names)
    summary.confusion_matrix("val", counts_of(num_classes), step=1, class_names=names)
    tf.summary.flush()
    assert [datum.matrix.class_names for _, _, datum in read_log(tmp_path)] == [names, names]


@pytest.mark.parametrize("num_classes", [2, 300])
def test_weighted_counts_stay_weighted(tmp_path, default_writer, num_classes):
    summary.confusion_matrix("val", counts_of(num_classes) * 0.5, step=0)
    assert logged(tmp_path) == [("run", "val", 0, (counts_of(num_classes) * 0.5).tolist())]


def test_without_a_default_writer_nothing_is_written():
    assert not summary.confusion_matrix("val", COUNTS, step=0)


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("isn't square", {"counts": [[1, 2]]}),
        ("dimensions", {"counts": tf.zeros([2, 2, 2])}),
        ("negative", {"counts": tf.constant([[-1]])}),
        ("NaN", {"counts": [[float("nan")]]}),
        ("invalid counts: dtype", {"counts": tf.constant([["a"]])}),
        ("invalid counts: dtype bool", {"counts": tf.constant([[True]])}),
        ("K = 0", {"counts": np.zeros((0, 0))}),
        ("2 names for 1 classes", {"counts": [[1]], "class_names": NAMES}),
        (
            "invalid class_names: 'dog' for class 0 of the matrix, 'cat' in class_names",
            {"counts": ConfusionMatrix(COUNTS, ["dog", "cat"]), "class_names": NAMES},
        ),
        ("invalid step: 1.5", {"step": 1.5}),
        ("invalid step", {"step": tf.constant(1.5)}),
        ("invalid step: '1'", {"step": "1"}),
        ("No step set", {"step": None}),
        ("invalid tag", {"tag": ""}),
        ("invalid title", {"title": 5}),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_written(tmp_path, default_writer, message, arguments):
    with pytest.raises(ValueError, match=message):
        summary.confusion_matrix(**({"tag": "val", "counts": COUNTS, "step": 0} | arguments))
    assert logged(tmp_path) == []


@pytest.mark.parametrize(
    ("message", "signature", "step"),
    [
        ("isn't a known|whose K is known", tf.TensorSpec(None, tf.int64), 0),
        ("whose K is known", tf.TensorSpec([None, None], tf.int64), 0),
        ("whose K is known", tf.TensorSpec([2, 3], tf.int64), 0),
        ("whose K is known", tf.TensorSpec([2], tf.int64), 0),
        ("tf.bool", tf.TensorSpec([2, 2], tf.bool), 0),
        ("tf.string", tf.TensorSpec([2, 2], tf.string), 0),
        ("invalid step: 0.5", tf.TensorSpec([2, 2], tf.int64), 0.5),
    ],
)
def test_a_graph_refuses_what_it_can_know(default_writer, message, signature, step):
    with pytest.raises(ValueError, match=message):
        tf.function(lambda counts: summary.confusion_matrix("val", counts, step=step)).get_concrete_function(signature)


def test_a_graph_refuses_a_fractional_step(default_writer):
    with pytest.raises(ValueError, match="invalid step"):
        tf.function(lambda step: summary.confusion_matrix("val", COUNTS, step=step)).get_concrete_function(
            tf.TensorSpec([], tf.float32)
        )


@pytest.mark.parametrize(
    ("largest", "dtype"),
    [(2**31 - 1, np.int32), (2**31, np.int64), (0.5, np.float64)],
    ids=["fits 32 bits", "needs 64", "weighted"],
)
def test_a_tensor_takes_no_more_bytes_than_its_counts_need(tmp_path, default_writer, open_log, largest, dtype):
    summary.confusion_matrix("val", [[largest, 0], [0, 1]], step=0)
    default_writer.flush()
    everything = {"experiment_id": "", "plugin_name": "confusion", "downsample": 10}
    (datum,) = open_log(tmp_path).read_tensors(RequestContext(), **everything)["run"]["val"]
    assert datum.numpy.dtype == dtype
    assert datum.numpy.tolist() == [[largest, 0], [0, 1]]
