"""The tutorial "Visualizing training with TensorBoard", complete: a small CNN whose training fills TensorBoard's tabs.

python demo/train.py                                   three runs on scikit-learn's digits, about two minutes
python demo/train.py --run mine --learning-rate 0.05   one run beside them
python demo/train.py --dataset cifar10                 another data set (downloads it)
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from demo_data import Dataset

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

NEEDS = "pip install 'tb-confusion-plugin[demo]' (in a clone: pip install '.[demo]')"
DATASET_NAMES = ("digits", "cifar10", "cifar100", "fashion_mnist")
LEARNING_RATES = {"sgd": 0.01, "adam": 0.001}
MOMENTUM = 0.1


@dataclass(frozen=True)
class Plan:
    """One run: its name, its optimizer and how many training images it may see (None: all)."""

    run: str
    optimizer: str
    learning_rate: float
    num_train: int | None = None


DIGITS_PLANS = [
    Plan("sgd", "sgd", LEARNING_RATES["sgd"]),
    Plan("adam", "adam", LEARNING_RATES["adam"]),
    Plan("small", "adam", LEARNING_RATES["adam"], num_train=150),
]


def main() -> None:
    """Trains what the command line asks for and says where to look."""
    args = parse_args()
    try:
        with quiet_import():
            import tensorflow as tf
            from demo_data import load_dataset
            from demo_tabs import log_pictures  # noqa: F401  # needs matplotlib and scikit-learn; better to know now
    except ImportError as error:
        sys.exit(f"{error}\nThe demo needs more than the package: {NEEDS}")
    tf.get_logger().setLevel("ERROR")  # three models in one process make it warn of tracing
    try:
        data = load_dataset(args.dataset, args.data, args.limit)
    except (ConnectionError, ValueError) as error:
        sys.exit(str(error))
    logdir = args.logdir or Path("logs") / args.dataset
    plans = free_plans(logdir, make_plans(args))
    height, width, channels = data.x_train.shape[1:]
    resized = ", drawn four times as large" if args.dataset == "digits" else ""
    print(f"{args.dataset}: {len(data.x_train):,} training and {len(data.x_val):,} validation images, ", end="")
    print(f"{width}x{height}x{channels}{resized}; {_plural(len(plans), 'run')} of {_plural(args.epochs, 'epoch')}")
    for plan in plans:
        train(plan, data, logdir / plan.run, args)
    print(f"\nLook at it:\n  tensorboard --logdir {logdir}\n  http://localhost:6006/#confusion")


def parse_args(arguments: list[str] | None = None) -> argparse.Namespace:
    """Reads the command line (`arguments`, or the process's own)."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--dataset", choices=DATASET_NAMES, default="digits", help="digits come with scikit-learn; the others are downloaded"
    )
    parser.add_argument("--data", type=Path, help="directory of the data set's published files, for machines without a network")
    parser.add_argument("--epochs", type=_positive_int, default=20)
    parser.add_argument("--limit", type=_positive_int, help="the most images to train on, and to validate on")
    parser.add_argument("--logdir", type=Path, help="where the runs go (default: logs/DATASET)")
    parser.add_argument("--run", help="name of one run; without it, and on digits, three runs are trained")
    parser.add_argument("--optimizer", choices=sorted(LEARNING_RATES), help="of one run (default: sgd, with momentum 0.1)")
    parser.add_argument("--learning-rate", type=_positive_float, help=f"of one run (default: {LEARNING_RATES})")
    parser.add_argument("--seed", type=int, default=1, help="of the weights, the dropout and the order of the images")
    parser.add_argument(
        "--png", action="store_true", help="also draw the confusion matrix into the Images tab, as the tutorial does"
    )
    return parser.parse_args(arguments)


def make_plans(args: argparse.Namespace) -> list[Plan]:
    """Three runs on the digits, unless one is asked for."""
    if args.dataset == "digits" and not (args.run or args.optimizer or args.learning_rate):
        return DIGITS_PLANS
    optimizer = args.optimizer or "sgd"
    return [Plan(args.run or optimizer, optimizer, args.learning_rate or LEARNING_RATES[optimizer])]


def free_plans(logdir: Path, plans: list[Plan]) -> list[Plan]:
    """Gives runs that are there already a number, so that no log is mixed up or lost.

    A TensorBoard that is open keeps what it has read, so that replacing a run would show two trainings as one.
    """
    number = 1
    while any((logdir / _numbered(plan.run, number)).exists() for plan in plans):
        number += 1
    if number == 1:
        return plans
    names = [_numbered(plan.run, number) for plan in plans]
    print(f"{logdir} holds runs of these names; this training is {', '.join(names)}. To start afresh, delete {logdir}.")
    return [Plan(name, plan.optimizer, plan.learning_rate, plan.num_train) for name, plan in zip(names, plans, strict=True)]


def build_model(input_shape: tuple[int, ...], num_classes: int) -> Any:
    """The tutorial's network: 328,426 parameters for 32x32x3 images of 10 classes.

    Args:
        input_shape: (height, width, channels).
        num_classes: K.
    """
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.2),
            layers.Flatten(),
            layers.Dense(64, activation="relu", name="features"),
            layers.Dense(num_classes, activation="softmax"),
        ]
    )


def train(plan: Plan, data: Dataset, run_dir: Path, args: argparse.Namespace) -> None:
    """Trains one run and fills its tabs.

    `run_dir` is the run of the Confusion tab and the Projector. Keras's own callback writes into its sub-directories train and
    validation, pictures and texts go to report: each writer has a directory, because TensorBoard may read only one file of each.
    """
    import keras
    import tensorflow as tf
    from demo_tabs import log_classification_report, log_confusion_png, log_model, log_pictures, write_projector

    from tb_confusion_plugin.keras import ConfusionMatrix, ConfusionMatrixCallback

    keras.utils.clear_session()  # layers are numbered from 1 in each run, so that their histograms can be compared
    keras.utils.set_random_seed(args.seed)
    model = build_model(data.x_train.shape[1:], len(data.class_names))
    # What Keras shows of the metric is the accuracy, so that no other metric is needed.
    metric = ConfusionMatrix(class_names=data.class_names, name="accuracy")
    model.compile(make_optimizer(plan), "sparse_categorical_crossentropy", metrics=[metric])
    report = tf.summary.create_file_writer(str(run_dir / "report"))
    with report.as_default():
        log_pictures(data)
        log_model(model)

    def log_png(epoch: int, _: Any) -> None:
        with report.as_default():
            log_confusion_png(data.y_val, model.predict(data.x_val, verbose=0).argmax(axis=1), data.class_names, epoch)

    callbacks = [
        ConfusionMatrixCallback(run_dir),
        keras.callbacks.TensorBoard(run_dir, histogram_freq=1),
        *([keras.callbacks.LambdaCallback(on_epoch_end=log_png)] if args.png else []),
        make_progress(plan.run, args.epochs),
    ]
    part = slice(plan.num_train)
    x_train, y_train = data.x_train[part], data.y_train[part]
    validation_data = (data.x_val, data.y_val)
    model.fit(x_train, y_train, validation_data=validation_data, epochs=args.epochs, verbose=0, callbacks=callbacks)

    features = keras.Model(model.inputs, [model.get_layer("features").output, *model.outputs])
    dense, scores = features.predict(data.x_val, verbose=0)
    with report.as_default():
        log_classification_report(data.y_val, scores.argmax(axis=1), data.class_names, args.epochs - 1)
    report.close()
    write_projector(run_dir, dense, data, scores.argmax(axis=1))


def make_optimizer(plan: Plan) -> Any:
    """The plan's optimizer."""
    import keras

    if plan.optimizer == "sgd":
        return keras.optimizers.SGD(plan.learning_rate, momentum=MOMENTUM)
    return keras.optimizers.Adam(plan.learning_rate)


def make_progress(run: str, epochs: int) -> Any:
    """A callback that shows each epoch in one line: the last one stays, on a terminal."""
    import keras

    start_s = time.monotonic()

    def show(epoch: int, logs: dict[str, float]) -> None:
        line = f"  {run:12} epoch {epoch + 1:3} of {epochs}   loss {logs['loss']:.3f}   accuracy {logs['accuracy']:.3f}   "
        line += f"validation {logs['val_accuracy']:.3f}   {time.monotonic() - start_s:4.0f} s"
        is_passing = sys.stdout.isatty() and epoch + 1 < epochs
        print(line, end="\r" if is_passing else "\n", flush=True)

    return keras.callbacks.LambdaCallback(on_epoch_end=show)


@contextlib.contextmanager
def quiet_import() -> Iterator[None]:
    """Hides what TensorFlow's C++ code says while it is loaded, before TF_CPP_MIN_LOG_LEVEL is heeded."""
    sys.stderr.flush()
    saved = os.dup(2)
    with open(os.devnull, "wb") as devnull:  # noqa: PTH123  # a device, not a path
        os.dup2(devnull.fileno(), 2)
    try:
        yield
    finally:
        sys.stderr.flush()
        os.dup2(saved, 2)
        os.close(saved)


def _numbered(run: str, number: int) -> str:
    return run if number == 1 else f"{run}-{number}"


def _plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _positive_int(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} isn't a positive integer")
    return number


def _positive_float(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number > 0):
        raise argparse.ArgumentTypeError(f"{number} isn't a positive number")
    return number


if __name__ == "__main__":
    main()
