"""One series of plain [K, K] tensors, which TensorBoard gives only as a whole, or as a random choice of its steps and the last."""

from __future__ import annotations

import dataclasses
import functools
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from tensorboard import errors
from tensorboard.data import provider

from tb_confusion_plugin.server.asking import ALL_STEPS, describe_error
from tb_confusion_plugin.server.byte_cache import ByteCache
from tb_confusion_plugin.server.freed_memory import return_freed_memory
from tb_confusion_plugin.server.stored import StoredDatum, StoredSeries
from tb_confusion_plugin.storage.metadata import parse_metadata
from tb_confusion_plugin.storage.steps import drop_superseded

if TYPE_CHECKING:
    from tb_confusion_plugin.server.tensor_encoding import EncodedDatum

# What one answer of the data server may hold. Its messages end at 256 MiB, but receiving one takes three times its size in memory,
# and time that grows faster than the size.
READ_BYTES = 64 << 20
# Fewer steps are a choice of their own, with others among them, from about so many on (the Rust library `rand` decides); seen by
# experiment: 16 of 100 steps grow to 43. Where a choice has nothing new, nothing is lost.
_MAX_PART_STEPS = 12
# What is kept, encoded, of one series and of all.
SERIES_BYTES = 32 << 20
KEPT_BYTES = 64 << 20
# Up to here, K = 128 of int32, series are read together.
SMALL_TENSOR_BYTES = 64 << 10
# A series is read as a whole again once this many times what that took last has passed: at most 5 % of the time.
REST_FACTOR = 20
# Looking through the heap takes some ten milliseconds.
_TRIM_FROM_BYTES = 16 << 20
_REMEDY = "write blobs to see all: ConfusionWriter does, and summary.confusion_matrix above 256 classes"

Encoded: TypeAlias = "ByteCache[tuple[str, str, str], tuple[EncodedDatum, ...]]"
Ask: TypeAlias = Callable[[int], list[provider.TensorDatum]]


class TensorSeries:
    """What was read of a series, and when that has to be done again; updated by one thread at a time.

    Attributes:
        stored: what is listed.
    """

    def __init__(
        self, key: tuple[str, str, str], content: bytes, encoded: Encoded, read_lock: threading.Lock, *, gives_all: bool
    ) -> None:
        """A series that wasn't read yet.

        Args:
            key: experiment, run and tag.
            content: its `plugin_content`.
            encoded: where its blobs are kept while there is room.
            read_lock: held while tensors lie in memory, so that there is never more than one answer of them.
            gives_all: whether TensorBoard has the tensors in this process: no message bounds them, and one takes as much as all.
        """
        self.stored = StoredSeries(key[1], key[2], content, (), is_pending=True)
        self._key = key
        self._encoded = encoded
        self._read_lock = read_lock
        self._gives_all = gives_all
        self._ask: Ask | None = None
        self._version: tuple[int, float] | None = None
        self._tensor_bytes = 0
        self._answer_bytes = 0
        self._is_whole = True
        self._parts_left: list[int] | None = None
        self._num_steps = 0
        self._problem: str | None = None
        self._rests_until = 0.0
        self._may_lack_steps = False

    def is_due(self, version: tuple[int, float]) -> bool:
        """Whether to read it: its last step and wall time have changed, or steps may have been missed while it rested."""
        has_rested = self._version is None or time.monotonic() >= self._rests_until
        has_changed = self._version != version
        return (
            bool(self._parts_left)
            or (has_rested and (has_changed or self._may_lack_steps))
            or (has_changed and not self._gives_all)
        )

    @property
    def is_small(self) -> bool:
        """Whether it may be read together with others: as far as is known, a step takes little."""
        return self._tensor_bytes <= SMALL_TENSOR_BYTES

    def update(self, ask: Ask, version: tuple[int, float]) -> None:
        """Reads the last step alone while the series rests, else as many as an answer may hold; or one more part of what it lacks.

        Args:
            ask: reads that many steps.
            version: the last step and wall time, as TensorBoard lists them.
        """
        self._ask = ask
        began_at = time.monotonic()
        is_resting = self._version is not None and began_at < self._rests_until
        try:
            with self._read_lock:
                if self._version == version and self._parts_left and not self._may_lack_steps:
                    self._take(ask(self._parts_left.pop()))
                elif not (is_resting and self._append_last(ask)):
                    self._read_most(ask)
                self._return_memory()
        except Exception as error:  # noqa: BLE001  # a malformed tensor, or a run that is gone: this series' warning, until it has rested
            why = f"TensorBoard can't read its tensors ({describe_error(error)})"
            lacks = f"may lack its newest steps: {why}" if self.stored.data else None
            self.stored = dataclasses.replace(self.stored, is_pending=False, notice=lacks, problem=None if lacks else why)
            self._may_lack_steps = True
            self._rests_until = time.monotonic() + REST_FACTOR * (time.monotonic() - began_at)
        self._version = version

    def _read_blob(self, step: int, wall_time: float) -> bytes:
        blob = self._find(step, wall_time)
        if blob is None and self._ask is not None:
            with self._read_lock:
                blob = self._find(step, wall_time)
                if blob is None:  # there was no room for it
                    self._read_most(self._ask)
                    self._return_memory()
                    blob = self._find(step, wall_time)
        if blob is None:
            raise errors.NotFoundError("TensorBoard gave other steps of its tensors when it was asked again; ask for another step")
        return blob

    def _find(self, step: int, wall_time: float) -> bytes | None:
        found = (one.blob for one in self._encoded.get(self._key) or () if (one.step, one.wall_time) == (step, wall_time))
        return next(found, None)

    def _append_last(self, ask: Ask) -> bool:
        """Reads the last step; False where it doesn't follow what is known."""
        before = self._encoded.get(self._key)
        last = ask(1)
        if not before or not last or last[-1].step <= before[-1].step:
            return False
        self._num_steps += 1
        self._may_lack_steps = True
        self._keep([*before, *last])
        return True

    def _read_most(self, ask: Ask) -> None:
        began_at = time.monotonic()
        if not self._encoded.get(self._key):
            self._parts_left = None  # they have to be read again, too
        answer = self._ask_for_all(ask) if self._gives_all else self._ask_for_most(ask)
        self._rests_until = time.monotonic() + REST_FACTOR * (time.monotonic() - began_at)  # what is encoded isn't encoded again
        self._take(answer)
        self._may_lack_steps = False

    def _return_memory(self) -> None:
        if self._answer_bytes >= _TRIM_FROM_BYTES:
            return_freed_memory()
            self._answer_bytes = 0

    def _take(self, answer: list[provider.TensorDatum]) -> None:
        self._answer_bytes += sum(datum.numpy.nbytes for datum in answer)
        self._tensor_bytes = max((datum.numpy.nbytes for datum in answer), default=0)
        before = {(one.step, one.wall_time): one for one in self._encoded.get(self._key) or ()}
        data = [before.pop((datum.step, datum.wall_time), datum) for datum in answer]
        if not self._is_whole:  # another choice of the steps than before: what is known of the others stays
            data = sorted([*before.values(), *data], key=lambda one: one.wall_time)
        data = drop_superseded(data)
        self._num_steps = len(data)
        self._keep(data)

    def _ask_for_all(self, ask: Ask) -> list[provider.TensorDatum]:
        self._is_whole, self._problem = True, None
        return ask(ALL_STEPS)

    def _ask_for_most(self, ask: Ask) -> list[provider.TensorDatum]:
        """As many steps as READ_BYTES hold, the last among them."""
        self._problem = None
        last: list[provider.TensorDatum] = []
        if not self._tensor_bytes:
            last = ask(1)
            self._tensor_bytes = max((datum.numpy.nbytes for datum in last), default=0)
        num_steps = min(READ_BYTES // max(self._tensor_bytes, 1), ALL_STEPS)
        while num_steps > 1:
            data = self._try_to_ask(ask, num_steps)
            if data is not None:
                self._is_whole = len(data) < num_steps
                if self._parts_left is None and not self._is_whole:
                    self._parts_left = list(range(2, min(num_steps - 1, _MAX_PART_STEPS) + 1))
                return data
            num_steps //= 4
        self._is_whole = False
        return last or ask(1)

    def _try_to_ask(self, ask: Ask, num_steps: int) -> list[provider.TensorDatum] | None:
        try:
            return ask(num_steps)
        except errors.PublicError:
            raise
        except Exception as error:  # noqa: BLE001  # a malformed tensor; or others are larger than the last
            self._problem = self._problem or describe_error(error)
            return None

    def _keep(self, data: Sequence[provider.TensorDatum | EncodedDatum]) -> None:
        from tb_confusion_plugin.server.tensor_encoding import encode_within  # noqa: PLC0415  # SciPy waits for the first tensor

        encoded = encode_within(data, _class_names(self.stored.plugin_content), SERIES_BYTES)
        self._encoded.put(self._key, encoded, sum(len(one.blob) for one in encoded))
        self.stored = StoredSeries(
            self.stored.run,
            self.stored.tag,
            self.stored.plugin_content,
            tuple(
                StoredDatum(one.step, one.wall_time, functools.partial(self._read_blob, one.step, one.wall_time), one.verdict)
                for one in encoded
            ),
            notice=self._notice(len(encoded)),
        )

    def _notice(self, num_shown: int) -> str | None:
        """How many steps are shown, why not the others, and what to do."""
        if self._is_whole and num_shown == self._num_steps:
            return None
        shown = (
            f"shows {num_shown:,} of {self._num_steps:,} steps"
            if self._is_whole
            else f"shows only some of its steps, {num_shown:,}"
        )
        if self._problem is not None:
            why = f"TensorBoard can't read more plain tensors at once ({self._problem})"
        elif not self._is_whole:
            size = f"{self._tensor_bytes / 1e6:,.1f} MB a step"
            why = f"plain tensors come as a random choice, of which {READ_BYTES >> 20} MiB are read at once ({size})"
        else:
            why = f"their matrices take over {SERIES_BYTES >> 20} MiB, and of plain tensors no more is kept"
        return f"{shown}, the last among them: {why}; {_REMEDY}"


def _class_names(content: bytes) -> tuple[str, ...] | None:
    try:
        return parse_metadata(content).class_names
    except ValueError:
        return None  # the catalog warns of it
