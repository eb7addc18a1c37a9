"""What a run's figures belong to: the machine, the system, the versions."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.in_browser import find_chromium
from benchmarks.peers.js_libraries import installed_versions
from benchmarks.with_torch import torch_versions

DISTRIBUTIONS = (
    "tb-confusion-plugin",
    "tensorboard",
    "tensorboard-data-server",
    "tensorflow",
    "keras",
    "numpy",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "playwright",
)


def describe_machine() -> dict[str, Any]:
    """The processor, the system and the versions that the figures belong to."""
    versions = {name: _distribution_version(name) for name in DISTRIBUTIONS}
    versions |= torch_versions()
    versions |= {"Chromium": _chromium_version(), **installed_versions()}
    return {
        "date": dt.datetime.now(tz=dt.timezone.utc).strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": {name: version for name, version in versions.items() if version},
    }


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        if cpuinfo.exists()
        else []
    )
    return models[0] if models else platform.processor() or "unknown processor"


def _distribution_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _chromium_version() -> str | None:
    try:
        command = [find_chromium(), "--version"]
        output = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return next((word for word in output.split() if word[0].isdigit()), None)
