"""What the page takes to answer a person: a change of step, a hover, each other action, and the opening of a view."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.page_load import TIMEOUT_MS, find_chromium
from benchmarks.row import Row
from benchmarks.served import tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter

REPEATS = 15
NUM_STEPS = 100
SAMPLES_PER_CLASS = 100

# An action is a function of its turn; it has been answered when all that it caused has run, and drawn with the next frame.
_MEASURE = """
async ([name, repeats]) => {
  const turn = () => new Promise((done) => {
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => done();
    port2.postMessage(0);
  });
  const frame = () => new Promise(requestAnimationFrame);
  const all = (root, selector) => {
    const found = [...root.querySelectorAll(selector)];
    for (const one of root.querySelectorAll("*")) if (one.shadowRoot) found.push(...all(one.shadowRoot, selector));
    return found;
  };
  const press = (key) => window.dispatchEvent(new KeyboardEvent("keydown", {key}));
  const grid = () => all(document, "[role=grid]")[0];
  const at = (share) => {
    const {left, top, width, height} = grid().getBoundingClientRect();
    const part = 0.35 + 0.3 * share;
    return {clientX: left + width * part, clientY: top + height * part, bubbles: true, composed: true};
  };
  const actions = {
    "step": (i) => press(i % 2 ? "]" : "["),
    "hover": (i) => grid().dispatchEvent(new PointerEvent("pointermove", at((i % 10) / 10))),
    "select": (i) => grid().dispatchEvent(new MouseEvent("click", at((i % 10) / 10))),
    "zoom": (i) => grid().dispatchEvent(new WheelEvent("wheel", {...at(0.5), deltaY: i % 2 ? 100 : -100, cancelable: true})),
    "normalize": (i) => press(String(1 + (i % 4))),
    "log colours": () => press("g"),
    "errors only": () => press("e"),
    "transpose": () => press("t"),
    "order of classes": () => press("o"),
    "most confused classes": () => press("j"),
    "cells over the steps": () => press("s"),
    "untick a run": () => all(document, "tbc-run-picker, input[type=checkbox]").find((one) => one.matches("input")).click(),
    "filter runs": (i) => {
      const input = all(document, "input[type=search]").find((one) => one.getAttribute("aria-label") === "Filter runs");
      input.value = i % 2 ? "" : "0";
      input.dispatchEvent(new InputEvent("input", {bubbles: true}));
    },
    "open Timeline": (i) => press(i % 2 ? "m" : "n"),
    "open Classes": (i) => press(i % 2 ? "m" : "c"),
    "open Confusions": (i) => press(i % 2 ? "m" : "f"),
    "open Compare": (i) => press(i % 2 ? "m" : "d"),
    "sort classes": () => all(document, "[role=columnheader] button")[1].click(),
    "rank confusions": () => press("v"),
    "step in Timeline": (i) => press(i % 2 ? "]" : "["),
    "step in Classes": (i) => press(i % 2 ? "]" : "["),
    "step in Confusions": (i) => press(i % 2 ? "]" : "["),
    "step in Compare": (i) => press(i % 2 ? "]" : "["),
  };
  const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
  const isOpening = name.startsWith("open");
  const script = [], drawn = [];
  for (let i = 0; i < 2 * repeats + 2; i++) {
    await frame();
    await turn();
    const start = performance.now();
    actions[name](i);
    await turn();
    const answered = performance.now();
    await frame();
    await turn();
    // Openings are every other action, between which the matrix comes back.
    if (i < 2 || (isOpening && i % 2)) continue;
    script.push(answered - start);
    drawn.push(performance.now() - start);
  }
  return [median(script), median(drawn)];
}
"""
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
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--disable-gpu", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=flags)
        for num_classes, num_runs in ((10, 20), (100, 3)):
            with tempfile.TemporaryDirectory() as logdir:
                _write(Path(logdir), num_classes, num_runs)
                with tensorboard(logdir) as address:
                    wait_for_steps(address, {_run(index): NUM_STEPS for index in range(num_runs)})
                    yield from _rows_of(browser, address, num_classes, num_runs)
        browser.close()


def _rows_of(browser: Any, address: str, num_classes: int, num_runs: int) -> Iterator[Row]:
    log = f"{num_runs} runs of {NUM_STEPS} steps, K={num_classes}"
    figures = {name: _measure(browser, address, name, "matrix") for name in ("step", "hover", *IN_MATRIX, *OPENINGS)}
    figures |= {name: _measure(browser, address, name, view) for view, names in IN_VIEWS.items() for name in names}
    script, drawn = ({name: figure[at] for name, figure in figures.items()} for at in (0, 1))
    note = f"{min(num_runs, NUM_CARDS)} cards and the selected cell's history; JavaScript {script['step']:.1f} ms"
    yield Row(f"change of step, drawn, {log}", "ms", drawn["step"], ANSWER_BUDGET_MS, note=note)
    yield Row(f"hover → sentence, {log}", "ms", script["hover"], HOVER_BUDGET_MS)
    others = [name for name in figures if name not in ("step", "hover", *OPENINGS)]
    slowest = max(others, key=lambda name: drawn[name])
    figure_list = ", ".join(f"{name} {drawn[name]:.0f}" for name in sorted(others, key=lambda name: -drawn[name]))
    yield Row(f"slowest of {len(others)} other actions, drawn, {log}", "ms", drawn[slowest], ANSWER_BUDGET_MS, note=figure_list)
    for name in OPENINGS:
        yield Row(f"{name}, warm, drawn, {log}", "ms", drawn[name], OPENING_BUDGET_MS)


def _measure(browser: Any, address: str, name: str, view: str) -> tuple[float, float]:
    """(JavaScript, until drawn) in ms: the medians of an action, in a page of its own that has all steps."""
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.set_default_timeout(TIMEOUT_MS)
    # With a cell selected all histories are fetched.
    page.goto(f"{address}/#confusion&p.confusion.cell=0,1&p.confusion.view={view}")
    page.frame_locator("iframe").get_by_role("grid").first.wait_for()
    frame = page.frames[1]
    frame.wait_for_function(_IS_COMPLETE)
    script, drawn = frame.evaluate(_MEASURE, [name, REPEATS])
    page.close()
    return script, drawn


_IS_COMPLETE = """() => {
  const {app} = document.querySelector("tbc-app");
  const shown = app.shownSeries.value;
  return shown.length > 0 && shown.every((series) => app.historyOf(series)?.isComplete);
}"""


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
