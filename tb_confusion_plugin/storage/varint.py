"""LEB128, the variable-length integers of DWARF and protocol buffers, over whole NumPy arrays.

Definition: DWARF Debugging Information Format, version 5, section 7.6.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAX_BYTES = 9  # 63 bits in groups of 7


def encode_varints(values: NDArray[Any]) -> bytes:
    """Encodes integers from 0 to 2^63 - 1, shape (N,): lowest 7 bits first, the top bit set on all bytes but the last."""
    if not len(values):
        return b""
    if values.max() < 0x80:
        return values.astype(np.uint8).tobytes()
    rest = values.astype(np.uint64)
    lengths = np.ones(len(values), dtype=np.int64)
    for num_bytes in range(1, _MAX_BYTES):
        lengths += rest >= np.uint64(1 << 7 * num_bytes)
    starts = np.cumsum(lengths) - lengths
    encoded = np.empty(int(lengths.sum()), dtype=np.uint8)
    for position in range(int(lengths.max())):
        has_byte = lengths > position
        groups = (rest[has_byte] >> np.uint64(7 * position)) & np.uint64(0x7F)
        is_last = lengths[has_byte] == position + 1
        encoded[starts[has_byte] + position] = groups.astype(np.uint8) | np.where(is_last, 0, 0x80).astype(np.uint8)
    return encoded.tobytes()


def decode_varints(encoded: NDArray[np.uint8], count: int) -> tuple[NDArray[np.int64], int]:
    """Decodes the first `count` integers.

    Args:
        encoded: bytes, shape (N,).
        count: how many integers to read.

    Returns:
        The integers, int64, shape (count,), and how many bytes they took.

    Raises:
        ValueError: fewer than `count` integers, or one of more than 63 bits.
    """
    if count == 0:
        return np.empty(0, dtype=np.int64), 0
    ends = np.flatnonzero(encoded < 0x80)[:count] + 1
    if len(ends) < count:
        raise ValueError(f"invalid matrix: {len(ends)} numbers where {count} should be")
    num_bytes = int(ends[-1])
    if num_bytes == count:
        return encoded[:count].astype(np.int64), num_bytes
    starts = np.concatenate(([0], ends[:-1]))
    if (ends - starts).max() > _MAX_BYTES:
        raise ValueError(f"invalid matrix: a number of more than {7 * _MAX_BYTES} bits")
    positions = np.arange(num_bytes) - np.repeat(starts, ends - starts)
    groups = (encoded[:num_bytes] & 0x7F).astype(np.int64) << (7 * positions)
    return np.add.reduceat(groups, starts), num_bytes
