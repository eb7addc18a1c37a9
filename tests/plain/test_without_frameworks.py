"""Where no framework is installed: what needs none works, and what needs one says how to get it."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import tb_confusion_plugin
from tb_confusion_plugin import ConfusionWriter, read_log

PACKAGE = Path(tb_confusion_plugin.__file__).parent
FRAMEWORKS = ("tensorflow", "keras", "torch", "tensorboardX", "lightning", "pytorch_lightning", "transformers", "jax")
DEADLINE_S = 60
COUNTS = np.array([[7, 2, 0], [1, 5, 0], [0, 3, 9]])


def test_no_framework_is_installed_here():
    assert [name for name in FRAMEWORKS if find_spec(name)] == []


@pytest.mark.parametrize(
    ("module", "missing", "extra"),
    [
        ("keras", "Keras", "tensorflow"),
        ("summary", "TensorFlow", "tensorflow"),
        ("torch", "PyTorch", "torch"),
        ("lightning", "PyTorch and Lightning", "lightning"),
        ("transformers", "PyTorch and transformers", "transformers"),
    ],
)
def test_a_module_whose_framework_is_missing_names_the_extra(module, missing, extra):
    with pytest.raises(ImportError, match=rf"^missing {missing}\b.* pip install 'tb-confusion-plugin\[{extra}\]'"):
        importlib.import_module(f"tb_confusion_plugin.{module}")


def test_each_extra_that_an_error_names_is_declared():
    sources = [path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py")]
    named = {extra for source in sources for extra in re.findall(r"tb-confusion-plugin\[(\w+)\]", source)}
    assert named >= {"tensorflow", "torch", "tables"}
    assert named <= set(importlib.metadata.metadata("tb-confusion-plugin").get_all("Provides-Extra"))


@contextmanager
def tensorboard(logdir: Path) -> Iterator[str]:
    """The address of a TensorBoard that serves a logdir, as its own command starts it."""
    command = [sys.executable, "-m", "tensorboard.main", f"--logdir={logdir}", "--port=0", "--host=127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            found = next(filter(None, (re.search(r"at (http://\S+)", line) for line in process.stderr)), None)
            assert found, "TensorBoard ended before it served"
            yield found[1].rstrip("/")
        finally:
            process.kill()


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=DEADLINE_S) as answer:
        return answer.read()


def test_tensorboard_serves_the_page_and_the_matrix(tmp_path):
    with ConfusionWriter(tmp_path / "run", class_names=["cat", "dog", "fox"]) as writer:
        writer.write("val/confusion", COUNTS, step=3)
    with tensorboard(tmp_path) as url:
        assert json.loads(get(f"{url}/data/plugins_listing"))["confusion"]["enabled"] is True
        route = f"{url}/data/plugin/confusion"
        assert b"export" in get(f"{route}/static/index.js")
        exported = json.loads(get(f"{route}/export?run=run&tag=val/confusion&step=3"))
    assert exported["class_names"] == ["cat", "dog", "fox"]
    assert exported["counts"] == [[int(row), int(column), int(COUNTS[row, column])] for row, column in np.argwhere(COUNTS)]


def test_a_log_is_read_back(tmp_path):
    with ConfusionWriter(tmp_path / "run", class_names=["cat", "dog", "fox"]) as writer:
        writer.write_labels("val/confusion", [0, 1, 2, 2], [0, 1, 1, 2], step=0)
    ((run, tag, datum),) = read_log(tmp_path)
    assert (run, tag, datum.step, datum.matrix.class_names) == ("run", "val/confusion", 0, ("cat", "dog", "fox"))
    assert datum.matrix.counts.tolist() == [[1, 0, 0], [0, 1, 0], [0, 1, 1]]
