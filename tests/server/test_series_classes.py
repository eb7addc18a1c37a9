"""Special classes and groups: what averages leave out, and warnings of what fits no matrix."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.metadata import SeriesMetadata, serialize_metadata
from tb_confusion_plugin.storage.to_summary import blob_summary


def write_with(logdir, metadata):
    file = EventFileWriter(str(logdir))
    summary = blob_summary("val", encode_counts(np.diag([3, 4, 5, 6])), serialize_metadata(metadata))
    file.add_event(event_pb2.Event(wall_time=1.0, step=0, summary=summary))
    file.close()


@pytest.mark.parametrize(
    ("metadata", "message"),
    [
        (SeriesMetadata(class_groups=("a", "b")), "has 2 class groups for 4 classes, and shows none"),
        (SeriesMetadata(special_class=9), "names class 9 of 4 as special, and shows none"),
    ],
)
def test_what_another_writer_got_wrong_is_a_warning_and_the_matrix_stays(get, tmp_path, metadata, message):
    write_with(tmp_path, metadata)
    [series] = get(tmp_path, "series").json["series"]
    assert series["steps"] == [0]
    assert message in series["warnings"][0]


DETECTIONS = np.array([[30, 2, 8], [1, 40, 4], [6, 5, 0]])


@pytest.mark.parametrize("averages", ["all", "without_special"])
def test_averages_leave_out_the_special_class_on_demand(get, tmp_path, averages):
    with ConfusionWriter(tmp_path, class_names=["cat", "dog", "background"], special_class="background") as writer:
        writer.write("val", DETECTIONS, 0)
    exported = get(tmp_path, "export", run=".", tag="val", averages=averages).json
    compared = get(tmp_path, "compare", run_a=".", tag_a="val", run_b=".", tag_b="val", averages=averages).json
    y_true, y_pred = np.nonzero(DETECTIONS)
    labels = [0, 1] if averages == "without_special" else [0, 1, 2]
    weight = DETECTIONS[y_true, y_pred]
    macro_f1 = f1_score(y_true, y_pred, labels=labels, average="macro", sample_weight=weight, zero_division=0)
    assert exported["left_out"] == (2 if averages == "without_special" else None)
    assert exported["metrics"]["macro_f1"] == pytest.approx(macro_f1, rel=1e-12)
    assert exported["metrics"]["accuracy"] == pytest.approx(accuracy_score(y_true, y_pred, sample_weight=weight), rel=1e-12)
    [of_compared] = [one for one in compared["metrics"] if one["metric"] == "macro_f1"]
    assert of_compared["a"] == of_compared["b"] == pytest.approx(macro_f1, rel=1e-12)
    low, high = exported["metrics"]["macro_f1_interval"]
    assert low < macro_f1 < high


def test_averages_of_a_series_without_a_special_class_are_over_all(get, tmp_path):
    with ConfusionWriter(tmp_path, class_names=["cat", "dog"]) as writer:
        writer.write("val", [[3, 1], [2, 4]], 0)
    assert get(tmp_path, "export", run=".", tag="val", averages="without_special").json["left_out"] is None
    response = get(tmp_path, "export", run=".", tag="val", averages="some")
    assert (response.status_code, "unknown averages 'some'" in response.text) == (400, True)
