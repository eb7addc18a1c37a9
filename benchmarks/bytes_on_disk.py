"""Bytes on disk a step, and the payload against what no code for independent gaps and counts can go below."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.labels import make_labels
from benchmarks.row import Row
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.core.matrix import nonzero_cells
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.header import HEADER_SIZE

BUDGETS_BYTES = {10: 300, 100: 1_500, 1000: 14_000}
MAX_OVER_ENTROPY = 1.25
NUM_STEPS = 10


def rows() -> Iterator[Row]:
    """Yields a row a K, and the payload's at the last."""
    for num_classes, budget in BUDGETS_BYTES.items():
        steps = [count_labels(*make_labels(num_classes, seed=seed), num_classes) for seed in range(NUM_STEPS)]
        dense = 4 * num_classes**2
        yield Row(f"bytes on disk a step, K={num_classes:,}", "B", _bytes_a_step(steps), budget, "dense int32", dense)
    payload = len(encode_counts(steps[0])) - HEADER_SIZE
    entropy = _entropy_bytes(steps[0])
    note = (
        f"{len(nonzero_cells(steps[0])[0]):,} non-zero cells; {payload / entropy:.2f} times the entropy, {MAX_OVER_ENTROPY} allowed"
    )
    yield Row("payload, K=1,000", "B", payload, MAX_OVER_ENTROPY * entropy, "entropy of gaps and of counts", entropy, note=note)


def _bytes_a_step(steps: list[Any]) -> float:
    """What each step after the first adds: the first also carries the series' metadata."""
    with tempfile.TemporaryDirectory() as logdir, ConfusionWriter(logdir) as writer:
        sizes = []
        for step, counts in enumerate(steps):
            writer.write("val/confusion", counts, step=step)
            sizes.append(sum(path.stat().st_size for path in Path(logdir).iterdir()))
    return (sizes[-1] - sizes[0]) / (len(sizes) - 1)


def _entropy_bytes(counts: Any) -> float:
    """Shannon entropy of the gaps between non-zero cells and of their counts, each as independent symbols, in bytes."""
    indices, cell_counts = nonzero_cells(counts)
    return (_entropy_bits(np.diff(indices, prepend=-1)) + _entropy_bits(cell_counts)) / 8


def _entropy_bits(symbols: NDArray[Any]) -> float:
    occurrences = np.unique(symbols, return_counts=True)[1]
    return float(-(occurrences * np.log2(occurrences / len(symbols))).sum())
