"""Plain [K, K] tensors as blobs, so that what is kept is small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tensorboard.data import provider

from tb_confusion_plugin.core.matrix import as_counts
from tb_confusion_plugin.server.stored import Verdict
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.header import parse_blob
from tb_confusion_plugin.storage.metadata import class_names_hash


@dataclass(frozen=True, slots=True)
class EncodedDatum:
    """One step: its blob and header or, where the tensor is no matrix, why."""

    step: int
    wall_time: float
    blob: bytes
    verdict: Verdict


def encode_within(
    data: Sequence[provider.TensorDatum | EncodedDatum], class_names: tuple[str, ...] | None, max_bytes: int
) -> tuple[EncodedDatum, ...]:
    """Encodes as many steps as the blobs of `max_bytes` hold: all, every second, every fourth, …; always the last.

    Args:
        data: steps ascend; what was encoded before is taken as it is.
        class_names: the series' K names, or None.
        max_bytes: of the blobs that are returned.

    Returns:
        The data that fit, steps ascending.
    """
    kept: list[EncodedDatum] = []
    num_bytes, stride = 0, 1
    for i, datum in enumerate(reversed(data)):
        if i % stride:
            continue
        kept.append(datum if isinstance(datum, EncodedDatum) else _encode(datum, class_names))
        num_bytes += len(kept[-1].blob)
        while num_bytes > max_bytes and len(kept) > 1:
            kept, stride = kept[::2], 2 * stride
            num_bytes = sum(len(one.blob) for one in kept)
    return tuple(reversed(kept))


def _encode(datum: provider.TensorDatum, class_names: tuple[str, ...] | None) -> EncodedDatum:
    try:
        counts = as_counts(datum.numpy)
        is_named = class_names is not None and len(class_names) == counts.shape[0]
        # How many were written before isn't known: with each as the first of its writer nothing is claimed of the others.
        blob = encode_counts(counts, names_hash=class_names_hash(class_names if is_named else None))
    except ValueError as error:
        return EncodedDatum(datum.step, datum.wall_time, b"", str(error))
    return EncodedDatum(datum.step, datum.wall_time, blob, parse_blob(blob)[0])
