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
    """Of `Trainer.fit` in demo/lightning_digits.py, in percent: counting, logging, the validation loop."""
    ours = importlib.import_module("tb_confusion_plugin.lightning").ConfusionMatrixCallback
    package = importlib.import_module("lightning.pytorch")
    loops = importlib.import_module("lightning.pytorch.loops")
    with (
        _timing(ours, "on_validation_epoch_start", "on_validation_batch_end") as counted,
        _timing(ours, "on_validation_epoch_end") as logged,
        _timing(loops._EvaluationLoop, "run") as validated,  # noqa: SLF001  # Lightning has no other name for validating
        _timing(package.Trainer, "fit") as trained,
    ):
        _run("lightning_digits.py")
    return _shares(trained, counting=counted, logging=logged, validation=validated)


def transformers() -> dict[str, float]:
    """Of `Trainer.train` in demo/transformers_digits.py, in percent: counting, logging, the evaluations."""
    ours = importlib.import_module("tb_confusion_plugin.transformers").ConfusionMatrixCallback
    trainer = importlib.import_module("transformers").Trainer
    with (
        _timing(ours, "compute_metrics") as counted,
        _timing(ours, "on_evaluate") as logged,
        _timing(trainer, "evaluate") as validated,
        _timing(trainer, "train") as trained,
    ):
        _run("transformers_digits.py")
    return _shares(trained, counting=counted, logging=logged, validation=validated)


def _shares(whole: Stopwatch, **parts: Stopwatch) -> dict[str, float]:
    return {name: 100 * part.total_s / whole.total_s for name, part in parts.items()}


def _run(script: str) -> None:
    with tempfile.TemporaryDirectory() as logdir, patch.object(sys, "argv", [script, "--logdir", logdir]):
        runpy.run_path(str(DEMO / script), run_name="__main__")
