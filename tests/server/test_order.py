"""GET order: classes that are confused stand side by side."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.ordering import SimilarityOrder
from tb_confusion_plugin.server import order as server_order
from tb_confusion_plugin.storage.codec import encode_counts

VAL = {"run": "sgd", "tag": "val"}
DEADLINE_S = 60


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


@pytest.fixture
def gate(monkeypatch):
    """Nothing is kept yet, and orders of matrices with errors are made when the gate is opened: it tells how many have begun."""

    class Gate:
        def __init__(self):
            self.opened, self.reached, self.num_begun = threading.Event(), threading.Event(), 0

        def order(self, counts):
            if np.asarray(counts)[0, 1] == 0:
                return SimilarityOrder(np.arange(4), ())
            self.num_begun += 1
            self.reached.set()
            assert self.opened.wait(DEADLINE_S)
            return SimilarityOrder(np.array([0, 3, 1, 2]), ((0, 3), (1, 2)))

    gate = Gate()
    monkeypatch.setattr(server_order, "similarity_order", gate.order)
    monkeypatch.setattr(server_order, "_orders", server_order._Orders())
    yield gate
    gate.opened.set()


def test_others_are_answered_while_an_order_is_made(serve, paired_log, gate):
    client = serve(paired_log)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, "/data/plugin/confusion/order", query_string={**VAL, "step": 0})
        assert gate.reached.wait(DEADLINE_S)
        assert client.get("/data/plugin/confusion/series").status_code == 200
        assert client.get("/data/plugin/confusion/order", query_string={**VAL, "step": 1}).json["class_order"] == [0, 1, 2, 3]
        assert not first.done()
        gate.opened.set()
        assert first.result(DEADLINE_S).json["groups"] == [[0, 3], [1, 2]]


def test_an_order_is_made_once_however_many_ask_for_it(serve, paired_log, gate):
    client = serve(paired_log)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(client.get, "/data/plugin/confusion/order", query_string={**VAL, "step": 0}) for _ in range(4)]
        assert gate.reached.wait(DEADLINE_S)
        gate.opened.set()
        assert all(one.result(DEADLINE_S).json["class_order"] == [0, 3, 1, 2] for one in asked)
    assert gate.num_begun == 1


def test_an_order_that_failed_is_made_anew_for_the_next_one(monkeypatch, gate, paired_log, get):
    def fail(counts):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(server_order, "similarity_order", fail)
        with pytest.raises(MemoryError):
            get(paired_log, "order", **VAL, step=0)
    gate.opened.set()
    assert get(paired_log, "order", **VAL, step=0).status_code == 200


def test_a_blob_that_is_no_matrix_has_no_order():
    with pytest.raises(server_order.errors.NotFoundError):
        server_order.order_of(b"no matrix")


def test_kept_orders_take_few_bytes():
    num_classes = 21_841
    groups = tuple(tuple(range(first, first + 10)) for first in range(0, num_classes - 10, 10))
    kept = server_order._KeptOrder.keep(SimilarityOrder(np.arange(num_classes), groups))
    assert kept.num_bytes <= 5 * num_classes + server_order._OVERHEAD_BYTES
    assert kept.to_json() == {"class_order": list(range(num_classes)), "groups": [list(group) for group in groups]}


def test_what_was_asked_for_longest_ago_is_forgotten_first(monkeypatch):
    blobs = [encode_counts(np.eye(100, dtype=np.int64) * (one + 1)) for one in range(4)]
    made = []
    monkeypatch.setattr(
        server_order, "similarity_order", lambda counts: made.append(counts[0, 0]) or SimilarityOrder(np.arange(100), ())
    )
    monkeypatch.setattr(server_order, "_orders", server_order._Orders())
    monkeypatch.setattr(server_order, "_MAX_BYTES", 3 * (4 * 100 + server_order._OVERHEAD_BYTES))
    for one in (0, 1, 2, 0, 3, 0, 2, 1):
        server_order.order_of(blobs[one])
    assert made == [1, 2, 3, 4, 2]
