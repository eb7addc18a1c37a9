"""What counting, logging and validating take of the training of the demos of PyTorch's frameworks."""

from __future__ import annotations

import importlib
import runpy
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

DEMO = Path(__file__).resolve().parents[1] / "demo"


class Stopwatch:
    """Adds up the time within some functions; of those that call each other only the outermost counts."""

    def __init__(self) -> None:
        self.total_s = 0.0
        self._is_running = False

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its time added up."""

        def run(*args: Any, **arguments: Any) -> Any:
            if self._is_running:
                return function(*args, **arguments)
            start, self._is_running = time.perf_counter(), True
            try:
                return function(*args, **arguments)
            finally:
                self.total_s += time.perf_counter() - start
                self._is_running = False

        return run


@contextmanager
def _timing(owner: Any, *names: str) -> Iterator[Stopwatch]:
    watch = Stopwatch()
    with ExitStack() as patches:
        for name in names:
            patches.enter_context(patch.object(owner, name, watch.timed(getattr(owner, name))))
        yield watch


def lightning() -> dict[str, float]:
    """Of `Trainer.fit` in demo/lightning_digits.py: the callback's share and that of the validation loop, in percent."""
    ours = importlib.import_module("tb_confusion_plugin.lightning").ConfusionMatrixCallback
    package = importlib.import_module("lightning.pytorch")
    loops = importlib.import_module("lightning.pytorch.loops")
    hooks = ["setup", "on_validation_epoch_start", "on_validation_batch_end", "on_validation_epoch_end"]
    with (
        _timing(ours, *hooks) as counted,
        _timing(loops._EvaluationLoop, "run") as validated,  # noqa: SLF001  # Lightning has no other name for validating
        _timing(package.Trainer, "fit") as fit,
    ):
        _run("lightning_digits.py")
    return {"ours": 100 * counted.total_s / fit.total_s, "validation": 100 * validated.total_s / fit.total_s}


def transformers() -> dict[str, float]:
    """Of `Trainer.train` in demo/transformers_digits.py: the callback's share and that of the evaluations, in percent."""
    ours = importlib.import_module("tb_confusion_plugin.transformers").ConfusionMatrixCallback
    package = importlib.import_module("transformers")
    trainer = package.Trainer
    with (
        _timing(ours, "compute_metrics", "on_evaluate") as counted,
        _timing(trainer, "evaluate") as validated,
        _timing(trainer, "train") as fit,
    ):
        _run("transformers_digits.py")
    return {"ours": 100 * counted.total_s / fit.total_s, "validation": 100 * validated.total_s / fit.total_s}


def _run(script: str) -> None:
    with tempfile.TemporaryDirectory() as logdir, patch.object(sys, "argv", [script, "--logdir", logdir]):
        runpy.run_path(str(DEMO / script), run_name="__main__")
