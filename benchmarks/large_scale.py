"""How counting tables grows with their rows: `python -m benchmarks.large_scale`, whose tables docs/large-scale.md holds.

It needs an environment with the engines, `tests/requirements-tables.txt`, and Java for Spark. An engine that isn't there is left
out with a line. Each figure is the median of a few runs, each in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.labels import make_labels
from benchmarks.machine import describe_machine
from tb_confusion_plugin import ConfusionMatrix
from tb_confusion_plugin.core.counting import count_labels as count_arrays

NUM_CLASSES = 1000
ROWS_PER_FILE = 1_000_000
MILLIONS = (1, 3, 10, 30, 100)
REPEATS = 3
TIMEOUT_S = 1800
SPARK_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the tables, measures every engine on each and prints the growth curve as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_scale", description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=ENGINES, action="append", help="measure this one (may be repeated; default: all)")
    parser.add_argument("--millions", type=int, action="append", help=f"rows, in millions (may be repeated; default: {MILLIONS})")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="default: %(default)s")
    parser.add_argument("--data", type=Path, help="folder for the tables, which is to have 9 GB free for 1,000 million rows")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one:
        name, num_files = options.one
        print(json.dumps(_measure(name, _files(options.data)[: int(num_files)])))
        return
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        _report(Path(folder), options.engine or list(ENGINES), sorted(options.millions or MILLIONS), options.repeats)


def _polars(files: list[str]) -> Any:
    import polars as pl

    return lambda: pl.scan_parquet(files)


def _duckdb(files: list[str]) -> Any:
    import duckdb

    return lambda: duckdb.connect().read_parquet(files)


def _dask(files: list[str]) -> Any:
    import dask.dataframe

    return lambda: dask.dataframe.read_parquet(files)


def _spark(files: list[str]) -> Any:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[*]")
    for name, value in SPARK_OPTIONS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.range(1000).count()  # a session is started once, whatever it counts then
    return lambda: spark.read.parquet(*files)


def _pandas(files: list[str]) -> Any:
    import pandas as pd

    return lambda: pd.read_parquet(files, columns=["label", "prediction"])


# What gets an engine ready and gives a function that opens the table, which is timed with the counting.
ENGINES: dict[str, Callable[[list[str]], Any]] = {
    "Polars": _polars,
    "DuckDB": _duckdb,
    "Dask": _dask,
    "Spark": _spark,
    "pandas": _pandas,
}


def _report(folder: Path, engines: list[str], millions: list[int], repeats: int) -> None:
    _say(f"making {millions[-1]} M rows ...")
    base = _make_files(folder, millions[-1])
    size = sum(path.stat().st_size for path in folder.iterdir())
    seconds: dict[str, list[str]] = {}
    memory: dict[str, list[str]] = {}
    left_out = []
    for name in engines:
        try:
            runs = [[_run(folder, name, number, base) for _ in range(repeats)] for number in millions]
        except (subprocess.SubprocessError, ValueError) as error:
            left_out.append(f"{name} is left out: {error}")
            continue
        seconds[name] = [f"{statistics.median(one['seconds'] for one in some):.2f}" for some in runs]
        idle = statistics.median(one["idle_mb"] for one in runs[0])
        memory[name] = [f"{idle:,.0f}", *(f"{statistics.median(one['peak_mb'] for one in some):,.0f}" for some in runs)]
    machine = describe_machine()
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, {memory_gb:.0f} GB, {machine['system']}; ", end="")
    print(f"{size / (millions[-1] * ROWS_PER_FILE):.1f} bytes of Parquet a row; {np.count_nonzero(base):,} cells aren't zero.\n")
    heads = [f"{number} M" for number in millions]
    _print_table("seconds", heads, seconds)
    _print_table("peak memory, MB", ["nothing counted yet", *heads], memory)
    print("\n".join(left_out))


def _make_files(folder: Path, num_files: int) -> Any:
    """Files of the same rows in other orders, so that the matrix of the first n is n times that of one, which is returned."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    y_true, y_pred = (labels.astype(np.int32) for labels in make_labels(NUM_CLASSES, ROWS_PER_FILE))
    rng = np.random.default_rng(0)
    for number in range(num_files):
        order = rng.permutation(ROWS_PER_FILE)
        scores = rng.random(ROWS_PER_FILE, dtype=np.float32)  # a column that isn't asked for
        table = pa.table({"label": y_true[order], "prediction": y_pred[order], "score": scores})
        pq.write_table(table, folder / f"{number:04d}.parquet")
    return count_arrays(y_true, y_pred, NUM_CLASSES)


def _files(folder: Path) -> list[str]:
    return sorted(str(path) for path in folder.iterdir())


def _run(folder: Path, name: str, num_files: int, base: Any) -> dict[str, Any]:
    """One measurement in a process of its own, whose matrix must be the right one."""
    command = [sys.executable, "-m", "benchmarks.large_scale", "--data", str(folder), "--one", name, str(num_files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    if done.returncode:
        raise ValueError(done.stderr.strip().splitlines()[-1])
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if measured.pop("checksum") != _checksum(ConfusionMatrix(num_files * base)):
        raise ValueError(f"{name} counted {num_files} M rows wrong")
    _say(f"  {name}, {num_files} M rows: {measured['seconds']:.2f} s, {measured['peak_mb']:,.0f} MB")
    return measured


def _measure(name: str, files: list[str]) -> dict[str, Any]:
    from tb_confusion_plugin.frames import count_labels

    opened = ENGINES[name](files)
    idle_mb = _peak_mb()
    start = time.perf_counter()
    matrix = count_labels(opened(), "label", "prediction", labels=range(NUM_CLASSES))
    seconds = time.perf_counter() - start
    return {"seconds": seconds, "idle_mb": idle_mb, "peak_mb": _peak_mb(), "checksum": _checksum(matrix)}


def _checksum(matrix: ConfusionMatrix) -> list[int]:
    indices, counts = matrix.nonzero_cells()
    return [int(matrix.total), len(indices), int(((indices % 999_983) * counts).sum())]


def _peak_mb() -> float:
    """The most memory that this process and those that it started (Spark's Java) have had so far, each its own most."""
    todo, total_kb = [os.getpid()], 0
    while todo:
        process = Path("/proc") / str(todo.pop())
        # One that is about to end has no memory any longer, and then no folder.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            status = (process / "status").read_text().splitlines()
            total_kb += sum(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
            todo += [int(child) for task in (process / "task").iterdir() for child in (task / "children").read_text().split()]
    return total_kb / 1024


def _print_table(what: str, heads: list[str], rows: dict[str, list[str]]) -> None:
    print(f"| {what} | {' | '.join(heads)} |\n|---|{'---:|' * len(heads)}")
    print("".join(f"| {name} | {' | '.join(figures)} |\n" for name, figures in rows.items()))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
