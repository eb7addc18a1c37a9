"""GET order: classes that are confused stand side by side."""

from __future__ import annotations

import numpy as np
import pytest

from tb_confusion_plugin import ConfusionWriter

VAL = {"run": "sgd", "tag": "val"}


@pytest.fixture
def paired_log(tmp_path):
    """Step 0: 0 and 3 are confused, and 1 and 2. Step 1: nothing is."""
    counts = np.diag([50, 50, 50, 50])
    for i, j in ((0, 3), (3, 0), (1, 2), (2, 1)):
        counts[i, j] = 20
    counts[0, 1] = 1
    with ConfusionWriter(tmp_path / "sgd") as writer:
        writer.write("val", counts, 0)
        writer.write("val", np.diag([50, 50, 50, 50]), 1)
    return tmp_path


def test_order_puts_confused_classes_side_by_side(get, paired_log):
    answer = get(paired_log, "order", **VAL, step=0).json
    assert {"run": answer["run"], "tag": answer["tag"], "step": answer["step"]} == {**VAL, "step": 0}
    assert sorted(answer["class_order"]) == [0, 1, 2, 3]
    assert {frozenset(group) for group in answer["groups"]} == {frozenset({0, 3}), frozenset({1, 2})}
    for group in answer["groups"]:
        assert np.ptp([answer["class_order"].index(one) for one in group]) == 1


def test_order_is_that_of_the_last_step_where_none_is_asked_for(get, paired_log):
    answer = get(paired_log, "order", **VAL).json
    assert (answer["step"], answer["class_order"], answer["groups"]) == (1, [0, 1, 2, 3], [])


def test_order_of_something_unknown_is_not_found(get, paired_log):
    response = get(paired_log, "order", run="sgd", tag="val", step=7)
    assert response.status_code == 404
    assert "step=7" in response.json["error"]
