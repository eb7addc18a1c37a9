"""What needs PyTorch is measured by a Python that has it: this one, else that of the tests' environment `.venv-torch`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.row import LeftOut

ROOT = Path(__file__).resolve().parents[1]
TORCH_PYTHON = ROOT / ".venv-torch" / "bin" / "python"


@cache
def torch_figures(name: str) -> dict[str, float]:
    """The figures of `python -m benchmarks.torch_figures NAME`, by what they are of.

    Raises:
        LeftOut: there is no PyTorch, or it failed; the text says what to do.
    """
    figures: dict[str, float] = _answer(name)
    return figures


def torch_versions() -> dict[str, str]:
    """The versions of PyTorch and torchmetrics, where they are."""
    try:
        versions: dict[str, str] = _answer("versions")
    except LeftOut:
        return {}
    return versions


def _answer(name: str) -> Any:
    if importlib.util.find_spec("torch"):
        python = sys.executable
    elif TORCH_PYTHON.exists():
        python = str(TORCH_PYTHON)
    else:
        raise LeftOut("no PyTorch: `make .venv-torch/tests.stamp` makes an environment that has it")
    done = subprocess.run([python, "-m", "benchmarks.torch_figures", name], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LeftOut((done.stderr.strip().splitlines() or ["PyTorch's Python failed"])[-1])
    return json.loads(done.stdout.splitlines()[-1])
