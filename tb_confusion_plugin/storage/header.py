"""The header of a matrix blob: 64 bytes, little-endian, that describe the payload behind them (docs/format.md)."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

MAGIC = b"TBCM"
FORMAT_VERSION = 1
HEADER_SIZE = 64
NO_CLASS_NAMES = bytes(8)

# What a reader believes at most. A header that claims more is refused before anything is allocated for it.
MAX_NUM_CLASSES = 65_536
MAX_PAYLOAD_BYTES = 1 << 28
MAX_TOTAL = 2**63 - 1

_MAX_COUNT_BYTES = 9  # LEB128 of 2^63 - 1
_MAX_GAP_BYTES = 5  # LEB128 of 65,536² - 1
_FLOAT_BYTES = 8

# magic, version, header size, K, dtype, encoding, reserved, non-zero cells, total, ordinal, names' hash, payload size, reserved
_LAYOUT = struct.Struct("<4sHHIBBHQ8sQ8sQI")
_CRC = struct.Struct("<I")
_INT_TOTAL = struct.Struct("<Q")
_FLOAT_TOTAL = struct.Struct("<d")


class Dtype(IntEnum):
    """What a count is."""

    INT64 = 0
    FLOAT64 = 1


class Encoding(IntEnum):
    """How the payload lists the cells, once inflated."""

    DENSE = 0
    SPARSE = 1


@dataclass(frozen=True)
class MatrixHeader:
    """What a blob says of itself.

    Attributes:
        num_classes: K, from 1 to 65,536.
        dtype: int64 or float64 (weighted samples).
        encoding: how the payload lists the cells.
        num_nonzero: cells that aren't zero.
        total: sum of all cells.
        ordinal: how many of the same writer's data precede this one in the series, superseded ones left out.
        class_names_hash: 8 bytes, `NO_CLASS_NAMES` where the series has none.
        payload_size: bytes of the payload once inflated.
    """

    num_classes: int
    dtype: Dtype
    encoding: Encoding
    num_nonzero: int
    total: int | float
    ordinal: int
    class_names_hash: bytes
    payload_size: int


def pack_blob(header: MatrixHeader, deflated_payload: bytes) -> bytes:
    """Puts the header and its checksum before the payload."""
    total = _INT_TOTAL.pack(int(header.total)) if header.dtype == Dtype.INT64 else _FLOAT_TOTAL.pack(header.total)
    packed = _LAYOUT.pack(
        MAGIC,
        FORMAT_VERSION,
        HEADER_SIZE,
        header.num_classes,
        header.dtype,
        header.encoding,
        0,
        header.num_nonzero,
        total,
        header.ordinal,
        header.class_names_hash,
        header.payload_size,
        0,
    )
    return packed + _CRC.pack(zlib.crc32(deflated_payload, zlib.crc32(packed))) + deflated_payload


def parse_blob(blob: bytes) -> tuple[MatrixHeader, memoryview]:
    """Checks a blob as far as that goes without inflating it.

    Args:
        blob: the bytes that `pack_blob` made.

    Returns:
        The header, and the payload, still deflated.

    Raises:
        ValueError: no matrix blob, a newer format, a wrong checksum, or a claim beyond the limits or against itself.
    """
    if len(blob) < HEADER_SIZE or blob[:4] != MAGIC:
        raise ValueError(
            f"invalid matrix: {len(blob)} bytes that don't begin with a matrix header; write it with tb_confusion_plugin"
        )
    (_, version, header_size, num_classes, dtype, encoding, _, num_nonzero, total, ordinal, names_hash, payload_size, _) = (
        _LAYOUT.unpack_from(blob)
    )
    if version > FORMAT_VERSION:
        raise ValueError(f"unknown format version {version}: this plugin reads up to {FORMAT_VERSION}; upgrade tb-confusion-plugin")
    if version < 1 or not HEADER_SIZE <= header_size <= len(blob):
        raise ValueError(f"invalid matrix: format version {version} with a header of {header_size} bytes")
    (crc,) = _CRC.unpack_from(blob, _LAYOUT.size)
    if crc != zlib.crc32(memoryview(blob)[HEADER_SIZE:], zlib.crc32(blob[: _LAYOUT.size])):
        raise ValueError("invalid matrix: wrong checksum; the event file is damaged")
    if dtype not in tuple(Dtype) or encoding not in tuple(Encoding):
        raise ValueError(f"invalid matrix: unknown dtype {dtype} or encoding {encoding}")
    header = MatrixHeader(
        num_classes=num_classes,
        dtype=Dtype(dtype),
        encoding=Encoding(encoding),
        num_nonzero=num_nonzero,
        total=_INT_TOTAL.unpack(total)[0] if dtype == Dtype.INT64 else _FLOAT_TOTAL.unpack(total)[0],
        ordinal=ordinal,
        class_names_hash=names_hash,
        payload_size=payload_size,
    )
    _check_claims(header)
    # A later writer of this version may have added to the header what this reader needn't know.
    return header, memoryview(blob)[header_size:]


def _check_claims(header: MatrixHeader) -> None:
    if not 1 <= header.num_classes <= MAX_NUM_CLASSES:
        raise ValueError(f"invalid matrix: K = {header.num_classes}; this plugin reads 1 to {MAX_NUM_CLASSES} classes")
    num_cells = header.num_classes**2
    if header.num_nonzero > num_cells:
        raise ValueError(f"invalid matrix: {header.num_nonzero} non-zero cells of {num_cells}")
    if header.dtype == Dtype.INT64 and header.total > MAX_TOTAL:
        raise ValueError(f"invalid matrix: a total of {header.total} is over 2^63 - 1")
    count_bytes = _FLOAT_BYTES if header.dtype == Dtype.FLOAT64 else _MAX_COUNT_BYTES
    most = num_cells * count_bytes if header.encoding == Encoding.DENSE else header.num_nonzero * (_MAX_GAP_BYTES + count_bytes)
    if header.payload_size > min(most, MAX_PAYLOAD_BYTES):
        raise ValueError(
            f"invalid matrix: a payload of {header.payload_size} bytes is over the limit of {min(most, MAX_PAYLOAD_BYTES)}"
        )
