"""GET history: all matrices of a series in one stream."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from tensorboard import errors
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from werkzeug.test import Client

from tb_confusion_plugin import ConfusionWriter, read_log
from tb_confusion_plugin.server.history import stream_frames
from tb_confusion_plugin.server.stored import StoredDatum
from tb_confusion_plugin.storage.codec import decode_counts, encode_counts
from tb_confusion_plugin.storage.to_summary import blob_summary
from tests.conftest import SAMPLES_PER_PLUGIN
from tests.server.conftest import ROUTES

SGD = {"run": "sgd", "tag": "val/confusion"}
VAL = {"run": ".", "tag": "val"}


def frames_of(content):
    """(step, wall_time, blob) of each frame, read as http_api.md describes them."""
    frames = []
    while content:
        step, wall_time, length = struct.unpack("<qdI", content[:20])
        frames.append((step, wall_time, content[20 : 20 + length]))
        assert len(content) >= 20 + length
        content = content[20 + length :]
    return frames


def steps_of(response):
    assert response.status_code == 200
    return [step for step, _, _ in frames_of(response.data)]


def test_gives_every_matrix_with_its_step_and_wall_time(get, two_runs):
    response = get(two_runs, "history", **SGD)
    assert response.content_type == "application/octet-stream"
    logged = [
        (datum.step, datum.wall_time, datum.matrix.counts)
        for run, tag, datum in read_log(two_runs)
        if (run, tag) == tuple(SGD.values())
    ]
    frames = frames_of(response.data)
    assert [frame[:2] for frame in frames] == [datum[:2] for datum in logged]
    for (_, _, blob), (_, _, counts) in zip(frames, logged, strict=True):
        assert np.array_equal(decode_counts(blob), counts)


def test_the_blobs_are_those_of_the_matrix_route(serve, two_runs):
    client = serve(two_runs)
    for step, _, blob in frames_of(client.get(f"{ROUTES}/history", query_string=SGD).data):
        assert client.get(f"{ROUTES}/matrix", query_string={**SGD, "step": step}).data == blob


@pytest.mark.parametrize(("from_step", "steps"), [(-5, [0, 1, 2, 3, 4]), (3, [3, 4]), (4, [4]), (5, [])])
def test_from_step_leaves_out_what_came_before_it(get, two_runs, from_step, steps):
    assert steps_of(get(two_runs, "history", **SGD, from_step=from_step)) == steps


def test_a_broken_datum_is_left_out_and_the_others_come(get, tmp_path):
    blob = encode_counts(np.eye(3, dtype=np.int64))
    writer = EventFileWriter(str(tmp_path))
    for step, stored in enumerate([blob, blob[:-1] + b"?", b"", blob]):
        writer.add_event(event_pb2.Event(wall_time=1000.0 + step, step=step, summary=blob_summary("val", stored)))
    writer.close()
    assert steps_of(get(tmp_path, "history", **VAL)) == [0, 3]


def test_where_nothing_can_be_read_the_answer_says_why(get, tmp_path):
    writer = EventFileWriter(str(tmp_path))
    writer.add_event(event_pb2.Event(wall_time=1.0, step=0, summary=blob_summary("val", b"no matrix")))
    writer.close()
    response = get(tmp_path, "history", **VAL)
    assert response.status_code == 404
    assert "header" in response.json["error"]


def test_more_matrices_than_are_read_ahead_come_in_order(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        for step in range(0, 300, 3):
            writer.write("val", [[step, 1], [0, 1]], step)
    frames = frames_of(get(tmp_path, "history", **VAL).data)
    assert [(step, decode_counts(blob)[0, 0]) for step, _, blob in frames] == [(step, step) for step in range(0, 300, 3)]


def test_steps_that_sampling_did_not_keep_are_not_in_it(get, tmp_path, monkeypatch):
    monkeypatch.setitem(SAMPLES_PER_PLUGIN, "confusion", 10)
    with ConfusionWriter(tmp_path) as writer:
        for step in range(40):
            writer.write("val", np.eye(2), step)
    steps = steps_of(get(tmp_path, "history", **VAL))
    assert len(steps) == 10
    assert (steps, steps[-1]) == (sorted(steps), 39)


def test_plain_tensors_come_as_blobs(get, tmp_path):
    import tensorflow as tf

    from tb_confusion_plugin import summary

    with tf.summary.create_file_writer(str(tmp_path)).as_default() as writer:
        for step in range(3):
            summary.confusion_matrix("val", np.full((2, 2), step + 1, np.int32), step=step)
        writer.close()
    frames = frames_of(get(tmp_path, "history", **VAL).data)
    assert [(step, decode_counts(blob).tolist()) for step, _, blob in frames] == [(step, [[step + 1] * 2] * 2) for step in range(3)]


@pytest.mark.parametrize(
    ("query", "status", "names"),
    [
        ({"run": "none", "tag": "val/confusion"}, 404, "'none'"),
        ({"run": "sgd", "tag": "none"}, 404, "'none'"),
        ({"run": "sgd"}, 400, "tag"),
        ({**SGD, "from_step": "two"}, 400, "'two'"),
    ],
)
def test_what_is_unknown_or_invalid_is_answered_with_a_json_error(get, two_runs, query, status, names):
    response = get(two_runs, "history", **query)
    assert response.status_code == status
    assert names in response.json["error"]


def test_head_gives_the_headers_alone(serve, two_runs):
    client: Client = serve(two_runs)
    response = client.head(f"{ROUTES}/history", query_string=SGD)
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_who_stops_taking_frames_stops_the_reading():
    read_steps = []

    def read(datum):
        read_steps.append(datum.step)
        return encode_counts(np.eye(2, dtype=np.int64))

    frames = stream_frames([StoredDatum(step, 0.0, bytes) for step in range(1000)], read)
    next(frames)
    frames.close()
    assert len(read_steps) <= 20


def test_a_datum_that_tensorboard_has_dropped_meanwhile_is_left_out():
    def read(datum):
        if datum.step == 1:
            raise errors.NotFoundError("it is gone")
        return encode_counts(np.eye(2, dtype=np.int64))

    content = b"".join(stream_frames([StoredDatum(step, 0.0, bytes) for step in range(3)], read))
    assert [step for step, _, _ in frames_of(content)] == [0, 2]
