"""A real TensorBoard on 127.0.0.1, for the benchmarks that ask it."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DEADLINE_S = 120.0
LISTING = "/data/plugin/confusion/series"
_POLL_S = 0.2


@contextlib.contextmanager
def tensorboard(logdir: str | Path, *options: str) -> Iterator[str]:
    """Serves a log while the context lasts.

    Args:
        logdir: what to serve.
        options: more of TensorBoard's own, as in "--load_fast=false".

    Yields:
        Its address, without a slash at the end.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "tensorboard.main",
        "--logdir",
        str(logdir),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        *options,
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for_steps(address: str, num_steps: dict[str, int], *, is_checked: bool = True) -> dict[str, Any]:
    """Waits until TensorBoard has read a log.

    Args:
        address: TensorBoard's.
        num_steps: how many steps each run has.
        is_checked: whether the listing may read data to check it; without, the server stays as cold as it was.

    Returns:
        Each run's series, as the route `series` lists it.

    Raises:
        TimeoutError: it hasn't within two minutes.
    """
    deadline = time.monotonic() + DEADLINE_S
    seen: dict[str, int] = {}
    url = f"{address}{LISTING}{'' if is_checked else '?quick=1'}"
    while time.monotonic() < deadline:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            listed = {series["run"]: series for series in json.loads(get(url))["series"]}
            seen = {run: len(series["steps"]) for run, series in listed.items()}
            if seen == num_steps:
                return listed
        time.sleep(_POLL_S)
    raise TimeoutError(f"TensorBoard shows {seen} after {DEADLINE_S:.0f} s, expected {num_steps}")


def matrix_url(address: str, series: dict[str, Any], index: int) -> str:
    """The address of one matrix of a series, by its place among the steps, as the page asks for it."""
    query = {"run": series["run"], "tag": series["tag"], "step": series["steps"][index], "wall_time": series["wall_times"][index]}
    return f"{address}/data/plugin/confusion/matrix?{urllib.parse.urlencode(query)}"


def get(url: str) -> bytes:
    """The body of an answer."""
    with urllib.request.urlopen(url, timeout=DEADLINE_S) as response:
        return bytes(response.read())
