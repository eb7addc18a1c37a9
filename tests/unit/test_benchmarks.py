"""The rows and the report of the benchmarks."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
MACHINE = {
    "date": "2026-01-01",
    "processor": "a processor",
    "cores": 2,
    "system": "a system",
    "versions": {"numpy": "2", "Chromium": "156"},
}


@pytest.fixture(autouse=True)
def source_tree(monkeypatch):
    """The benchmarks aren't installed: they are imported from where they lie."""
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])


def test_a_row_promises_the_ratio_to_its_first_peer():
    from benchmarks.row import Peer, Row

    row = Row.beside([Peer("slow", 30.0), Peer("quick", 1.0)], "count", "ns", 2.0, 8.0, min_ratio=12.0)
    assert (row.peer, row.theirs, row.ratio, row.holds) == ("slow", 30.0, 15.0, True)
    assert row.others == (Peer("quick", 1.0),)
    assert Row.beside([Peer("slow", 20.0)], "count", "ns", 2.0, 8.0, min_ratio=12.0).holds is False


def test_a_missed_budget_does_not_hold_whatever_the_ratio():
    from benchmarks.row import Row

    assert Row("count", "ns", 9.0, 8.0, "slow", 900.0, 12.0).holds is False


def test_a_row_without_a_promise_neither_holds_nor_fails():
    from benchmarks.row import Row

    assert Row("count", "ns", 9.0, None, "slow", 900.0).holds is None


@pytest.mark.parametrize("error", [ImportError("No module named 'torch'"), "LeftOut"])
def test_a_peer_that_is_missing_is_left_out_with_its_reason(error):
    from benchmarks.row import LeftOut, peer

    raised = LeftOut("there is no C compiler") if error == "LeftOut" else error

    def measure() -> float:
        raise raised

    left_out = peer("one", measure)
    assert (left_out.figure, left_out.left_out) == (None, str(raised))


def test_a_peer_that_fails_is_no_peer_that_is_missing():
    from benchmarks.row import peer

    with pytest.raises(ZeroDivisionError):
        peer("one", lambda: 1 / 0)


def test_the_report_begins_with_the_machine_and_tells_each_left_out_peer_once():
    from benchmarks.report import markdown
    from benchmarks.row import Peer, Row

    missing = Peer("torchmetrics", None, "No module named 'torch'")
    rows = [
        Row.beside([Peer("scikit-learn", 100.0), missing, Peer("NumPy", 5.0)], f"count, K={k}", "ns", 4.0, 8.0, min_ratio=12.0)
        for k in (10, 100)
    ]
    lines = list(markdown(rows, [], ["showing couldn't be run: OSError: no"], MACHINE))
    assert lines[0] == "2026-01-01; a processor, 2 cores; a system; numpy 2, Chromium 156."
    assert "| count, K=10 | 4 ns | ≤ 8 ns | scikit-learn | 100 ns | 25 (≥ 12) | yes | NumPy 5 |  |" in lines
    assert [line for line in lines if "torch" in line] == [
        "- Left out: torchmetrics (No module named 'torch'): count, K=10; count, K=100."
    ]
    assert lines[-1] == "\nshowing couldn't be run: OSError: no"


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    from benchmarks.report import markdown
    from benchmarks.row import Growth, Row

    growth = [
        Growth("K", 10, {"log, ms": 1.0}),
        Growth("K", 100, {"log, ms": 2.0, "draw, ms": None}),
        Growth("runs", 1, {"list, ms": 3.0}),
    ]
    tables = [line for line in markdown([Row("count", "ns", 1.0)], growth, [], MACHINE) if line.startswith("|")]
    assert {line.count("|") for line in tables[:3]} == {10}
    assert tables[3:] == [
        "| K | log, ms | draw, ms |",
        "|---:|---:|---:|",
        "| 10 | 1 | - |",
        "| 100 | 2 | - |",
        "| runs | list, ms |",
        "|---:|---:|",
        "| 1 | 3 |",
    ]


def test_the_results_for_programs_are_json_with_ratio_and_verdict():
    from benchmarks.report import as_json
    from benchmarks.row import Growth, Peer, Row

    row = Row.beside([Peer("slow", 6.0), Peer("gone", None, "not installed")], "count", "ns", 2.0, 1.0)
    results = json.loads(json.dumps(as_json([row], [Growth("K", 10, {"log, ms": 1.0})], [], MACHINE)))
    assert (results["rows"][0]["ratio"], results["rows"][0]["holds"]) == (3.0, False)
    assert results["rows"][0]["others"] == [{"name": "gone", "figure": None, "left_out": "not installed"}]
    assert results["growth"] == [{"by": "K", "size": 10, "costs": {"log, ms": 1.0}}]


def test_figures_have_three_digits_that_count_and_no_exponent():
    from benchmarks.report import figure

    assert [figure(value) for value in (None, 0.01234, 1.5, 12.34, 123.4, 1234567.0)] == [
        "",
        "0.0123",
        "1.5",
        "12.3",
        "123",
        "1,234,567",
    ]


def test_every_benchmark_that_is_named_has_rows():
    import importlib

    from benchmarks.__main__ import NAMES

    assert [name for name in NAMES if not callable(getattr(importlib.import_module(f"benchmarks.{name}"), "rows", None))] == []


def test_the_loop_in_c_counts_as_we_do_and_refuses_what_is_out_of_range():
    from benchmarks.peers import count_loop
    from benchmarks.row import LeftOut
    from tb_confusion_plugin.core.counting import count_labels

    y_true, y_pred = np.random.default_rng(0).integers(0, 7, (2, 1000))
    try:
        np.testing.assert_array_equal(count_loop.count(y_true, y_pred, 7), count_labels(y_true, y_pred, 7))
    except LeftOut as error:
        pytest.skip(str(error))
    for wrong in (-1, 7):
        with pytest.raises(ValueError, match="invalid label at 3"):
            count_loop.count(y_true, np.where(np.arange(1000) == 3, wrong, y_pred), 7)


def test_what_needs_pytorch_is_left_out_where_there_is_none(monkeypatch, tmp_path):
    from benchmarks import with_torch
    from benchmarks.row import peer

    monkeypatch.setattr(with_torch.importlib.util, "find_spec", {"torch": None}.get)
    monkeypatch.setattr(with_torch, "TORCH_PYTHON", tmp_path / "none")
    left_out = peer("torchmetrics", lambda: with_torch.torch_figures.__wrapped__("counting")["10"])
    assert left_out.figure is None
    assert "make .venv-torch/tests.stamp" in left_out.left_out
    assert with_torch.torch_versions() == {}


def test_what_needs_pytorch_is_measured_by_the_python_that_has_it(monkeypatch, tmp_path):
    from benchmarks import with_torch
    from benchmarks.row import peer

    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$3" = counting ] && echo \'{"10": 5.5}\' || { echo "no such figure" >&2; exit 1; }\n')
    python.chmod(0o755)
    monkeypatch.setattr(with_torch.importlib.util, "find_spec", {"torch": None}.get)
    monkeypatch.setattr(with_torch, "TORCH_PYTHON", python)
    measure = with_torch.torch_figures.__wrapped__
    assert peer("torchmetrics", lambda: measure("counting")["10"]).figure == 5.5
    assert peer("torchmetrics", lambda: measure("training")["ours"]).left_out == "no such figure"
