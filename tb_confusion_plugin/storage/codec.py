"""A matrix to and from its blob (docs/format.md)."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tb_confusion_plugin.core.matrix import ConfusionMatrix, Counts, exact_total, from_cells, nonzero_cells
from tb_confusion_plugin.storage.header import (
    MAX_PAYLOAD_BYTES,
    NO_CLASS_NAMES,
    Dtype,
    Encoding,
    MatrixHeader,
    pack_blob,
    parse_blob,
)
from tb_confusion_plugin.storage.metadata import class_names_hash
from tb_confusion_plugin.storage.varint import decode_varints, encode_varints

# Past this ratio of the raw sizes the dense form never deflates to less, and costs K² bytes of work.
_DENSE_WORTH_TRYING = 4
# A Huffman code takes some 60 bytes to write down.
_OWN_CODE_FROM_BYTES = 512


def encode_counts(counts: Counts, *, ordinal: int = 0, names_hash: bytes = NO_CLASS_NAMES) -> bytes:
    """Encodes a matrix, densely or sparsely, whichever is smaller.

    Args:
        counts: what `core.matrix.as_counts` returns: int64 or float64, shape (K, K), dense or sparse.
        ordinal: how many data of the series precede this one.
        names_hash: what `storage.metadata.class_names_hash` returns.

    Returns:
        The blob.

    Raises:
        ValueError: the payload would be over the limit that readers accept.
    """
    num_classes = int(counts.shape[0])
    indices, cell_counts = nonzero_cells(counts)
    dtype = Dtype.FLOAT64 if cell_counts.dtype.kind == "f" else Dtype.INT64
    parts = {Encoding.SPARSE: (_encode_gaps(indices), _encode_values(cell_counts))}
    sparse_size = sum(map(len, parts[Encoding.SPARSE]))
    if isinstance(counts, np.ndarray) and counts.size <= _DENSE_WORTH_TRYING * sparse_size:
        parts[Encoding.DENSE] = (b"", _encode_values(counts.reshape(-1)))
    deflated = {encoding: _deflate(encoding, dtype, streams) for encoding, streams in parts.items()}
    encoding = min(deflated, key=lambda candidate: len(deflated[candidate]))
    payload_size = sum(map(len, parts[encoding]))
    if payload_size > MAX_PAYLOAD_BYTES:
        raise ValueError(
            f"invalid counts: {len(indices)} non-zero cells take {payload_size} bytes, over the limit of {MAX_PAYLOAD_BYTES}"
        )
    header = MatrixHeader(
        num_classes=num_classes,
        dtype=dtype,
        encoding=encoding,
        num_nonzero=len(indices),
        total=cell_counts.sum().item(),
        ordinal=ordinal,
        class_names_hash=names_hash,
        payload_size=payload_size,
    )
    return pack_blob(header, deflated[encoding])


def decode_counts(blob: bytes) -> Counts:
    """Decodes a blob.

    Args:
        blob: what `encode_counts` returned.

    Returns:
        int64 or float64, shape (K, K): an ndarray up to K = 2,048, a `csr_array` above.

    Raises:
        ValueError: the blob isn't a matrix, is damaged, or of a newer format.
    """
    header, deflated = parse_blob(blob)
    payload = np.frombuffer(_inflate(deflated, header.payload_size), dtype=np.uint8)
    if header.encoding == Encoding.DENSE:
        values = _decode_values(payload, header.num_classes**2, header.dtype)
        indices = np.flatnonzero(values)
        cell_counts = values[indices]
    else:
        gaps, gap_bytes = decode_varints(payload, header.num_nonzero)
        if len(gaps) and gaps.max() >= header.num_classes**2:  # before their sum wraps around 64 bits
            raise ValueError(f"invalid matrix: a gap of {gaps.max()} among {header.num_classes**2} cells")
        indices = np.cumsum(gaps + 1) - 1
        cell_counts = _decode_values(payload[gap_bytes:], header.num_nonzero, header.dtype)
    _check_cells(header, indices, cell_counts)
    return from_cells(header.num_classes, indices, cell_counts)


def decode_matrix(blob: bytes, class_names: tuple[str, ...] | None) -> ConfusionMatrix:
    """Decodes a blob into a matrix, with the names of its series where they are those that it was written with.

    Raises:
        ValueError: as `decode_counts`.
    """
    header, _ = parse_blob(blob)
    is_named = class_names is not None and header.class_names_hash == class_names_hash(class_names)
    return ConfusionMatrix(decode_counts(blob), class_names if is_named else None)


def _encode_gaps(indices: NDArray[np.int64]) -> bytes:
    return encode_varints(np.diff(indices, prepend=-1) - 1)


def _encode_values(values: NDArray[Any]) -> bytes:
    return values.astype("<f8").tobytes() if values.dtype.kind == "f" else encode_varints(values)


def _decode_values(payload: NDArray[np.uint8], count: int, dtype: Dtype) -> NDArray[Any]:
    if dtype == Dtype.FLOAT64:
        if len(payload) != 8 * count:
            raise ValueError(f"invalid matrix: {len(payload)} bytes for {count} weighted counts")
        return np.frombuffer(payload.tobytes(), dtype="<f8").astype(np.float64)
    values, num_bytes = decode_varints(payload, count)
    if num_bytes != len(payload):
        raise ValueError(f"invalid matrix: {len(payload) - num_bytes} bytes behind the last count")
    return values


def _deflate(encoding: Encoding, dtype: Dtype, streams: tuple[bytes, bytes]) -> bytes:
    """One zlib stream, that any inflater reads.

    Gaps and counts hardly repeat themselves, so looking for repetitions costs ten times the time and saves nothing; what
    saves a tenth is a Huffman code of its own for each of the two, and that a block boundary between them gives.
    """
    if encoding == Encoding.DENSE or dtype == Dtype.FLOAT64:
        return zlib.compress(b"".join(streams), 6)
    compressor = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY)
    gaps, values = streams
    boundary = zlib.Z_BLOCK if len(gaps) >= _OWN_CODE_FROM_BYTES else zlib.Z_NO_FLUSH
    return compressor.compress(gaps) + compressor.flush(boundary) + compressor.compress(values) + compressor.flush()


def _inflate(deflated: memoryview, size: int) -> bytes:
    inflater = zlib.decompressobj()
    try:
        payload = inflater.decompress(deflated, size + 1)  # one more than claimed is enough to know a lie
    except zlib.error as error:
        raise ValueError(f"invalid matrix: the payload isn't a zlib stream ({error})") from error
    if len(payload) != size or not inflater.eof or inflater.unused_data:
        raise ValueError(f"invalid matrix: the payload isn't the {size} bytes that its header claims")
    return payload


def _check_cells(header: MatrixHeader, indices: NDArray[np.int64], cell_counts: NDArray[Any]) -> None:
    if len(indices) != header.num_nonzero:
        raise ValueError(f"invalid matrix: {len(indices)} non-zero cells where the header claims {header.num_nonzero}")
    if len(indices) and indices[-1] >= header.num_classes**2:
        raise ValueError(f"invalid matrix: cell {indices[-1]} of {header.num_classes**2}")
    if len(indices) and not (np.isfinite(cell_counts).all() and cell_counts.min() > 0):
        raise ValueError("invalid matrix: a count that is zero where it shouldn't be, negative, NaN or infinite")
    total = exact_total(cell_counts) if header.dtype == Dtype.INT64 else cell_counts.sum().item()
    if total != header.total if header.dtype == Dtype.INT64 else not np.isclose(total, header.total, rtol=1e-9, atol=0):
        raise ValueError(f"invalid matrix: the counts sum to {total} where the header claims {header.total}")
