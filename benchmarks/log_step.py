"""Logging one step, flushed, against pictures of matplotlib's and against the dense matrix through TensorBoard's own writer."""

from __future__ import annotations

import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from numpy.typing import NDArray

from benchmarks.labels import make_labels
from benchmarks.peers import sklearn_display, tutorial_png
from benchmarks.row import Row, median_s, peer
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

BUDGETS_MS = {10: 0.7, 100: 1.0, 1000: 6.0}
MIN_RATIOS_PNG = {10: 400.0, 100: 10_000.0}
MIN_RATIO_DENSE = 70.0
PICTURE_REPEATS = {10: 10, 100: 1}


def rows() -> Iterator[Row]:
    """Yields a row a K: the promise is against the PNG, and for the largest against the dense matrix."""
    for num_classes, budget_ms in BUDGETS_MS.items():
        y_true, y_pred = make_labels(num_classes)
        counts = count_labels(y_true, y_pred, num_classes)
        names = [f"class {index}" for index in range(num_classes)]
        with tempfile.TemporaryDirectory() as logdir, ConfusionWriter(logdir, class_names=names) as writer:
            ours = _ms(partial(writer.write, "val/confusion", counts), 100)
            counted = _ms(partial(writer.write_labels, "val/labels", y_true, y_pred), 30)
        note = f"with counting the 50,000 labels: {counted:.2g} ms"
        dense = peer("dense int32 through `EventFileWriter`", partial(_dense_ms, counts))
        if num_classes in MIN_RATIOS_PNG:
            repeats = PICTURE_REPEATS[num_classes]
            pictures = {tutorial_png.WHAT: tutorial_png.log_png, sklearn_display.WHAT: sklearn_display.log_display}
            peers = [peer(name, partial(_picture_ms, log, counts, names, repeats)) for name, log in pictures.items()]
            peers, min_ratio = [*peers, dense], MIN_RATIOS_PNG[num_classes]
            note += "; each picture drawn once" if repeats == 1 else ""
        else:
            peers, min_ratio = [dense], MIN_RATIO_DENSE
            note += "; no picture is measured: a text for each of a million cells takes half an hour"
        what = f"log one step, flushed, K={num_classes:,}"
        yield Row.beside(peers, what, "ms", ours, budget_ms, min_ratio=min_ratio, note=note)


def _ms(log: Callable[[int], Any], repeats: int) -> float:
    steps = itertools.count()
    return 1000 * median_s(lambda: log(next(steps)), repeats, warm_up=3)


def _picture_ms(log: Callable[..., None], counts: NDArray[Any], names: list[str], repeats: int) -> float:
    import matplotlib as mpl  # noqa: F401  # only whether it is there
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as logdir:
        writer = tf.summary.create_file_writer(logdir)
        log(writer, counts[:2, :2], names[:2], 0)  # what only the first drawing costs
        steps = itertools.count(1)
        theirs = 1000 * median_s(lambda: log(writer, counts, names, next(steps)), repeats, warm_up=0)
        writer.close()
    return theirs


def _dense_ms(counts: NDArray[Any]) -> float:
    from tensorboard.compat.proto import event_pb2, summary_pb2
    from tensorboard.summary.writer.event_file_writer import EventFileWriter
    from tensorboard.util import tensor_util

    from tb_confusion_plugin.storage.to_summary import tensor_metadata

    with tempfile.TemporaryDirectory() as logdir:
        writer = EventFileWriter(logdir)

        def log(step: int) -> None:
            tensor = tensor_util.make_tensor_proto(counts.astype("int32"))
            value = summary_pb2.Summary.Value(tag="val/confusion", metadata=tensor_metadata(), tensor=tensor)
            writer.add_event(event_pb2.Event(wall_time=time.time(), step=step, summary=summary_pb2.Summary(value=[value])))
            writer.flush()

        theirs = _ms(log, 5)
        writer.close()
    return theirs
