"""Sounds: a 1-D CNN learns to tell synthesised instruments apart, and says in the Audio and Text tabs what it hears.

python demo/audio_instruments.py

The notes are made here, from a seed. Needs TensorFlow: pip install 'tb-confusion-plugin[tensorflow]'
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from train import quiet_import

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

SAMPLE_RATE_HZ = 8_000
NOTE_S = 0.75
NUM_HARMONICS = 12
NUM_MISTAKES = 12  # the most to listen to


@dataclass(frozen=True)
class Instrument:
    """What makes the sound of an instrument, much simplified.

    `odd` and `even` scale the harmonics of odd and even number, which fall off as 1 / number ** `falloff`.
    """

    name: str
    falloff: float
    odd: float = 1.0
    even: float = 1.0
    attack_s: float = 0.05
    decay_s: float = 10.0
    vibrato: float = 0.0  # of the frequency
    breath: float = 0.0  # noise, beside the tone's amplitude of 1


INSTRUMENTS = (
    Instrument("flute", falloff=2.2, even=0.8, attack_s=0.09, vibrato=0.006, breath=0.10),
    Instrument("clarinet", falloff=1.1, even=0.15, attack_s=0.05, breath=0.03),
    Instrument("oboe", falloff=0.6, odd=0.8, attack_s=0.04, vibrato=0.005),
    Instrument("trumpet", falloff=0.8, attack_s=0.03),
    Instrument("violin", falloff=1.0, attack_s=0.08, vibrato=0.010, breath=0.02),
    Instrument("cello", falloff=1.3, attack_s=0.11, vibrato=0.008, breath=0.02),
    Instrument("guitar", falloff=1.2, attack_s=0.004, decay_s=0.35),
    Instrument("organ", falloff=1.6, attack_s=0.02),
)
NAMES = [instrument.name for instrument in INSTRUMENTS]


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes notes, trains, and writes the run where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logdir", default="logs/instruments", help="default: %(default)s")
    parser.add_argument("--epochs", type=int, default=10, help="default: %(default)s")
    parser.add_argument("--notes", type=int, default=1_600, help="to train on; a quarter as many validate (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)

    with quiet_import():
        import keras
        import tensorflow as tf

    from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback

    keras.utils.set_random_seed(options.seed)
    rng = np.random.default_rng(options.seed)
    x_train, y_train = make_notes(options.notes, rng)
    x_val, y_val = make_notes(max(len(NAMES), options.notes // 4), rng)
    run_dir = f"{options.logdir}/cnn"
    report = tf.summary.create_file_writer(f"{run_dir}/report")  # a directory for each writer
    model = build_model()
    model.compile(
        keras.optimizers.Adam(0.001),
        "sparse_categorical_crossentropy",
        metrics=[ConfusionMatrix(class_names=NAMES, name="accuracy")],
    )

    def say_what_is_heard(epoch: int, logs: dict[str, float]) -> None:
        print(f"  epoch {epoch + 1:2} of {options.epochs}   validation {logs['val_accuracy']:.3f}", flush=True)
        scores = model.predict(x_val[: len(NAMES)], verbose=0)
        with report.as_default():
            tf.summary.text("heard", make_table(y_val, scores), step=epoch)

    callbacks = [ConfusionMatrixCallback(run_dir), keras.callbacks.LambdaCallback(on_epoch_end=say_what_is_heard)]
    model.fit(
        x_train, y_train, validation_data=(x_val, y_val), epochs=options.epochs, batch_size=16, verbose=0, callbacks=callbacks
    )
    with report.as_default():
        log_clips(x_val, y_val, model.predict(x_val, verbose=0), step=options.epochs - 1)
    report.close()
    print(f"tensorboard --logdir {options.logdir}    then open http://localhost:6006/#confusion, and #audio to listen")


def make_notes(num_notes: int, rng: np.random.Generator) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Notes of all instruments in turn, between C3 and C5, none like the other.

    Returns:
        The sound, shape (num_notes, samples, 1), within [-1, 1], and the instruments' indices, shape (num_notes,).
    """
    labels = np.arange(num_notes) % len(INSTRUMENTS)
    notes = np.stack([make_note(INSTRUMENTS[label], rng) for label in labels])
    return notes[..., np.newaxis].astype(np.float32), labels


def make_note(instrument: Instrument, rng: np.random.Generator) -> NDArray[np.float64]:
    """One note by additive synthesis, with background noise, shape (samples,): harmonics under an envelope."""
    time_s = np.arange(int(NOTE_S * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    pitch_hz = 130.8 * 2 ** rng.uniform(0, 2)
    vibrato_hz = rng.uniform(4.5, 6.5)
    depth = instrument.vibrato * rng.lognormal(0, 0.4) / (2 * np.pi * vibrato_hz)
    warped_s = time_s + depth * np.sin(2 * np.pi * vibrato_hz * time_s + rng.uniform(0, 2 * np.pi))
    number = np.arange(1, NUM_HARMONICS + 1)
    amplitude = np.where(number % 2, instrument.odd, instrument.even) / number ** (instrument.falloff * rng.lognormal(0, 0.1))
    amplitude *= rng.lognormal(0, 0.2, NUM_HARMONICS)  # another player, another room
    amplitude[number * pitch_hz > SAMPLE_RATE_HZ / 2] = 0
    phase = rng.uniform(0, 2 * np.pi, (NUM_HARMONICS, 1))
    tone = amplitude @ np.sin(2 * np.pi * pitch_hz * number[:, np.newaxis] * warped_s + phase) / np.linalg.norm(amplitude)
    attack_s, decay_s = instrument.attack_s * rng.lognormal(0, 0.3), instrument.decay_s * rng.lognormal(0, 0.3)
    envelope = (1 - np.exp(-3 * time_s / attack_s)) * np.exp(-time_s / decay_s)
    sound = envelope * (tone + instrument.breath * rng.normal(size=len(time_s))) + rng.uniform(0.02, 0.1) * rng.normal(
        size=len(time_s)
    )
    return sound * rng.uniform(0.5, 0.95) / np.abs(sound).max()  # type: ignore[no-any-return]  # NumPy's rng


def build_model() -> Any:
    """A 1-D CNN on the raw sound: its first layer learns filters of 8 ms, as an ear does."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((int(NOTE_S * SAMPLE_RATE_HZ), 1)),
            layers.Conv1D(32, 64, strides=8, activation="relu"),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling1D(4),
            layers.Conv1D(64, 8, activation="relu"),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling1D(4),
            layers.Conv1D(64, 4, activation="relu"),
            layers.MaxPooling1D(4),
            layers.Flatten(),
            layers.Dropout(0.4),
            layers.Dense(len(INSTRUMENTS), activation="softmax"),
        ]
    )


def make_table(y_true: NDArray[Any], scores: NDArray[Any]) -> str:
    """What the model takes one note of each instrument for, as Markdown."""
    rows = [f"| {NAMES[label]} | {NAMES[row.argmax()]} | {row.max():.0%} |" for label, row in zip(y_true, scores, strict=False)]
    return "\n".join(["| played | heard | score |", "|---|---|---|", *rows])


def log_clips(notes: NDArray[Any], y_true: NDArray[Any], scores: NDArray[Any], step: int) -> None:
    """Writes one note of each instrument and the first mistakes into the Audio tab, each with what it is and what was heard."""
    import tensorflow as tf

    y_pred = scores.argmax(axis=1)
    clips = [("notes", index) for index in range(len(NAMES))]
    clips += [("mistakes", int(index)) for index in np.flatnonzero(y_pred != y_true)[:NUM_MISTAKES]]
    for group, index in clips:
        label, heard = NAMES[y_true[index]], NAMES[y_pred[index]]
        text = f"Label **{label}**, prediction **{heard}** ({scores[index].max():.0%})"
        tag = f"{group}/{label}" if group == "notes" else f"{group}/{label} as {heard} ({index})"
        tf.summary.audio(tag, notes[index : index + 1], SAMPLE_RATE_HZ, step=step, description=text)


if __name__ == "__main__":
    main()
