"""A series over its steps: all its matrices in one answer, and one cell of them."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from tensorboard import errors

from tb_confusion_plugin.server.catalog import Series
from tb_confusion_plugin.server.reader import StoredDatum
from tb_confusion_plugin.storage.header import parse_blob

# Before each blob: step, wall time, length of the blob.
_FRAME = struct.Struct("<qdI")
# In fast mode a read is some 45 ms of waiting: eight at once, and no more than what the client soon takes lies in memory.
_READ_THREADS = 8
_READ_AHEAD = 16


def stream_frames(data: Iterable[StoredDatum], read: Callable[[StoredDatum], bytes]) -> Iterator[bytes]:
    """Reads ahead of whoever takes the frames, and no further when they stop.

    Args:
        data: what to read, in the order of the frames.
        read: reads the blob of one of them.

    Yields:
        One frame a datum that can be read: its step, its wall time, the length of its blob, and the blob.
    """
    ahead: deque[tuple[StoredDatum, Future[bytes | None]]] = deque()
    pool = ThreadPoolExecutor(_READ_THREADS)
    try:
        for datum in data:
            ahead.append((datum, pool.submit(_read_checked, datum, read)))
            if len(ahead) > _READ_AHEAD:
                yield from _frames(*ahead.popleft())
        while ahead:
            yield from _frames(*ahead.popleft())
    finally:
        pool.shutdown(cancel_futures=True)


def _frames(datum: StoredDatum, reading: Future[bytes | None]) -> Iterator[bytes]:
    """One frame, or none."""
    blob = reading.result()
    if blob is not None:
        yield _FRAME.pack(datum.step, datum.wall_time, len(blob)) + blob


def _read_checked(datum: StoredDatum, read: Callable[[StoredDatum], bytes]) -> bytes | None:
    """None where TensorBoard can't read it, or it is no matrix; the warnings of the series say why."""
    try:
        blob = read(datum)
        parse_blob(blob)
    except (ValueError, errors.NotFoundError):
        return None
    return blob


def cell_history(series: Series, read: Callable[[StoredDatum], bytes], true_class: int, pred_class: int) -> dict[str, Any]:
    """A cell's count, and what its rates are shares of, at each step.

    Steps with another number of classes, or whose matrix can't be read, are left out: the same indices name other classes there.

    Args:
        series: the series.
        read: reads the blob of one of its data.
        true_class: row index.
        pred_class: column index.

    Returns:
        Lists of one value a step: `steps`, `wall_times`, `counts`, `support` (of the true class), `predicted_count` (of the
        predicted class) and `totals`.

    Raises:
        tensorboard.errors.InvalidArgumentError: an index is out of range.
    """
    from tb_confusion_plugin.storage.codec import decode_counts  # noqa: PLC0415  # SciPy isn't loaded until somebody asks

    num_classes = series.num_classes or 0
    for name, index in (("true_class", true_class), ("pred_class", pred_class)):
        if not 0 <= index < num_classes:
            raise errors.InvalidArgumentError(f"invalid {name}: {index} for {num_classes} classes")
    columns: dict[str, list[int | float]] = {
        name: [] for name in ("steps", "wall_times", "counts", "support", "predicted_count", "totals")
    }
    for datum in series.data:
        try:
            counts = decode_counts(read(datum))
        except (ValueError, errors.NotFoundError):
            continue  # series["warnings"] says why
        if counts.shape[0] == num_classes:
            row, column = counts[[true_class], :], counts[:, [pred_class]]
            cell = counts[true_class, pred_class]
            values = (datum.step, datum.wall_time, *(value.item() for value in (cell, row.sum(), column.sum(), counts.sum())))
            for values_of, value in zip(columns.values(), values, strict=True):
                values_of.append(value)
    return columns
