"""GET series: warnings of groups and special classes that fit no matrix, as writers may write that don't check."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

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
