"""Sums over batches that stay exact on backends whose numbers have 32 bits too."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

# Of the two 32-bit words of a whole sum the lower one holds so many bits: one batch more, of less than 2^30 samples, doesn't
# overflow it.
_LOW_BITS = 30


class Sum:
    """A sum, scalar or by cell, in variables of a metric.

    Where the backend has 64 bits it is one int64 variable, or float64 where weighted. JAX has 32 bits unless told otherwise, and
    there it is two: an integer's upper and lower bits, exact to 2^60, or a float32 sum and what rounding took from it (Kahan and
    Babuška's summation, with Knuth's two-sum), so that adding batches loses nothing.

    Args:
        metric: the metric whose variables these are.
        shape: of the sum, () or (K, K).
        name: of the variable.
        weighted: whether to sum floats.
        engine: the backend's module.
    """

    def __init__(self, metric: Any, shape: tuple[int, ...], name: str, *, weighted: bool, engine: Any) -> None:
        self._engine = engine
        self._is_float = weighted
        self.dtype = sum_dtype(engine, weighted=weighted)
        self.variable = metric.add_variable(shape, "zeros", dtype=self.dtype, name=name)
        is_short = not engine.has_64_bits()
        self._rest = metric.add_variable(shape, "zeros", dtype=self.dtype, name=f"{name}_rest") if is_short else None

    def add(self, amounts: Any) -> None:
        """Adds one tensor of the sum's shape."""
        if self._rest is None:
            self.variable.assign(self.variable + amounts)
        elif self._is_float:
            self._add_with_rest(amounts)
        else:
            self._rest.assign(self._rest + amounts)
            self._carry()

    def add_at(self, cells: Any, amounts: Any) -> None:
        """Adds amounts, shape (N,), to a sum of shape (K, K), at row-major indices of shape (N,)."""
        if self._rest is None:
            self._engine.add_at(self.variable, cells, amounts)
        elif self._is_float:
            shape = self.variable.shape
            self._add_with_rest(ops.reshape(self._engine.sum_at(amounts, cells, shape[0] * shape[1]), shape))
        else:
            self._engine.add_at(self._rest, cells, amounts)
            self._carry()

    def as_float(self) -> Any:
        """The sum as a tensor of the backend's longest float."""
        dtype = sum_dtype(self._engine, weighted=True)
        value = ops.cast(ops.convert_to_tensor(self.variable), dtype)
        if self._rest is None:
            return value
        return (value if self._is_float else value * 2.0**_LOW_BITS) + ops.cast(ops.convert_to_tensor(self._rest), dtype)

    def numpy(self) -> NDArray[Any]:
        """A copy: int64, float64 where weighted."""
        value = self._engine.to_numpy(self.variable)
        if self._rest is None:
            return np.array(value)
        rest = self._engine.to_numpy(self._rest)
        total: NDArray[Any] = value.astype(np.float64) + rest if self._is_float else (value.astype(np.int64) << _LOW_BITS) + rest
        return total

    def _carry(self) -> None:
        rest = ops.convert_to_tensor(self._rest)
        carried = rest // 2**_LOW_BITS
        self.variable.assign(self.variable + carried)
        self._rest.assign(rest - carried * 2**_LOW_BITS)  # type: ignore[union-attr]  # called where there is one

    def _add_with_rest(self, amounts: Any) -> None:
        value = ops.convert_to_tensor(self.variable)
        total = value + amounts
        amounts_kept = total - value
        self._rest.assign(self._rest + ((value - (total - amounts_kept)) + (amounts - amounts_kept)))  # type: ignore[union-attr]
        self.variable.assign(total)


def sum_dtype(engine: Any, *, weighted: bool) -> str:
    """The longest dtype that the backend has."""
    return f"{'float' if weighted else 'int'}{64 if engine.has_64_bits() else 32}"
