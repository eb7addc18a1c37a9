"""Confusion matrices from PyTorch: an accumulator on the device, and what writes into a `SummaryWriter`'s file."""

from __future__ import annotations

try:
    import torch as _torch  # noqa: F401  # before anything that would fail with less to say
except ImportError as error:
    raise ImportError(
        "missing PyTorch: pip install 'tb-confusion-plugin[torch]', or use ConfusionWriter, which needs NumPy alone"
    ) from error

from tb_confusion_plugin.torch.accumulator import ConfusionMatrix
from tb_confusion_plugin.torch.summary_writer import add_confusion_matrix

__all__ = ["ConfusionMatrix", "add_confusion_matrix"]
