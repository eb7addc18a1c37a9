"""GET series of many runs and steps: an answer that is made once, and sent once."""

from __future__ import annotations

import gzip
import json
import logging

import numpy as np
import pytest

from tb_confusion_plugin import ConfusionWriter
from tests.server.conftest import ROUTES
from tests.server.fake_provider import FakeProvider

GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture
def client(serve, two_runs):
    return serve(two_runs)


def test_an_answer_that_has_not_changed_is_not_sent_again(client, caplog):
    first = client.get(f"{ROUTES}/series")
    again = client.get(f"{ROUTES}/series", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_another_etag_gets_the_answer(client):
    assert client.get(f"{ROUTES}/series", headers={"If-None-Match": 'W/"0123"'}).json["series"]


def test_the_etag_is_another_once_something_has_changed(get_of, clock):
    fake = FakeProvider()
    get = get_of(fake)
    etags = [get("series").headers["ETag"]]
    clock.by = 3
    etags.append(get("series").headers["ETag"])
    fake.blobs["run"]["val"].append(3)
    clock.by = 6
    response = get("series", headers={"If-None-Match": etags[0]})
    assert response.json["series"][0]["steps"] == [0, 1, 2, 3]
    assert etags[0] == etags[1] != response.headers["ETag"]


def test_a_browser_may_keep_the_answer_and_has_to_ask_whether_it_still_holds(client):
    headers = client.get(f"{ROUTES}/series").headers
    assert "no-cache" in headers["Cache-Control"]
    assert "no-store" not in headers["Cache-Control"]
    assert headers["Vary"] == "Accept-Encoding"


def test_gzipped_or_not_the_answer_is_the_same(client):
    plain, gzipped = client.get(f"{ROUTES}/series"), client.get(f"{ROUTES}/series", headers=GZIP)
    assert (plain.headers.get("Content-Encoding"), gzipped.headers["Content-Encoding"]) == (None, "gzip")
    assert json.loads(gzip.decompress(gzipped.data)) == plain.json
    assert gzipped.headers["ETag"] == plain.headers["ETag"]


def test_a_wall_time_that_is_no_number_is_still_json(get_of):
    fake = FakeProvider()
    fake.wall_times["run", "val", 1] = float("nan")
    [series] = get_of(fake)("series").json["series"]
    assert series["wall_times"] == [0.0, "NaN", 2.0]


def test_hundreds_of_runs_are_listed_exactly(get, tmp_path):
    for i in range(300):
        with ConfusionWriter(tmp_path / f"run{i:03d}") as writer:
            writer.write("val", np.eye(2), i)
    listed = get(tmp_path, "series").json
    assert [(one["run"], one["steps"]) for one in listed["series"]] == [(f"run{i:03d}", [i]) for i in range(300)]
    assert {one["num_classes"] for one in listed["series"]} == {2}
