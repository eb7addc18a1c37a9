"""A cache that is bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

# What the dictionary, a key and the object take beside the content.
_OVERHEAD_BYTES = 512

KeyT = TypeVar("KeyT", bound=Hashable)
ValueT = TypeVar("ValueT")


class ByteCache(Generic[KeyT, ValueT]):
    """Forgets what was used longest ago; safe to use from several threads."""

    def __init__(self, max_bytes: int) -> None:
        """Holds at most `max_bytes`, and in any case what was put last."""
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[KeyT, tuple[ValueT, int]] = OrderedDict()
        self._num_bytes = 0

    def get(self, key: KeyT) -> ValueT | None:
        """The value, or None."""
        with self._lock:
            if key not in self._entries:
                return None
            self._entries.move_to_end(key)
            return self._entries[key][0]

    def put(self, key: KeyT, value: ValueT, num_bytes: int) -> None:
        """Keeps a value of that many bytes, in place of the one that had its key."""
        with self._lock:
            self._drop(key)
            self._entries[key] = (value, num_bytes + _OVERHEAD_BYTES)
            self._num_bytes += num_bytes + _OVERHEAD_BYTES
            while self._num_bytes > self._max_bytes and len(self._entries) > 1:
                self._drop(next(iter(self._entries)))

    def drop(self, key: KeyT) -> None:
        """Forgets a value, if it is there."""
        with self._lock:
            self._drop(key)

    def _drop(self, key: KeyT) -> None:
        _, num_bytes = self._entries.pop(key, (None, 0))
        self._num_bytes -= num_bytes
