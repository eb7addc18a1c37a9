"""read_log: every matrix back in Python, whoever wrote it, whatever else the log holds."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2, types_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util

from tb_confusion_plugin import ConfusionWriter, log, read_log
from tb_confusion_plugin.storage.to_summary import blob_metadata, blob_summary, tensor_metadata

INVALID = json.loads((Path(__file__).parents[1] / "golden" / "blobs_invalid.json").read_text(encoding="utf-8"))
INVALID_BLOBS = {case["name"]: (case["error"], base64.b64decode(case["blob_base64"])) for case in INVALID}
COUNTS = [[5, 1], [0, 7]]


def write_values(directory, *values):
    """An event a value, at steps 0, 1, ..., as any program may have written it."""
    writer = EventFileWriter(str(directory))
    for step, value in enumerate(values):
        writer.add_event(event_pb2.Event(wall_time=time.time(), step=step, summary=summary_pb2.Summary(value=[value])))
    writer.close()


def tensor_value(array, metadata=None, tag="t"):
    metadata = metadata or tensor_metadata()
    return summary_pb2.Summary.Value(tag=tag, metadata=metadata, tensor=tensor_util.make_tensor_proto(np.asarray(array)))


def blob_value(blob, content=b"", tag="t"):
    return blob_summary(tag, blob, content).value[0]


def read(logdir):
    return [(run, tag, datum.step, datum.matrix.counts.tolist()) for run, tag, datum in read_log(logdir)]


def test_every_matrix_comes_back_in_order(tmp_path):
    names = ("crane", "crane")
    for run in ("b/nested", "a"):
        with ConfusionWriter(tmp_path / run, class_names=names) as writer:
            for step in range(15):
                writer.write("val", [[step, 0], [0, 1]], step=step, wall_time=100.0 + step)
                writer.write("train", COUNTS, step=step)
    expected = [(run, tag) for run in ("a", "b/nested") for tag in ("train", "val") for _ in range(15)]
    data = list(read_log(tmp_path))
    assert [(run, tag) for run, tag, _ in data] == expected
    last = data[-1][2]
    assert (last.step, last.wall_time, last.matrix.class_names, last.matrix.total) == (14, 114.0, names, 15)


def test_nothing_is_sampled_away(tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        for step in range(1500):
            writer.write("t", [[step]], step=step)
    assert read(tmp_path) == [(".", "t", step, [[step]]) for step in range(1500)]


def test_a_logdir_that_is_a_run_is_the_run_of_its_own(tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        writer.write("t", COUNTS, step=0)
    assert read(str(tmp_path)) == [(".", "t", 0, COUNTS)]


def test_an_empty_directory_holds_nothing(tmp_path):
    assert read(tmp_path) == []


def test_a_missing_directory_is_named_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"invalid logdir: '.*nowhere' isn't a directory"):
        read_log(tmp_path / "nowhere")


def test_a_file_is_no_directory(tmp_path):
    (tmp_path / "file").write_text("text")
    with pytest.raises(ValueError, match="isn't a directory"):
        read_log(tmp_path / "file")


def test_other_plugins_data_are_left_alone(tmp_path):
    metadata = summary_pb2.SummaryMetadata(plugin_data=summary_pb2.SummaryMetadata.PluginData(plugin_name="scalars"))
    write_values(tmp_path / "other", tensor_value(np.float32(1), metadata, "loss"), tensor_value(COUNTS))
    assert read(tmp_path) == [("other", "t", 1, COUNTS)]


def test_a_matrix_is_decoded_when_it_is_asked_for_and_once(tmp_path, monkeypatch):
    decoded = []
    decode = log.decode_matrix
    monkeypatch.setattr(log, "decode_matrix", lambda *arguments: decoded.append(arguments) or decode(*arguments))
    with ConfusionWriter(tmp_path) as writer:
        for step in range(3):
            writer.write("t", COUNTS, step=step)
    data = [datum for _, _, datum in read_log(tmp_path)]
    assert decoded == []
    assert data[1].matrix is data[1].matrix
    assert len(decoded) == 1


@pytest.mark.parametrize("array", [COUNTS, np.array(COUNTS, np.uint8), np.array(COUNTS, np.float32), np.array(COUNTS, np.float16)])
def test_plain_tensors_are_matrices(tmp_path, array):
    write_values(tmp_path, tensor_value(array, tensor_metadata(b'{"class_names": ["a", "b"]}')))
    ((_, _, datum),) = read_log(tmp_path)
    assert (datum.matrix.counts.tolist(), datum.matrix.class_names) == (COUNTS, ("a", "b"))


@pytest.mark.parametrize(
    "array", [5, [1, 2], [[[1]]], [[1, 2, 3]], [[-1]], [[np.nan]], [[b"a"]], [[True]], [[1j]], np.zeros((0, 0))]
)
def test_a_tensor_that_is_no_matrix_is_left_out_and_named(tmp_path, array):
    write_values(tmp_path / "run", tensor_value(COUNTS), tensor_value(array), tensor_value(COUNTS))
    with pytest.warns(UserWarning, match="left out: run 'run', tag 't', step 1: invalid counts") as warned:
        assert read(tmp_path) == [("run", "t", 0, COUNTS), ("run", "t", 2, COUNTS)]
    assert len(warned) == 1


def test_a_tensor_that_tensorboard_can_not_read_is_left_out_and_named(tmp_path):
    strange = tensor_value(COUNTS)
    strange.tensor.dtype = types_pb2.DT_RESOURCE
    write_values(tmp_path, tensor_value(COUNTS), strange)
    with pytest.warns(UserWarning, match=r"left out: run '\.', tag 't', step 1: "):
        assert read(tmp_path) == [(".", "t", 0, COUNTS)]


def test_a_tensor_that_claims_to_be_huge_is_left_out(tmp_path):
    huge = tensor_value([[1]])
    huge.tensor.tensor_shape.dim[0].size = huge.tensor.tensor_shape.dim[1].size = 65_536
    write_values(tmp_path, tensor_value(COUNTS), huge)
    with pytest.warns(UserWarning, match="a tensor of 4294967296 values is over the limit of 33554432"):
        assert read(tmp_path) == [(".", "t", 0, COUNTS)]


@pytest.mark.parametrize(
    "name", [name for name, (error, _) in INVALID_BLOBS.items() if error in {"magic", "version", "checksum", "limit"}]
)
def test_a_broken_blob_is_left_out_and_named(tmp_path, name):
    with ConfusionWriter(tmp_path / "run") as writer:
        writer.write("t", COUNTS, step=0)
    write_values(tmp_path / "run" / "broken", blob_value(INVALID_BLOBS[name][1]))
    with pytest.warns(UserWarning, match="left out: run 'run/broken', tag 't', step 0: "):
        assert read(tmp_path) == [("run", "t", 0, COUNTS)]


def test_a_blob_whose_payload_lies_is_told_when_it_is_asked_for(tmp_path):
    write_values(tmp_path, blob_value(INVALID_BLOBS["another total"][1]))
    ((_, _, datum),) = read_log(tmp_path)
    with pytest.raises(ValueError, match="the counts sum to 9"):
        _ = datum.matrix


@pytest.mark.parametrize("array", [[1.5], [], 5])
def test_a_series_of_blobs_that_holds_something_else_is_left_out(tmp_path, array):
    write_values(tmp_path, tensor_value(array, blob_metadata()))
    if np.size(array):
        with pytest.warns(UserWarning, match="no blob in the event"):
            assert read(tmp_path) == []
    else:
        assert read(tmp_path) == []


@pytest.mark.parametrize("content", [b"garbage", b'{"version": 2}', b'{"class_names": ["\\ud800", "b"]}'])
def test_metadata_that_can_not_be_read_cost_the_names_alone(tmp_path, content):
    write_values(tmp_path, tensor_value(COUNTS, tensor_metadata(content)))
    with pytest.warns(UserWarning, match="tag 't': .*classes are shown as indices"):
        ((_, _, datum),) = read_log(tmp_path)
    assert (datum.matrix.counts.tolist(), datum.matrix.class_names) == (COUNTS, None)


def test_a_series_may_change_its_number_of_classes(tmp_path):
    write_values(tmp_path / "tensors", tensor_value(COUNTS, tensor_metadata(b'{"class_names": ["a", "b"]}')), tensor_value([[3]]))
    with ConfusionWriter(tmp_path / "blobs") as writer:
        writer.write("t", COUNTS, step=0)
        writer.write("t", [[3]], step=1)
    matrices = {(run, datum.step): datum.matrix for run, _, datum in read_log(tmp_path)}
    assert {key: matrix.num_classes for key, matrix in matrices.items()} == {
        ("blobs", 0): 2,
        ("blobs", 1): 1,
        ("tensors", 0): 2,
        ("tensors", 1): 1,
    }
    assert [matrices["tensors", step].class_names for step in range(2)] == [("a", "b"), None]


def test_names_of_another_writer_are_not_taken_for_a_blobs_own(tmp_path):
    for names, step in ((["a", "b"], 0), (["b", "a"], 1)):
        with ConfusionWriter(tmp_path, class_names=names) as writer:
            writer.write("t", COUNTS, step=step)
    assert [datum.matrix.class_names for _, _, datum in read_log(tmp_path)] == [("a", "b"), None]


def test_resumed_steps_count_once(tmp_path):
    for value, steps in ((1, range(5)), (2, range(3, 6))):
        with ConfusionWriter(tmp_path) as writer:
            for step in steps:
                writer.write("t", [[value]], step=step)
    assert read(tmp_path) == [(".", "t", step, [[1 if step < 3 else 2]]) for step in range(6)]


def test_tensors_that_go_back_count_once(tmp_path):
    writer = EventFileWriter(str(tmp_path))
    for value, step in enumerate((0, 1, 2, 1)):
        writer.add_event(event_pb2.Event(step=step, summary=summary_pb2.Summary(value=[tensor_value([[value]])])))
    writer.close()
    assert read(tmp_path) == [(".", "t", 0, [[0]]), (".", "t", 1, [[3]])]


def test_a_half_written_record_at_the_end_costs_only_itself(tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        for step in range(3):
            writer.write("t", COUNTS, step=step)
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:-7])
    assert [step for _, _, step, _ in read(tmp_path)] == [0, 1]
