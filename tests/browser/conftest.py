"""Real TensorBoard on real event files, in real Chromium."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, expect, sync_playwright

from tb_confusion_plugin import ConfusionWriter

CLASS_NAMES = ["cat", "dog", "bird", "ship"]
# counts[true_class, pred_class] of run sgd at step 0; each step moves 20 cats from dog to cat. Class 3 is never a ship's own.
FIRST_COUNTS = np.array([[780, 200, 20, 0], [90, 400, 10, 0], [0, 5, 245, 0], [0, 0, 50, 50]])
NUM_STEPS = 5
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without the last ones Chromium asks its maker's servers for news, which a test machine need not reach.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TIMEOUT_MS = 20_000
# TensorBoard as it is where TensorFlow isn't installed: it finds this module, and then imports no TensorFlow, which takes seconds.
WITHOUT_TENSORFLOW = (
    "import sys, types; sys.modules['tensorboard.compat.notf'] = types.ModuleType('notf'); "
    "from tensorboard.main import run_main; run_main()"
)

expect.set_options(timeout=TIMEOUT_MS)


def counts_at(run: str, step: int) -> np.ndarray:
    """What the log holds: known without the code under test."""
    counts = FIRST_COUNTS.copy()
    moved = 20 * step + (100 if run == "adam" else 0)
    counts[0, 0] += moved
    counts[0, 1] -= moved
    return counts


@dataclass
class Server:
    """A TensorBoard process."""

    url: str
    process: subprocess.Popen
    log: list[str] = field(default_factory=list)


@contextmanager
def tensorboard(logdir: Path, *flags: str, has_tensorflow: bool = False) -> Iterator[Server]:
    """Serves a logdir at a free port until the block ends."""
    command = [
        sys.executable,
        *(["-m", "tensorboard.main"] if has_tensorflow else ["-c", WITHOUT_TENSORFLOW]),
        f"--logdir={logdir}",
        "--port=0",
        "--host=127.0.0.1",
        "--reload_interval=1",
    ]
    log_path = logdir.parent / f"{logdir.name}.tensorboard.log"
    with log_path.open("w+") as log, subprocess.Popen([*command, *flags], stdout=log, stderr=log) as process:
        try:
            yield Server(_wait_for_url(process, log_path), process, [str(log_path)])
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for_url(process: subprocess.Popen, log_path: Path) -> str:
    while process.poll() is None:
        found = re.search(r"at (http://\S+)", log_path.read_text())
        if found:
            return found[1].rstrip("/")
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
    raise AssertionError(f"TensorBoard ended: {log_path.read_text()}")


def find_chromium() -> str:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    assert path, "no Chromium: install one, or name it in CHROMIUM"
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium: the one that CHROMIUM names, else the first that is installed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def logdir(tmp_path_factory) -> Path:
    """Runs sgd and adam, tags val/confusion and train/confusion, steps 0 to 4."""
    logdir = tmp_path_factory.mktemp("log")
    for run in ("sgd", "adam"):
        with ConfusionWriter(logdir / run, class_names=CLASS_NAMES) as writer:
            for step in range(NUM_STEPS):
                writer.write("val/confusion", counts_at(run, step), step)
                writer.write("train/confusion", 2 * counts_at(run, step), step)
    return logdir


@pytest.fixture(scope="session")
def server(logdir) -> Iterator[Server]:
    with tensorboard(logdir, has_tensorflow=True) as server:
        yield server


class Tab:
    """The Confusion tab, as a person and assistive technology know it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame: FrameLocator = page.frame_locator("iframe")

    def grid(self, run: str) -> Locator:
        return self.frame.get_by_role("grid", name=f"Confusion matrix of {run}")

    def run(self, run: str) -> Locator:
        return self.frame.get_by_role("checkbox", name=run, exact=True)

    @property
    def slider(self) -> Locator:
        return self.frame.get_by_role("slider", name="Step")

    @property
    def status(self) -> Locator:
        return self.frame.get_by_role("status")

    @property
    def inspector(self) -> Locator:
        return self.frame.get_by_role("complementary", name="Inspector")

    def choose(self, group: str, name: str) -> None:
        self.frame.get_by_role("radiogroup", name=group).get_by_role("radio", name=name).check()

    def is_drawn(self, run: str = "sgd") -> None:
        """Waits until a heat map has come."""
        expect(self.grid(run)).to_have_attribute("aria-busy", "false")

    def point_of(self, run: str, true_class: int, pred_class: int) -> tuple[float, float]:
        """Where a cell's middle lies on the page, in CSS pixels."""
        inside = self.grid(run).evaluate(
            """(grid, [trueClass, predClass]) => {
              const card = grid.getRootNode().host;
              const plane = card.plane;
              return [card.frame.leftCss + plane.predCss(predClass + 0.5), card.frame.topCss + plane.trueCss(trueClass + 0.5)];
            }""",
            [true_class, pred_class],
        )
        box = self.grid(run).bounding_box()
        assert box
        return box["x"] + inside[0], box["y"] + inside[1]

    def hover(self, run: str, true_class: int, pred_class: int) -> None:
        self.page.mouse.move(*self.point_of(run, true_class, pred_class))

    def click(self, run: str, true_class: int, pred_class: int) -> None:
        self.page.mouse.click(*self.point_of(run, true_class, pred_class))

    def pixel(self, run: str, true_class: int, pred_class: int) -> tuple[int, int, int]:
        """The colour of a cell, beside its number: a quarter of the way from its upper left corner."""
        return tuple(
            self.grid(run).evaluate(
                """(grid, [trueClass, predClass]) => {
                  const card = grid.getRootNode().host;
                  const plane = card.plane;
                  const x = (card.frame.leftCss + plane.predCss(predClass + 0.15)) * devicePixelRatio;
                  const y = (card.frame.topCss + plane.trueCss(trueClass + 0.15)) * devicePixelRatio;
                  return [...grid.querySelector("#cells").getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
                }""",
                [true_class, pred_class],
            )
        )

    def bar_point(self, run: str, axis: str, class_index: int, share: float) -> tuple[float, float]:
        """Where a margin bar of this share ends, in CSS pixels from the grid's corner."""
        return tuple(
            self.grid(run).evaluate(
                """(grid, [axis, classIndex, share]) => {
                  const {frame, plane} = grid.getRootNode().host;
                  const along = 8 + 30 * share;
                  return axis === "recall"
                    ? [frame.leftCss + plane.sideCss + along, frame.topCss + plane.trueCss(classIndex + 0.5)]
                    : [frame.leftCss + plane.predCss(classIndex + 0.5), frame.topCss + plane.sideCss + along];
                }""",
                [axis, class_index, share],
            )
        )

    def bar_reaches(self, run: str, axis: str, class_index: int, share: float) -> bool:
        """Whether a margin bar is drawn that far, in its run's colour."""
        x, y = self.bar_point(run, axis, class_index, share)
        read = "(grid, [x, y]) => [...grid.querySelector('#cells').getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"
        red, green, blue = self.grid(run).evaluate(read, [round(x), round(y)])
        return max(red, green, blue) - min(red, green, blue) > 60


def watch(page: Page, troubles: list[str]) -> None:
    """Notes whatever goes wrong on a page."""
    page.set_default_timeout(TIMEOUT_MS)
    page.on("pageerror", lambda error: troubles.append(f"uncaught: {error}"))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """A function that serves a logdir until the test has ended and its pages are closed."""
    with ExitStack() as servers:
        yield lambda logdir, *flags: servers.enter_context(tensorboard(logdir, *flags))


@pytest.fixture
def open_tab(browser, serve) -> Iterator[Callable[..., Tab]]:
    """A function that opens the tab in a browser of its own; at the end nothing may have gone wrong on any page."""
    contexts, troubles = [], []

    def open_at(url: str, link: str = "", *, is_dark: bool = False, width: int = 1280, height: int = 720) -> Tab:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        watch(page, troubles)
        page.goto(f"{url}/{'?darkMode=true' if is_dark else ''}#confusion{link}")
        return Tab(page)

    open_at.troubles = troubles
    yield open_at
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.fixture(scope="session")
def common_page(browser, server) -> Iterator[tuple[Page, list[str]]]:
    page, troubles = browser.new_page(viewport={"width": 1280, "height": 720}), []
    watch(page, troubles)
    page.goto(f"{server.url}/#confusion")
    yield page, troubles
    page.close()


@pytest.fixture
def tab(common_page) -> Iterator[Tab]:
    """The tab on the common log, drawn, as its bare link shows it."""
    page, troubles = common_page
    page.mouse.move(0, 0)
    # Never the hash that is there already, which would change nothing: the page writes what it shows a moment later.
    page.evaluate("location.hash = `#confusion&p.confusion.fresh=${performance.now()}`")
    tab = Tab(page)
    expect(tab.frame.get_by_role("grid")).to_have_count(2)
    expect(tab.slider).to_have_attribute("aria-valuenow", str(NUM_STEPS - 1))
    for run in ("sgd", "adam"):
        tab.is_drawn(run)
    yield tab
    assert troubles == []
