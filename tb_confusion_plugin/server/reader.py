"""The only file that asks TensorBoard's data provider."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tensorboard import errors
from tensorboard.data import provider

from tb_confusion_plugin.storage.metadata import PLUGIN_NAME, class_names_hash, parse_metadata
from tb_confusion_plugin.storage.steps import drop_superseded

# TensorBoard wants a number; what it keeps is decided by its sampling when it loads the log.
_ALL_STEPS = 1_000_000


@dataclass(frozen=True)
class StoredDatum:
    """One step of a series as TensorBoard keeps it. `read` fetches its blob, and raises ValueError where there is none."""

    step: int
    wall_time: float
    read: Callable[[], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True)
class StoredSeries:
    """One (run, tag) as TensorBoard keeps it; steps ascend. `problem` says why its data couldn't be listed."""

    run: str
    tag: str
    plugin_content: bytes
    data: tuple[StoredDatum, ...]
    problem: str | None = None


class Reader:
    """Lists and reads series of both kinds: blobs, and plain [K, K] tensors, which it encodes so that all else sees blobs."""

    def __init__(self, data_provider: provider.DataProvider) -> None:
        self._provider = data_provider
        self._tensor_lock = threading.Lock()
        self._tensor_series: dict[tuple[str, str, str], tuple[Any, StoredSeries]] = {}

    def list_series(self, ctx: Any, experiment: str) -> list[StoredSeries]:
        """Asks TensorBoard for all series and their steps, sorted by run and tag.

        Raises:
            tensorboard.errors.PublicError: the experiment is unknown or may not be read.
        """
        series = [*self._list_blob_series(ctx, experiment), *self._list_tensor_series(ctx, experiment)]
        return sorted(series, key=lambda one: (one.run, one.tag))

    def _list_blob_series(self, ctx: Any, experiment: str) -> list[StoredSeries]:
        listing = self._provider.list_blob_sequences(ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME)
        try:
            # One request for all: in fast mode each takes some 45 ms whatever it holds.
            sequences = self._read_blob_sequences(ctx, experiment, None) if listing else {}
        except errors.PublicError:
            raise
        except Exception:  # noqa: BLE001  # one malformed event makes TensorBoard raise for all, and not in one way: ask singly
            return [
                self._list_one_blob_series(ctx, experiment, run, tag, info)
                for run, tags in listing.items()
                for tag, info in tags.items()
            ]
        return [
            self._blob_series(ctx, run, tag, info.plugin_content, sequences.get(run, {}).get(tag, ()))
            for run, tags in listing.items()
            for tag, info in tags.items()
        ]

    def _list_one_blob_series(
        self, ctx: Any, experiment: str, run: str, tag: str, info: provider.BlobSequenceTimeSeries
    ) -> StoredSeries:
        try:
            sequences = self._read_blob_sequences(ctx, experiment, provider.RunTagFilter(runs=[run], tags=[tag]))
        except Exception as error:  # noqa: BLE001  # whatever TensorBoard raises here, it becomes this series' warning
            return StoredSeries(run, tag, info.plugin_content, (), f"TensorBoard can't read it ({describe_error(error)})")
        return self._blob_series(ctx, run, tag, info.plugin_content, sequences.get(run, {}).get(tag, ()))

    def _read_blob_sequences(self, ctx: Any, experiment: str, run_tag_filter: provider.RunTagFilter | None) -> Any:
        return self._provider.read_blob_sequences(
            ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME, downsample=_ALL_STEPS, run_tag_filter=run_tag_filter
        )

    def _blob_series(self, ctx: Any, run: str, tag: str, content: bytes, sequence: Any) -> StoredSeries:
        # A datum without a blob is a removal (docs/format.md): it supersedes what it goes back over, and is nothing itself.
        kept = [datum for datum in drop_superseded(sequence) if datum.values]
        data = tuple(StoredDatum(datum.step, datum.wall_time, self._blob_reader(ctx, datum.values)) for datum in kept)
        return StoredSeries(run, tag, content, data)

    def _blob_reader(self, ctx: Any, references: Any) -> Callable[[], bytes]:
        def read() -> bytes:
            try:
                blob = self._provider.read_blob(ctx, blob_key=references[0].blob_key)
            except (IndexError, TypeError) as error:  # the Python reader's way to say that it isn't a sequence of blobs
                raise ValueError(f"invalid matrix: no sequence of blobs in the event ({describe_error(error)})") from error
            return bytes(blob)

        return read

    def _list_tensor_series(self, ctx: Any, experiment: str) -> list[StoredSeries]:
        listing = self._provider.list_tensors(ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME)
        with self._tensor_lock:
            return [
                self._tensor_series_of(ctx, experiment, run, tag, info)
                for run, tags in listing.items()
                for tag, info in tags.items()
            ]

    def _tensor_series_of(self, ctx: Any, experiment: str, run: str, tag: str, info: provider.TensorTimeSeries) -> StoredSeries:
        """Reads a whole series, which is the only way there is, but only when it has a new last step."""
        version = (info.max_step, info.max_wall_time)
        known_version, known = self._tensor_series.get((experiment, run, tag), (None, None))
        if known is not None and known_version == version:
            return known
        try:
            tensors = self._provider.read_tensors(
                ctx,
                experiment_id=experiment,
                plugin_name=PLUGIN_NAME,
                downsample=_ALL_STEPS,
                run_tag_filter=provider.RunTagFilter(runs=[run], tags=[tag]),
            )
        except Exception as error:  # noqa: BLE001  # a malformed tensor, or more than a message holds: this series' warning
            return StoredSeries(run, tag, info.plugin_content, (), f"TensorBoard can't read its tensors ({describe_error(error)})")
        data = drop_superseded(tensors.get(run, {}).get(tag, ()))
        names = _class_names(info.plugin_content)
        encoded = tuple(
            StoredDatum(datum.step, datum.wall_time, _tensor_encoder(datum.numpy, names, i)) for i, datum in enumerate(data)
        )
        series = StoredSeries(run, tag, info.plugin_content, encoded)
        self._tensor_series[experiment, run, tag] = (version, series)
        return series


def _tensor_encoder(tensor: Any, class_names: tuple[str, ...] | None, ordinal: int) -> Callable[[], bytes]:
    """Encodes at once, so that what is kept is the small blob and not the tensor."""
    from tb_confusion_plugin.core.matrix import as_counts  # noqa: PLC0415  # SciPy isn't loaded until there is a tensor
    from tb_confusion_plugin.storage.codec import encode_counts  # noqa: PLC0415  # see above

    try:
        counts = as_counts(tensor)
        is_named = class_names is not None and len(class_names) == counts.shape[0]
        blob = encode_counts(counts, ordinal=ordinal, names_hash=class_names_hash(class_names if is_named else None))
    except ValueError as error:
        message = str(error)

        def fail() -> bytes:
            raise ValueError(message)

        return fail
    return lambda: blob


def _class_names(content: bytes) -> tuple[str, ...] | None:
    try:
        return parse_metadata(content).class_names
    except ValueError:
        return None  # the catalog warns of it


def describe_error(error: Exception) -> str:
    """One line that names the error: of a gRPC error its code and details, since its text begins with neither."""
    code, details = getattr(error, "code", None), getattr(error, "details", None)
    told = f"{code().name}: {details()}" if callable(code) and callable(details) else f"{type(error).__name__}: {error}"
    return told.splitlines()[0][:300]
