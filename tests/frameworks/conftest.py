"""What the tests of frameworks share: programs that run beside the test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DEMO = HERE.parents[1] / "demo"
TIMEOUT_S = 240


@pytest.fixture
def run_together() -> Callable[[Sequence[Sequence[object]]], list[str]]:
    """A function that runs Python programs at the same time and gives their outputs; all must succeed."""

    def run_together(commands: Sequence[Sequence[object]]) -> list[str]:
        with ExitStack() as started:
            processes = []
            for command in commands:
                arguments = [sys.executable, *map(str, command)]
                process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
                started.callback(process.kill)
                processes.append(process)
            outputs = [process.communicate(timeout=TIMEOUT_S)[0] for process in processes]
        assert [process.returncode for process in processes] == [0] * len(processes), "\n".join(outputs)
        return outputs

    return run_together


@pytest.fixture(scope="session")
def run_demo() -> Callable[[str, Path], str]:
    """A function that runs a demo as a user runs it and gives what it printed."""

    def run_demo(name: str, logdir: Path) -> str:
        command = [sys.executable, str(DEMO / name), "--logdir", str(logdir)]
        # On a busy machine threads that wait for each other take ten times longer than one.
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, cwd=logdir.parent, env=environment, timeout=TIMEOUT_S
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run_demo
