"""What the README and docs/training-loops.md show runs as it stands there, and logs what it says."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin import read_log

K = 3
NAMES = ["cat", "dog", "bird"]
DOCUMENTS = ["README.md", "docs/training-loops.md"]


@pytest.fixture
def labels(random):
    return random.integers(0, K, 60), random.integers(0, K, 60)


def counted(y_true, y_pred):
    return confusion_matrix(y_true, y_pred).tolist()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_any_loop_and_scikit_learn(document, run_snippets, stored_matrices, random, labels):
    x_test, y_test = random.normal(size=(60, 4)), np.array(NAMES)[labels[0]]
    forest = RandomForestClassifier(5, max_depth=2, random_state=0).fit(x_test, y_test)
    logs = run_snippets(document, "numpy", y_true=labels[0], y_pred=labels[1], forest=forest, x_test=x_test, y_test=y_test)
    stored = stored_matrices(logs)
    steps = stored["run1", "val/confusion"]
    assert [counts for _, counts in steps] == [counted(*labels)] * len(steps)
    assert [counts for _, counts in stored["forest", "test/confusion"]] == [counted(y_test, forest.predict(x_test))]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_keras_and_tf_summary(document, run_snippets, stored_matrices, random, labels):
    import keras

    model = keras.Sequential([keras.Input((K,)), keras.layers.Dense(K, kernel_initializer="identity"), keras.layers.Softmax()])
    x, y = random.normal(size=(60, K)), random.integers(0, K, 60)
    given = {"x": x, "y": y, "x_val": x, "y_val": labels[0], "counts": np.array(counted(*labels)), "epoch": 4}
    logs = run_snippets(document, "keras", model=model, **given)
    at_the_end = counted(labels[0], model.predict(x, verbose=0).argmax(-1))
    assert stored_matrices(logs)["keras", "val/confusion"][-1][1] == at_the_end
    written = {run: datum for run, _, datum in read_log(logs) if run == "graph"}
    assert written["graph"].matrix.counts.tolist() == counted(*labels)
    assert written["graph"].matrix.class_names == tuple(NAMES)


def test_several_workers(run_snippets, stored_matrices, labels):
    import tensorflow as tf

    from tb_confusion_plugin import ConfusionWriter
    from tb_confusion_plugin.keras import ConfusionMatrix

    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    y_true, scores = tf.constant(labels[0]), tf.one_hot(labels[1], K)

    def validate(confusion):
        strategy.run(confusion.update_state, args=(y_true, scores))

    given = {"strategy": strategy, "ConfusionMatrix": ConfusionMatrix, "ConfusionWriter": ConfusionWriter}
    stored = stored_matrices(run_snippets("docs/training-loops.md", "workers", validate=validate, **given))
    assert stored == {("workers", "val/confusion"): [(epoch, counted(*labels)) for epoch in range(2)]}


def test_the_log_comes_back(run_snippets, labels, capsys):
    run_snippets("README.md", "numpy", y_true=labels[0], y_pred=labels[1], **nobody())
    run_snippets("README.md", "back")
    assert f"run1 val/confusion 19 {np.array(counted(*labels))} ('cat', 'dog', 'bird')" in capsys.readouterr().out


def nobody():
    """A classifier for the snippet of scikit-learn, where that isn't what is looked at."""
    x_test, y_test = np.zeros((3, 1)), np.array(NAMES)
    return {"forest": RandomForestClassifier(1, random_state=0).fit(x_test, y_test), "x_test": x_test, "y_test": y_test}
