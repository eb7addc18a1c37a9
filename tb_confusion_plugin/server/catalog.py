"""What there is to see: every series, its steps that can be read, and what is wrong with the rest."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tensorboard import errors

from tb_confusion_plugin.server.reader import Reader, StoredDatum, StoredSeries, describe_error
from tb_confusion_plugin.server.series_warnings import series_warnings
from tb_confusion_plugin.storage.header import MatrixHeader, parse_blob
from tb_confusion_plugin.storage.metadata import SeriesMetadata, parse_metadata

_MAX_AGE_S = 2.0
# How long one listing goes on checking data that were never read; the next goes on from there.
_CHECK_S = 1.5
_CHECK_THREADS = 16
_CHECK_BATCH = 64
_CACHE_BYTES = 64 << 20

Key = tuple[str, str, str, int, float]


@dataclass(frozen=True)
class Series:
    """One (run, tag): what it says of itself, its readable data, K of the last, warnings, how many weren't checked yet."""

    run: str
    tag: str
    metadata: SeriesMetadata
    data: tuple[StoredDatum, ...]
    num_classes: int | None
    warnings: tuple[str, ...]
    num_unchecked: int


class Catalog:
    """Lists series and reads blobs; safe to use from several threads."""

    def __init__(self, reader: Reader, num_samples: int) -> None:
        self._reader = reader
        self._num_samples = num_samples
        self._lock = threading.Lock()
        self._list_lock = threading.Lock()
        self._check_lock = threading.Lock()
        self._listings: dict[str, tuple[float, list[StoredSeries]]] = {}
        self._verdicts: dict[Key, MatrixHeader | str] = {}
        self._blobs: OrderedDict[Key, bytes] = OrderedDict()
        self._blob_bytes = 0

    def list_series(self, ctx: Any, experiment: str, *, check: bool = True) -> list[Series]:
        """Lists all series, from a listing at most 2 s old.

        Args:
            ctx: TensorBoard's request context.
            experiment: id of the experiment.
            check: read data that were never read, for some time, to leave out and report the broken ones.
        """
        stored = self._list_stored(ctx, experiment, time.monotonic() - _MAX_AGE_S)
        if check:
            self._check_new(experiment, stored)
        return [self._describe(experiment, one) for one in stored]

    def find(self, ctx: Any, experiment: str, run: str, tag: str) -> Series:
        """Finds one series, as far as its data were checked before; in a listing of any age, if it is there.

        Raises:
            tensorboard.errors.NotFoundError: unknown run or tag.
        """
        return self._describe(experiment, self._find_stored(ctx, experiment, run, tag))

    def find_datum(self, ctx: Any, experiment: str, run: str, tag: str, step: int | None) -> tuple[Series, StoredDatum]:
        """Finds one step of a series; the last that can be read, if step is None.

        Asks TensorBoard for a new listing where the known one lacks the step, or is over 2 s old and the last step is wanted.

        Raises:
            tensorboard.errors.NotFoundError: unknown run, tag or step, or a step that can't be read.
        """
        stored = self._find_stored(ctx, experiment, run, tag, step, is_last=step is None)
        reason = "GET series lists the steps"
        for datum in reversed(stored.data):
            if step is None or datum.step == step:
                try:
                    verdict = self._check_one((experiment, run, tag, datum.step, datum.wall_time), datum)
                except errors.NotFoundError as error:
                    verdict = str(error)
                if isinstance(verdict, MatrixHeader):
                    return self._describe(experiment, stored), datum
                reason = verdict
        raise errors.NotFoundError(f"no confusion matrix: run={run!r} tag={tag!r} step={step}; {reason}")

    def read(self, experiment: str, series: Series, datum: StoredDatum) -> bytes:
        """Reads one blob, from the cache where it is there.

        Raises:
            tensorboard.errors.NotFoundError: it is no longer there, or TensorBoard fails to read it.
            ValueError: it can't be read.
        """
        return self._read((experiment, series.run, series.tag, datum.step, datum.wall_time), datum)

    def _read(self, key: Key, datum: StoredDatum) -> bytes:
        with self._lock:
            if key in self._blobs:
                self._blobs.move_to_end(key)
                return self._blobs[key]
        blob = _fetch(datum)
        self._keep(key, blob)
        return blob

    def _list_stored(self, ctx: Any, experiment: str, made_after: float) -> list[StoredSeries]:
        """A listing that was made after this time. One request asks TensorBoard; the others wait, and take its answer."""
        with self._list_lock:
            made_at, stored = self._listings.get(experiment, (-math.inf, []))
            if made_at < made_after:
                stored = self._reader.list_series(ctx, experiment)
                self._listings[experiment] = (time.monotonic(), stored)
        return stored

    def _find_stored(
        self, ctx: Any, experiment: str, run: str, tag: str, step: int | None = None, *, is_last: bool = False
    ) -> StoredSeries:
        """A blob that is listed can be read whatever the age of the listing, so a page that plays steps waits for none."""
        asked_at = time.monotonic()
        _, known = self._listings.get(experiment, (None, []))
        if is_last:
            known = self._list_stored(ctx, experiment, asked_at - _MAX_AGE_S)
        if not _has_step(known, run, tag, step):
            known = self._list_stored(ctx, experiment, asked_at)
        for one in known:
            if (one.run, one.tag) == (run, tag):
                return one
        if any(one.run == run for one in known):
            raise errors.NotFoundError(f"unknown tag {tag!r} in run {run!r}; GET series lists the tags")
        raise errors.NotFoundError(f"unknown run {run!r}; GET series lists the runs")

    def _check_one(self, key: Key, datum: StoredDatum) -> MatrixHeader | str:
        """Checks a datum that is about to be looked at, so its blob is kept."""
        if key not in self._verdicts:
            self._verdicts[key] = _check(lambda: self._read(key, datum))
        return self._verdicts[key]

    def _check_new(self, experiment: str, stored: list[StoredSeries]) -> None:
        """Checks what was never checked, for a while.

        In fast mode a read is some 45 ms of waiting: many at once; and what was read is kept, so that nobody waits for it twice.
        """
        deadline = time.monotonic() + _CHECK_S
        with self._check_lock:
            unchecked = list(self._unchecked(experiment, stored))
            if not unchecked:
                return
            with ThreadPoolExecutor(_CHECK_THREADS) as pool:
                for start in range(0, len(unchecked), _CHECK_BATCH):
                    batch = unchecked[start : start + _CHECK_BATCH]
                    for (key, _), verdict in zip(batch, pool.map(lambda entry: self._check_if_there(*entry), batch), strict=True):
                        if verdict is not None:
                            self._verdicts[key] = verdict
                    if time.monotonic() > deadline:
                        return

    def _check_if_there(self, key: Key, datum: StoredDatum) -> MatrixHeader | str | None:
        """None if TensorBoard has dropped the datum since it listed it, or fails to read it: the next listing tries again."""
        try:
            return _check(lambda: self._read(key, datum))
        except errors.NotFoundError:
            return None

    def _unchecked(self, experiment: str, stored: list[StoredSeries]) -> Iterator[tuple[Key, StoredDatum]]:
        """Last steps first: they are looked at first."""
        for one in stored:
            for datum in reversed(one.data):
                key = (experiment, one.run, one.tag, datum.step, datum.wall_time)
                if key not in self._verdicts:
                    yield key, datum

    def _describe(self, experiment: str, stored: StoredSeries) -> Series:
        verdicts = [self._verdicts.get((experiment, stored.run, stored.tag, datum.step, datum.wall_time)) for datum in stored.data]
        headers = [
            (datum.step, verdict) for datum, verdict in zip(stored.data, verdicts, strict=True) if isinstance(verdict, MatrixHeader)
        ]
        where = f"tag {stored.tag!r} in run {stored.run!r}"
        warnings = [] if stored.problem is None else [f"{where} isn't shown: {stored.problem}"]
        try:
            metadata = parse_metadata(stored.plugin_content)
        except ValueError as error:
            metadata = SeriesMetadata()
            warnings.append(f"{where} shows class indices: {error}")
        warnings += [
            f"step {datum.step} of {where} is left out: {verdict}"
            for datum, verdict in zip(stored.data, verdicts, strict=True)
            if isinstance(verdict, str)
        ]
        warnings += series_warnings(where, headers, metadata, len(stored.data), self._num_samples)
        return Series(
            run=stored.run,
            tag=stored.tag,
            metadata=metadata,
            data=tuple(datum for datum, verdict in zip(stored.data, verdicts, strict=True) if not isinstance(verdict, str)),
            num_classes=headers[-1][1].num_classes if headers else (len(metadata.class_names) if metadata.class_names else None),
            warnings=tuple(warnings),
            num_unchecked=verdicts.count(None),
        )

    def _keep(self, key: Key, blob: bytes) -> None:
        with self._lock:
            self._blob_bytes += len(blob) - len(self._blobs.pop(key, b""))
            self._blobs[key] = blob
            while self._blob_bytes > _CACHE_BYTES:
                _, oldest = self._blobs.popitem(last=False)
                self._blob_bytes -= len(oldest)


def _has_step(listing: list[StoredSeries], run: str, tag: str, step: int | None) -> bool:
    found = [one for one in listing if (one.run, one.tag) == (run, tag)]
    return bool(found) and (step is None or any(datum.step == step for datum in found[0].data))


def _fetch(datum: StoredDatum) -> bytes:
    try:
        return datum.read()
    except (ValueError, errors.NotFoundError):
        raise
    except Exception as error:  # a deleted run is a KeyError or a gRPC error: one datum mustn't fail for all
        raise errors.NotFoundError(f"TensorBoard can't read it now ({describe_error(error)})") from error


def _check(read: Callable[[], bytes]) -> MatrixHeader | str:
    """The header, or why there is none."""
    try:
        return parse_blob(read())[0]
    except ValueError as error:
        return str(error)
