"""What there is to see: every series, its steps that can be read, and what is wrong with the rest."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tensorboard import errors

from tb_confusion_plugin.server.reader import Reader, StoredDatum, StoredSeries
from tb_confusion_plugin.storage.header import MatrixHeader, parse_blob
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, parse_metadata

_MAX_AGE_S = 2.0
# How long one listing goes on checking data that were never read; the next goes on from there.
_CHECK_S = 1.5
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
        stored = self._list_stored(ctx, experiment)
        if check:
            self._check_new(experiment, stored)
        return [self._describe(experiment, one) for one in stored]

    def find(self, ctx: Any, experiment: str, run: str, tag: str) -> Series:
        """Finds one series.

        Raises:
            tensorboard.errors.NotFoundError: unknown run or tag.
        """
        stored = self._list_stored(ctx, experiment)
        if not any(one.run == run for one in stored):
            raise errors.NotFoundError(f"unknown run {run!r}; GET series lists the runs")
        for one in stored:
            if (one.run, one.tag) == (run, tag):
                self._check_new(experiment, [one])
                return self._describe(experiment, one)
        raise errors.NotFoundError(f"unknown tag {tag!r} in run {run!r}; GET series lists the tags")

    def find_datum(self, ctx: Any, experiment: str, run: str, tag: str, step: int | None) -> tuple[Series, StoredDatum]:
        """Finds one step of a series; the last, if step is None.

        Raises:
            tensorboard.errors.NotFoundError: unknown run, tag or step.
        """
        series = self.find(ctx, experiment, run, tag)
        for datum in reversed(series.data):
            if step is None or datum.step == step:
                return series, datum
        raise errors.NotFoundError(f"no confusion matrix: run={run!r} tag={tag!r} step={step}; GET series lists the steps")

    def read(self, experiment: str, series: Series, datum: StoredDatum) -> bytes:
        """Reads one blob, from the cache where it is there.

        Raises:
            tensorboard.errors.NotFoundError: it is no longer there, or can't be read.
        """
        key = (experiment, series.run, series.tag, datum.step, datum.wall_time)
        with self._lock:
            if key in self._blobs:
                self._blobs.move_to_end(key)
                return self._blobs[key]
        try:
            blob = datum.read()
        except ValueError as error:
            raise errors.NotFoundError(str(error)) from error
        self._keep(key, blob)
        return blob

    def _list_stored(self, ctx: Any, experiment: str) -> list[StoredSeries]:
        with self._lock:
            made_at, stored = self._listings.get(experiment, (-_MAX_AGE_S, []))
        if time.monotonic() - made_at >= _MAX_AGE_S:
            # Two requests at once may both ask TensorBoard: cheaper than holding the lock while it answers.
            stored = self._reader.list_series(ctx, experiment)
            with self._lock:
                self._listings[experiment] = (time.monotonic(), stored)
        return stored

    def _check_new(self, experiment: str, stored: list[StoredSeries]) -> None:
        deadline = time.monotonic() + _CHECK_S
        for key, datum in self._unchecked(experiment, stored):
            verdict = _check(datum)
            if verdict is not None:
                self._verdicts[key] = verdict
            if time.monotonic() > deadline:
                return

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
        warnings += _header_warnings(where, headers, metadata, len(stored.data), self._num_samples)
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


def _check(datum: StoredDatum) -> MatrixHeader | str | None:
    """The header, or why there is none; None if TensorBoard has dropped the datum since it listed it."""
    try:
        return parse_blob(datum.read())[0]
    except ValueError as error:
        return str(error)
    except errors.NotFoundError:
        return None


def _header_warnings(
    where: str, headers: list[tuple[int, MatrixHeader]], metadata: SeriesMetadata, num_kept: int, num_samples: int
) -> list[str]:
    if not headers:
        return []
    warnings = []
    changes = [
        (step, header.num_classes)
        for i, (step, header) in enumerate(headers)
        if i == 0 or header.num_classes != headers[i - 1][1].num_classes
    ]
    if len(changes) > 1:
        sizes = ", ".join(f"{num_classes} from step {step}" for step, num_classes in changes[:5])
        warnings.append(f"the number of classes of {where} changes: {sizes}; give another set of classes a tag of its own")
    names_hash = class_names_hash(metadata.class_names)
    other_names = [step for step, header in headers if header.class_names_hash != names_hash]
    if other_names:
        steps = f"step {other_names[0]}" + (f" and {len(other_names) - 1} more" if len(other_names) > 1 else "")
        warnings.append(
            f"{where} has other class names at {steps} than at its beginning, and shows indices there; a series keeps its first names"
        )
    num_written = headers[-1][1].ordinal + 1
    if num_written > num_kept:
        warnings.append(
            f"{num_kept:,} of {num_written:,} steps of {where} are kept; tensorboard --samples_per_plugin=confusion=0 keeps all"
        )
    elif num_samples and num_kept >= num_samples:
        warnings.append(
            f"{num_kept:,} steps of {where} are kept, and no more would be; tensorboard --samples_per_plugin=confusion=0 keeps all"
        )
    return warnings
