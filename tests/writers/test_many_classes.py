"""demo/many_classes.py: what it plants is there, and nobody can take it for real data."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from tb_confusion_plugin import read_log

SCRIPT = Path(__file__).parents[2] / "demo" / "many_classes.py"
NUM_CLASSES, NUM_STEPS = 200, 5


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SCRIPT))


def write(script, logdir, *more):
    script["main"](["--logdir", str(logdir), "--classes", str(NUM_CLASSES), "--steps", str(NUM_STEPS), "--runs", "2", *more])
    return {(run, datum.step): datum for run, _, datum in read_log(logdir)}


@pytest.fixture(scope="module")
def log(script, tmp_path_factory):
    return write(script, tmp_path_factory.mktemp("many"))


def test_models_learn_and_differ(log):
    accuracy = {key: datum.matrix.true_positives.sum() / datum.matrix.total for key, datum in log.items()}
    assert {run for run, _ in accuracy} == {"model0", "model1"}
    assert accuracy["model0", NUM_STEPS - 1] > accuracy["model0", 0] + 0.1
    assert accuracy["model1", NUM_STEPS - 1] > accuracy["model0", NUM_STEPS - 1]


def test_most_mistakes_stay_within_the_planted_groups_which_no_index_shows(log):
    datum = log["model0", NUM_STEPS - 1]
    groups = np.array(datum.class_groups)
    wrong = np.asarray(datum.matrix.counts).copy()
    np.fill_diagonal(wrong, 0)
    within = wrong[groups[:, None] == groups[None, :]].sum()
    assert within > 0.8 * wrong.sum()
    assert len(set(groups)) == NUM_CLASSES / 10
    assert (groups[1:] == groups[:-1]).mean() < 0.2


def test_every_class_has_the_same_samples_at_each_step(log):
    supports = {tuple(datum.matrix.support) for datum in log.values()}
    assert supports == {(50,) * NUM_CLASSES}


def test_some_classes_are_forgotten(script, log):
    forgotten = script["plant_classes"](NUM_CLASSES, 0).forgotten
    assert len(forgotten) == 2
    middle, last = (log["model1", step].matrix for step in (2, NUM_STEPS - 1))
    for one in forgotten:
        assert last.true_positives[one] < middle.true_positives[one]


def test_the_same_seed_gives_the_same_log(script, log, tmp_path):
    again, other = write(script, tmp_path / "again"), write(script, tmp_path / "other", "--seed", "1")
    key = ("model1", NUM_STEPS - 1)
    np.testing.assert_array_equal(again[key].matrix.counts, log[key].matrix.counts)
    assert not np.array_equal(other[key].matrix.counts, log[key].matrix.counts)


def test_the_title_says_that_it_is_synthetic(script, stored_title, tmp_path):
    write(script, tmp_path)
    assert stored_title(tmp_path) == "synthetic: 200 classes in 20 planted groups"


def test_one_class_is_too_few(script, capsys):
    with pytest.raises(SystemExit):
        script["main"](["--classes", "1"])
    assert "invalid number: 1" in capsys.readouterr().err


@pytest.fixture
def stored_title(open_log):
    """A function that gives the title that TensorBoard has of a log's first series."""
    from tensorboard.context import RequestContext

    from tb_confusion_plugin.storage.metadata import parse_metadata

    def title(logdir):
        listing = open_log(logdir).list_blob_sequences(RequestContext(), experiment_id="", plugin_name="confusion")
        return parse_metadata(listing["model0"]["val/confusion"].plugin_content).title

    return title
