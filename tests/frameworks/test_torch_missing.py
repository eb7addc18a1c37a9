"""Without PyTorch, Lightning or transformers their modules say what to install, and the rest works."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.frameworks


def run_without(missing, code):
    """The last line on stderr of a program that can't import some packages; what its import has loaded must not help it."""
    blocked = f"import sys; sys.modules.update(dict.fromkeys({missing!r}))\n"
    return subprocess.run([sys.executable, "-c", blocked + code], capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.parametrize(
    ("module", "missing", "extra"),
    [
        ("torch", ["torch"], "torch"),
        ("lightning", ["torch"], "lightning"),
        ("lightning", ["lightning", "lightning.pytorch", "pytorch_lightning"], "lightning"),
        ("transformers", ["torch"], "transformers"),
        ("transformers", ["transformers"], "transformers"),
    ],
)
def test_a_missing_framework_names_its_extra(module, missing, extra):
    done = run_without(missing, f"import tb_confusion_plugin.{module}")
    last_line = done.stderr.splitlines()[-1]
    assert last_line.startswith("ImportError: missing ")
    assert f"pip install 'tb-confusion-plugin[{extra}]'" in last_line


@pytest.mark.parametrize("package", ["lightning", "pytorch_lightning"])
def test_one_of_lightnings_two_packages_is_enough(package):
    other = {"lightning": ["pytorch_lightning"], "pytorch_lightning": ["lightning", "lightning.pytorch"]}[package]
    code = "from tb_confusion_plugin.lightning import ConfusionMatrixCallback as C; print([b.__module__ for b in C.__mro__])"
    done = run_without(other, code)
    assert f"'{package}.".replace("'lightning.", "'lightning.pytorch.") in done.stdout, done.stderr


def test_add_confusion_matrix_needs_neither_torchmetrics_nor_tensorboardx(tmp_path):
    code = f"""
from torch.utils.tensorboard import SummaryWriter
from tb_confusion_plugin import read_log
from tb_confusion_plugin.torch import add_confusion_matrix
with SummaryWriter({str(tmp_path)!r}) as writer:
    add_confusion_matrix(writer, "val", [[1, 2], [3, 4]], 0)
print([datum.matrix.counts.tolist() for *_, datum in read_log({str(tmp_path)!r})])
"""
    done = run_without(["torchmetrics", "tensorboardX"], code)
    assert done.stdout == "[[[1, 2], [3, 4]]]\n", done.stderr
