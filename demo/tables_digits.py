"""Tables: the predictions of each epoch on scikit-learn's digits go into a folder of Parquet files, which Polars counts lazily.

So it is with evaluations of any size: whoever predicts writes a table, and the engine that can read it counts it. In place of
Polars it may be DuckDB, Dask, Spark, pandas or PyArrow: the line that counts is the same.

Needs scikit-learn and Polars: pip install scikit-learn polars 'tb-confusion-plugin[tables]'
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

import polars as pl
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.frames import count_labels

NUM_EPOCHS = 10
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Predicts, then counts what was predicted, and writes where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logdir", default="logs/tables", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        predict(Path(folder), options.seed)
        predictions = pl.scan_parquet(folder)
        with ConfusionWriter(f"{options.logdir}/linear", class_names=NAMES) as writer:
            for epoch in range(NUM_EPOCHS):
                matrix = count_labels(predictions.filter(epoch=epoch), "label", "prediction", class_names=NAMES)
                writer.write("val/confusion", matrix, epoch)
    print(f"  counted {NUM_EPOCHS} epochs, {matrix.total} predictions each")
    print(f"tensorboard --logdir {options.logdir}    then open http://localhost:6006/#confusion")


def predict(folder: Path, seed: int) -> None:
    """Trains, and writes a Parquet file an epoch: columns epoch, label and prediction, a row a sample."""
    digits = load_digits()
    x_train, x_val, y_train, y_val = train_test_split(digits.data, digits.target, test_size=0.5, random_state=seed)
    model = SGDClassifier(learning_rate="constant", eta0=0.0001, random_state=seed)
    for epoch in range(NUM_EPOCHS):
        model.partial_fit(x_train[: 90 * (epoch + 1)], y_train[: 90 * (epoch + 1)], classes=digits.target_names)
        table = pl.DataFrame({"label": y_val, "prediction": model.predict(x_val)}).with_columns(epoch=epoch)
        table.write_parquet(folder / f"{epoch}.parquet")


if __name__ == "__main__":
    main()
