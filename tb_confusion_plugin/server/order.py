"""The class orders of single matrices, kept once they are known, and never made twice at the same time."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tensorboard import errors

from tb_confusion_plugin.core.matrix import Counts
from tb_confusion_plugin.core.ordering import SimilarityOrder, similarity_order
from tb_confusion_plugin.storage.codec import decode_counts

# Those of 150 matrices of 21,841 classes, or of 7,000 of 1,000.
_MAX_BYTES = 2**24
# What the dictionary, a key and the arrays take beside their content.
_OVERHEAD_BYTES = 512


def order_of(blob: bytes) -> dict[str, Any]:
    """The similarity order of a matrix as JSON values.

    Args:
        blob: the matrix as it was logged.

    Returns:
        `class_order`, a permutation of the classes, and `groups`, lists of classes that are confused with each other.

    Raises:
        tensorboard.errors.NotFoundError: it can't be decoded.
    """
    return _orders.of(blob).to_json()


@dataclass(frozen=True, eq=False)
class _KeptOrder:
    """An order in few bytes: its groups are where they begin and end in it, int32, shape (G, 2)."""

    class_order: NDArray[np.int32]
    runs: NDArray[np.int32]

    @classmethod
    def keep(cls, order: SimilarityOrder) -> _KeptOrder:
        place = np.argsort(order.class_order)
        runs = [(place[group[0]], place[group[0]] + len(group)) for group in order.groups]
        return cls(order.class_order.astype(np.int32), np.array(runs, dtype=np.int32).reshape(-1, 2))

    @property
    def num_bytes(self) -> int:
        return self.class_order.nbytes + self.runs.nbytes + _OVERHEAD_BYTES

    def to_json(self) -> dict[str, Any]:
        class_order = self.class_order.tolist()
        return {"class_order": class_order, "groups": [class_order[first:stop] for first, stop in self.runs.tolist()]}


class _Orders:
    """Who asks for an order that is being made waits for it; other orders are made meanwhile."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, _KeptOrder] = OrderedDict()  # the one that was asked for last is the last
        self._num_bytes = 0
        self._running: dict[bytes, Future[_KeptOrder]] = {}

    def of(self, blob: bytes) -> _KeptOrder:
        # The same blob has the same order whoever logged it; the blobs themselves may be large.
        key = hashlib.sha256(blob).digest()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            running = self._running.get(key)
            if running is None:
                mine = self._running[key] = Future()
        return running.result() if running is not None else self._make(key, blob, mine)

    def _make(self, key: bytes, blob: bytes, mine: Future[_KeptOrder]) -> _KeptOrder:
        try:
            order = _KeptOrder.keep(similarity_order(_decode(blob)))
            self._keep(key, order)
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            mine.set_result(order)
            return order
        finally:
            with self._lock:
                del self._running[key]

    def _keep(self, key: bytes, order: _KeptOrder) -> None:
        with self._lock:
            self._kept[key] = order
            self._num_bytes += order.num_bytes
            while self._num_bytes > _MAX_BYTES and len(self._kept) > 1:
                _, forgotten = self._kept.popitem(last=False)
                self._num_bytes -= forgotten.num_bytes


def _decode(blob: bytes) -> Counts:
    try:
        return decode_counts(blob)
    except ValueError as error:
        raise errors.NotFoundError(str(error)) from error


_orders = _Orders()
