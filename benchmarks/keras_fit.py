"""What logging adds to an epoch of `model.fit`, against the tutorial, which predicts the validation set a second time."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.labels import SEED
from benchmarks.row import Row, elapsed_s, median_s

NUM_CLASSES = 100
NUM_TRAIN, NUM_VALIDATION = 5_000, 10_000
BATCH_SIZE = 32
NUM_EPOCHS = 4
BUDGET_PERCENT = 1.0
BATCHES_A_CALL = 200


def rows() -> Iterator[Row]:
    """Yields a row: the callback's time and the metric's, as a share of an epoch.

    The metric's batches are timed alone, outside of the graph that they are part of in `fit`: an upper bound, and free of the noise
    of comparing whole epochs, which differ among themselves by more than the budget.
    """
    import keras

    keras.utils.set_random_seed(SEED)
    x_train, y_train = _make_samples(NUM_TRAIN)
    x_validation, y_validation = _make_samples(NUM_VALIDATION)
    model, metric = _make_model()
    with tempfile.TemporaryDirectory() as logdir:
        callback, epochs_s, logging_s = _make_timed_callback(logdir)
        model.fit(
            x_train,
            y_train,
            validation_data=(x_validation, y_validation),
            batch_size=BATCH_SIZE,
            epochs=NUM_EPOCHS,
            verbose=0,
            callbacks=[callback],
        )
    epoch_s, callback_s = statistics.median(epochs_s[1:]), statistics.median(logging_s[1:])
    metric_s = _batch_s(metric) * (NUM_TRAIN + NUM_VALIDATION) / BATCH_SIZE
    predict_s = elapsed_s(lambda: model.predict(x_validation, verbose=0))
    note = f"an epoch {epoch_s:.3g} s, the callback {1000 * callback_s:.2g} ms, the metric {1000 * metric_s:.2g} ms"
    yield Row(
        f"logging inside `model.fit`, K={NUM_CLASSES}, 10,000 validation samples",
        "% of an epoch",
        100 * (callback_s + metric_s) / epoch_s,
        BUDGET_PERCENT,
        "the tutorial's second prediction, its drawing left out",
        100 * predict_s / epoch_s,
        note=f"{note}; the tutorial's network, {NUM_TRAIN:,} training samples",
    )


def _make_samples(num_samples: int) -> tuple[Any, Any]:
    rng = np.random.default_rng(SEED)
    return rng.random((num_samples, 32, 32, 3), dtype=np.float32), rng.integers(0, NUM_CLASSES, num_samples)


def _make_model() -> tuple[Any, Any]:
    import keras
    from keras import layers

    from tb_confusion_plugin.keras import ConfusionMatrix

    metric = ConfusionMatrix(NUM_CLASSES)
    blocks = [
        layer
        for num_filters in (32, 64)
        for layer in (
            layers.Conv2D(num_filters, 3, padding="same", activation="relu"),
            layers.Conv2D(num_filters, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
        )
    ]
    head = [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(NUM_CLASSES, activation="softmax")]
    model = keras.Sequential([keras.Input((32, 32, 3)), *blocks, *head])
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=[metric])
    return model, metric


def _make_timed_callback(logdir: str) -> tuple[Any, list[float], list[float]]:
    """The callback, and the lists into which it will write the times of the epochs and its own share of them, in seconds."""
    from tb_confusion_plugin.keras import ConfusionMatrixCallback

    epochs_s: list[float] = []
    logging_s: list[float] = []

    class TimedCallback(ConfusionMatrixCallback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.began_s = time.perf_counter()
            logging_s.append(elapsed_s(lambda: super(TimedCallback, self).on_epoch_begin(epoch, logs)))

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            logging_s[-1] += elapsed_s(lambda: super(TimedCallback, self).on_train_batch_begin(batch, logs))

        def on_test_begin(self, logs: Any = None) -> None:
            logging_s[-1] += elapsed_s(lambda: super(TimedCallback, self).on_test_begin(logs))

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            logging_s[-1] += elapsed_s(lambda: super(TimedCallback, self).on_epoch_end(epoch, logs))
            epochs_s.append(time.perf_counter() - self.began_s)

    return TimedCallback(logdir), epochs_s, logging_s


def _batch_s(metric: Any) -> float:
    import tensorflow as tf

    rng = np.random.default_rng(SEED)
    y_true = tf.constant(rng.integers(0, NUM_CLASSES, BATCH_SIZE))
    y_pred = tf.constant(rng.random((BATCH_SIZE, NUM_CLASSES), dtype=np.float32))

    @tf.function  # type: ignore[untyped-decorator]  # TensorFlow has no annotations
    def update_many() -> None:
        # In one graph, as in `fit`: calling into it costs as much as counting.
        for _ in tf.range(BATCHES_A_CALL):
            metric.update_state(y_true, y_pred)

    return median_s(update_many, 10) / BATCHES_A_CALL
