"""Runs the benchmarks: `python -m benchmarks [--only NAME]`. One Markdown table and one JSON file, in benchmarks/results/."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import importlib.metadata
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.row import Row

NAMES = ("log_step", "bytes_on_disk", "counting", "http_matrix", "keras_fit", "page_load", "interactions")
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
RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures, prints the table, writes the results.

    Args:
        arguments: those of the command line, if None.

    Returns:
        The exit status: 1 where a benchmark couldn't be run. A missed budget is a figure, not a failure.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measures the project's budgets beside their peers.")
    parser.add_argument("--only", choices=NAMES, action="append", help="run this one (may be repeated)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder of the results (default: %(default)s)")
    options = parser.parse_args(arguments)
    rows, failures = [], []
    for name in options.only or NAMES:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            for row in importlib.import_module(f"benchmarks.{name}").rows():
                print(f"  {_line(row)}", file=sys.stderr, flush=True)
                rows.append(row)
        except Exception as error:  # noqa: BLE001  # the others shall still run; the table says which didn't
            failures.append(f"{name} couldn't be run: {type(error).__name__}: {error}")
    _report(rows, failures, options.out)
    return 1 if failures else 0


def _report(rows: list[Row], failures: list[str], folder: Path) -> None:
    machine = describe_machine()
    table = "\n".join(markdown(rows, failures, machine))
    print(table)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.md").write_text(table + "\n", encoding="utf-8")
    figures = [{**asdict(row), "ratio": row.ratio, "holds": row.holds} for row in rows]
    (folder / "results.json").write_text(
        json.dumps({**machine, "rows": figures, "failures": failures}, indent=2) + "\n", encoding="utf-8"
    )


def describe_machine() -> dict[str, Any]:
    """The processor, the system and the versions that the figures belong to."""
    return {
        "date": dt.datetime.now(tz=dt.timezone.utc).strftime("%Y-%m-%d"),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "versions": {name: version for name in DISTRIBUTIONS if (version := _version(name))},
    }


def markdown(rows: list[Row], failures: list[str], machine: dict[str, Any]) -> Iterator[str]:
    """Yields the lines of the report."""
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    yield f"{machine['date']}; {machine['processor']}, {machine['cores']} cores; {machine['system']}; {versions}."
    yield ""
    yield "| what | ours | budget | peer | theirs | theirs / ours | holds | note |"
    yield "|---|---:|---:|---|---:|---:|---|---|"
    for row in rows:
        yield f"| {' | '.join(_cells(row))} |"
    yield from (f"\n{failure}" for failure in failures)


def _cells(row: Row) -> Iterator[str]:
    yield row.what
    yield f"{_figure(row.ours)} {row.unit}"
    yield f"≤ {_figure(row.budget)} {row.unit}" if row.budget is not None else ""
    yield row.peer
    yield f"{_figure(row.theirs)} {row.unit}" if row.theirs is not None else ""
    promised = f" (≥ {_figure(row.min_ratio)})" if row.min_ratio is not None else ""
    yield f"{_figure(row.ratio)}{promised}" if row.ratio is not None else promised.strip()
    yield {True: "yes", False: "**no**", None: ""}[row.holds]
    yield row.note


def _line(row: Row) -> str:
    return "; ".join(cell for cell in _cells(row) if cell)


def _figure(value: float | None) -> str:
    """Three digits that count, and no exponent."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        if cpuinfo.exists()
        else []
    )
    return models[0] if models else platform.processor() or "unknown processor"


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
