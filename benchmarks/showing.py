"""One matrix on the screen: the first picture, a change of step, hovering, memory, beside libraries that draw heat maps."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from typing import Any

from benchmarks.in_browser import HAS_HISTORIES, ConfusionTab, heap_mb, open_browser, open_page
from benchmarks.labels import make_labels
from benchmarks.peers import showing
from benchmarks.row import LeftOut, Peer, Row
from benchmarks.served import tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

STEP_BUDGETS_MS = {10: 2.0, 100: 8.0, 1000: 16.0}
HOVER_BUDGET_MS = 5.0
NUM_STEPS = 2
OPENINGS = 3
REPEATS = 25


def rows() -> Iterator[Row]:
    """Yields the rows of one matrix of 10, 100 and 1,000 classes: the tab in a real TensorBoard, the peers on bare pages."""
    with open_browser() as browser:
        for num_classes in STEP_BUDGETS_MS:
            matrices = [count_labels(*make_labels(num_classes, seed=seed), num_classes) for seed in range(NUM_STEPS)]
            yield from _rows_of(num_classes, _measure_ours(browser, matrices), _measure_peers(browser, matrices))


def _rows_of(num_classes: int, ours: dict[str, float], peers: dict[str, dict[str, float] | str]) -> Iterator[Row]:
    def row(what: str, unit: str, key: str, budget: float | None = None, note: str = "") -> Row:
        beside = [
            Peer(name, None, figures) if isinstance(figures, str) else Peer(name, figures[key]) for name, figures in peers.items()
        ]
        return Row.beside(beside, f"{what}, one matrix, K={num_classes:,}", unit, ours[key], budget, note=note)

    first = "from the start of the navigation, of our frame in a TensorBoard that stands, of the peers' own bare page"
    yield row("first picture", "ms", "first", note=first)
    yield row("change of step, JavaScript", "ms", "script", STEP_BUDGETS_MS[num_classes])
    yield row("change of step, drawn", "ms", "drawn", note="at least one frame of 16.7 ms")
    yield row("hover → sentence", "ms", "hover", HOVER_BUDGET_MS, "the peers: their tooltip")
    heap = f"over the page that stood before; TensorBoard's own: {ours['host_heap']:.0f} MB"
    yield row("heap after garbage collection", "MB", "heap", note=heap)


def _measure_ours(browser: Any, matrices: list[Any]) -> dict[str, float]:
    names = [f"class {index}" for index in range(len(matrices[0]))]
    firsts = []
    with tempfile.TemporaryDirectory() as logdir:
        with ConfusionWriter(f"{logdir}/run", class_names=names) as writer:
            for step, counts in enumerate(matrices):
                writer.write("val/confusion", counts, step=step)
        with tensorboard(logdir) as address:
            wait_for_steps(address, {"run": len(matrices)})
            for _ in range(OPENINGS):
                with open_page(browser) as page:
                    tab = ConfusionTab(page, address, is_heap_wanted=True)
                    firsts.append(tab.first_picture_ms())
                    if len(firsts) < OPENINGS:
                        continue
                    tab.wait(HAS_HISTORIES)
                    step_times, hover_times = tab.times("step", REPEATS), tab.times("hover", REPEATS)
                    host_heap = tab.host_heap_mb or 0.0
                    heap = heap_mb(page) - host_heap
    return {
        "first": statistics.median(firsts),
        "script": step_times.script,
        "drawn": step_times.drawn,
        "hover": hover_times.script,
        "heap": heap,
        "host_heap": host_heap,
    }


def _measure_peers(browser: Any, matrices: list[Any]) -> dict[str, dict[str, float] | str]:
    """Each peer's figures, or why it is left out."""
    with showing.serve(matrices) as address:
        return {name: _measure_peer(browser, address, name) for name in showing.NAMES}


def _measure_peer(browser: Any, address: str, name: str) -> dict[str, float] | str:
    try:
        return showing.measure(browser, address, name, OPENINGS)
    except LeftOut as error:
        return str(error)
