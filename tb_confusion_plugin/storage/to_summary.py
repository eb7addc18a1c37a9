"""A blob as a summary: the protocol buffer that TensorBoard's event files hold."""

from __future__ import annotations

import math
import operator
import time
from typing import SupportsIndex

import numpy as np
from tensorboard.compat.proto import summary_pb2, tensor_pb2, tensor_shape_pb2, types_pb2
from tensorboard.util import tensor_util

from tb_confusion_plugin.core.classes import is_encodable
from tb_confusion_plugin.storage.metadata import PLUGIN_NAME


def blob_metadata(content: bytes = b"") -> summary_pb2.SummaryMetadata:
    """The metadata of a series of blobs; only that of its first event is ever read."""
    return _metadata(summary_pb2.DATA_CLASS_BLOB_SEQUENCE, content)


def tensor_metadata(content: bytes = b"") -> summary_pb2.SummaryMetadata:
    """The metadata of a series of plain [K, K] tensors; only that of its first event is ever read."""
    return _metadata(summary_pb2.DATA_CLASS_TENSOR, content)


def blob_summary(tag: str, blob: bytes, content: bytes = b"") -> summary_pb2.Summary:
    """One step of a series. Blob 0 of the sequence is the matrix."""
    # Rank 1: TensorBoard's Rust reader drops any other, its Python reader fails on it.
    tensor = tensor_util.make_tensor_proto(np.array([blob], dtype=object))
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, metadata=blob_metadata(content), tensor=tensor)])


def removal_summary(tag: str, content: bytes = b"") -> summary_pb2.Summary:
    """A step without blobs: the series holds nothing from here on that was written before."""
    nothing = tensor_shape_pb2.TensorShapeProto(dim=[tensor_shape_pb2.TensorShapeProto.Dim(size=0)])
    tensor = tensor_pb2.TensorProto(dtype=types_pb2.DT_STRING, tensor_shape=nothing)
    return summary_pb2.Summary(value=[summary_pb2.Summary.Value(tag=tag, metadata=blob_metadata(content), tensor=tensor)])


def is_removal(tensor: tensor_pb2.TensorProto) -> bool:
    """Whether a tensor of a series of blobs is that of `removal_summary`."""
    return [dim.size for dim in tensor.tensor_shape.dim] == [0]


def as_tag(tag: str) -> str:
    """Validates a tag.

    Raises:
        ValueError: not a non-empty string that UTF-8 can encode.
    """
    if not isinstance(tag, str) or not tag or not is_encodable(tag):
        raise ValueError(f"invalid tag: {tag!r}; pass a non-empty string that UTF-8 can encode, as in 'val/confusion'")
    return tag


def as_step(step: SupportsIndex, name: str = "step") -> int:
    """Validates a step: any integer of at most 64 bits, NumPy's, a tensor's and a variable's included.

    Raises:
        ValueError: not an integer.
    """
    try:
        array = np.asarray(step)  # a variable of TensorFlow or Keras, as optimizer.iterations is, has no __index__
        item = array.item()
        value = operator.index(item)
    except (TypeError, ValueError) as error:
        raise ValueError(f"invalid {name}: {step!r} isn't an integer; pass the number of the epoch or batch") from error
    if array.ndim or isinstance(item, bool) or not -(2**63) <= value < 2**63:
        raise ValueError(f"invalid {name}: {step!r} isn't a 64-bit integer; pass the number of the epoch or batch")
    return value


def as_wall_time(wall_time: float | None, name: str = "wall_time") -> float:
    """Validates the time of an event, in seconds since the epoch; now, if None.

    Raises:
        ValueError: not a finite number.
    """
    try:
        seconds = time.time() if wall_time is None else float(wall_time)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError(f"invalid {name}: {wall_time!r}; pass seconds since the epoch") from error
    if not math.isfinite(seconds):
        raise ValueError(f"invalid {name}: {wall_time!r} isn't finite; pass seconds since the epoch")
    return seconds


def _metadata(data_class: int, content: bytes) -> summary_pb2.SummaryMetadata:
    plugin_data = summary_pb2.SummaryMetadata.PluginData(plugin_name=PLUGIN_NAME, content=content)
    return summary_pb2.SummaryMetadata(data_class=data_class, plugin_data=plugin_data)
