"""GET series: what there is, and what is wrong with the rest."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from tensorboard.util import tensor_util

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.to_summary import blob_summary, tensor_metadata


def write_events(logdir, *summaries):
    """Writes one event a summary, at steps 0, 1, 2, …, as some other program would."""
    writer = EventFileWriter(str(logdir))
    for step, summary in enumerate(summaries):
        writer.add_event(event_pb2.Event(wall_time=1000.0 + step, step=step, summary=summary))
    writer.close()


def tensor_summary(tag, array):
    value = summary_pb2.Summary.Value(tag=tag, metadata=tensor_metadata(), tensor=tensor_util.make_tensor_proto(array))
    return summary_pb2.Summary(value=[value])


def series_of(response):
    assert response.status_code == 200
    return {(one["run"], one["tag"]): one for one in response.json["series"]}


def test_lists_each_run_and_tag_with_its_steps(get, two_runs):
    series = series_of(get(two_runs, "series"))
    assert sorted(series) == [(run, tag) for run in ("adam", "sgd") for tag in ("train/confusion", "val/confusion")]
    assert series["sgd", "val/confusion"] == {
        "run": "sgd",
        "tag": "val/confusion",
        "num_classes": 3,
        "steps": [0, 1, 2, 3, 4],
        "wall_times": [1_700_000_000.25 + step for step in range(5)],
        "title": "val/confusion",
        "warnings": [],
    }


def test_an_empty_log_has_no_series(get, tmp_path):
    assert get(tmp_path, "series").json == {"series": [], "num_unchecked": 0}


def test_a_title_is_what_the_writer_gave(get, tmp_path):
    with ConfusionWriter(tmp_path, title="Validation") as writer:
        writer.write("val", np.eye(2), 0)
    assert series_of(get(tmp_path, "series"))[".", "val"]["title"] == "Validation"


def test_quick_lists_without_checking(get, two_runs):
    response = get(two_runs, "series", quick=1)
    assert response.json["num_unchecked"] == 20
    assert series_of(response)["sgd", "val/confusion"]["steps"] == [0, 1, 2, 3, 4]


def damaged(blob: bytes) -> bytes:
    return blob[:-1] + bytes([blob[-1] ^ 1])


def of_a_newer_format(blob: bytes) -> bytes:
    head = blob[:4] + struct.pack("<H", 2) + blob[6:60]
    return head + struct.pack("<I", zlib.crc32(blob[64:], zlib.crc32(head))) + blob[64:]


@pytest.mark.parametrize(
    ("break_blob", "reason"),
    [
        (damaged, "checksum"),
        (of_a_newer_format, "unknown format version 2"),
        (lambda _: b"garbage", "header"),
        (lambda _: b"", "0 bytes"),
    ],
)
def test_a_broken_datum_is_left_out_with_a_warning_and_the_others_show(get, tmp_path, break_blob, reason):
    blob = encode_counts(np.eye(3, dtype=np.int64))
    write_events(tmp_path / "run1", blob_summary("val", blob), blob_summary("val", break_blob(blob)), blob_summary("val", blob))
    with ConfusionWriter(tmp_path / "run2") as writer:
        writer.write("val", np.eye(3), 0)
    series = series_of(get(tmp_path, "series"))
    assert series["run1", "val"]["steps"] == [0, 2]
    [warning] = series["run1", "val"]["warnings"]
    for part in ("step 1", "'val'", "'run1'", reason):
        assert part in warning
    assert series["run2", "val"]["warnings"] == []


def test_plain_tensors_written_by_others_are_a_series(get, tmp_path):
    write_events(tmp_path, *(tensor_summary("theirs", np.eye(4, dtype=dtype)) for dtype in ("int32", "float32", "uint8")))
    one = series_of(get(tmp_path, "series"))[".", "theirs"]
    assert (one["steps"], one["num_classes"], one["warnings"]) == ([0, 1, 2], 4, [])


def test_a_tensor_that_is_no_matrix_is_left_out_with_a_warning(get, tmp_path):
    write_events(tmp_path, tensor_summary("t", np.eye(3)), tensor_summary("t", np.ones((2, 3))), tensor_summary("t", -np.eye(3)))
    one = series_of(get(tmp_path, "series"))[".", "t"]
    assert one["steps"] == [0]
    assert [("step 1" in warning, "step 2" in warning) for warning in one["warnings"]] == [(True, False), (False, True)]
    assert "square" in one["warnings"][0]
    assert "negative" in one["warnings"][1]


def test_a_string_tensor_among_numbers_is_left_out_with_a_warning(get, tmp_path):
    write_events(tmp_path, tensor_summary("t", np.eye(3)), tensor_summary("t", np.array([[b"a"]], dtype=object)))
    one = series_of(get(tmp_path, "series"))[".", "t"]
    assert one["steps"] == [0]
    assert len(one["warnings"]) == 1


def test_a_tensor_series_that_tensorboard_cannot_read_does_not_hide_the_others(get, tmp_path):
    broken = tensor_summary("broken", np.eye(3))
    broken.value[0].tensor.tensor_content = b"abc"  # 3 bytes that claim to be 72
    write_events(tmp_path, broken, tensor_summary("whole", np.eye(3)))
    series = series_of(get(tmp_path, "series"))
    assert series[".", "whole"]["steps"] == [1]
    assert "'broken'" in series[".", "broken"]["warnings"][0]


def test_steps_that_went_back_end_the_same_in_both_load_modes(get, tmp_path):
    writer = EventFileWriter(str(tmp_path))
    for wall_time, step in enumerate([0, 1, 2, 3, 1, 2, 2]):
        writer.add_event(
            event_pb2.Event(wall_time=1000.0 + wall_time, step=step, summary=tensor_summary("t", np.full((2, 2), wall_time)))
        )
    writer.close()
    one = series_of(get(tmp_path, "series"))[".", "t"]
    assert (one["steps"], one["wall_times"]) == ([0, 1, 2], [1000.0, 1004.0, 1006.0])


def test_a_number_of_classes_that_changes_is_shown_with_a_warning(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        for step, num_classes in enumerate([3, 3, 5]):
            writer.write("val", np.eye(num_classes), step)
    one = series_of(get(tmp_path, "series"))[".", "val"]
    assert (one["steps"], one["num_classes"]) == ([0, 1, 2], 5)
    assert "3 from step 0, 5 from step 2" in one["warnings"][0]


def test_class_names_that_change_are_a_warning(get, tmp_path):
    for step, names in enumerate((["a", "b"], ["a", "c"])):
        with ConfusionWriter(tmp_path, class_names=names) as writer:
            writer.write("val", np.eye(2), step)
    [warning] = series_of(get(tmp_path, "series"))[".", "val"]["warnings"]
    assert "other class names at step 1" in warning


def test_unreadable_metadata_is_a_warning_and_the_matrices_show(get, tmp_path):
    write_events(tmp_path, blob_summary("val", encode_counts(np.eye(2, dtype=np.int64)), b'{"version": 99}'))
    one = series_of(get(tmp_path, "series"))[".", "val"]
    assert one["steps"] == [0]
    assert "version 99" in one["warnings"][0]


def test_steps_that_sampling_dropped_are_told_with_the_flag_that_keeps_them(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        for step in range(1020):
            writer.write("val", np.eye(2), step)
    one = series_of(get(tmp_path, "series"))[".", "val"]
    assert len(one["steps"]) == 1000
    assert one["steps"][-1] == 1019
    [warning] = one["warnings"]
    assert "1,000 of 1,020 steps" in warning
    assert "--samples_per_plugin=confusion=0" in warning


def test_markup_in_names_is_text(get, tmp_path):
    with ConfusionWriter(tmp_path / "<script>alert(1)</script>") as writer:
        writer.write("<img src=x>", np.eye(2), 0)
    assert list(series_of(get(tmp_path, "series"))) == [("<script>alert(1)</script>", "<img src=x>")]


def test_a_malformed_blob_series_does_not_hide_the_others(get, tmp_path):
    rank_0 = blob_summary("malformed", b"x")
    rank_0.value[0].tensor.CopyFrom(tensor_util.make_tensor_proto(b"x"))
    write_events(tmp_path, rank_0, blob_summary("whole", encode_counts(np.eye(2, dtype=np.int64))))
    assert series_of(get(tmp_path, "series"))[".", "whole"]["steps"] == [1]


def test_steps_that_sampling_dropped_are_told_after_the_training_was_resumed_too(get, tmp_path):
    for first in (0, 600):
        with ConfusionWriter(tmp_path) as writer:
            for step in range(first, first + 600):
                writer.write("val", np.eye(2), step)
    one = series_of(get(tmp_path, "series"))[".", "val"]
    assert len(one["steps"]) == 1000
    assert "steps of tag 'val'" in one["warnings"][0]


def test_a_training_that_went_back_is_listed_without_what_it_went_back_over(get, tmp_path):
    for steps in (range(8), range(5, 7)):
        with ConfusionWriter(tmp_path) as writer:
            for step in steps:
                writer.write("val", np.eye(2), step)
    one = series_of(get(tmp_path, "series"))[".", "val"]
    assert (one["steps"], one["warnings"]) == ([0, 1, 2, 3, 4, 5, 6], [])


def test_counts_that_a_browser_must_round_are_told_of(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        for step, total in enumerate([2**53, 2**53 + 1, 2**60]):
            writer.write("val", [[total - 1, 1], [0, 0]], step=step)
        writer.write("weighted", [[2.0**60 + 0.0, 0.5], [0, 0]], step=0)
    warnings = {tag: one["warnings"] for (_, tag), one in series_of(get(tmp_path, "series")).items()}
    assert warnings["weighted"] == []
    [warning] = warnings["val"]
    assert "over 2^53 samples at step 1 and 1 more" in warning
    assert "read_log" in warning
