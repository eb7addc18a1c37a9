"""When TensorBoard is asked for a new listing, and what its failures come to."""

from __future__ import annotations

import threading

import grpc
import pytest
from tensorboard import errors

from tests.server.fake_provider import PATIENCE_S, TOO_LONG, FakeProvider, RpcFailure

VAL = {"run": "run", "tag": "val"}


@pytest.fixture
def fake():
    return FakeProvider()


@pytest.fixture
def get(fake, get_of):
    """A function that asks one route of the plugin over the fake provider."""
    return get_of(fake)


def test_a_listing_older_than_two_seconds_is_made_anew(fake, get, clock):
    for _ in range(2):
        assert get("series").status_code == 200
    assert fake.times_asked("list_blob_sequences") == 1
    clock.by = 3
    get("series")
    assert fake.times_asked("list_blob_sequences") == 2


def test_a_known_step_is_answered_from_a_listing_of_any_age(fake, get, clock):
    get("series")
    clock.by = 3600
    assert get("matrix", **VAL, step=1).status_code == 200
    assert get("classes", **VAL).status_code == 200
    assert fake.times_asked("list_blob_sequences") == 1


def test_the_last_step_is_looked_up_in_a_listing_of_two_seconds_at_most(fake, get, clock):
    get("series")
    fake.blobs["run"]["val"].append(3)
    assert get("export", **VAL).json["step"] == 2
    clock.by = 3
    assert get("export", **VAL).json["step"] == 3
    assert fake.times_asked("list_blob_sequences") == 2


@pytest.mark.parametrize("query", [{**VAL, "step": 9}, {"run": "none", "tag": "val"}, {"run": "run", "tag": "none"}])
def test_what_the_listing_lacks_is_looked_up_once_more(fake, get, query):
    get("series")
    assert get("matrix", **query).status_code == 404
    assert fake.times_asked("list_blob_sequences") == 2


def test_a_step_that_is_newer_than_the_listing_is_found(fake, get):
    get("series")
    fake.blobs["run"]["val"].append(3)
    assert get("matrix", **VAL, step=3).status_code == 200
    assert fake.times_asked("list_blob_sequences") == 2


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
    assert fake.times_asked("list_blob_sequences") == 1


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


def listed(response):
    """Steps and warnings of each series."""
    assert response.status_code == 200
    return {(one["run"], one["tag"]): (one["steps"], one["warnings"]) for one in response.json["series"]}


def test_where_nothing_has_changed_no_steps_are_asked_for_again(fake, get, clock):
    before = get("series").data
    num_asked = len(fake.asked)
    clock.by = 3
    assert get("series").data == before
    assert [method for method, _, _ in fake.asked[num_asked:]] == ["list_blob_sequences", "list_tensors"]


def test_only_the_runs_in_which_something_has_changed_are_asked_for_their_steps(fake, get, clock):
    fake.blobs = {f"run{i}": {"val": [0]} for i in range(5)}
    get("series")
    fake.blobs["run3"]["val"].append(1)
    fake.blobs["run5"] = {"val": [0]}
    del fake.blobs["run0"]
    clock.by = 3
    num_asked = len(fake.asked)
    series = listed(get("series"))
    assert {run: steps for (run, _), (steps, _) in series.items()} == {
        "run1": [0],
        "run2": [0],
        "run3": [0, 1],
        "run4": [0],
        "run5": [0],
    }
    assert [set(runs) for method, runs, _ in fake.asked[num_asked:] if method == "read_blob_sequences"] == [{"run3", "run5"}]


def test_a_step_that_was_written_again_is_noticed_by_its_wall_time(fake, get, clock):
    get("series")
    fake.wall_times["run", "val", 2] = 7.5
    clock.by = 3
    assert get("series").json["series"][0]["wall_times"] == [0.0, 1.0, 7.5]


def test_what_was_checked_of_a_run_that_is_gone_is_forgotten(fake, get, clock):
    assert get("series").json["num_unchecked"] == 0
    run = fake.blobs.pop("run")
    clock.by = 3
    assert get("series").json["series"] == []
    fake.blobs["run"] = run
    clock.by = 6
    assert get("series", quick=1).json["num_unchecked"] == 3


def test_the_last_steps_of_all_series_are_checked_first(fake, get):
    fake.blobs = {f"run{i}": {"val": [0, 1, 2]} for i in range(3)}
    get("series")
    checked = [step for method, _, step in fake.asked if method == "read_blob"]
    assert sorted(checked[:3]) == [2, 2, 2]


def test_class_names_that_exceed_a_message_are_listed_by_fewer_runs_at_once(fake, get, clock):
    def fail(method, runs, _):
        if method == "list_blob_sequences" and (runs is None or len(runs) > 2):
            raise TOO_LONG

    fake.fail = fail
    fake.blobs = {f"run{i}": {"val": [0, 1]} for i in range(5)}
    fake.contents = {f"run{i}": b'{"class_names": ["cat", "dog"]}' for i in range(5)}
    assert listed(get("series"))["run4", "val"][0] == [0, 1]
    for i in range(5):
        assert get("classes", run=f"run{i}", tag="val").json["class_names"] == ["cat", "dog"]
    clock.by = 3
    num_asked = len(fake.asked)
    get("series")
    # Without the names: the last step of each series tells as well that nothing has changed.
    assert fake.asked[num_asked:] == [("read_blob_sequences", None, 1), ("list_tensors", None, None)]


def test_a_run_whose_names_cannot_be_listed_shows_indices_with_a_warning(fake, get):
    def fail(method, runs, _):
        if method == "list_blob_sequences" and (runs is None or "bad" in runs):
            raise TOO_LONG

    fake.fail = fail
    fake.blobs = {run: {"val": [0, 1]} for run in ("bad", "good", "new")}
    series = listed(get("series"))
    assert {steps == [0, 1] for steps, _ in series.values()} == {True}
    assert [run for (run, _), (_, warnings) in series.items() if warnings] == ["bad"]
    assert "RESOURCE_EXHAUSTED" in series["bad", "val"][1][0]


def test_a_run_that_tensorboard_cannot_list_at_all_is_a_warning_and_the_others_show(fake, get, clock):
    def fail(method, runs, _):
        if method in ("list_blob_sequences", "read_blob_sequences", "list_tensors") and (runs is None or "bad" in runs):
            raise KeyError("bad")

    fake.fail = fail
    fake.blobs = {run: {"val": [0, 1]} for run in ("bad", "good", "new")}
    series = listed(get("series"))
    assert {key: steps for key, (steps, _) in series.items()} == {("bad", ""): [], ("good", "val"): [0, 1], ("new", "val"): [0, 1]}
    assert "run 'bad' isn't shown" in series["bad", ""][1][0]
    fake.fail = lambda *_: None
    clock.by = 3
    assert sorted(listed(get("series"))) == [("bad", "val"), ("good", "val"), ("new", "val")]


def test_a_series_whose_steps_cannot_be_listed_does_not_hide_the_others_of_its_run(fake, get):
    def fail(method, runs, num_steps):
        if method == "read_blob_sequences" and "run" in (runs or ["run"]) and num_steps != 1:
            raise IndexError("malformed")

    fake.fail = fail
    fake.blobs = {"run": {"val": [0]}, "whole": {"val": [0]}}
    series = listed(get("series"))
    assert series["whole", "val"] == ([0], [])
    assert "IndexError: malformed" in series["run", "val"][1][0]


def test_a_data_server_that_has_ended_is_a_503_with_the_reason(fake, get):
    def fail(*_):
        raise RpcFailure(grpc.StatusCode.UNAVAILABLE, "failed to connect to all addresses")

    fake.fail = fail
    response = get("series")
    assert response.status_code == 503
    assert "UNAVAILABLE: failed to connect" in response.json["error"]


def test_the_experiments_of_an_address_do_not_pile_up(fake, get_of):
    """TensorBoard takes any name there, and gives all of them the same data."""
    get = get_of(fake)
    for i in range(6):
        assert listed(get("series", experiment=f"e{i}"))["run", "val"] == ([0, 1, 2], [])
    num_asked = len(fake.asked)
    get("series", experiment="e5")
    assert len(fake.asked) == num_asked
    get("series", experiment="e0")
    assert len(fake.asked) > num_asked
