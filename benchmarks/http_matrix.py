"""One matrix over HTTP from a real TensorBoard, with few steps in the log and with many, in both of its load modes."""

from __future__ import annotations

import itertools
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.labels import SEED, make_labels
from benchmarks.row import Row, median_s
from benchmarks.served import get, matrix_url, tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

NUM_CLASSES = 1000
NUM_STEPS = {"10 steps": 10, "1,000 steps": 1000}
BUDGET_MS = 10.0
NUM_REQUESTS = 50


def rows() -> Iterator[Row]:
    """Yields a row for each load mode and number of steps; a log of ten steps is the peer of a log of a thousand."""
    with tempfile.TemporaryDirectory() as logdir:
        _write(Path(logdir))
        for load_fast in ("true", "false"):
            with tensorboard(logdir, f"--load_fast={load_fast}") as address:
                listed = wait_for_steps(address, NUM_STEPS)
                times = {
                    run: _request_ms([matrix_url(address, series, i) for i in range(len(series["steps"]))])
                    for run, series in listed.items()
                }
            few, many = (times[run] for run in NUM_STEPS)
            what = f"one matrix over HTTP, K=1,000, --load_fast={load_fast}"
            yield Row(
                f"{what}, 1,000 steps",
                "ms",
                many,
                BUDGET_MS,
                "10 steps in the log",
                few,
                note="each step asked for once, on a new connection, right after TensorBoard has read the log",
            )


def _write(logdir: Path) -> None:
    matrices = [count_labels(*make_labels(NUM_CLASSES, seed=seed), NUM_CLASSES) for seed in range(10)]
    for run, num_steps in NUM_STEPS.items():
        with ConfusionWriter(logdir / run) as writer:
            for step, counts in zip(range(num_steps), itertools.cycle(matrices), strict=False):
                writer.write("val/confusion", counts, step=step)


def _request_ms(urls: list[str]) -> float:
    """Each step is asked for once: what the server has cached would flatter it."""
    chosen = iter(random.Random(SEED).sample(urls, min(NUM_REQUESTS, len(urls))))
    get(next(chosen))
    return 1000 * median_s(lambda: get(next(chosen)), min(NUM_REQUESTS, len(urls)) - 1, warm_up=0)
