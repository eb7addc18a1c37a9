"""ConfusionWriter: matrices from any training loop, with NumPy alone."""

from __future__ import annotations

import os
import re
import threading
import time
import warnings
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from types import TracebackType
from typing import Any, SupportsIndex
from weakref import WeakValueDictionary

from numpy.typing import ArrayLike
from tensorboard.compat import tf
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_confusion_plugin.core.classes import as_class_groups, as_class_names, as_special_class
from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.core.matrix import ConfusionMatrix, Counts, as_counts
from tb_confusion_plugin.core.names import first_difference, names_with
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, serialize_metadata
from tb_confusion_plugin.storage.to_summary import as_step, as_tag, as_wall_time, blob_summary, removal_summary

_FILE_SUFFIX = ".confusion"
_FILE_SECOND = re.compile(r"tfevents\.(\d+)\.")


class ConfusionWriter:
    """Writes confusion matrices into an event file of its own; each is on disk when `write` returns.

    The directory is a run. Nobody else may write into it: where two event files grow in one directory, TensorBoard's Python
    reader stops reading the older. Give the writer a directory of its own, such as `logs/run1/confusion`, or one in which
    nobody else writes.

    Resuming: opened again on the same directory, the writer removes from the run what a restarted training writes again, that is
    all its matrices from the step of the first new one on. TensorBoard's fast mode removes a tag's matrices when that tag is next
    written: a tag that the resumed training never writes again keeps its later steps there.

    Within one writer a tag's step that goes back removes the run's matrices from that step on, those of other tags too, with a
    warning. Where it hits no more than the last matrix of another tag, as when a step is written again, that one stays.

    Args:
        logdir: directory of the run; made when the first matrix is written.
        class_names: K names in index order, for the tags that are given none of their own, or None to show indices. Names may
            repeat.
        class_groups: the name of each class's group, K names in index order, as CIFAR-100's superclasses; or None. The page can
            show a group as one class. As special_class they are for the tags that are given no class names of their own.
        special_class: the index or name of a class that isn't a real one, as a detector's background; or None. It is drawn last.
        title: what to call the matrices on the page; empty: their tag.
        description: a sentence or more to show beside them.
        purge_step: removes what the run holds from this step on, as PyTorch's `SummaryWriter` does, but with the first matrix that
            is written.

    Raises:
        ValueError: class_names, class_groups, title or description aren't text, class_groups aren't as many as class_names,
            special_class is none of the classes, or purge_step isn't an integer.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        class_names: Iterable[str] | None = None,
        *,
        class_groups: Iterable[str] | None = None,
        special_class: SupportsIndex | str | None = None,
        title: str = "",
        description: str = "",
        purge_step: SupportsIndex | None = None,
    ) -> None:
        self._logdir = os.fspath(logdir)
        self._directory = os.path.abspath(self._logdir)  # noqa: PTH100 - it may be a URL, which Path would break
        names = as_class_names(class_names)
        num_classes = None if names is None else len(names)
        groups, special = as_class_groups(class_groups, num_classes), as_special_class(special_class, names, num_classes)
        self._metadata = SeriesMetadata(names, groups, special, title, description)
        serialize_metadata(self._metadata)  # refuses what isn't text
        self._purge_step = None if purge_step is None else as_step(purge_step, "purge_step")
        self._file: EventFileWriter | None = None
        self._removed_from: int | None = None  # what an earlier writer left from this step on doesn't count
        self._is_closed = False
        self._series: dict[str, _Series] = {}
        self._lock = threading.Lock()

    def write(
        self,
        tag: str,
        counts: ArrayLike | Any,
        step: SupportsIndex,
        *,
        class_names: Iterable[str] | None = None,
        wall_time: float | None = None,
    ) -> None:
        """Writes one matrix.

        Args:
            tag: name of the series, as in "val/confusion".
            counts: counts[true_class, pred_class], shape (K, K), an array-like or a `scipy.sparse` matrix of non-negative
                integers (floats where samples are weighted); or a `ConfusionMatrix`, whose class names go with it.
            step: the training step.
            class_names: K names of this tag's classes, in index order; None: those that the tag began with, at its beginning those
                of the matrix or of the writer. They can't change later.
            wall_time: seconds since the epoch; now, if None.

        Raises:
            ValueError: an argument is invalid, the class names aren't those that the tag began with, a matrix has other names than
                the tag, the writer or class_names, or the writer is closed; nothing is written then.
            OSError: the file can't be written (one of TensorFlow's own errors, where it is installed).
        """
        tag, names = as_tag(tag), as_class_names(class_names)
        if isinstance(counts, ConfusionMatrix):
            names = names_with(counts.class_names, names, self._names_of(tag), has_begun=tag in self._series)
            counts = counts.counts
        self._write(tag, as_counts(counts), as_step(step), names, as_wall_time(wall_time))

    def write_labels(
        self,
        tag: str,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        step: SupportsIndex,
        *,
        num_classes: int | None = None,
        sample_weight: ArrayLike | None = None,
        class_names: Iterable[str] | None = None,
        wall_time: float | None = None,
    ) -> None:
        """Counts labels and writes the matrix.

        Args:
            tag: name of the series, as in "val/confusion".
            y_true: integer class indices in [0, K), any shape.
            y_pred: integer class indices in [0, K), the shape of y_true.
            step: the training step.
            num_classes: K; the number of class names, if None.
            sample_weight: finite, non-negative weights, the shape of y_true.
            class_names: K names of this tag's classes, in index order; None: those that the tag began with, at its beginning those
                of the writer. They can't change later.
            wall_time: seconds since the epoch; now, if None.

        Raises:
            ValueError: an argument is invalid or missing, the class names aren't those that the tag began with, or the writer is
                closed; nothing is written then.
            OSError: the file can't be written (one of TensorFlow's own errors, where it is installed).
        """
        tag, names = as_tag(tag), as_class_names(class_names)
        if num_classes is None:
            known_names = names or self._names_of(tag)
            if known_names is None:
                raise ValueError("missing num_classes: the labels don't tell K; pass num_classes= or class_names=")
            num_classes = len(known_names)
        counts = count_labels(y_true, y_pred, num_classes, sample_weight=sample_weight)
        self._write(tag, counts, as_step(step), names, as_wall_time(wall_time))

    def close(self) -> None:
        """Closes the event file; harmless when repeated."""
        with self._lock:
            self._is_closed = True
            if self._file is not None:
                self._file.close()
                self._file = None
                if _open_writers.get(self._directory) is self:  # another writer may have opened the directory since
                    del _open_writers[self._directory]

    def __enter__(self) -> ConfusionWriter:
        return self

    def __exit__(self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def _write(self, tag: str, counts: Counts, step: int, class_names: tuple[str, ...] | None, wall_time: float) -> None:
        with self._lock:
            if self._is_closed:
                raise ValueError(f"invalid write to {tag!r}: the writer is closed; open a new ConfusionWriter")
            series = self._as_series(tag, class_names, counts.shape[0])
            ordinal = bisect_left(series.steps, step)
            blob = encode_counts(counts, ordinal=ordinal, names_hash=series.names_hash)
            file = self._open(step)
            resumed_at = self._removed_from if tag not in self._series else None
            if ordinal < len(series.steps) or (resumed_at is not None and step < resumed_at):
                self._go_back(file, series, step)
            elif resumed_at is not None and resumed_at < step:
                file.add_event(series.removal_event(resumed_at))
            event = event_pb2.Event(
                wall_time=wall_time, step=step, summary=blob_summary(tag, blob, b"" if ordinal else series.content)
            )
            file.add_event(event)
            file.flush()
            series.steps.append(step)
            series.last_event = event
            self._series[tag] = series

    def _names_of(self, tag: str) -> tuple[str, ...] | None:
        return self._series[tag].class_names if tag in self._series else self._metadata.class_names

    def _as_series(self, tag: str, class_names: tuple[str, ...] | None, num_classes: int) -> _Series:
        """The series of a tag, which isn't remembered before something is written; its names are those of its first matrix."""
        names = as_class_names(class_names or self._names_of(tag), num_classes)
        series = self._series.get(tag)
        if series is None:
            return _Series(tag, self._metadata_of(names, num_classes))
        if names != series.class_names:
            index, (new, old) = first_difference(names or (), series.class_names or ())
            raise ValueError(
                f"invalid class_names: {new!r} for class {index} of {tag!r}, which began with {old!r}; TensorBoard keeps the names "
                "that a tag begins with: give other classes a tag of their own"
            )
        return series

    def _metadata_of(self, names: tuple[str, ...] | None, num_classes: int) -> SeriesMetadata:
        """That of the writer; a tag with other names has other classes, of which the writer's groups say nothing."""
        if names != self._metadata.class_names:
            return replace(self._metadata, class_names=names, class_groups=None, special_class=None)
        as_class_groups(self._metadata.class_groups, num_classes)
        as_special_class(self._metadata.special_class, names, num_classes)
        return self._metadata

    def _open(self, first_step: int) -> EventFileWriter:
        if self._file is None:
            names = _event_files(self._logdir)
            _warn_of_other_writers(self._logdir, names, is_open=self._directory in _open_writers)
            _wait_for_a_later_name(names)
            self._file = EventFileWriter(self._logdir, filename_suffix=_FILE_SUFFIX)
            _open_writers[self._directory] = self
            start = first_step if self._purge_step is None else min(first_step, self._purge_step)
            self._file.add_event(_start_event(start))
            self._removed_from = start if names or self._purge_step is not None else None
        return self._file

    def _go_back(self, file: EventFileWriter, series: _Series, step: int) -> None:
        """Removes what the run holds from `step` on: without it TensorBoard's two readers would show different matrices.

        Where that is only the last matrix of another tag, which isn't superseded, it is written again.
        """
        others = [one for one in self._series.values() if one is not series]
        hit = [one for one in others if one.steps and one.steps[-1] >= step]
        # Only the last matrix lies at or behind this step.
        kept = [one for one in hit if one.last_event and one.steps[-2:-1] < [step]]
        removed = [one for one in hit if one not in kept]
        if removed:
            warnings.warn(
                f"step {step} of {series.tag!r} goes back, which removes what {sorted(one.tag for one in removed)} hold from that "
                "step on; write tags in step order, or give each a ConfusionWriter and a directory of its own",
                stacklevel=4,
            )
        # START removes for TensorBoard's Python reader; its Rust reader goes by the steps of each series alone.
        is_before_resumption = self._removed_from is not None and step < self._removed_from
        for one in others if is_before_resumption else removed:
            file.add_event(one.removal_event(step))
        file.add_event(_start_event(step))
        if is_before_resumption:
            self._removed_from = step
        for one in (series, *removed):
            one.remove_from(step)
        for one in kept:
            file.add_event(one.last_event)


class _Series:
    """What the writer remembers of a tag: the steps that count, ascending, and the event of the last one while it is known."""

    def __init__(self, tag: str, metadata: SeriesMetadata) -> None:
        self.tag = tag
        self.class_names = metadata.class_names
        self.content = serialize_metadata(metadata)
        self.names_hash = class_names_hash(metadata.class_names)
        self.steps: list[int] = []
        self.last_event: event_pb2.Event | None = None

    def remove_from(self, step: int) -> None:
        del self.steps[bisect_left(self.steps, step) :]
        self.last_event = None

    def removal_event(self, step: int) -> event_pb2.Event:
        return event_pb2.Event(wall_time=time.time(), step=step, summary=removal_summary(self.tag, self.content))


# By directory, while somebody holds them.
_open_writers: WeakValueDictionary[str, ConfusionWriter] = WeakValueDictionary()


def _start_event(step: int) -> event_pb2.Event:
    return event_pb2.Event(wall_time=time.time(), step=step, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))


def _warn_of_other_writers(logdir: str, names: list[str], *, is_open: bool) -> None:
    others = [name for name in names if not name.endswith(_FILE_SUFFIX)]
    if others:
        warnings.warn(
            f"{logdir!r} holds an event file of another writer ({others[0]}); if that writer is still at work, TensorBoard may "
            "show only one of the two: give ConfusionWriter a directory of its own",
            stacklevel=5,
        )
    if is_open:
        warnings.warn(
            f"another ConfusionWriter writes into {logdir!r} and isn't closed; this one removes its matrices from its first step "
            "on: use one writer for all tags, or a directory for each",
            stacklevel=5,
        )


def _wait_for_a_later_name(names: list[str]) -> None:
    """TensorBoard reads a directory's files in order of names, which begin with the second in which they were made.

    Made in the same second as the one before, a file could be read before it, and its matrices would be removed as superseded.
    """
    seconds = [int(match[1]) for name in names if (match := _FILE_SECOND.search(name))]
    pause_s = max(seconds, default=0) + 1 - time.time()
    if 0 < pause_s <= 1:
        time.sleep(pause_s)


def _event_files(logdir: str) -> list[str]:
    return [name for name in tf.io.gfile.listdir(logdir) if "tfevents" in name] if tf.io.gfile.isdir(logdir) else []
