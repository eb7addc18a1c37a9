"""When TensorBoard is asked for a new listing, and what its failures come to."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace

import grpc
import numpy as np
import pytest
from tensorboard import errors
from tensorboard.data import provider
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client

from tb_confusion_plugin.server import catalog
from tb_confusion_plugin.server.loader import ConfusionLoader
from tb_confusion_plugin.storage.codec import encode_counts

VAL = {"run": "run", "tag": "val"}
PATIENCE_S = 20


class RpcFailure(grpc.RpcError):
    """As gRPC raises them: the first line of the text says nothing."""

    def __init__(self, code, details):
        super().__init__()
        self._code, self._details = code, details

    def code(self):
        return self._code

    def details(self):
        return self._details

    def __str__(self):
        return f"<_MultiThreadedRendezvous of RPC that terminated with:\n\tstatus = {self._code}"


class FakeProvider:
    """One series of blobs, run "run" and tag "val", and as many of tensors as a test gives it; counts what it is asked."""

    def __init__(self):
        self.steps = [0, 1, 2]
        self.num_listings = 0
        self.read_failures = {}
        self.tensor_series = {}
        self.tensor_failure = None
        self.num_tensor_reads = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def list_blob_sequences(self, _ctx, **_):
        self.num_listings += 1
        assert self.may_answer.wait(PATIENCE_S)
        last = self.steps[-1]
        return {
            "run": {
                "val": provider.BlobSequenceTimeSeries(
                    max_step=last, max_wall_time=float(last), max_length=1, plugin_content=b"", description="", display_name=""
                )
            }
        }

    def read_blob_sequences(self, _ctx, **_):
        data = [
            provider.BlobSequenceDatum(step=step, wall_time=float(step), values=(provider.BlobReference(blob_key=str(step)),))
            for step in self.steps
        ]
        return {"run": {"val": data}}

    def read_blob(self, _ctx, *, blob_key):
        if int(blob_key) in self.read_failures:
            raise self.read_failures[int(blob_key)]
        return encode_counts(np.eye(2, dtype=np.int64))

    def list_tensors(self, _ctx, **_):
        return self.tensor_series

    def read_tensors(self, _ctx, **_):
        self.num_tensor_reads += 1
        raise self.tensor_failure


@pytest.fixture
def fake():
    return FakeProvider()


@pytest.fixture
def get(fake):
    """A function that asks one route of the plugin over the fake provider."""
    plugin = ConfusionLoader().load(TBContext(data_provider=fake, flags=SimpleNamespace(samples_per_plugin={})))
    apps = plugin.get_plugin_apps()
    return lambda route, **query: Client(apps[f"/{route}"]).get(query_string=query)


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test moves."""
    moved = SimpleNamespace(by=0.0)
    monkeypatch.setattr(catalog, "time", SimpleNamespace(monotonic=lambda: time.monotonic() + moved.by))
    return moved


def test_a_listing_older_than_two_seconds_is_made_anew(fake, get, clock):
    for _ in range(2):
        assert get("series").status_code == 200
    assert fake.num_listings == 1
    clock.by = 3
    get("series")
    assert fake.num_listings == 2


def test_a_known_step_is_answered_from_a_listing_of_any_age(fake, get, clock):
    get("series")
    clock.by = 3600
    assert get("matrix", **VAL, step=1).status_code == 200
    assert get("classes", **VAL).status_code == 200
    assert fake.num_listings == 1


def test_the_last_step_is_looked_up_in_a_listing_of_two_seconds_at_most(fake, get, clock):
    get("series")
    fake.steps.append(3)
    assert get("export", **VAL).json["step"] == 2
    clock.by = 3
    assert get("export", **VAL).json["step"] == 3
    assert fake.num_listings == 2


@pytest.mark.parametrize("query", [{**VAL, "step": 9}, {"run": "none", "tag": "val"}, {"run": "run", "tag": "none"}])
def test_what_the_listing_lacks_is_looked_up_once_more(fake, get, query):
    get("series")
    assert get("matrix", **query).status_code == 404
    assert fake.num_listings == 2


def test_a_step_that_is_newer_than_the_listing_is_found(fake, get):
    get("series")
    fake.steps.append(3)
    assert get("matrix", **VAL, step=3).status_code == 200
    assert fake.num_listings == 2


def test_requests_at_once_share_one_listing(fake, get):
    fake.may_answer.clear()
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(get("series").json["series"][0]["steps"])) for _ in range(4)]
    for thread in threads:
        thread.start()
    fake.may_answer.set()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert answers == [[0, 1, 2]] * 4
    assert fake.num_listings == 1


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (KeyError("run"), "KeyError: 'run'"),
        (RpcFailure(grpc.StatusCode.UNAVAILABLE, "the data server is gone"), "UNAVAILABLE: the data server is gone"),
        (errors.InvalidArgumentError("bad key"), "bad key"),
        (errors.NotFoundError("no such blob"), "no such blob"),
    ],
    ids=["key", "rpc", "invalid", "not_found"],
)
def test_a_datum_that_tensorboard_fails_to_read_stays_listed_and_its_matrix_is_a_404_with_the_reason(fake, get, failure, reason):
    fake.read_failures[1] = failure
    listed = get("series").json
    assert (listed["series"][0]["steps"], listed["num_unchecked"]) == ([0, 1, 2], 1)
    response = get("matrix", **VAL, step=1)
    assert response.status_code == 404
    assert reason in response.json["error"]
    assert get("matrix", **VAL, step=2).status_code == 200


def test_a_datum_that_can_be_read_again_is_shown(fake, get):
    fake.read_failures[1] = KeyError("run")
    assert get("series").json["num_unchecked"] == 1
    fake.read_failures.clear()
    assert get("series").json["num_unchecked"] == 0
    assert get("matrix", **VAL, step=1).status_code == 200
