"""Figures that need PyTorch, as JSON: `python -m benchmarks.torch_figures counting`, or another of FIGURES."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks import torch_demos
from benchmarks.labels import SEED, make_labels
from benchmarks.row import median_s

NUM_LABELS = 10_000_000
DENSE_SIZES = (10, 100, 1000)
NUM_CLASSES = 100
BATCH_SIZE = 32
NUM_VALIDATION = 10_000
NUM_TRAIN = 5_000
BATCHES_A_CALL = 50


def versions() -> dict[str, str]:
    """The versions of PyTorch and torchmetrics."""
    return {name: importlib.metadata.version(name) for name in ("torch", "torchmetrics")}


def counting() -> dict[str, float]:
    """Nanoseconds a label of torchmetrics, by number of classes."""
    torch = importlib.import_module("torch")
    functional = importlib.import_module("torchmetrics.functional.classification")
    figures = {}
    for num_classes in DENSE_SIZES:
        y_true, y_pred = (torch.from_numpy(one) for one in make_labels(num_classes, NUM_LABELS))
        count_s = median_s(lambda: functional.multiclass_confusion_matrix(y_pred, y_true, num_classes), 3)  # noqa: B023  # called at once
        figures[str(num_classes)] = 1e9 * count_s / NUM_LABELS
    return figures


def training() -> dict[str, float]:
    """Milliseconds a batch of 32 of the tutorial's network: a training step, a prediction, and what counting adds to either."""
    torch = importlib.import_module("torch")
    torchmetrics = importlib.import_module("torchmetrics.classification")
    accumulator = importlib.import_module("tb_confusion_plugin.torch").ConfusionMatrix(NUM_CLASSES)
    theirs = torchmetrics.MulticlassConfusionMatrix(NUM_CLASSES)
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    x = torch.from_numpy(rng.random((BATCH_SIZE, 3, 32, 32), dtype=np.float32))
    y = torch.from_numpy(rng.integers(0, NUM_CLASSES, BATCH_SIZE))
    model = _make_model(torch.nn)
    optimizer, loss_of = torch.optim.SGD(model.parameters(), 0.01), torch.nn.CrossEntropyLoss()

    def train() -> None:
        optimizer.zero_grad()
        loss_of(model(x), y).backward()
        optimizer.step()

    with torch.no_grad():
        scores = model(x)
        return {
            "predict": 1000 * median_s(lambda: model(x), BATCHES_A_CALL),
            "ours": _batch_ms(lambda: accumulator.update(scores, y)),
            "torchmetrics": _batch_ms(lambda: theirs.update(scores, y)),
        } | {"train": _with_gradients(torch, train)}


def _with_gradients(torch: Any, train: Callable[[], None]) -> float:
    with torch.enable_grad():
        return 1000 * median_s(train, BATCHES_A_CALL)


def _batch_ms(update: Callable[[], Any]) -> float:
    def update_many() -> None:
        for _ in range(BATCHES_A_CALL):
            update()

    return 1000 * median_s(update_many, 10) / BATCHES_A_CALL


def _make_model(nn: Any) -> Any:
    def block(num_inputs: int, num_filters: int) -> list[Any]:
        first, second = nn.Conv2d(num_inputs, num_filters, 3, padding=1), nn.Conv2d(num_filters, num_filters, 3)
        return [first, nn.ReLU(), second, nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.2)]

    head = [nn.Flatten(), nn.Linear(64 * 6 * 6, 64), nn.ReLU(), nn.Linear(64, NUM_CLASSES)]
    return nn.Sequential(*block(3, 32), *block(32, 64), *head)


FIGURES: dict[str, Callable[[], Any]] = {
    "counting": counting,
    "training": training,
    "lightning": torch_demos.lightning,
    "transformers": torch_demos.transformers,
    "versions": versions,
}

if __name__ == "__main__":
    print(json.dumps(FIGURES[sys.argv[1]]()))
