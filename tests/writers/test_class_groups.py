"""Groups of classes and the special class, from the writers to the log and back."""

from __future__ import annotations

import numpy as np
import pytest

from tb_confusion_plugin import ConfusionWriter, read_log

NAMES = ["beaver", "dolphin", "orchid", "background"]
GROUPS = ["aquatic mammals", "aquatic mammals", "flowers", "none"]
COUNTS = np.diag([3, 4, 5, 6])


def read_back(logdir):
    return {tag: (datum.class_groups, datum.special_class) for _, tag, datum in read_log(logdir)}


def test_groups_and_the_special_class_come_back(tmp_path):
    with ConfusionWriter(tmp_path, NAMES, class_groups=GROUPS, special_class="background") as writer:
        writer.write("val", COUNTS, 0)
        writer.write("val", COUNTS, 1)
    assert read_back(tmp_path) == {"val": (tuple(GROUPS), 3)}
    assert len(list(read_log(tmp_path))) == 2


def test_groups_need_no_names(tmp_path):
    with ConfusionWriter(tmp_path, class_groups=GROUPS, special_class=np.int64(3)) as writer:
        writer.write("val", COUNTS, 0)
    assert read_back(tmp_path) == {"val": (tuple(GROUPS), 3)}


def test_a_tag_with_names_of_its_own_has_none_of_the_writers_groups(tmp_path):
    with ConfusionWriter(tmp_path, NAMES, class_groups=GROUPS, special_class=3) as writer:
        writer.write("val", COUNTS, 0)
        writer.write("coarse", np.eye(2), 0, class_names=["animal", "plant"])
    assert read_back(tmp_path) == {"coarse": (None, None), "val": (tuple(GROUPS), 3)}


def test_the_summary_writes_them_too(tmp_path):
    import tensorflow as tf

    from tb_confusion_plugin import summary

    with tf.summary.create_file_writer(str(tmp_path)).as_default() as writer:
        summary.confusion_matrix("val", COUNTS, 0, class_names=NAMES, class_groups=GROUPS, special_class="background")
        writer.close()
    assert read_back(tmp_path) == {"val": (tuple(GROUPS), 3)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"class_groups": GROUPS[:3]}, "invalid class_groups: 3 names for 4 classes"),
        ({"class_groups": "pets"}, "invalid class_groups: the single string 'pets'"),
        ({"class_groups": [1, 2, 3, 4]}, "invalid class group: 1 is int; pass strings"),
        ({"class_groups": []}, "invalid class_groups: no names; pass the group of each class"),
        ({"special_class": 4}, "invalid special_class: 4; pass an index from 0 to 3"),
        ({"special_class": -1}, "invalid special_class: -1"),
        ({"special_class": 1.5}, "invalid special_class: 1.5; pass the index or the name of a class"),
        ({"special_class": "sky"}, "unknown special_class: 'sky'; pass one of class_names, or an index"),
    ],
)
def test_what_fits_no_class_is_refused_at_once(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        ConfusionWriter(tmp_path, NAMES, **arguments)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"class_groups": GROUPS[:3]}, "invalid class_groups: 3 names for 4 classes"),
        ({"special_class": 4}, "invalid special_class: 4; pass an index from 0 to 3"),
    ],
)
def test_without_names_they_are_checked_against_the_first_matrix(tmp_path, arguments, message):
    with ConfusionWriter(tmp_path, **arguments) as writer, pytest.raises(ValueError, match=message):
        writer.write("val", COUNTS, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_name_of_a_class_needs_names(tmp_path):
    with pytest.raises(ValueError, match="unknown special_class: 'background'"):
        ConfusionWriter(tmp_path, special_class="background")
