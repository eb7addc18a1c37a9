"""What the page takes to answer a person: a change of step, a hover, each other action, and the opening of a view."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.in_browser import HAS_HISTORIES, Times, action_times, open_browser, open_page
from benchmarks.row import Row
from benchmarks.served import tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter

REPEATS = 15
NUM_STEPS = 100
SAMPLES_PER_CLASS = 100

IN_MATRIX = (
    "select",
    "zoom",
    "normalize",
    "log colours",
    "errors only",
    "transpose",
    "order of classes",
    "most confused classes",
    "cells over the steps",
    "untick a run",
    "filter runs",
)
OPENINGS = ("open Timeline", "open Classes", "open Confusions", "open Compare")
IN_VIEWS = {
    "timeline": ("step in Timeline",),
    "classes": ("sort classes", "step in Classes"),
    "confusions": ("rank confusions", "step in Confusions"),
    "compare": ("step in Compare",),
}
NUM_CARDS = 4
HOVER_BUDGET_MS = 5
ANSWER_BUDGET_MS = 100
OPENING_BUDGET_MS = 300


def rows() -> Iterator[Row]:
    """Yields the rows of 20 runs of 10 classes and of 3 runs of 100, each with 100 steps: medians, in a real browser."""
    with open_browser() as browser:
        for num_classes, num_runs in ((10, 20), (100, 3)):
            with tempfile.TemporaryDirectory() as logdir:
                _write(Path(logdir), num_classes, num_runs)
                with tensorboard(logdir) as address:
                    wait_for_steps(address, {_run(index): NUM_STEPS for index in range(num_runs)})
                    yield from _rows_of(browser, address, num_classes, num_runs)


def _rows_of(browser: Any, address: str, num_classes: int, num_runs: int) -> Iterator[Row]:
    log = f"{num_runs} runs of {NUM_STEPS} steps, K={num_classes}"
    figures = {name: _measure(browser, address, name, "matrix") for name in ("step", "hover", *IN_MATRIX, *OPENINGS)}
    figures |= {name: _measure(browser, address, name, view) for view, names in IN_VIEWS.items() for name in names}
    script, drawn = ({name: getattr(times, of) for name, times in figures.items()} for of in ("script", "drawn"))
    note = f"{min(num_runs, NUM_CARDS)} cards and the selected cell's history; JavaScript {script['step']:.1f} ms"
    yield Row(f"change of step, drawn, {log}", "ms", drawn["step"], ANSWER_BUDGET_MS, note=note)
    yield Row(f"hover → sentence, {log}", "ms", script["hover"], HOVER_BUDGET_MS)
    others = [name for name in figures if name not in ("step", "hover", *OPENINGS)]
    slowest = max(others, key=lambda name: drawn[name])
    figure_list = ", ".join(f"{name} {drawn[name]:.0f}" for name in sorted(others, key=lambda name: -drawn[name]))
    yield Row(f"slowest of {len(others)} other actions, drawn, {log}", "ms", drawn[slowest], ANSWER_BUDGET_MS, note=figure_list)
    for name in OPENINGS:
        yield Row(f"{name}, warm, drawn, {log}", "ms", drawn[name], OPENING_BUDGET_MS)


def _measure(browser: Any, address: str, name: str, view: str) -> Times:
    """An action's times, in a page of its own that has all steps."""
    with open_page(browser) as page:
        # With a cell selected all histories are fetched.
        page.goto(f"{address}/#confusion&p.confusion.cell=0,1&p.confusion.view={view}")
        page.frame_locator("iframe").get_by_role("grid").first.wait_for()
        frame = page.frames[1]
        frame.wait_for_function(HAS_HISTORIES)
        return action_times(frame, name, REPEATS, is_every_other=name.startswith("open"))


def _run(index: int) -> str:
    return f"run{index:02d}"


def _write(logdir: Path, num_classes: int, num_runs: int) -> None:
    """Models that learn: each step has more samples on the diagonal."""
    rng = np.random.default_rng(7)
    names = [f"class {index}" for index in range(num_classes)]
    for index in range(num_runs):
        confused = rng.gamma(0.3, 1, (num_classes, num_classes)) + 1e-9
        np.fill_diagonal(confused, 0)
        confused /= confused.sum(axis=1, keepdims=True)
        with ConfusionWriter(logdir / _run(index), class_names=names) as writer:
            for step in range(NUM_STEPS):
                right = 0.2 + 0.6 * step / NUM_STEPS
                shares = (1 - right) * confused + right * np.eye(num_classes)
                shares /= shares.sum(axis=1, keepdims=True)
                writer.write("val/confusion", np.stack([rng.multinomial(SAMPLES_PER_CLASS, row) for row in shares]), step=step)
