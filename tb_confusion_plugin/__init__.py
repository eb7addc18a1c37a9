"""Confusion for TensorBoard: log raw confusion matrices, look at them in the Confusion tab.

TensorBoard imports this package whenever it starts, so the public names load what they need only when they are used.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tb_confusion_plugin.core.matrix import ConfusionMatrix
    from tb_confusion_plugin.log import MatrixDatum, read_log
    from tb_confusion_plugin.writer import ConfusionWriter

__all__ = ["ConfusionMatrix", "ConfusionWriter", "MatrixDatum", "read_log"]

_MODULE_OF = {
    "ConfusionMatrix": "tb_confusion_plugin.core.matrix",
    "ConfusionWriter": "tb_confusion_plugin.writer",
    "MatrixDatum": "tb_confusion_plugin.log",
    "read_log": "tb_confusion_plugin.log",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_MODULE_OF[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
