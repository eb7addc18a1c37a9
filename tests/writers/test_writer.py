"""ConfusionWriter: what TensorBoard has of the event files that it leaves."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import scipy.sparse
from sklearn.metrics import confusion_matrix
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.compat import tf
from tensorboard.context import RequestContext
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_confusion_plugin import ConfusionMatrix, ConfusionWriter, read_log
from tb_confusion_plugin.storage.header import parse_blob
from tb_confusion_plugin.storage.metadata import parse_metadata

NAMES = ["cat", "dog"]


def counts_of(value):
    return [[value, 1], [0, 2]]


def events(directory):
    return [event for path in sorted(directory.iterdir()) for event in EventFileLoader(str(path)).Load()]


def files(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture
def writer(tmp_path):
    with ConfusionWriter(tmp_path / "run", class_names=NAMES) as writer:
        yield writer


def test_what_is_written_is_what_tensorboard_has(tmp_path, stored_matrices, writer):
    for step in range(3):
        writer.write("val/confusion", counts_of(step), step=step)
    assert stored_matrices(tmp_path) == {("run", "val/confusion"): [(step, counts_of(step)) for step in range(3)]}


def test_labels_are_counted_as_scikit_learn_counts_them(tmp_path, stored_matrices, writer):
    y_true, y_pred = [0, 1, 1, 0, 1], [0, 0, 1, 1, 1]
    writer.write_labels("t", y_true, y_pred, step=0)
    assert stored_matrices(tmp_path) == {("run", "t"): [(0, confusion_matrix(y_true, y_pred).tolist())]}


def test_weighted_labels_sum_their_weights(tmp_path, stored_matrices, writer):
    writer.write_labels("t", [0, 1, 1], [0, 0, 0], step=0, sample_weight=[0.5, 0.25, 1.5])
    assert stored_matrices(tmp_path) == {("run", "t"): [(0, [[0.5, 0.0], [1.75, 0.0]])]}


def test_a_sparse_matrix_is_written_like_a_dense_one(tmp_path, stored_matrices, writer):
    writer.write("t", scipy.sparse.coo_array(np.array(counts_of(3))), step=0)
    assert stored_matrices(tmp_path) == {("run", "t"): [(0, counts_of(3))]}


def test_tags_are_series_of_their_own(tmp_path, stored_matrices, writer):
    for step in range(3):
        writer.write("train", counts_of(step), step=step)
        writer.write("val", counts_of(10 + step), step=step)
    assert stored_matrices(tmp_path) == {
        ("run", "train"): [(step, counts_of(step)) for step in range(3)],
        ("run", "val"): [(step, counts_of(10 + step)) for step in range(3)],
    }


def test_every_matrix_survives_a_kill_right_after_it_was_written(tmp_path, stored_matrices):
    script = f"""
        import os, signal
        from tb_confusion_plugin import ConfusionWriter
        writer = ConfusionWriter({str(tmp_path / "run")!r})
        for step in range(100):
            writer.write("t", [[step, 1], [0, 2]], step=step)
        os.kill(os.getpid(), signal.SIGKILL)
    """
    process = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, check=False)
    assert process.returncode == -signal.SIGKILL
    assert stored_matrices(tmp_path) == {("run", "t"): [(step, counts_of(step)) for step in range(100)]}


def test_the_first_event_of_a_series_alone_carries_what_all_share(tmp_path):
    with ConfusionWriter(tmp_path, class_names=NAMES, title="Validation", description="of <b>pets</b>") as writer:
        for step in range(3):
            writer.write("a", counts_of(step), step=step)
            writer.write("b", counts_of(step), step=step)
    contents = [(value.tag, value.metadata.plugin_data.content) for event in events(tmp_path) for value in event.summary.value]
    assert [(tag, bool(content)) for tag, content in contents] == [("a", True), ("b", True), *[("a", False), ("b", False)] * 2]
    metadata = parse_metadata(contents[0][1])
    assert (metadata.class_names, metadata.title, metadata.description) == (tuple(NAMES), "Validation", "of <b>pets</b>")


def test_tensorboard_lists_the_metadata_of_the_series(tmp_path, open_log, writer):
    writer.write("t", counts_of(1), step=0)
    provider = open_log(tmp_path)
    listing = provider.list_blob_sequences(RequestContext(), experiment_id="", plugin_name="confusion")
    assert parse_metadata(listing["run"]["t"].plugin_content).class_names == tuple(NAMES)


def test_ordinals_count_the_data_that_count(tmp_path, writer):
    for step in (0, 1, 2, 3, 1, 2):
        writer.write("t", counts_of(step), step=step)
    blobs = [value.tensor.string_val[0] for event in events(tmp_path / "run") for value in event.summary.value]
    assert [parse_blob(blob)[0].ordinal for blob in blobs] == [0, 1, 2, 3, 1, 2]


def test_nothing_is_made_before_the_first_matrix(tmp_path, writer):
    writer.close()
    assert not (tmp_path / "run").exists()


def test_wall_time_is_now_unless_given(tmp_path, writer):
    writer.write("t", counts_of(1), step=0, wall_time=1234.5)
    assert events(tmp_path / "run")[-1].wall_time == 1234.5


@pytest.mark.parametrize("step", [5, -5, 2**63 - 1, np.int32(5), np.uint64(5), np.array(5)])
def test_any_integer_is_a_step(tmp_path, writer, step):
    writer.write("t", counts_of(1), step=step)
    assert events(tmp_path / "run")[-1].step == int(step)


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("isn't square", {"counts": [[1, 2, 3], [4, 5, 6]]}),
        ("1 dimensions", {"counts": [1, 2]}),
        ("3 dimensions", {"counts": np.zeros((2, 2, 2), int)}),
        ("0 dimensions", {"counts": 5}),
        ("negative value -1", {"counts": [[1, -1], [0, 0]]}),
        ("negative value -0.5", {"counts": scipy.sparse.csr_array([[1, -0.5], [0, 0]])}),
        ("NaN or infinite", {"counts": [[1, np.nan], [0, 0]]}),
        ("NaN or infinite", {"counts": [[1, np.inf], [0, 0]]}),
        ("dtype <U1", {"counts": [["1", "2"], ["3", "4"]]}),
        ("dtype object", {"counts": np.array([[1, 2], [3, None]])}),
        ("invalid counts: NoneType is no array; pass counts, a", {"counts": None}),
        ("dtype bool", {"counts": np.eye(2, dtype=bool)}),
        ("dtype complex128", {"counts": np.eye(2) * 1j}),
        ("invalid counts", {"counts": [[1, 2], [3]]}),
        ("K = 0", {"counts": np.zeros((0, 0), int)}),
        ("K = 65537", {"counts": scipy.sparse.csr_array((65537, 65537), dtype=int)}),
        (r"total is over 2\^63", {"counts": np.full((2, 2), 2**62)}),
        (r"total is over 2\^63", {"counts": np.full((32, 32), 2.0**53)}),
        ("total may be infinite", {"counts": [[1.5, 1e308], [1e308, 1e308]]}),
        ("2 names for 3 classes", {"counts": np.eye(3, dtype=int)}),
        ("invalid step: 1.5", {"step": 1.5}),
        ("invalid step: '1'", {"step": "1"}),
        ("invalid step: None", {"step": None}),
        ("invalid step: True", {"step": True}),
        ("invalid step: \\[1\\]", {"step": [1]}),
        ("isn't a 64-bit integer", {"step": 2**63}),
        ("invalid tag: ''", {"tag": ""}),
        ("invalid tag: None", {"tag": None}),
        ("1 names for 2 classes", {"class_names": ["cat"]}),
        ("single string 'cat'", {"class_names": "cat"}),
        ("invalid tag", {"tag": "\ud800"}),
        ("invalid wall_time: nan", {"wall_time": float("nan")}),
        ("invalid wall_time: 'noon'", {"wall_time": "noon"}),
        ("invalid wall_time: \\[\\]", {"wall_time": []}),
    ],
)
def test_a_wrong_argument_is_named_and_nothing_is_written(tmp_path, message, arguments):
    good = {"tag": "t", "counts": counts_of(1), "step": 1}
    with ConfusionWriter(tmp_path / "run", class_names=NAMES) as writer:
        with pytest.raises(ValueError, match=message):
            writer.write(**(good | arguments))
        assert not (tmp_path / "run").exists()
        writer.write(**good)
        before = files(tmp_path)
        with pytest.raises(ValueError, match=message):
            writer.write(**(good | arguments))
        assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("invalid y_true: label 2 for 2 classes", {"y_true": [0, 2]}),
        ("invalid y_pred: label -1 for 2 classes", {"y_pred": [-1, 0]}),
        ("invalid y_pred: dtype float64", {"y_pred": [0.2, 0.8]}),
        (r"invalid y_true: dtype <U3; .*ConfusionMatrix.from_predictions\(", {"y_true": ["cat", "dog"]}),
        ("invalid y_true", {"y_true": [[0], [1, 2]]}),
        ("y_true has shape", {"y_true": [0, 1, 1]}),
        ("invalid sample_weight: negative", {"sample_weight": [1, -1]}),
        ("invalid sample_weight: negative, NaN", {"sample_weight": [1, np.nan]}),
        ("invalid sample_weight: shape", {"sample_weight": [1]}),
        ("invalid sample_weight", {"sample_weight": ["heavy", "light"]}),
        ("invalid sample_weight", {"sample_weight": [1, [2, 3]]}),
        ("invalid num_classes: 0", {"num_classes": 0}),
        ("invalid num_classes: 2.0", {"num_classes": 2.0}),
        ("2 names for 3 classes", {"num_classes": 3}),
        ("invalid step", {"step": 0.5}),
    ],
)
def test_wrong_labels_are_named_and_nothing_is_written(tmp_path, writer, message, arguments):
    good = {"tag": "t", "y_true": [0, 1], "y_pred": [1, 1], "step": 1}
    with pytest.raises(ValueError, match=message):
        writer.write_labels(**(good | arguments))
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("single string 'cat'", {"class_names": "cat"}),
        ("0 is int", {"class_names": [0, 1]}),
        ("no names", {"class_names": []}),
        ("invalid class_names: 5", {"class_names": 5}),
        ("lone surrogates", {"class_names": ["\udcff"]}),
        ("invalid title: 5", {"title": 5}),
        ("invalid title", {"title": "\ud800"}),
        ("invalid description: None", {"description": None}),
        ("invalid purge_step: 1.5", {"purge_step": 1.5}),
    ],
)
def test_a_writer_refuses_wrong_options(tmp_path, message, arguments):
    with pytest.raises(ValueError, match=message):
        ConfusionWriter(tmp_path / "run", **arguments)
    assert not (tmp_path / "run").exists()


def test_without_names_the_number_of_classes_must_be_told(tmp_path):
    with ConfusionWriter(tmp_path / "run") as writer, pytest.raises(ValueError, match="missing num_classes"):
        writer.write_labels("t", [0], [0], step=0)


def test_names_may_repeat_and_hold_markup(tmp_path, open_log):
    names = ["crane", "crane", "<script>alert(1)</script>", "鶴"]
    with ConfusionWriter(tmp_path / "run", class_names=iter(names)) as writer:
        writer.write("t", np.eye(4, dtype=int), step=0)
    listing = open_log(tmp_path).list_blob_sequences(RequestContext(), experiment_id="", plugin_name="confusion")
    assert parse_metadata(listing["run"]["t"].plugin_content).class_names == tuple(names)


def test_tags_have_the_names_that_they_are_given_or_those_of_the_writer(tmp_path, open_log, writer):
    for step in range(2):
        writer.write("pets", counts_of(step), step)
        writer.write("coins", counts_of(step), step, class_names=["heads", "tails"])
        writer.write_labels("birds", [0, 1, 2], [0, 2, 2], step, class_names=iter(["kiwi", "crane", "crane"]))
    names = {"pets": ("cat", "dog"), "coins": ("heads", "tails"), "birds": ("kiwi", "crane", "crane")}
    listing = open_log(tmp_path).list_blob_sequences(RequestContext(), experiment_id="", plugin_name="confusion")
    assert {tag: parse_metadata(series.plugin_content).class_names for tag, series in listing["run"].items()} == names
    matrices = [(tag, datum.step, datum.matrix.class_names) for _, tag, datum in read_log(tmp_path)]
    assert matrices == [(tag, step, names[tag]) for tag in sorted(names) for step in range(2)]


def test_a_tag_keeps_the_names_that_it_began_with(tmp_path, writer):
    writer.write("coins", counts_of(0), 0, class_names=["heads", "tails"])
    writer.write("coins", counts_of(1), 1)
    writer.write_labels("coins", [0, 1], [0, 1], 2)
    writer.write("coins", counts_of(1), 0)
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {("heads", "tails")}


@pytest.mark.parametrize(
    ("began_with", "names", "num_classes", "message"),
    [
        (
            ["cat", "dog"],
            ["cat", "cow"],
            2,
            "invalid class_names: 'cow' for class 1 of 't', which began with 'dog'; .*a tag of their own",
        ),
        (["cat", "dog"], ["cat", "dog", "cow"], 3, "'cow' for class 2 of 't', which began with None"),
        (None, ["cat", "dog"], 2, "'cat' for class 0 of 't', which began with None"),
        (["cat", "dog"], None, 3, "invalid class_names: 2 names for 3 classes"),
        (["cat", "dog"], ["cat", "dog"], 3, "invalid class_names: 2 names for 3 classes"),
    ],
)
def test_other_names_than_those_a_tag_began_with_are_refused(tmp_path, began_with, names, num_classes, message):
    with ConfusionWriter(tmp_path / "run") as writer:
        writer.write("t", counts_of(0), 0, class_names=began_with)
        before = files(tmp_path)
        with pytest.raises(ValueError, match=message):
            writer.write("t", np.eye(num_classes, dtype=int), 1, class_names=names)
        with pytest.raises(ValueError, match=message):
            writer.write_labels("t", [0], [0], 1, num_classes=num_classes, class_names=names)
        assert files(tmp_path) == before


def test_names_of_a_matrix_that_was_refused_bind_nobody(writer):
    with pytest.raises(ValueError, match="invalid class_names: 3 names for 2 classes"):
        writer.write("t", counts_of(0), 0, class_names=["a", "b", "c"])
    writer.write("t", counts_of(0), 0, class_names=["a", "b"])


def test_a_matrix_goes_with_its_class_names(tmp_path, open_log, stored_matrices):
    matrix = ConfusionMatrix.from_predictions(["dog", "cat", "dog"], ["cat", "cat", "dog"])
    with ConfusionWriter(tmp_path / "run") as writer:
        for step in range(2):
            writer.write("val", matrix, step)
    assert stored_matrices(tmp_path) == {("run", "val"): [(step, [[1, 0], [1, 1]]) for step in range(2)]}
    listing = open_log(tmp_path).list_blob_sequences(RequestContext(), experiment_id="", plugin_name="confusion")
    assert parse_metadata(listing["run"]["val"].plugin_content).class_names == ("cat", "dog")
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path)} == {("cat", "dog")}


@pytest.mark.parametrize(
    ("of_writer", "given", "of_matrix", "expected"),
    [
        (NAMES, None, NAMES, NAMES),
        (NAMES, None, None, NAMES),
        (NAMES, None, ["0", "1"], NAMES),
        (None, NAMES, ["0", "1"], NAMES),
        (NAMES, ["heads", "tails"], ["heads", "tails"], ["heads", "tails"]),
        (None, None, ["0", "1"], ["0", "1"]),
        (None, None, None, None),
    ],
)
def test_names_of_a_matrix_that_agree_are_those_of_the_tag(tmp_path, of_writer, given, of_matrix, expected):
    with ConfusionWriter(tmp_path, class_names=of_writer) as writer:
        writer.write("t", ConfusionMatrix(counts_of(0), of_matrix), 0, class_names=given)
        writer.write("t", ConfusionMatrix(counts_of(1), of_matrix), 1)
        writer.write("t", counts_of(2), 2)
    assert [datum.matrix.class_names for _, _, datum in read_log(tmp_path)] == [expected and tuple(expected)] * 3


def test_indices_for_names_contradict_nobody(tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        writer.write("t", counts_of(0), 0)
        writer.write("t", ConfusionMatrix.from_predictions([0, 1], [0, 1]), 1)
    assert [datum.matrix.class_names for _, _, datum in read_log(tmp_path)] == [None, None]


@pytest.mark.parametrize(
    ("of_writer", "given", "of_matrix", "message"),
    [
        (NAMES, None, ["dog", "cat"], "invalid class_names: 'dog' for class 0 of the matrix, 'cat' of the writer; .*labels="),
        (None, NAMES, ["cat", "cow"], "invalid class_names: 'cow' for class 1 of the matrix, 'dog' in class_names"),
        (NAMES, None, ["cat", "dog", "eel"], "'eel' for class 2 of the matrix, None of the writer"),
        (NAMES, None, ["0", "1", "2"], "2 names for 3 classes"),
    ],
)
def test_a_matrix_of_other_names_than_the_writers_is_refused(tmp_path, of_writer, given, of_matrix, message):
    with ConfusionWriter(tmp_path / "run", class_names=of_writer) as writer:
        with pytest.raises(ValueError, match=message):
            writer.write("t", ConfusionMatrix(np.eye(len(of_matrix)), of_matrix), 0, class_names=given)
        assert not (tmp_path / "run").exists()


def test_a_matrix_of_other_names_than_those_a_tag_began_with_is_refused(writer):
    writer.write("coins", ConfusionMatrix(counts_of(0), ["heads", "tails"]), 0, class_names=["heads", "tails"])
    with pytest.raises(ValueError, match="'tails' for class 0 of 'coins', which began with 'heads'"):
        writer.write("coins", ConfusionMatrix(counts_of(0), ["tails", "heads"]), 1)


def test_a_closed_writer_refuses_to_write_and_closes_again(tmp_path, writer):
    writer.close()
    writer.close()
    with pytest.raises(ValueError, match="the writer is closed"):
        writer.write("t", counts_of(1), step=0)


def test_an_event_file_of_another_writer_is_a_warning(tmp_path):
    EventFileWriter(str(tmp_path)).close()
    with ConfusionWriter(tmp_path) as writer, pytest.warns(UserWarning, match="an event file of another writer") as warned:
        writer.write_labels("t", [0], [0], step=0, num_classes=1)
    assert [warning.filename for warning in warned] == [__file__]


def test_a_directory_that_can_not_be_made_is_an_error_each_time_and_no_other_writer(tmp_path):
    (tmp_path / "file").touch()
    with ConfusionWriter(tmp_path / "file" / "run") as writer:
        for step in range(2):
            with pytest.raises((OSError, tf.errors.OpError), match="file"):
                writer.write("t", counts_of(1), step=step)


def test_its_own_earlier_file_is_no_warning(tmp_path):
    for step in range(2):
        with ConfusionWriter(tmp_path) as writer:
            writer.write("t", counts_of(1), step=step)


def test_two_open_writers_in_one_directory_are_a_warning(tmp_path):
    with ConfusionWriter(tmp_path) as first, ConfusionWriter(tmp_path) as second:
        first.write("train", counts_of(1), step=0)
        with pytest.warns(UserWarning, match="another ConfusionWriter writes into"):
            second.write("val", counts_of(1), step=0)


def test_closing_one_of_two_writers_leaves_the_other_known(tmp_path):
    second, third = ConfusionWriter(tmp_path), ConfusionWriter(tmp_path)
    with ConfusionWriter(tmp_path) as first:
        first.write("val", np.eye(2), 0)
        with pytest.warns(UserWarning, match="ConfusionWriter"):
            second.write("val", np.eye(2), 1)
    with pytest.warns(UserWarning, match="ConfusionWriter"):
        third.write("val", np.eye(2), 2)
    second.close()
    third.close()
