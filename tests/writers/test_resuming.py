"""ConfusionWriter: steps that repeat or go back, and trainings that are resumed, as TensorBoard's two readers see them."""

from __future__ import annotations

import pytest

from tb_confusion_plugin import ConfusionWriter


def counts_of(value):
    return [[value, 1], [0, 2]]


def files(directory):
    return {path.relative_to(directory): path.read_bytes() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture
def writer(tmp_path):
    with ConfusionWriter(tmp_path / "run") as writer:
        yield writer


def test_a_step_that_is_written_again_replaces_its_matrix_alone(tmp_path, stored_matrices, writer):
    for value in range(4):
        writer.write("train", counts_of(value), step=7)
        writer.write("val", counts_of(10 + value), step=7)
    assert stored_matrices(tmp_path) == {("run", "train"): [(7, counts_of(3))], ("run", "val"): [(7, counts_of(13))]}


def test_a_step_that_goes_back_removes_what_came_after(tmp_path, stored_matrices, writer):
    for step in (0, 1, 2, 3, 4, 2, 3):
        writer.write("t", counts_of(100 + step), step=step)
    assert [step for step, _ in stored_matrices(tmp_path)["run", "t"]] == [0, 1, 2, 3]


def test_going_back_says_which_other_tags_lose_matrices(tmp_path, stored_matrices, writer):
    for step in range(5):
        writer.write("train", counts_of(step), step=step)
        writer.write("val", counts_of(step), step=step)
    with pytest.warns(UserWarning, match=r"step 2 of 'train' goes back.*\['val'\]"):
        writer.write("train", counts_of(50), step=2)
    assert {tag: [step for step, _ in data] for (_, tag), data in stored_matrices(tmp_path).items()} == {
        "train": [0, 1, 2],
        "val": [0, 1],
    }


def test_a_tag_that_was_removed_goes_on_without_removing_others(tmp_path, stored_matrices, writer):
    for step in range(5):
        writer.write("train", counts_of(step), step=step)
        writer.write("val", counts_of(step), step=step)
    with pytest.warns(UserWarning, match="goes back"):
        writer.write("train", counts_of(50), step=2)
    writer.write("train", counts_of(51), step=3)
    writer.write("val", counts_of(52), step=2)
    stored = stored_matrices(tmp_path)
    assert [step for step, _ in stored["run", "val"]] == [0, 1, 2]


def test_going_back_with_warnings_as_errors_writes_nothing(tmp_path, writer):
    for tag in ("train", "val"):
        writer.write(tag, counts_of(1), step=1)
        writer.write(tag, counts_of(2), step=2) if tag == "val" else None
    before = files(tmp_path)
    with pytest.raises(UserWarning, match="goes back"):
        writer.write("train", counts_of(3), step=1)
    assert files(tmp_path) == before


def test_a_second_writer_resumes_and_removes_what_it_writes_again(tmp_path, stored_matrices):
    with ConfusionWriter(tmp_path / "run") as first:
        for step in range(10):
            first.write("t", counts_of(step), step=step)
    with ConfusionWriter(tmp_path / "run") as second:
        for step in range(5, 8):
            second.write("t", counts_of(100 + step), step=step)
    expected = [(step, counts_of(step)) for step in range(5)] + [(step, counts_of(100 + step)) for step in range(5, 8)]
    assert stored_matrices(tmp_path) == {("run", "t"): expected}


def test_a_writer_an_epoch_keeps_every_epoch(tmp_path, stored_matrices):
    """Their files' names begin with the second: made in the same second, the tenth would sort before the ninth."""
    for epoch in range(3):
        with ConfusionWriter(tmp_path / "run") as writer:
            writer.write("t", counts_of(epoch), step=epoch)
    names = [path.name.split(".")[3] for path in sorted((tmp_path / "run").iterdir())]
    assert len(set(names)) == len(names)
    assert stored_matrices(tmp_path) == {("run", "t"): [(epoch, counts_of(epoch)) for epoch in range(3)]}


def test_purge_step_removes_all_from_there_on(tmp_path, stored_matrices):
    with ConfusionWriter(tmp_path / "run") as first:
        for step in range(6):
            first.write("t", counts_of(step), step=step)
    with ConfusionWriter(tmp_path / "run", purge_step=2) as second:
        second.write("t", counts_of(50), step=4)
    assert [step for step, _ in stored_matrices(tmp_path)["run", "t"]] == [0, 1, 4]


def test_a_resumed_writer_removes_steps_that_it_skips(tmp_path, stored_matrices):
    with ConfusionWriter(tmp_path / "run") as first:
        for step in range(10):
            first.write("train", counts_of(step), step=step)
            first.write("val", counts_of(step), step=step)
    with ConfusionWriter(tmp_path / "run") as second:
        second.write("train", counts_of(1), step=5)
        second.write("train", counts_of(1), step=6)
        second.write("val", counts_of(2), step=8)
        second.write("new", counts_of(3), step=8)
    assert {tag: [step for step, _ in data] for (_, tag), data in stored_matrices(tmp_path).items()} == {
        "train": [0, 1, 2, 3, 4, 5, 6],
        "val": [0, 1, 2, 3, 4, 8],
        "new": [8],
    }


def test_a_resumed_writer_may_write_another_tag_at_an_earlier_step(tmp_path, stored_matrices):
    with ConfusionWriter(tmp_path / "run") as first:
        for step in range(6):
            first.write("train", counts_of(step), step=step)
            first.write("val", counts_of(step), step=step)
    with ConfusionWriter(tmp_path / "run") as second:
        second.write("train", counts_of(100), step=5)
        second.write("val", counts_of(101), step=3)
    assert stored_matrices(tmp_path)["run", "val"] == [*((step, counts_of(step)) for step in range(3)), (3, counts_of(101))]
    assert stored_matrices(tmp_path)["run", "train"][-1] == (5, counts_of(100))


def test_a_step_before_the_purged_one_counts_too(tmp_path, stored_matrices):
    with ConfusionWriter(tmp_path / "run") as first:
        for step in range(6):
            first.write("t", counts_of(step), step=step)
    with ConfusionWriter(tmp_path / "run", purge_step=5) as second:
        second.write("t", counts_of(100), step=3)
    assert stored_matrices(tmp_path)["run", "t"] == [*((step, counts_of(step)) for step in range(3)), (3, counts_of(100))]


def test_the_last_matrix_of_another_tag_outlives_a_step_that_goes_back(tmp_path, stored_matrices, writer):
    for tag, step in (("train", 0), ("val", 0), ("train", 1), ("val", 2), ("train", 1)):
        writer.write(tag, counts_of(step), step=step)
    assert {tag: [step for step, _ in data] for (_, tag), data in stored_matrices(tmp_path).items()} == {
        "train": [0, 1],
        "val": [0, 2],
    }


def test_a_tag_that_was_removed_is_removed_further_where_training_goes_back_behind_its_resumption(tmp_path, stored_matrices):
    with ConfusionWriter(tmp_path / "run") as first:
        for step in range(10):
            first.write("train", counts_of(step), step=step)
            first.write("val", counts_of(step), step=step)
    with ConfusionWriter(tmp_path / "run") as second:
        for step in (5, 6):
            second.write("train", counts_of(100 + step), step=step)
            second.write("val", counts_of(100 + step), step=step)
        with pytest.warns(UserWarning, match=r"step 5 of 'train' goes back.*\['val'\]"):
            second.write("train", counts_of(205), step=5)
        second.write("train", counts_of(203), step=3)
        second.write("val", counts_of(204), step=4)
    before = [(step, counts_of(step)) for step in range(3)]
    assert stored_matrices(tmp_path) == {
        ("run", "train"): [*before, (3, counts_of(203))],
        ("run", "val"): [*before, (4, counts_of(204))],
    }
