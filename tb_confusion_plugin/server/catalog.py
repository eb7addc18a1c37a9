"""What there is to see: every series, its steps that can be read, and what is wrong with the rest."""

from __future__ import annotations

import math
import threading
import time
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeAlias

from tensorboard import errors

from tb_confusion_plugin.server.asking import SeriesKey, describe_error
from tb_confusion_plugin.server.byte_cache import ByteCache
from tb_confusion_plugin.server.listing import Listing, Series
from tb_confusion_plugin.server.metadata_cache import MetadataCache, MetadataDigest
from tb_confusion_plugin.server.reader import Reader
from tb_confusion_plugin.server.series_warnings import series_warnings
from tb_confusion_plugin.server.stored import StoredDatum, StoredSeries, Verdict
from tb_confusion_plugin.storage.header import MatrixHeader, parse_blob
from tb_confusion_plugin.storage.metadata import SeriesMetadata

_MAX_AGE_S = 2.0
# How long one listing goes on checking data that were never read; the next goes on from there.
_CHECK_S = 1.5
# In fast mode a read is some 45 ms of waiting for the first, and then 0.7 ms of gRPC's Python: more threads only get in the way of
# those that somebody waits for.
_CHECK_THREADS = 4
_CHECK_BATCH = 64
CACHE_BYTES = 64 << 20
# TensorBoard takes any name of an experiment in its address, and gives all of them the same data.
_MAX_EXPERIMENTS = 4

DatumKey: TypeAlias = tuple[int, float]


@dataclass
class _Known:
    """One series: as it is stored, what came of checking its data by step and wall time, its description, maybe of before that."""

    stored: StoredSeries
    verdicts: dict[DatumKey, Verdict]
    described: Series | None = None
    is_stale: bool = True


@dataclass
class _Experiment:
    """The series as they were listed last; nothing was listed before `made_at`."""

    made_at: float = -math.inf
    series: dict[SeriesKey, _Known] = field(default_factory=dict)
    listing: Listing | None = None


class Catalog:
    """Lists series and reads blobs; safe to use from several threads."""

    def __init__(self, reader: Reader, num_samples: int) -> None:
        """Remembers what it asks.

        Args:
            reader: asks TensorBoard.
            num_samples: how many steps of a series TensorBoard keeps; 0: all.
        """
        self._reader = reader
        self._num_samples = num_samples
        self._lock = threading.Lock()
        self._list_lock = threading.Lock()
        self._check_lock = threading.Lock()
        self._experiments: OrderedDict[str, _Experiment] = OrderedDict()
        self._metadata = MetadataCache()
        self._blobs: ByteCache[tuple[str, SeriesKey, DatumKey], bytes] = ByteCache(CACHE_BYTES)

    def list_series(self, ctx: Any, experiment: str, *, check: bool = True) -> Listing:
        """Lists all series, from a listing at most 2 s old. While nothing has changed, the listing is the same object.

        Args:
            ctx: TensorBoard's request context.
            experiment: id of the experiment.
            check: read data that were never read, for some time, to leave out and report the broken ones.

        Raises:
            tensorboard.errors.PublicError: the experiment is unknown or may not be read.
        """
        one = self._list_stored(ctx, experiment, time.monotonic() - _MAX_AGE_S)
        if check and self._describe_all(one).num_unchecked:
            self._check_new(experiment, one)
        return self._describe_all(one)

    def find(self, ctx: Any, experiment: str, run: str, tag: str) -> Series:
        """Finds one series, as far as its data were checked before; in a listing of any age, if it is there.

        Raises:
            tensorboard.errors.NotFoundError: unknown run or tag.
        """
        _, known = self._find_known(ctx, experiment, run, tag)
        return self._describe(known)

    def find_datum(self, ctx: Any, experiment: str, run: str, tag: str, step: int | None) -> tuple[Series, StoredDatum]:
        """Finds one step of a series; the last that can be read, if step is None.

        Asks TensorBoard for a new listing where the known one lacks the step, or is over 2 s old and the last step is wanted.

        Raises:
            tensorboard.errors.NotFoundError: unknown run, tag or step, or a step that can't be read.
        """
        one, known = self._find_known(ctx, experiment, run, tag, step, is_last=step is None)
        stored = known.stored
        reason = "its tensors weren't read yet; ask again" if stored.is_pending else "GET series lists the steps"
        for datum in reversed(stored.data) if step is None else _data_at(stored, step):
            verdict = self._check(experiment, one, known, datum)
            if isinstance(verdict, MatrixHeader):
                return self._describe(known), datum
            reason = str(verdict)
        raise errors.NotFoundError(f"no confusion matrix: run={run!r} tag={tag!r} step={step}; {reason}")

    def read(self, experiment: str, series: Series, datum: StoredDatum) -> bytes:
        """Reads one blob, from the cache where it is there.

        Raises:
            tensorboard.errors.NotFoundError: it is no longer there, or TensorBoard fails to read it.
            ValueError: it can't be read.
        """
        return self._read(experiment, (series.run, series.tag), datum)

    def metadata(self, series: Series) -> SeriesMetadata:
        """What a series says of itself; nothing, where that can't be read."""
        return self._metadata.metadata(series.plugin_content)

    def _read(self, experiment: str, series_key: SeriesKey, datum: StoredDatum) -> bytes:
        if datum.verdict is not None:  # its reader keeps it
            return _fetch(datum)
        key = (experiment, series_key, _key(datum))
        blob = self._blobs.get(key)
        if blob is None:
            blob = _fetch(datum)
            self._blobs.put(key, blob, len(blob))
        return blob

    def _list_stored(self, ctx: Any, experiment: str, made_after: float, first: SeriesKey | None = None) -> _Experiment:
        """A listing that was made after this time. One request asks TensorBoard; the others wait, and take its answer."""
        with self._list_lock:
            one = self._experiments.get(experiment) or _Experiment()
            if one.made_at < made_after:
                stored = self._reader.list_series(ctx, experiment, first)
                with self._lock:
                    _take(one, stored)
                    # What couldn't be read in time comes with the next request; those that wait by now take this answer.
                    age = _MAX_AGE_S if any(series.is_pending for series in stored) else 0.0
                    one.made_at = time.monotonic() - age
            self._experiments[experiment] = one
            self._experiments.move_to_end(experiment)
            while len(self._experiments) > _MAX_EXPERIMENTS:
                self._reader.forget(self._experiments.popitem(last=False)[0])
        return one

    def _find_known(
        self, ctx: Any, experiment: str, run: str, tag: str, step: int | None = None, *, is_last: bool = False
    ) -> tuple[_Experiment, _Known]:
        """A blob that is listed can be read whatever the age of the listing, so a page that plays steps waits for none."""
        asked_at = time.monotonic()
        key = (run, tag)
        one = self._experiments.get(experiment) or _Experiment()
        if is_last:
            one = self._list_stored(ctx, experiment, asked_at - _MAX_AGE_S, key)
        if key not in one.series or (step is not None and not _data_at(one.series[key].stored, step)):
            one = self._list_stored(ctx, experiment, asked_at, key)
        known = one.series.get(key)
        if known is not None:
            return one, known
        if any(other == run for other, _ in list(one.series)):
            raise errors.NotFoundError(f"unknown tag {tag!r} in run {run!r}; GET series lists the tags")
        raise errors.NotFoundError(f"unknown run {run!r}; GET series lists the runs")

    def _check(self, experiment: str, one: _Experiment, known: _Known, datum: StoredDatum) -> Verdict | errors.NotFoundError:
        """Checks a datum, once; an error if TensorBoard has dropped it since it listed it or fails to read it: that may pass."""
        verdict = known.verdicts.get(_key(datum))
        if verdict is None:
            try:
                verdict = parse_blob(self._read(experiment, (known.stored.run, known.stored.tag), datum))[0]
            except ValueError as error:
                verdict = str(error)
            except errors.NotFoundError as error:
                return error
            with self._lock:
                known.verdicts[_key(datum)] = verdict
                known.is_stale, one.listing = True, None
        return verdict

    def _check_new(self, experiment: str, one: _Experiment) -> None:
        """Checks what was never checked, for a while; what was read is kept, so that nobody waits for it twice."""
        deadline = time.monotonic() + _CHECK_S
        with self._check_lock, ThreadPoolExecutor(_CHECK_THREADS) as pool:
            unchecked = self._unchecked(one)
            while batch := list(islice(unchecked, _CHECK_BATCH)):
                list(pool.map(lambda entry: self._check(experiment, one, *entry), batch))
                if time.monotonic() > deadline:
                    return

    def _unchecked(self, one: _Experiment) -> Iterator[tuple[_Known, StoredDatum]]:
        """The last step of each series, then the one before it, …: they are looked at in about that order."""
        with self._lock:
            left = [(known, reversed(known.stored.data)) for known in one.series.values()]
        while left:
            still_left = []
            for known, data in left:
                datum = next((datum for datum in data if _key(datum) not in known.verdicts), None)
                if datum is not None:
                    yield known, datum
                    still_left.append((known, data))
            left = still_left

    def _describe_all(self, one: _Experiment) -> Listing:
        with self._lock:
            if one.listing is None:
                one.listing = Listing(tuple(map(self._describe_anew, one.series.values())))
            return one.listing

    def _describe(self, known: _Known) -> Series:
        """What it says of itself, and its data: as they were described last, since that takes long where there are many steps."""
        with self._lock:
            return known.described or self._describe_anew(known)

    def _describe_anew(self, known: _Known) -> Series:
        if known.described is None or known.is_stale:
            known.described = _describe(
                known.stored, known.verdicts, self._metadata.digest(known.stored.plugin_content), self._num_samples
            )
            known.is_stale = False
        return known.described


def _take(one: _Experiment, stored: list[StoredSeries]) -> None:
    """Takes a new listing, with what is known of the data that are still there."""
    series = {}
    for each in stored:
        known = one.series.get((each.run, each.tag))
        if known is None or known.stored is not each:
            before = {} if known is None else known.verdicts
            keys = [(_key(datum), datum.verdict) for datum in each.data]
            known = _Known(each, {key: verdict for key, given in keys if (verdict := given or before.get(key)) is not None})
        series[each.run, each.tag] = known
    if list(map(id, series.values())) != list(map(id, one.series.values())):
        one.listing = None
    one.series = series


def _describe(stored: StoredSeries, verdicts_by_key: dict[DatumKey, Verdict], metadata: MetadataDigest, num_samples: int) -> Series:
    verdicts = [(datum, verdicts_by_key.get(_key(datum))) for datum in stored.data]
    headers = [(datum.step, verdict) for datum, verdict in verdicts if isinstance(verdict, MatrixHeader)]
    where = f"tag {stored.tag!r} in run {stored.run!r}" if stored.tag else f"run {stored.run!r}"
    warnings = [] if stored.problem is None else [f"{where} isn't shown: {stored.problem}"]
    warnings += [] if stored.notice is None else [f"{where} {stored.notice}"]
    warnings += [] if metadata.problem is None else [f"{where} shows class indices: {metadata.problem}"]
    broken = [(datum, verdict) for datum, verdict in verdicts if isinstance(verdict, str)]
    warnings += [f"step {datum.step} of {where} is left out: {verdict}" for datum, verdict in broken]
    warnings += series_warnings(where, headers, metadata, len(stored.data), num_samples)
    return Series(
        run=stored.run,
        tag=stored.tag,
        plugin_content=stored.plugin_content,
        title=metadata.title,
        data=tuple(datum for datum, verdict in verdicts if not isinstance(verdict, str)) if broken else stored.data,
        num_classes=headers[-1][1].num_classes if headers else metadata.num_class_names or None,
        warnings=tuple(warnings),
        num_unchecked=sum(verdict is None for _, verdict in verdicts) + stored.is_pending,
    )


def _key(datum: StoredDatum) -> DatumKey:
    return datum.step, datum.wall_time


def _data_at(stored: StoredSeries, step: int) -> tuple[StoredDatum, ...]:
    """The datum of a step, or nothing."""
    index = bisect_left(stored.data, step, key=lambda datum: datum.step)
    return stored.data[index : index + 1] if index < len(stored.data) and stored.data[index].step == step else ()


def _fetch(datum: StoredDatum) -> bytes:
    try:
        return datum.read()
    except (ValueError, errors.NotFoundError):
        raise
    except Exception as error:  # a deleted run is a KeyError or a gRPC error: one datum mustn't fail for all
        raise errors.NotFoundError(f"TensorBoard can't read it now ({describe_error(error)})") from error
