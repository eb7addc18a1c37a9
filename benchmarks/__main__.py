"""Runs the benchmarks: `python -m benchmarks [--only NAME]`. One Markdown and one JSON file, in benchmarks/results/."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.machine import describe_machine
from benchmarks.report import as_json, line, markdown
from benchmarks.row import Growth, Row

NAMES = (
    "log_step",
    "bytes_on_disk",
    "counting",
    "class_order",
    "http_matrix",
    "history",
    "many_runs",
    "server_memory",
    "keras_fit",
    "torch_fit",
    "bundle",
    "page_load",
    "showing",
    "interactions",
    "many_classes",
    "growth",
)
RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the tables, writes the results.

    Args:
        arguments: those of the command line, if None.

    Returns:
        The exit status: 1 where a benchmark couldn't be run. A missed budget is a figure, not a failure.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures the project's budgets beside their peers.")
    parser.add_argument("--only", choices=NAMES, action="append", help="run this one (may be repeated)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results (default: %(default)s)")
    options = parser.parse_args(arguments)
    measured: list[Row | Growth] = []
    failures: list[str] = []
    for name in options.only or NAMES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            for row in importlib.import_module(f"benchmarks.{name}").rows():
                print(f"  {line(row)}", file=sys.stderr, flush=True)
                measured.append(row)
        except Exception as error:  # noqa: BLE001  # the others shall still run; the table says which didn't
            failures.append(f"{name} couldn't be run: {type(error).__name__}: {error}")
            print(f"  {failures[-1]}", file=sys.stderr, flush=True)
    _report(measured, failures, options.out)
    return 1 if failures else 0


def _report(measured: list[Row | Growth], failures: list[str], folder: Path) -> None:
    rows = [one for one in measured if isinstance(one, Row)]
    growth = [one for one in measured if isinstance(one, Growth)]
    machine = describe_machine()
    text = "\n".join(markdown(rows, growth, failures, machine)) + "\n"
    print(text, end="")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(text, encoding="utf-8")
    figures = as_json(rows, growth, failures, machine)
    (folder / "results.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
