"""A series over its steps: all its matrices in one answer."""

from __future__ import annotations

import struct
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from tensorboard import errors

from tb_confusion_plugin.server.stored import StoredDatum
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
