"""Plain [K, K] tensors: within limits of memory, and of what TensorBoard sends."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_confusion_plugin.server import tensor_reader, tensor_series
from tb_confusion_plugin.storage.codec import decode_counts
from tests.server.conftest import ROUTES
from tests.server.fake_provider import TOO_LONG, FakeProvider
from tests.server.test_series import series_of, tensor_summary

K = 20
NUM_STEPS = 60
TENSOR_BYTES = 4 * K * K
T = {"run": "run", "tag": "t"}


def counts_at(step):
    return np.full((K, K), step + 1, dtype=np.int32)


@pytest.fixture
def log(tmp_path):
    """Run "run", tag "t": 60 steps of 20 classes, each with counts of its own; and a small series "small" beside it."""
    writer = EventFileWriter(str(tmp_path / "run"))
    for step in range(NUM_STEPS):
        for summary in (tensor_summary("t", counts_at(step)), tensor_summary("small", np.eye(2, dtype=np.int32))):
            writer.add_event(event_pb2.Event(wall_time=1000.0 + step, step=step, summary=summary))
    writer.close()
    return tmp_path


def assert_each_step_is_served(client, steps):
    for step in steps:
        response = client.get(f"{ROUTES}/matrix", query_string={**T, "step": step})
        assert np.array_equal(decode_counts(response.data), counts_at(step))


def test_more_steps_than_an_answer_may_hold_are_shown_in_part_and_the_page_says_why(serve, log, monkeypatch, clock, load_mode):
    monkeypatch.setattr(tensor_series, "READ_BYTES", 16 * TENSOR_BYTES)
    client = serve(log)
    one = series_of(client.get(f"{ROUTES}/series"))["run", "t"]
    if load_mode == "slow":  # no message bounds it
        assert (one["steps"], one["warnings"]) == (list(range(NUM_STEPS)), [])
        return
    assert len(one["steps"]) == 16
    for _ in range(12):
        clock.by += 3
        grown = series_of(client.get(f"{ROUTES}/series"))["run", "t"]
        assert set(one["steps"]) <= set(grown["steps"])
        one = grown
    assert 16 < len(one["steps"]) < NUM_STEPS
    assert one["steps"] == sorted(set(one["steps"]))
    assert one["steps"][-1] == NUM_STEPS - 1
    [warning] = one["warnings"]
    for part in ("'t'", "'run'", f"some of its steps, {len(one['steps'])}", "random choice", "ConfusionWriter", "confusion_matrix"):
        assert part in warning
    assert_each_step_is_served(client, one["steps"])
    assert series_of(client.get(f"{ROUTES}/series"))["run", "small"]["warnings"] == []


def test_as_many_steps_as_an_answer_holds_are_all_shown(serve, log, monkeypatch):
    monkeypatch.setattr(tensor_series, "READ_BYTES", (NUM_STEPS + 1) * TENSOR_BYTES)
    one = series_of(serve(log).get(f"{ROUTES}/series"))["run", "t"]
    assert (one["steps"], one["warnings"]) == (list(range(NUM_STEPS)), [])


def test_a_tensor_larger_than_the_limit_shows_its_last_step(serve, log, monkeypatch, load_mode):
    monkeypatch.setattr(tensor_series, "READ_BYTES", 1)
    one = series_of(serve(log).get(f"{ROUTES}/series"))["run", "t"]
    assert one["steps"] == (list(range(NUM_STEPS)) if load_mode == "slow" else [NUM_STEPS - 1])


def test_matrices_beyond_what_is_kept_of_a_series_leave_every_second_step(serve, log, monkeypatch):
    monkeypatch.setattr(tensor_series, "SERIES_BYTES", 40 * 80)  # a blob of these is some 80 bytes
    client = serve(log)
    one = series_of(client.get(f"{ROUTES}/series"))["run", "t"]
    assert one["steps"] == list(range(1, NUM_STEPS, 2))
    [warning] = one["warnings"]
    assert "shows 30 of 60 steps, the last among them" in warning
    assert_each_step_is_served(client, one["steps"])


def test_what_there_was_no_room_for_is_read_again_when_somebody_looks(serve, log, monkeypatch):
    monkeypatch.setattr(tensor_reader, "KEPT_BYTES", 1)
    client = serve(log)
    steps = series_of(client.get(f"{ROUTES}/series"))["run", "t"]["steps"]
    assert_each_step_is_served(client, steps)
    small = client.get(f"{ROUTES}/matrix", query_string={"run": "run", "tag": "small", "step": 7})
    assert np.array_equal(decode_counts(small.data), np.eye(2))
    assert_each_step_is_served(client, steps[:3])


def test_tensors_need_no_check(serve, log):
    assert serve(log).get(f"{ROUTES}/series?quick=1").json["num_unchecked"] == 0


@pytest.fixture
def fake():
    provider = FakeProvider()
    provider.blobs = {}
    provider.tensors = {"run": {"t": list(range(10))}}
    return provider


@pytest.fixture
def get(fake, get_of):
    """A function that asks one route of the plugin over the fake provider."""
    return get_of(fake)


@pytest.fixture
def slow_reading(fake, clock):
    """Each reading of more than one step takes a second."""

    def take_time(method, _, num_steps):
        if method == "read_tensors" and num_steps > 1:
            clock.by += 1

    fake.fail = take_time


def steps_of(response):
    return response.json["series"][0]["steps"]


def readings(fake):
    return [num_steps == 1 for method, _, num_steps in fake.asked if method == "read_tensors"]


def test_a_series_without_a_new_step_is_not_read_again(fake, get, clock):
    get("series")
    num_readings = len(readings(fake))
    clock.by = 60
    assert steps_of(get("series")) == list(range(10))
    assert len(readings(fake)) == num_readings


@pytest.mark.usefixtures("slow_reading")
def test_while_a_series_rests_only_its_new_last_step_is_read_and_later_what_was_missed(fake, get, clock):
    get("series")
    fake.asked.clear()
    fake.tensors["run"]["t"] += [10, 11]
    clock.by += 3
    assert steps_of(get("series")) == [*range(10), 11]
    assert readings(fake) == [True]
    clock.by += 3
    assert steps_of(get("series")) == [*range(10), 11]
    clock.by += 20
    assert steps_of(get("series")) == list(range(12))
    assert readings(fake) == [True, False]


@pytest.mark.usefixtures("slow_reading")
def test_a_training_that_went_back_is_read_as_a_whole_though_the_series_rests(fake, get, clock):
    get("series")
    fake.tensors["run"]["t"] = [0, 1, 2, 3]
    fake.wall_times["run", "t", 3] = 20.0
    clock.by += 3
    response = get("series")
    assert (steps_of(response), response.json["series"][0]["wall_times"]) == ([0, 1, 2, 3], [0.0, 1.0, 2.0, 20.0])


def test_what_one_answer_cannot_hold_is_asked_for_in_fewer_steps(fake, get):
    def fail(method, _, num_steps):
        if method == "read_tensors" and num_steps > 5:
            raise TOO_LONG

    fake.fail = fail
    response = get("series")
    assert steps_of(response)[-1] == 9
    [warning] = response.json["series"][0]["warnings"]
    assert "RESOURCE_EXHAUSTED" in warning


def test_a_series_that_cannot_be_read_once_it_was_keeps_its_steps_with_a_warning(fake, get, clock):
    get("series")

    def fail(method, *_):
        if method == "read_tensors":
            raise KeyError("run")

    fake.fail = fail
    fake.tensors["run"]["t"].append(10)
    clock.by += 3
    response = get("series")
    assert steps_of(response) == list(range(10))
    assert "KeyError" in response.json["series"][0]["warnings"][0]
    fake.fail = lambda *_: None
    clock.by += 3
    assert steps_of(get("series")) == list(range(11))


def test_series_that_could_not_be_read_in_time_come_with_the_next_requests(fake, get, clock):
    def take_time(method, *_):
        if method == "read_tensors":
            clock.by += 1

    fake.fail = take_time
    fake.tensors = {f"run{i}": {"t": [0, 1]} for i in range(3)}
    listed = get("series").json
    assert [one["steps"] for one in listed["series"]] == [[0, 1], [], []]
    assert listed["num_unchecked"] == 2
    get("series")
    listed = get("series").json
    assert [one["steps"] for one in listed["series"]] == [[0, 1]] * 3
    assert listed["num_unchecked"] == 0


def test_a_series_that_somebody_asks_for_is_read_before_the_others(fake, get, clock):
    def take_time(method, *_):
        if method == "read_tensors":
            clock.by += 1

    fake.fail = take_time
    fake.tensors = {f"run{i}": {"t": [0, 1]} for i in range(5)}
    assert get("export", run="run4", tag="t").json["step"] == 1


def test_a_run_whose_tensors_cannot_be_listed_is_a_warning_and_the_others_show(fake, get):
    def fail(method, runs, _):
        if method == "list_tensors" and (runs is None or "bad" in runs):
            raise TOO_LONG

    fake.fail = fail
    fake.tensors = {run: {"t": [0, 1]} for run in ("bad", "good")}
    bad, good = get("series").json["series"]
    assert good["steps"] == [0, 1]
    assert "run 'bad' isn't shown" in bad["warnings"][0]


def test_small_series_are_read_together(fake, get):
    fake.tensors = {f"run{i:02d}": {"t": [0, i + 1]} for i in range(60)}
    listed = get("series").json
    assert [one["steps"] for one in listed["series"]] == [[0, i + 1] for i in range(60)]
    assert fake.times_asked("read_tensors") < 20


def test_a_malformed_series_does_not_hide_those_that_are_read_together_with_it(fake, get):
    def fail(method, runs, _):
        if method == "read_tensors" and "run3" in runs:
            raise ValueError("malformed")

    fake.fail = fail
    fake.tensors = {f"run{i}": {"t": [0, 1]} for i in range(6)}
    listed = get("series").json["series"]
    assert [one["steps"] for one in listed] == [[] if i == 3 else [0, 1] for i in range(6)]
    assert [one["run"] for one in listed if one["warnings"]] == ["run3"]
    assert "ValueError: malformed" in listed[3]["warnings"][0]
