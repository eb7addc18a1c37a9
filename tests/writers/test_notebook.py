"""demo/tutorial.ipynb runs from top to bottom, and what it logs is there."""

import contextlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from tb_confusion_plugin import read_log

NOTEBOOK = Path(__file__).parents[2] / "demo" / "tutorial.ipynb"


@pytest.fixture
def notebook():
    return nbformat.read(NOTEBOOK, as_version=4)


@pytest.fixture
def environment(tmp_path):
    """The kernel's: few epochs, a log of its own, and temporary files of its own, where TensorBoard notes its process."""
    with tempfile.TemporaryDirectory() as temporary:  # short: sockets are made below it
        yield {
            **os.environ,
            "CUDA_VISIBLE_DEVICES": "",
            "DEMO_EPOCHS": "1",
            "DEMO_LOG_DIR": str(tmp_path / "logs"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "TMPDIR": temporary,
        }
        for note in Path(temporary).glob(".tensorboard-info/pid-*.info"):
            end(json.loads(note.read_text())["pid"])


def end(pid):
    """Ends the TensorBoard that %tensorboard has left running."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def test_no_outputs_are_stored(notebook):
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count] == []


@pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client")
def test_the_notebook_runs_and_logs_two_runs_and_shows_tensorboard(notebook, environment, tmp_path):
    client = NotebookClient(notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}})
    client.execute(env=environment, cwd=str(NOTEBOOK.parent))

    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("iframe" in output.get("data", {}).get("text/html", "") for output in outputs)
    assert "of 1,347 validated digits" in outputs[-1]["text"]
    logged = {(run.split("-")[0], tag): datum for run, tag, datum in read_log(tmp_path / "logs")}
    assert set(logged) == {(run, tag) for run in ("sgd", "adam") for tag in ("train/confusion", "val/confusion")}
    assert logged["adam", "val/confusion"].matrix.total == 1347
    (projector,) = (tmp_path / "logs").glob("adam-*/projector_config.pbtxt")
    assert "features.tsv" in projector.read_text()
