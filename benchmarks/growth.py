"""How cost grows with the number of classes, of steps and of runs: figures, not promises."""

from __future__ import annotations

import itertools
import os
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.in_browser import ConfusionTab, first_pictures_ms, open_browser, open_page
from benchmarks.labels import make_labels
from benchmarks.row import Growth, median_s
from benchmarks.served import LISTING, get, matrix_url, tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

CLASSES = (10, 100, 1000, 5000, 21_841)
STEPS = (10, 100, 1000, 10_000)
RUNS = (1, 10, 100, 1000, 2000)
# Of a step: as many as demo/many_classes.py makes.
MIN_SAMPLES, MAX_SAMPLES, SAMPLES_PER_CLASS = 50_000, 500_000, 50
NUM_LABELS = 1_000_000
FEW_CLASSES, FEW_STEPS = 10, 3
REPEATS, SLOW_REPEATS = 15, 3
# The server's listing is at most this old: asked for later it is made anew.
LISTING_AGE_S = 2.1
KEEP_ALL = "--samples_per_plugin=confusion=0"
BY_CLASSES = "K (samples a step: 50 a class, 50,000 at least and 500,000 at most)"
BY_STEPS = "steps (1 run, K=10)"
BY_RUNS = "runs (3 steps, K=10)"


def rows() -> Iterator[Growth]:
    """Yields a row a size of each of three tables."""
    with open_browser() as browser:
        for num_classes in CLASSES:
            yield Growth(BY_CLASSES, num_classes, _of_classes(browser, num_classes))
        for num_steps in STEPS:
            yield Growth(BY_STEPS, num_steps, _of_log(browser, num_runs=1, num_steps=num_steps))
        for num_runs in RUNS:
            yield Growth(BY_RUNS, num_runs, _of_log(browser, num_runs=num_runs, num_steps=FEW_STEPS))


def _of_classes(browser: Any, num_classes: int) -> dict[str, float | None]:
    num_samples = max(MIN_SAMPLES, min(SAMPLES_PER_CLASS * num_classes, MAX_SAMPLES))
    matrices = [count_labels(*make_labels(num_classes, num_samples, seed), num_classes) for seed in range(FEW_STEPS)]
    labels = make_labels(num_classes, NUM_LABELS)
    count_ns = 1e9 * median_s(partial(count_labels, *labels, num_classes), SLOW_REPEATS) / NUM_LABELS
    with tempfile.TemporaryDirectory() as logdir:
        log_ms, step_bytes = _log(Path(logdir) / "run", matrices, num_classes)
        with tensorboard(logdir) as address:
            series = wait_for_steps(address, {"run": REPEATS})["run"]
            matrix_ms = _matrix_ms(address, series)
            first_ms = first_pictures_ms(browser, address, SLOW_REPEATS)
            with open_page(browser) as page:
                tab = ConfusionTab(page, address, f"&p.confusion.step={FEW_STEPS}")
                tab.first_picture_ms()
                tab.times("step", 1)
                step = tab.times("step", REPEATS)
    return {
        "log a step, ms": log_ms,
        "on disk a step, B": step_bytes,
        "count 1 M labels, ns a label": count_ns,
        "a matrix over HTTP, ms": matrix_ms,
        "first picture, ms": first_ms,
        "change of step, JavaScript, ms": step.script,
    }


def _log(folder: Path, matrices: list[Any], num_classes: int) -> tuple[float, float]:
    """The median time of a step, in ms, and the bytes of each but the first, which also carries the names."""
    steps = zip(range(REPEATS), itertools.cycle(matrices), strict=False)
    with ConfusionWriter(folder, class_names=[f"class {index}" for index in range(num_classes)]) as writer:

        def log() -> None:
            step, counts = next(steps)
            writer.write("val/confusion", counts, step=step)

        log()
        first_bytes = _bytes_of(folder)
        log_ms = 1000 * median_s(log, REPEATS - 1, warm_up=0)
    return log_ms, (_bytes_of(folder) - first_bytes) / (REPEATS - 1)


def _bytes_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def _of_log(browser: Any, num_runs: int, num_steps: int) -> dict[str, float | None]:
    matrices = [count_labels(*make_labels(FEW_CLASSES, seed=seed), FEW_CLASSES) for seed in range(10)]
    with tempfile.TemporaryDirectory() as logdir:
        for run in range(num_runs):
            with ConfusionWriter(os.path.join(logdir, _run(run))) as writer:  # noqa: PTH118  # a thousand times
                for step, counts in zip(range(num_steps), itertools.cycle(matrices), strict=False):
                    writer.write("val/confusion", counts, step=step)
        start = time.perf_counter()
        with tensorboard(logdir, KEEP_ALL) as address:
            listed = wait_for_steps(address, {_run(run): num_steps for run in range(num_runs)})
            ready_s = time.perf_counter() - start
            return {
                "TensorBoard's start until all is listed, s": ready_s,
                "listing over HTTP, ms": _listing_ms(address),
                "a matrix over HTTP, ms": _matrix_ms(address, listed[_run(0)]),
                "first picture, ms": first_pictures_ms(browser, address, SLOW_REPEATS),
            }


def _listing_ms(address: str) -> float:
    times = []
    for _ in range(SLOW_REPEATS):
        time.sleep(LISTING_AGE_S)
        times.append(median_s(lambda: get(f"{address}{LISTING}"), 1, warm_up=0))
    return 1000 * sorted(times)[SLOW_REPEATS // 2]


def _matrix_ms(address: str, series: dict[str, Any]) -> float:
    """Each step is asked for once, as many as there are up to REPEATS."""
    urls = iter([matrix_url(address, series, index) for index in range(min(REPEATS, len(series["steps"])))])
    get(next(urls))
    return 1000 * median_s(lambda: get(next(urls)), min(REPEATS, len(series["steps"])) - 1, warm_up=0)


def _run(index: int) -> str:
    return f"run{index:04d}"
