"""A real Chromium, and what every benchmark in it needs: a tab that is opened in a warm TensorBoard, actions timed, the heap."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_MS = 60_000
_POLL_MS = 20
# The browser tells of tasks from this on.
_LONG_TASK_MS = 50
NO_LONG_TASK = f"none of {_LONG_TASK_MS} ms or more"
VIEWPORT = {"width": 1280, "height": 720}
_SNIPPETS = Path(__file__).parent / "js"
# The tab that TensorBoard opens on; ours is opened once it stands.
_OTHER_TAB = "timeseries"


@dataclass(frozen=True)
class Times:
    """Medians in ms: the JavaScript that an action causes, and the time until its frame is handed over."""

    script: float
    drawn: float


@dataclass(frozen=True)
class LongestTask:
    """The longest task of our frame that took the 50 ms from which the browser tells of it, in ms; 0 where none did.

    Attributes:
        wall: from its start to its end.
        cpu: the most that one of them had of a processor: where others want it too, a task waits for the rest.
    """

    wall: float
    cpu: float

    @property
    def note(self) -> str:
        """What to say beside it."""
        return f"at most {self.cpu:.0f} ms of it on a processor" if self.wall else NO_LONG_TASK


def find_chromium() -> str:
    """The browser that CHROMIUM names, or one found installed.

    Raises:
        FileNotFoundError: there is none.
    """
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (path := shutil.which(name)):
            return path
    raise FileNotFoundError("missing browser: no Chromium or Chrome on PATH; name one in CHROMIUM")


def snippet(name: str) -> str:
    """The text of a script in benchmarks/js."""
    return (_SNIPPETS / name).read_text(encoding="utf-8")


@contextlib.contextmanager
def open_browser() -> Iterator[Any]:
    """A headless Chromium without a graphics card, while the context lasts."""
    from playwright.sync_api import sync_playwright

    flags = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*flags, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        yield browser
        browser.close()


@contextlib.contextmanager
def open_page(browser: Any, timeout_ms: int = TIMEOUT_MS) -> Iterator[Any]:
    """An empty page in a profile of its own, which has cached nothing."""
    context = browser.new_context(viewport=VIEWPORT)
    context.add_init_script(snippet("own_tasks.js"))
    page = context.new_page()
    page.set_default_timeout(timeout_ms)
    yield page
    context.close()


class ConfusionTab:
    """The Confusion tab in a TensorBoard whose own page stands already.

    Attributes:
        page: TensorBoard's page.
        frame: ours.
        host_heap_mb: the heap before the tab was opened; None where it wasn't asked for.
    """

    def __init__(self, page: Any, address: str, link: str = "", *, is_heap_wanted: bool = False, is_traced: bool = False) -> None:
        """Opens TensorBoard, waits until it stands, then opens the tab.

        Args:
            page: an empty one.
            address: TensorBoard's.
            link: our part of its address, as in "&p.confusion.view=timeline".
            is_heap_wanted: whether to measure the heap before.
            is_traced: whether to note what opening has of a processor, for `opening_task`.
        """
        page.add_init_script(snippet("first_picture.js"))
        page.goto(f"{address}/#{_OTHER_TAB}")
        page.locator("plugins-component").wait_for()
        page.wait_for_load_state("networkidle")
        self.page = page
        self.host_heap_mb = heap_mb(page) if is_heap_wanted else None
        if is_traced:
            page.context.browser.start_tracing(page=page, categories=["toplevel", "blink.user_timing"])
        page.evaluate("hash => { location.hash = hash }", f"#confusion{link}")
        element = page.wait_for_selector("iframe", state="attached")
        self.frame = element.content_frame()

    def first_picture_ms(self) -> float:
        """From the start of the frame's navigation until its first matrix is drawn."""
        self.wait("() => window.bench?.firstPictureMs")
        return float(self.frame.evaluate("() => window.bench.firstPictureMs"))

    def wait(self, condition: str, argument: Any = None) -> None:
        """Waits until a function of the page is true."""
        self.frame.wait_for_function(condition, arg=argument)

    def times(self, action: str, repeats: int, *, is_every_other: bool = False) -> Times:
        """What an action takes."""
        return action_times(self.frame, action, repeats, is_every_other=is_every_other)

    def act(self, action: str, times: int = 1) -> None:
        """Does an action without a clock."""
        self.times(action, max(times - 2, 0))

    def longest_task_ms(self, from_ms: float = 0.0) -> float:
        """The longest task of our frame that began since; 0 where none took the 50 ms from which the browser tells of it."""
        return max((task["duration"] for task in self._long_tasks() if task["startTime"] >= from_ms), default=0.0)

    def opening_task(self) -> LongestTask:
        """The longest since the tab was opened, which was to be traced; ends the trace."""
        clock_ms = float(self.frame.evaluate("() => performance.mark('bench clock').startTime"))
        events = json.loads(self.page.context.browser.stop_tracing())["traceEvents"]
        # The frame's clock and the trace's begin at different times, the trace's counts microseconds.
        begin_us = next(event["ts"] for event in events if event["name"] == "bench clock") - 1000 * clock_ms
        tasks = [event for event in events if event["name"].endswith("RunTask") and event.get("dur", 0) >= 1000 * _LONG_TASK_MS]
        cpu_us = 0.0
        for ours, task in itertools.product(self._long_tasks(), tasks):
            middle_us = task["ts"] + task["dur"] / 2 - begin_us
            if 0 <= middle_us - 1000 * ours["startTime"] <= 1000 * ours["duration"]:
                cpu_us = max(cpu_us, task["tdur"])
        return LongestTask(wall=self.longest_task_ms(), cpu=cpu_us / 1000)

    def _long_tasks(self) -> list[dict[str, float]]:
        tasks = self.frame.evaluate("() => bench.longTasks.filter(({name}) => name === 'self')")
        return [{"startTime": task["startTime"], "duration": task["duration"]} for task in tasks]

    def now_ms(self) -> float:
        """The frame's clock."""
        return float(self.frame.evaluate("() => performance.now()"))


def action_times(frame: Any, action: str, repeats: int, *, is_every_other: bool = False) -> Times:
    """Does an action of js/actions.js again and again.

    Args:
        frame: our page.
        action: its name there.
        repeats: how often.
        is_every_other: whether every other turn only undoes it.
    """
    for name in ("measure", "actions"):
        if not frame.evaluate("name => name in window", name):
            frame.evaluate(snippet(f"{name}.js"))
    js = "([name, repeats, isEveryOther]) => measure(actions[name], repeats, {isEveryOther})"
    times = frame.evaluate(js, [action, repeats, is_every_other])
    return Times(times["script"], times["drawn"])


def first_pictures_ms(browser: Any, address: str, repeats: int, link: str = "") -> float:
    """The median of several openings, each in a profile of its own."""
    times = []
    for _ in range(repeats):
        with open_page(browser) as page:
            times.append(ConfusionTab(page, address, link).first_picture_ms())
    return statistics.median(times)


def heap_mb(page: Any) -> float:
    """JavaScript's heap and its array buffers after garbage collection, workers' included, in MB of 10^6 bytes."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    usages = [session.send("Runtime.getHeapUsage"), *_worker_usages(page, session)]
    session.detach()
    return float(sum(usage["usedSize"] + usage.get("backingStorageSize", 0) for usage in usages)) / 1e6


def _worker_usages(page: Any, session: Any) -> list[dict[str, float]]:
    """A worker has a heap of its own, and answers with messages."""
    usages: list[dict[str, float]] = []
    attached: list[str] = []

    def take(event: dict[str, Any]) -> None:
        result = json.loads(event["message"]).get("result", {})
        if "usedSize" in result:
            usages.append(result)

    session.on("Target.attachedToTarget", lambda event: attached.append(event["sessionId"]))
    session.on("Target.receivedMessageFromTarget", take)
    session.send("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": False, "flatten": False})
    _wait_until(page, lambda: len(attached) >= len(page.workers))
    for worker, (number, method) in itertools.product(attached, enumerate(("HeapProfiler.collectGarbage", "Runtime.getHeapUsage"))):
        message = json.dumps({"id": number, "method": method})
        session.send("Target.sendMessageToTarget", {"sessionId": worker, "message": message})
    _wait_until(page, lambda: len(usages) >= len(attached))
    session.send("Target.setAutoAttach", {"autoAttach": False, "waitForDebuggerOnStart": False, "flatten": False})
    return usages


def _wait_until(page: Any, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_MS / 1000
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError("a worker of the page doesn't answer")
        page.wait_for_timeout(_POLL_MS)


# Every history that the page shows has come.
HAS_HISTORIES = """() => {
  const {app} = document.querySelector("tbc-app");
  const shown = app.shownSeries.value;
  return shown.length > 0 && shown.every((series) => app.historyOf(series)?.isComplete);
}"""
