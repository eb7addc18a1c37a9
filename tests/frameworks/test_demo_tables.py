"""The demos of scikit-learn and of tables, run as a user runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits, load_wine

from tb_confusion_plugin import read_log

pytestmark = pytest.mark.frameworks

DEMO = Path(__file__).parents[2] / "demo"


def run_demo(name, logdir):
    command = [sys.executable, str(DEMO / name), "--logdir", str(logdir)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=logdir.parent, timeout=240)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"tensorboard --logdir {logdir}    then open http://localhost:6006/#confusion"


def accuracies(logdir, run):
    matrices = [datum.matrix for one, _, datum in read_log(logdir) if one == run]
    return [matrix.true_positives.sum() / matrix.total for matrix in matrices]


def test_wine_is_learnt_better_where_it_is_scaled(tmp_path, stored_matrices):
    run_demo("sklearn_wine.py", tmp_path / "logs")
    stored = stored_matrices(tmp_path / "logs")
    assert {series: [step for step, _ in data] for series, data in stored.items()} == {
        (run, "val/confusion"): list(range(15)) for run in ("raw", "scaled")
    }
    # The validation set is the half that the classes share as they share the whole.
    shares = np.bincount(load_wine().target)
    for data in stored.values():
        for _, counts in data:
            np.testing.assert_allclose(np.sum(counts, axis=1), shares / 2, atol=1)
    assert {datum.matrix.class_names for _, _, datum in read_log(tmp_path / "logs")} == {("class_0", "class_1", "class_2")}
    assert accuracies(tmp_path / "logs", "scaled")[-1] > 0.9 > accuracies(tmp_path / "logs", "raw")[-1]


def test_digits_are_counted_from_a_table_an_epoch_at_a_time(tmp_path, stored_matrices):
    run_demo("tables_digits.py", tmp_path / "logs")
    ((series, data),) = stored_matrices(tmp_path / "logs").items()
    assert series == ("linear", "val/confusion")
    assert [step for step, _ in data] == list(range(10))
    num_samples = len(load_digits().target)
    assert {int(np.sum(counts)) for _, counts in data} == {-(-num_samples // 2)}
    assert {datum.matrix.class_names[:2] for _, _, datum in read_log(tmp_path / "logs")} == {("zero", "one")}
    accuracy = accuracies(tmp_path / "logs", "linear")
    assert accuracy[-1] > max(0.85, accuracy[0])
