"""The demos of PyTorch, Lightning and transformers, run as a user runs them."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tb_confusion_plugin import read_log

pytestmark = pytest.mark.frameworks

# What each demo is to log: its run and tag, its steps, and how many digits it validates on.
EXPECTED = {
    "pytorch_digits.py": (("cnn", "val/confusion"), range(16), 1347),
    "lightning_digits.py": (("perceptron", "val/confusion"), range(29, 300, 29), 897),
    "transformers_digits.py": (("vit", "eval/confusion"), range(15, 240, 15), 897),
}


@pytest.fixture(scope="module", params=list(EXPECTED))
def demo(request, tmp_path_factory, run_demo):
    """(name, log directory) of a demo that has run."""
    logdir = tmp_path_factory.mktemp("demo") / "logs"
    last_line = run_demo(request.param, logdir).splitlines()[-1]
    assert last_line == f"tensorboard --logdir {logdir}    then open http://localhost:6006/#confusion"
    return request.param, logdir


def test_every_step_has_the_validation_set(demo, stored_matrices):
    name, logdir = demo
    series, steps, num_samples = EXPECTED[name]
    ((found, data),) = stored_matrices(logdir).items()
    assert (found, [step for step, _ in data]) == (series, list(steps))
    supports = {tuple(np.sum(counts, axis=1)) for _, counts in data}
    assert {sum(support) for support in supports} == {num_samples}
    assert len(supports) == 1
    # Each class's share is that of the whole, as far as a random half can tell.
    np.testing.assert_allclose(np.divide(*supports, num_samples), np.bincount(load_digits().target) / 1797, atol=0.03)


def test_the_model_learns_and_classes_have_names(demo):
    matrices = [datum.matrix for *_, datum in read_log(demo[1])]
    assert {matrix.class_names for matrix in matrices} == {tuple("0123456789")}
    accuracy = [matrix.true_positives.sum() / matrix.total for matrix in matrices]
    assert accuracy[-1] > max(0.85, accuracy[0])
