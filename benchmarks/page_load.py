"""The first matrix and another step, against TensorBoard's own Images tab showing the tutorial's PNG of the same counts."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.in_browser import HAS_HISTORIES, ConfusionTab, open_browser, open_page, snippet
from benchmarks.labels import make_labels
from benchmarks.peers import tutorial_png
from benchmarks.row import Row
from benchmarks.served import tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

NUM_CLASSES, NUM_STEPS = 10, 20
REPEATS = 7
STEP_REPEATS = 15

# The grid is there before its matrix: it is drawn once a pixel isn't empty.
_UNTIL_DRAWN = """
async (grid) => {
  const canvas = grid.querySelector("canvas");
  const pixels = () => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  while (!canvas.width || !canvas.height || !pixels().some((value) => value > 0)) await new Promise(requestAnimationFrame);
}
"""


def rows() -> Iterator[Row]:
    """Yields two rows of two tabs of one TensorBoard: opened in turn, in a browser that has cached nothing; their next step."""
    tabs: dict[str, Callable[[Any], None]] = {"confusion": _wait_for_matrix, "images": _wait_for_png}
    times_ms: dict[str, list[float]] = {tab: [] for tab in tabs}
    with tempfile.TemporaryDirectory() as logdir:
        _write(Path(logdir))
        with tensorboard(logdir) as address, open_browser() as browser:
            wait_for_steps(address, {"run": NUM_STEPS})
            for _ in range(REPEATS + 1):
                for tab, wait in tabs.items():
                    times_ms[tab].append(_load_ms(browser, f"{address}/#{tab}", wait))
            step_ms, their_step_ms = _step_ms(browser, address), _their_step_ms(browser, address)
    ours, theirs = (statistics.median(times[1:]) for times in times_ms.values())
    note = f"{NUM_STEPS} steps; each in a new browser profile, TensorBoard's own page included"
    peer = "TensorBoard's Images tab, its PNG"
    yield Row(f"page load to first matrix, K={NUM_CLASSES}", "ms", ours, theirs, peer, theirs, 1.0, note)
    note = "at least one frame of 16.7 ms; both have fetched the steps"
    yield Row(f"change of step, drawn, K={NUM_CLASSES}", "ms", step_ms, None, peer, their_step_ms, note=note)


def _write(logdir: Path) -> None:
    import tensorflow as tf

    names = [f"class {index}" for index in range(NUM_CLASSES)]
    images = tf.summary.create_file_writer(str(logdir / "images"))
    with ConfusionWriter(logdir / "run", class_names=names) as writer:
        for step in range(NUM_STEPS):
            counts = count_labels(*make_labels(NUM_CLASSES, seed=step), NUM_CLASSES)
            writer.write("val/confusion", counts, step=step)
            tutorial_png.log_png(images, counts, names, step)
    images.close()


def _load_ms(browser: Any, url: str, wait: Callable[[Any], None]) -> float:
    with open_page(browser) as page:
        start = time.perf_counter()
        page.goto(url, wait_until="commit")
        wait(page)
        return 1000 * (time.perf_counter() - start)


def _step_ms(browser: Any, address: str) -> float:
    with open_page(browser) as page:
        tab = ConfusionTab(page, address)
        tab.wait(HAS_HISTORIES)
        return tab.times("step", STEP_REPEATS).drawn


def _their_step_ms(browser: Any, address: str) -> float:
    with open_page(browser) as page:
        page.goto(f"{address}/#images")
        _wait_for_png(page)
        return float(page.locator("tf-image-loader").first.evaluate(snippet("images_step.js"), STEP_REPEATS))


def _wait_for_matrix(page: Any) -> None:
    page.frame_locator("iframe").get_by_role("grid", name="Confusion matrix of run").evaluate(_UNTIL_DRAWN)


def _wait_for_png(page: Any) -> None:
    image = page.locator("tf-image-loader img").first
    image.wait_for()
    image.evaluate("image => image.decode()")
