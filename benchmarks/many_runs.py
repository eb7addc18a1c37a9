"""The listing of many runs and of many steps from a real TensorBoard in both load modes: at first, and while a page polls it."""

from __future__ import annotations

import json
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.labels import SEED
from benchmarks.row import Row, elapsed_s, median_s
from benchmarks.served import DEADLINE_S, get, tensorboard
from benchmarks.server_memory import cpu_s, processes, wait_until_quiet
from tb_confusion_plugin import ConfusionWriter

NUM_CLASSES = 10
BUDGET_FIRST_MS = 2000.0
# A listing is 2 s old at most; the page asks every 3 s.
_POLL_S = 3.0
_NUM_POLLS = 8


@dataclass(frozen=True)
class _Log:
    what: str
    num_runs: int
    num_steps: int


LOGS = (_Log("2,000 runs of 3 steps", 2000, 3), _Log("10,000 steps", 1, 10_000))


def rows() -> Iterator[Row]:
    """Yields the rows of each log and load mode."""
    for log in LOGS:
        with tempfile.TemporaryDirectory() as logdir:
            _write(Path(logdir), log)
            for load_fast in ("true", "false"):
                with tensorboard(logdir, f"--load_fast={load_fast}", "--samples_per_plugin=confusion=0") as address:
                    wait_until_quiet(address)
                    yield from _measure(f"{address}/data/plugin/confusion/series", f"{log.what}, --load_fast={load_fast}", log)


def _measure(url: str, what: str, log: _Log) -> Iterator[Row]:
    first_ms = 1000 * elapsed_s(lambda: get(f"{url}?quick=1"))
    yield Row(f"first listing of {what}", "ms", first_ms, BUDGET_FIRST_MS, note="the page's first question; nothing is checked yet")
    yield Row(f"the same again within 2 s, {what}", "ms", 1000 * median_s(lambda: get(f"{url}?quick=1"), 20))
    began_at = time.monotonic()
    while (listed := json.loads(get(url)))["num_unchecked"]:
        pass
    shown = sum(len(series["steps"]) for series in listed["series"])
    if shown != log.num_runs * log.num_steps:
        raise ValueError(f"TensorBoard lists {shown} steps of {log.num_runs * log.num_steps}")
    yield Row(f"until each matrix was checked, {what}", "s", time.monotonic() - began_at, note="behind the page's first picture")
    pids = processes()
    idle_s = _cpu_during(pids, lambda: None)
    etag = _etag(url)
    polling_s = _cpu_during(pids, lambda: _poll(url, etag))
    yield Row(
        f"TensorBoard's processor time for a poll, nothing new, {what}",
        "ms",
        1000 * (polling_s - idle_s) / _NUM_POLLS,
        note=f"a 304 every {_POLL_S:.0f} s, less what TensorBoard takes without being asked",
    )


def _cpu_during(pids: list[int], poll: Callable[[], None]) -> float:
    before = cpu_s(pids)
    for _ in range(_NUM_POLLS):
        time.sleep(_POLL_S)
        poll()
    return cpu_s(pids) - before


def _etag(url: str) -> str:
    with urllib.request.urlopen(url, timeout=DEADLINE_S) as response:
        return str(response.headers["ETag"])


def _poll(url: str, etag: str) -> None:
    request = urllib.request.Request(url, headers={"If-None-Match": etag})
    try:
        with urllib.request.urlopen(request, timeout=DEADLINE_S):
            raise ValueError("the listing has changed")
    except urllib.error.HTTPError as error:
        if error.code != 304:
            raise


def _write(logdir: Path, log: _Log) -> None:
    rng = np.random.default_rng(SEED)
    for i in range(log.num_runs):
        with ConfusionWriter(logdir / f"run{i:04d}") as writer:
            for step in range(log.num_steps):
                writer.write("val/confusion", rng.integers(0, 100, (NUM_CLASSES, NUM_CLASSES)), step=step)
