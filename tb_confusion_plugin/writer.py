"""ConfusionWriter: matrices from any training loop, with NumPy alone."""

from __future__ import annotations

import os
import threading
import time
import warnings
from collections.abc import Iterable
from types import TracebackType
from typing import Any, SupportsIndex

from numpy.typing import ArrayLike
from tensorboard.compat import tf
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.core.matrix import Counts, as_class_names, as_counts
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, serialize_metadata
from tb_confusion_plugin.storage.to_summary import as_step, as_tag, blob_summary

_FILE_SUFFIX = ".confusion"


class ConfusionWriter:
    """Writes confusion matrices into an event file of its own; each is on disk when `write` returns.

    The directory is a run. Nobody else may write into it: where two event files grow in one directory, TensorBoard's Python
    reader stops reading the older. Give the writer a directory of its own, such as `logs/run1/confusion`, or one in which
    nobody else writes.

    Resuming: opened again on the same directory, the writer removes from the run what a restarted training writes again, that is
    all its matrices from the step of the first new one on. Within one writer a tag's step that goes back does the same; a
    step that is repeated replaces the matrix that this tag has there.

    Args:
        logdir: directory of the run; made when the first matrix is written.
        class_names: K names for all matrices of this writer, in index order, or None to show indices. Names may repeat.
        title: what to call the matrices on the page; empty: their tag.
        description: a sentence or more to show beside them.
        purge_step: removes everything that the run holds from this step on, as PyTorch's `SummaryWriter` does.

    Raises:
        ValueError: class_names aren't strings, or purge_step isn't an integer.
    """

    def __init__(
        self,
        logdir: str | os.PathLike[str],
        class_names: Iterable[str] | None = None,
        *,
        title: str = "",
        description: str = "",
        purge_step: SupportsIndex | None = None,
    ) -> None:
        self._logdir = os.fspath(logdir)
        self._class_names = as_class_names(class_names)
        self._content = serialize_metadata(SeriesMetadata(class_names=self._class_names, title=title, description=description))
        self._names_hash = class_names_hash(self._class_names)
        self._purge_step = None if purge_step is None else as_step(purge_step, "purge_step")
        self._file: EventFileWriter | None = None
        self._is_closed = False
        self._series: dict[str, _Series] = {}
        self._lock = threading.Lock()

    def write(
        self, tag: str, counts: ArrayLike | Any, step: SupportsIndex, *, wall_time: float | None = None
    ) -> None:
        """Writes one matrix.

        Args:
            tag: name of the series, as in "val/confusion".
            counts: counts[true_class, pred_class], shape (K, K), an array-like or a `scipy.sparse` matrix of non-negative
                integers (floats where samples are weighted).
            step: the training step.
            wall_time: seconds since the epoch; now, if None.

        Raises:
            ValueError: an argument is invalid, or the writer is closed; nothing is written then.
        """
        checked = as_counts(counts)
        if self._class_names is not None:
            as_class_names(self._class_names, checked.shape[0])
        self._write(as_tag(tag), checked, as_step(step), time.time() if wall_time is None else float(wall_time))

    def write_labels(
        self,
        tag: str,
        y_true: ArrayLike,
        y_pred: ArrayLike,
        step: SupportsIndex,
        *,
        num_classes: int | None = None,
        sample_weight: ArrayLike | None = None,
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
            wall_time: seconds since the epoch; now, if None.

        Raises:
            ValueError: an argument is invalid or missing, or the writer is closed; nothing is written then.
        """
        if num_classes is None:
            if self._class_names is None:
                raise ValueError("missing num_classes: the labels don't tell K; pass num_classes=, or class_names= to the writer")
            num_classes = len(self._class_names)
        self.write(tag, count_labels(y_true, y_pred, num_classes, sample_weight=sample_weight), step, wall_time=wall_time)

    def close(self) -> None:
        """Closes the event file; harmless when repeated."""
        with self._lock:
            self._is_closed = True
            if self._file is not None:
                self._file.close()
                self._file = None

    def __enter__(self) -> ConfusionWriter:
        return self

    def __exit__(self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def _write(self, tag: str, counts: Counts, step: int, wall_time: float) -> None:
        with self._lock:
            if self._is_closed:
                raise ValueError(f"invalid write to {tag!r}: the writer is closed; open a new ConfusionWriter")
            series = self._series.get(tag, _Series())
            blob = encode_counts(counts, ordinal=series.num_written, names_hash=self._names_hash)
            file = self._open(step)
            if series.last_event is not None and step <= series.last_event.step:
                self._go_back(file, tag, step)
            event = event_pb2.Event(wall_time=wall_time, step=step, summary=blob_summary(tag, blob, b"" if series.num_written else self._content))
            file.add_event(event)
            file.flush()
            self._series[tag] = _Series(series.num_written + 1, event)

    def _open(self, first_step: int) -> EventFileWriter:
        if self._file is None:
            _warn_of_other_writers(self._logdir)
            self._file = EventFileWriter(self._logdir, filename_suffix=_FILE_SUFFIX)
            self._file.add_event(_start_event(first_step if self._purge_step is None else self._purge_step))
        return self._file

    def _go_back(self, file: EventFileWriter, tag: str, step: int) -> None:
        """Removes what the run holds from `step` on: without it TensorBoard's two readers would show different matrices.

        What other tags hold at this very step isn't superseded by a repeated one, so it is written again.
        """
        file.add_event(_start_event(step))
        removed = []
        for other, series in self._series.items():
            if other == tag or series.last_event is None or series.last_event.step < step:
                continue
            if series.last_event.step == step:
                file.add_event(series.last_event)
            else:
                removed.append(other)
        if removed:
            warnings.warn(
                f"step {step} of {tag!r} goes back, which removes what {removed} hold from that step on; write tags in step order, "
                "or give each a ConfusionWriter and a directory of its own",
                stacklevel=4,
            )


class _Series:
    """What the writer remembers of a tag."""

    def __init__(self, num_written: int = 0, last_event: event_pb2.Event | None = None) -> None:
        self.num_written = num_written
        self.last_event = last_event


def _start_event(step: int) -> event_pb2.Event:
    return event_pb2.Event(wall_time=time.time(), step=step, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))


def _warn_of_other_writers(logdir: str) -> None:
    if not tf.io.gfile.isdir(logdir):
        return
    others = [name for name in tf.io.gfile.listdir(logdir) if "tfevents" in name and not name.endswith(_FILE_SUFFIX)]
    if others:
        warnings.warn(
            f"{logdir!r} holds an event file of another writer ({others[0]}); if that writer is still at work, TensorBoard may show "
            "only one of the two: give ConfusionWriter a directory of its own",
            stacklevel=5,
        )
