"""What the tests of the Keras metric and of its callback share."""

from __future__ import annotations

import numpy as np
import pytest

NUM_CLASSES = 4


@pytest.fixture
def random():
    return np.random.default_rng(7)


@pytest.fixture
def data(random):
    """Scores of 200 samples, shape (200, 4), and their labels; tests train on three quarters and validate on the rest."""
    return random.normal(size=(200, NUM_CLASSES)).astype(np.float32), random.integers(0, NUM_CLASSES, 200)


@pytest.fixture
def identity_model():
    """A function that compiles a model which predicts the scores that it is fed, in training too: its learning rate is 0."""
    import keras

    def compiled(loss="sparse_categorical_crossentropy", **compile_args):
        layer = keras.layers.Dense(NUM_CLASSES, use_bias=False)
        model = keras.Sequential([keras.Input((NUM_CLASSES,)), layer])
        layer.kernel.assign(np.eye(NUM_CLASSES))
        model.compile(optimizer=keras.optimizers.SGD(0.0), loss=loss, **compile_args)
        return model

    return compiled
