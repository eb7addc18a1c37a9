"""scikit-learn: two linear classifiers learn its wine data, the measurements as they are and scaled. An epoch is a step.

Needs scikit-learn: pip install scikit-learn
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from sklearn.datasets import load_wine
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from tb_confusion_plugin import ConfusionMatrix, ConfusionWriter

NUM_EPOCHS = 15


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes both runs where the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--logdir", default="logs/wine", help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=0, help="default: %(default)s")
    options = parser.parse_args(arguments)
    wine = load_wine()
    labels = wine.target_names[wine.target]
    x_train, x_val, y_train, y_val = train_test_split(wine.data, labels, test_size=0.5, stratify=labels, random_state=options.seed)
    scaler = StandardScaler().fit(x_train)
    for run, train, val in (("raw", x_train, x_val), ("scaled", scaler.transform(x_train), scaler.transform(x_val))):
        model = SGDClassifier(learning_rate="constant", eta0=0.001, random_state=options.seed)
        with ConfusionWriter(f"{options.logdir}/{run}") as writer:
            for epoch in range(NUM_EPOCHS):
                model.partial_fit(train, y_train, classes=wine.target_names)
                writer.write("val/confusion", ConfusionMatrix.from_estimator(model, val, y_val), epoch)
        print(f"  {run:6} accuracy {model.score(val, y_val):.2f} after {NUM_EPOCHS} epochs")
    print(f"tensorboard --logdir {options.logdir}    then open http://localhost:6006/#confusion")


if __name__ == "__main__":
    main()
