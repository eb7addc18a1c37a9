"""A matrix of 21,841 classes, and one of 1,000: the first picture, pan and zoom, hovering, the longest task, memory."""

from __future__ import annotations

import runpy
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.in_browser import NO_LONG_TASK, ConfusionTab, heap_mb, open_browser, open_page
from benchmarks.row import Row
from benchmarks.served import tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter

# A script beside the package, not a module of it.
_GENERATOR = runpy.run_path(str(Path(__file__).parents[1] / "demo" / "many_classes.py"))
SAMPLES = {1000: 50_000, 21_841: 500_000}
NUM_STEPS = 2
BEST_RECALL = 0.75
FIRST_BUDGET_MS = 2000.0
FRAME_BUDGET_MS = 8.0
HOVER_BUDGET_MS = 5.0
TASK_BUDGET_MS = 50.0
HEAP_BUDGET_MB = 200.0
OPENINGS = 3
REPEATS = 15
SETTLE_DEADLINE_MS = 120_000
# All that follows the first picture by itself has run: nothing has kept the page busy for a second.
_IS_IDLE = """() => new Promise((done) => {
  let last = performance.now(), quietSince = last;
  const look = () => {
    const now = performance.now();
    if (now - last > 60) quietSince = now;
    last = now;
    if (now - quietSince > 1000) done(true); else setTimeout(look, 10);
  };
  look();
})"""


def rows() -> Iterator[Row]:
    """Yields the rows of each K; the promises are those of the largest."""
    with open_browser() as browser:
        for num_classes, num_samples in SAMPLES.items():
            with tempfile.TemporaryDirectory() as logdir:
                _write(Path(logdir), num_classes, num_samples)
                with tensorboard(logdir) as address:
                    wait_for_steps(address, {"run": NUM_STEPS})
                    yield from _rows_of(browser, address, num_classes)


def _write(logdir: Path, num_classes: int, num_samples: int) -> None:
    """What demo/many_classes.py writes, of one run."""
    classes, rng = _GENERATOR["plant_classes"](num_classes, seed=0), np.random.default_rng(0)
    names = [f"class {index:05d}" for index in range(num_classes)]
    groups = [f"group {group:04d}" for group in classes.group_of]
    with ConfusionWriter(logdir / "run", class_names=names, class_groups=groups) as writer:
        for step in range(NUM_STEPS):
            y_true, y_pred = _GENERATOR["draw_labels"](classes, (step + 1) / NUM_STEPS, BEST_RECALL, num_samples, rng)
            writer.write_labels("val/confusion", y_true, y_pred, step=step)


def _rows_of(browser: Any, address: str, num_classes: int) -> Iterator[Row]:
    figures = [_measure(browser, address, is_first_only=index + 1 < OPENINGS) for index in range(OPENINGS)]
    measured = figures[-1]
    first_ms = statistics.median(one["first"] for one in figures)
    opening = max((one["opening task"] for one in figures), key=lambda task: task.wall)
    log = f"K={num_classes:,}, {SAMPLES[num_classes]:,} samples"
    yield Row(f"first picture, {log}", "ms", first_ms, FIRST_BUDGET_MS, note="from the start of our frame's navigation")
    for action in ("zoom", "pan"):
        note = f"median of {REPEATS} frames; drawn after {measured[f'{action} drawn']:.0f} ms"
        yield Row(f"{action}, JavaScript a frame, {log}", "ms", measured[action], FRAME_BUDGET_MS, note=note)
    yield Row(f"hover → sentence, {log}", "ms", measured["hover"], HOVER_BUDGET_MS)
    yield Row(f"change of step, JavaScript, {log}", "ms", measured["step"], note="both steps in the page's cache")
    yield Row(f"longest task while opening, {log}", "ms", opening.wall, TASK_BUDGET_MS, note=opening.note)
    later_ms = measured["later task"]
    what = f"longest task while zooming, panning, hovering, changing the step, {log}"
    yield Row(what, "ms", later_ms, TASK_BUDGET_MS, note="" if later_ms else NO_LONG_TASK)
    note = f"after garbage collection, the worker's included, and TensorBoard's own page: {measured['host heap']:.0f} MB of it"
    yield Row(f"heap, {log}", "MB", measured["heap"], HEAP_BUDGET_MB, note=note)


def _measure(browser: Any, address: str, *, is_first_only: bool) -> dict[str, Any]:
    """One opening in a profile of its own, and what a person then does."""
    with open_page(browser, SETTLE_DEADLINE_MS) as page:
        tab = ConfusionTab(page, address, is_heap_wanted=True, is_traced=True)
        figures: dict[str, Any] = {"first": tab.first_picture_ms()}
        tab.frame.evaluate(_IS_IDLE)
        figures["opening task"] = tab.opening_task()
        if is_first_only:
            return figures
        since_ms = tab.now_ms()
        for action in ("hover", "zoom"):
            times = tab.times(action, REPEATS)
            figures |= {action: times.script, f"{action} drawn": times.drawn}
        tab.times("zoom in", 5)
        times = tab.times("pan", REPEATS)
        figures |= {"pan": times.script, "pan drawn": times.drawn}
        tab.times("end of pan", 1)
        figures["step"] = tab.times("step", REPEATS).script
        tab.frame.evaluate(_IS_IDLE)
        figures["later task"] = tab.longest_task_ms(since_ms)
        return figures | {"heap": heap_mb(page), "host heap": tab.host_heap_mb or 0.0}
