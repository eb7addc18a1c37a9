"""The floor of counting: a loop in C, compiled for the run where there is a compiler."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.row import LeftOut


def count(y_true: NDArray[np.int64], y_pred: NDArray[np.int64], num_classes: int) -> NDArray[np.int64]:
    """Counts labels, range checked.

    Args:
        y_true: int64, contiguous.
        y_pred: int64, contiguous, as many.
        num_classes: K.

    Returns:
        counts[true_class, pred_class], int64, shape (K, K).

    Raises:
        ValueError: a label is out of range.
        LeftOut: there is no C compiler.
    """
    counts = np.zeros((num_classes, num_classes), np.int64)
    at = _compiled()(_address(y_true), _address(y_pred), len(y_true), num_classes, _address(counts))
    if at >= 0:
        raise ValueError(f"invalid label at {at}: {y_true[at]}, {y_pred[at]}; pass classes below {num_classes}")
    return counts


@functools.cache
def _compiled() -> Any:
    compiler = shutil.which(os.environ.get("CC") or "cc")
    if compiler is None:
        raise LeftOut("there is no C compiler")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "count_loop.so"
        source = Path(__file__).with_suffix(".c")
        command = [compiler, "-O3", "-march=native", "-shared", "-fPIC", "-o", str(library), str(source)]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        except subprocess.SubprocessError as error:
            raise LeftOut("the C compiler failed") from error
        function = ctypes.CDLL(str(library)).count_loop  # loaded: the file may go
    function.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    function.restype = ctypes.c_int64
    return function


def _address(array: NDArray[np.int64]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
