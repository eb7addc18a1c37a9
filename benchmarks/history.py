"""The margins of 1,000 steps of 1,000 classes, which the Timeline shows: cold, warm, and after one more step."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.in_browser import ConfusionTab, open_browser, open_page
from benchmarks.labels import make_labels
from benchmarks.row import Row
from benchmarks.served import get, tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

NUM_CLASSES, NUM_STEPS = 1000, 1000
COLD_BUDGET_MS = 3000.0
WARM_BUDGET_MS = 100.0
REPEATS = 5
# By default TensorBoard keeps 1,000 of them: the next would push one out.
KEEP_ALL = "--samples_per_plugin=confusion=0"
# An answer that also tells its headers and a frame's: one step more, and not the thousand before it.
MAX_STEP_FACTOR = 2.0
_TIMELINE = "&p.confusion.view=timeline"
_HAS_STEPS = """(wanted) => {
  const {app} = document.querySelector("tbc-app");
  const [history] = app.shownSeries.value.map((series) => app.historyOf(series));
  return history?.isComplete && history.data.length === wanted;
}"""
# Noted where it happens: asking from outside takes its time.
_COMPLETE_MS = """async () => {
  const isComplete = () => {
    const app = document.querySelector("tbc-app")?.app;
    const shown = app?.shownSeries.value ?? [];
    return shown.length > 0 && shown.every((series) => app.historyOf(series)?.isComplete);
  };
  while (!isComplete()) await new Promise((done) => setTimeout(done, 5));
  return performance.now();
}"""


def rows() -> Iterator[Row]:
    """Yields three rows: the first opening of the Timeline, going back to it, the bytes that another step moves."""
    matrices = [count_labels(*make_labels(NUM_CLASSES, seed=seed), NUM_CLASSES) for seed in range(10)]
    with tempfile.TemporaryDirectory() as logdir, ConfusionWriter(Path(logdir) / "run") as writer:
        for step, counts in zip(range(NUM_STEPS), itertools.cycle(matrices), strict=False):
            writer.write("val/confusion", counts, step=step)
        with tensorboard(logdir, "--reload_interval=1", KEEP_ALL) as address, open_browser() as browser:
            wait_for_steps(address, {"run": NUM_STEPS}, is_checked=False)
            with open_page(browser) as page:
                asked: list[str] = []
                page.on("request", lambda request: asked.append(request.url) if "/history?" in request.url else None)
                tab = ConfusionTab(page, address, _TIMELINE, is_traced=True)
                cold_ms = float(tab.frame.evaluate(_COMPLETE_MS))
                longest = tab.opening_task()
                warm = tab.times("open Timeline", REPEATS, is_every_other=True)
                all_steps = _num_bytes(asked)
                asked.clear()
                # The last turn went back to Matrix, which needs no history of this size.
                tab.frame.evaluate("() => actions['open Timeline'](0)")
                writer.write("val/confusion", matrices[0], step=NUM_STEPS)
                tab.wait(_HAS_STEPS, NUM_STEPS + 1)
                one_step = _num_bytes(asked)
            with open_page(browser) as page:
                again_ms = float(ConfusionTab(page, address, _TIMELINE).frame.evaluate(_COMPLETE_MS))
    what = f"Timeline of {NUM_STEPS:,} steps, K={NUM_CLASSES:,}"
    note = f"from the start of our frame's navigation; again, the server warm: {again_ms:,.0f} ms"
    note += f"; longest task: {longest.wall:.0f} ms, {longest.note}"
    yield Row(f"{what}, cold, all steps", "ms", cold_ms, COLD_BUDGET_MS, note=note)
    yield Row(f"{what}, back from Matrix, drawn", "ms", warm.drawn, WARM_BUDGET_MS, note=f"JavaScript {warm.script:.1f} ms")
    budget = MAX_STEP_FACTOR * all_steps / NUM_STEPS
    yield Row(f"{what}, one more step, moved", "B", one_step, budget, "all steps", all_steps, note="only the new step")


def _num_bytes(urls: list[str]) -> float:
    """What the page's requests are answered: asked for again, as Chromium doesn't tell it of every request of a worker."""
    return float(sum(len(get(url)) for url in urls))
