"""read_log: logged matrices back in Python."""

from __future__ import annotations

import math
import os
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numpy.typing import NDArray
from tensorboard.backend.event_processing import io_wrapper, plugin_event_accumulator
from tensorboard.compat.proto import summary_pb2
from tensorboard.util import tensor_util

from tb_confusion_plugin.core.matrix import ConfusionMatrix, as_counts
from tb_confusion_plugin.storage.codec import decode_matrix
from tb_confusion_plugin.storage.header import MAX_PAYLOAD_BYTES, parse_blob
from tb_confusion_plugin.storage.metadata import PLUGIN_NAME, SeriesMetadata, parse_metadata
from tb_confusion_plugin.storage.steps import drop_superseded
from tb_confusion_plugin.storage.to_summary import is_removal

_KEEP_ALL = 0
_MAX_TENSOR_VALUES = MAX_PAYLOAD_BYTES // 8


@dataclass(frozen=True, eq=False)
class MatrixDatum:
    """One step of a series.

    Attributes:
        step: the training step.
        wall_time: when it was written, in seconds since the epoch.
        class_groups: the group of each class, K names, or None.
        special_class: index of a class that isn't a real one (background, reject), or None.
        matrix: the confusion matrix, decoded when it is first asked for.
    """

    step: int
    wall_time: float
    class_groups: tuple[str, ...] | None
    special_class: int | None
    _decode: Callable[[], ConfusionMatrix]

    @cached_property
    def matrix(self) -> ConfusionMatrix:
        """The confusion matrix.

        Raises:
            ValueError: the header was right, its checksum too, but not what they describe: a writer's mistake.
        """
        return self._decode()


def read_log(logdir: str | os.PathLike[str]) -> Iterator[tuple[str, str, MatrixDatum]]:
    """Reads every confusion matrix below a directory, none sampled away, whoever wrote it.

    TensorBoard's own readers do the work, a run at a time; a matrix is decoded when `datum.matrix` is asked for. A datum that
    can't be read is left out with a warning. Class names are those of the series, where they fit the matrix.

    Args:
        logdir: what `tensorboard --logdir` takes.

    Yields:
        (run, tag, datum), runs and tags in alphabetical order, steps ascending.

    Raises:
        ValueError: logdir isn't a directory.
    """
    root = os.fspath(logdir)
    if not io_wrapper.tf.io.gfile.isdir(root):
        raise ValueError(f"invalid logdir: {root!r} isn't a directory; pass what tensorboard --logdir takes")
    return _read_runs(root)


def _read_runs(root: str) -> Iterator[tuple[str, str, MatrixDatum]]:
    directories = {os.path.relpath(path, root): path for path in io_wrapper.GetLogdirSubdirectories(root)}
    for run, path in sorted(directories.items()):
        accumulator = plugin_event_accumulator.EventAccumulator(
            path,
            size_guidance={plugin_event_accumulator.TENSORS: 1},  # of other plugins' data, not ours
            tensor_size_guidance={PLUGIN_NAME: _KEEP_ALL},
        )
        accumulator.Reload()
        for tag in sorted(_confusion_tags(accumulator)):
            for datum in _read_series(accumulator, run, tag):
                yield run, tag, datum


def _confusion_tags(accumulator: Any) -> list[str]:
    return list(accumulator.PluginTagToContent(PLUGIN_NAME)) if PLUGIN_NAME in accumulator.ActivePlugins() else []


def _read_series(accumulator: Any, run: str, tag: str) -> Iterator[MatrixDatum]:
    summary_metadata = accumulator.SummaryMetadata(tag)
    try:
        metadata = parse_metadata(summary_metadata.plugin_data.content)
    except ValueError as error:
        _warn(f"run {run!r}, tag {tag!r}: {error}; classes are shown as indices")
        metadata = SeriesMetadata()
    is_blob = summary_metadata.data_class == summary_pb2.DATA_CLASS_BLOB_SEQUENCE
    for event in drop_superseded(accumulator.Tensors(tag)):
        if is_blob and is_removal(event.tensor_proto):
            continue
        try:
            decode = _blob_decoder(event.tensor_proto, metadata) if is_blob else _tensor_decoder(event.tensor_proto, metadata)
        except ValueError as error:
            _warn(f"left out: run {run!r}, tag {tag!r}, step {event.step}: {error}")
            continue
        yield MatrixDatum(event.step, event.wall_time, metadata.class_groups, metadata.special_class, decode)


def _blob_decoder(tensor_proto: Any, metadata: SeriesMetadata) -> Callable[[], ConfusionMatrix]:
    blobs = _as_ndarray(tensor_proto).reshape(-1)
    if len(blobs) == 0 or not isinstance(blobs[0], bytes):
        raise ValueError("invalid matrix: no blob in the event")
    blob = blobs[0]
    parse_blob(blob)
    return lambda: decode_matrix(blob, metadata.class_names)


def _tensor_decoder(tensor_proto: Any, metadata: SeriesMetadata) -> Callable[[], ConfusionMatrix]:
    counts = as_counts(_as_ndarray(tensor_proto))
    names = metadata.class_names
    return lambda: ConfusionMatrix(counts, names if names is not None and len(names) == counts.shape[0] else None)


def _as_ndarray(tensor_proto: Any) -> NDArray[Any]:
    num_values = math.prod(dim.size for dim in tensor_proto.tensor_shape.dim)
    if num_values > _MAX_TENSOR_VALUES:  # one stored value fills a whole tensor
        raise ValueError(f"invalid matrix: a tensor of {num_values} values is over the limit of {_MAX_TENSOR_VALUES}")
    try:
        return tensor_util.make_ndarray(tensor_proto)  # type: ignore[no-any-return]  # TensorBoard has no types
    except (KeyError, TypeError) as error:
        raise ValueError(f"invalid matrix: a tensor of a dtype that TensorBoard can't read ({error})") from error


def _warn(message: str) -> None:
    warnings.warn(message, stacklevel=4)
