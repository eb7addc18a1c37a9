"""add_confusion_matrix: one more method of a `SummaryWriter`, PyTorch's or tensorboardX's."""

from __future__ import annotations

import importlib
import sys
import threading
import warnings
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, SupportsIndex
from weakref import WeakKeyDictionary

import scipy.sparse
import torch
from tensorboard.compat.proto import event_pb2, summary_pb2

from tb_confusion_plugin.core.classes import as_class_groups, as_class_names, as_special_class
from tb_confusion_plugin.core.matrix import ConfusionMatrix as CoreMatrix
from tb_confusion_plugin.core.matrix import Counts, as_counts
from tb_confusion_plugin.core.names import names_with
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, serialize_metadata
from tb_confusion_plugin.storage.to_summary import as_step, as_tag, as_wall_time, blob_summary
from tb_confusion_plugin.torch.accumulator import ConfusionMatrix, is_distributed


def add_confusion_matrix(
    writer: Any,
    tag: str,
    counts_or_metric: Any,
    global_step: SupportsIndex | Any,
    class_names: Iterable[str] | None = None,
    *,
    class_groups: Iterable[str] | None = None,
    special_class: SupportsIndex | str | None = None,
    title: str = "",
    description: str = "",
    walltime: float | None = None,
) -> None:
    """Writes one matrix into the event file of a `torch.utils.tensorboard.SummaryWriter` or a `tensorboardX.SummaryWriter`.

    As with the writer's own methods it is on disk when the writer is flushed or closed, and a writer that was closed opens a new
    file. Names, groups, special class, title and description are stored with the first matrix of a tag and can't change later;
    they may be passed again or left out.

    Write a tag's steps in ascending order, and pass `purge_step` to the SummaryWriter of a resumed training, as for scalars: with
    `--load_fast=false` TensorBoard else keeps showing what was written first. The same matrix again at the same step isn't written.

    Several processes: the matrix must be that of all ranks, and one rank writes it. The others pass None for the writer, or don't
    call. This never waits for other ranks. So it refuses a metric, whose counts are those of this rank, and asks for
    `metric.compute()`, which every rank is to call.

    Args:
        writer: the SummaryWriter, or None: nothing is written.
        tag: name of the series, as in "val/confusion".
        counts_or_metric: counts[true_class, pred_class], shape (K, K), non-negative integers (floats where samples are weighted): a
            tensor on any device, an array-like, a `scipy.sparse` matrix, a `tb_confusion_plugin.ConfusionMatrix`; or a metric that
            counts: this package's `torch.ConfusionMatrix`, or torchmetrics' for binary or multiclass tasks, not normalized.
        global_step: the training step.
        class_names: K names in index order; None: those of counts_or_metric if it has any, else indices are shown. Those of
            counts_or_metric can't be others, unless they are its indices.
        class_groups: the name of each class's group, K names in index order, or None.
        special_class: the index or name of a class that isn't a real one (background, reject), or None.
        title: what to call the series on the page; empty: its tag.
        description: a sentence or more to show beside it.
        walltime: seconds since the epoch; now, if None.

    Raises:
        ValueError: an argument is invalid, isn't what the tag began with, or is a metric where several processes are at work;
            nothing is written then.
    """
    _refuse_metrics_of_one_rank(counts_or_metric)
    file = None if writer is None else _file_of(writer)
    if file is None:
        return
    tag, step, counts = as_tag(tag), as_step(global_step), _as_counts(counts_or_metric)
    names, own_names = as_class_names(class_names, counts.shape[0]), getattr(counts_or_metric, "class_names", None)
    wall_time = as_wall_time(walltime, "walltime")
    with _lock:
        all_series = _series_of.setdefault(writer, {})
        is_first = not all_series
        known = all_series.get(tag)
        known_names = None if known is None else known.metadata.class_names
        names = names_with(own_names, names, known_names, has_begun=known is not None)
        given = _Given(names, class_groups, special_class, title, description)
        metadata = given.metadata(counts.shape[0], None if known is None else known.metadata)
        series = known or _Series(metadata, serialize_metadata(metadata))
        series.check(tag, metadata)
        ordinal = bisect_left(series.steps, step)
        blob = encode_counts(counts, ordinal=ordinal, names_hash=class_names_hash(series.metadata.class_names))
        if series.steps[-1:] == [step] and blob == series.last_blob:
            return
        if ordinal < len(series.steps):
            _warn_of_going_back(tag, step)
        if is_first:
            file.add_event(_as_known_to(file, _START, event_pb2.Event), _STEP_OF_NOTHING)
        summary = blob_summary(tag, blob, b"" if ordinal else series.content)
        file.add_summary(_as_known_to(file, summary, summary_pb2.Summary), step, wall_time)
        series.steps[ordinal:] = [step]
        series.last_blob = blob
        all_series[tag] = series


@dataclass
class _Series:
    """What is remembered of a tag: its steps that count, ascending, and the last matrix."""

    metadata: SeriesMetadata
    content: bytes
    steps: list[int] = field(default_factory=list)
    last_blob: bytes = b""

    def check(self, tag: str, metadata: SeriesMetadata) -> None:
        if metadata == self.metadata:
            return
        name = next(name for name in vars(metadata) if getattr(metadata, name) != getattr(self.metadata, name))
        new, old, place = getattr(metadata, name), getattr(self.metadata, name), ""
        if isinstance(new, tuple) and isinstance(old, tuple) and len(new) == len(old):
            index = next(index for index, pair in enumerate(zip(new, old, strict=True)) if pair[0] != pair[1])
            new, old, place = new[index], old[index], f" for class {index}"
        raise ValueError(
            f"invalid {name}: {new!r}{place} of {tag!r}, which began with {old!r}; TensorBoard keeps what a tag begins with: leave "
            "it out or pass the same, or give other classes a tag of their own"
        )


@dataclass(frozen=True)
class _Given:
    """What a call says of a series; what it leaves out is what the series has."""

    class_names: tuple[str, ...] | None
    class_groups: Iterable[str] | None
    special_class: SupportsIndex | str | None
    title: str
    description: str

    def metadata(self, num_classes: int, known: SeriesMetadata | None) -> SeriesMetadata:
        known = known or SeriesMetadata()
        names = as_class_names(self.class_names or known.class_names, num_classes)
        groups = as_class_groups(self.class_groups, num_classes)
        special = as_special_class(self.special_class, names, num_classes)
        return SeriesMetadata(
            names,
            known.class_groups if groups is None else groups,
            known.special_class if special is None else special,
            self.title or known.title,
            self.description or known.description,
        )


# TensorBoard's Python reader heeds the `purge_step` of a resumed SummaryWriter only where it has seen a start before, which these
# writers don't log. One at the last of all steps removes nothing.
_START = event_pb2.Event(session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START))
_STEP_OF_NOTHING = 2**63 - 1

# By writer, while somebody holds it.
_series_of: WeakKeyDictionary[Any, dict[str, _Series]] = WeakKeyDictionary()
_lock = threading.Lock()


def _file_of(writer: Any) -> Any:
    """The writer's event file; None of a writer that writes nothing, as Lightning gives ranks other than 0."""
    # What the methods of both libraries call, and Lightning too: it opens the file again after `close`. There is no public way.
    open_file = getattr(writer, "_get_file_writer", None)
    if open_file is None:
        raise ValueError(
            f"invalid writer: {type(writer).__name__}; pass a SummaryWriter of torch.utils.tensorboard or tensorboardX, or None on "
            "ranks that don't write"
        )
    return open_file()


def _as_known_to(file: Any, message: Any, kind: Any) -> Any:
    """The message as the writer's library has it: tensorboardX has protocol buffers of its own."""
    if type(file).__module__.partition(".")[0] == "tensorboardX":
        module = kind.__module__.rpartition(".")[2]  # summary_pb2 or event_pb2
        kind = getattr(importlib.import_module(f"tensorboardX.proto.{module}"), kind.__name__)
    return kind.FromString(message.SerializeToString())


def _refuse_metrics_of_one_rank(counts_or_metric: Any) -> None:
    if is_distributed() and (isinstance(counts_or_metric, ConfusionMatrix) or _is_torchmetrics(counts_or_metric)):
        raise ValueError(
            f"invalid counts_or_metric: {type(counts_or_metric).__name__} has the counts of one rank of several; call counts = "
            "metric.compute() on every rank, which sums them, and pass counts on the rank that writes"
        )


def _is_torchmetrics(value: Any) -> bool:
    torchmetrics: Any = sys.modules.get("torchmetrics")
    return torchmetrics is not None and isinstance(value, torchmetrics.Metric)


def _as_counts(value: Any) -> Counts:
    if isinstance(value, CoreMatrix | ConfusionMatrix):
        value = value.counts
    elif _is_torchmetrics(value):
        normalize = getattr(value, "normalize", None)
        if normalize not in {None, "none"}:
            raise ValueError(
                f"invalid counts_or_metric: {type(value).__name__} with normalize={normalize!r} has rates; make it with "
                "normalize=None: the page normalizes the counts in every way"
            )
        value = value.compute()
    if torch.is_tensor(value):
        value = _on_host(value)
    shape: Any = getattr(value, "shape", ())
    if len(shape) == 3 and tuple(shape[1:]) == (2, 2):
        raise ValueError(
            f"invalid counts: shape {tuple(shape)} is a multilabel matrix, one of 2 classes for each of {shape[0]} labels; give "
            "each a tag: for name, one in zip(label_names, counts): add_confusion_matrix(writer, f'val/{name}', one, step)"
        )
    return as_counts(value)


def _on_host(tensor: Any) -> Any:
    tensor = tensor.detach()
    if tensor.is_floating_point():  # NumPy has no bfloat16
        tensor = tensor.double()
    if tensor.layout is not torch.strided:  # rows or blocks compressed, as CSR
        tensor = tensor.to_sparse_coo()
    if not tensor.is_sparse:
        return tensor.cpu().resolve_conj().numpy()
    tensor = tensor.coalesce().cpu()
    return scipy.sparse.coo_array((tensor.values().numpy(), tuple(tensor.indices().numpy())), shape=tuple(tensor.shape))


def _warn_of_going_back(tag: str, step: int) -> None:
    warnings.warn(
        f"step {step} of {tag!r} goes back or is written again: with --load_fast=false TensorBoard keeps what was written first; "
        f"write steps in ascending order, resume with SummaryWriter(purge_step={step}), or give a second evaluation a tag of its "
        "own",
        stacklevel=3,
    )
