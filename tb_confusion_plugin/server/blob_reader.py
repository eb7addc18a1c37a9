"""Lists and reads series of blobs, and asks again only for the runs in which something has changed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tensorboard import errors
from tensorboard.data import provider

from tb_confusion_plugin.server.asking import ALL_STEPS, SeriesKey, ask_in_parts, describe_error, flatten
from tb_confusion_plugin.server.stored import StoredDatum, StoredSeries
from tb_confusion_plugin.storage.metadata import PLUGIN_NAME
from tb_confusion_plugin.storage.steps import drop_superseded

# What changed is asked with TensorBoard's list of series, unless that carries more than this in class names.
_MAX_LISTED_CONTENT_BYTES = 4 << 20


@dataclass
class _Known:
    """The series of one experiment, with the step and wall time of the last event by which a change is noticed."""

    series: dict[SeriesKey, StoredSeries] = field(default_factory=dict)
    versions: dict[SeriesKey, Any] = field(default_factory=dict)
    is_heavy: bool = False


@dataclass(frozen=True)
class _Poll:
    """The version of each series; what TensorBoard says of each, where that was asked; runs that it can't list, and why."""

    versions: dict[SeriesKey, Any]
    infos: dict[SeriesKey, provider.BlobSequenceTimeSeries] | None
    problems: dict[SeriesKey, str]


class BlobReader:
    """Lists series of blobs; not for several threads at once, but for what reads a blob."""

    def __init__(self, data_provider: provider.DataProvider) -> None:
        """Remembers what it asks."""
        self._provider = data_provider
        self._known: dict[str, _Known] = {}

    def list_series(self, ctx: Any, experiment: str) -> list[StoredSeries]:
        """Lists all series of blobs and their steps.

        Raises:
            tensorboard.errors.PublicError: the experiment is unknown or may not be read.
        """
        known = self._known.setdefault(experiment, _Known())
        poll = self._poll(ctx, experiment, known)
        changed = [key for key, version in poll.versions.items() if known.versions.get(key) != version]
        read = self._read_changed(ctx, experiment, poll, changed, known)
        series = {key: read.get(key) or known.series[key] for key in poll.versions}
        known.series = {key: one for key, one in series.items() if one.problem is None}
        known.versions = {key: poll.versions[key] for key in known.series}
        known.is_heavy = known.is_heavy or sum(len(one.plugin_content) for one in series.values()) > _MAX_LISTED_CONTENT_BYTES
        return [*series.values(), *(_unread(run, tag, b"", problem) for (run, tag), problem in poll.problems.items())]

    def forget(self, experiment: str) -> None:
        """Forgets an experiment."""
        self._known.pop(experiment, None)

    def _poll(self, ctx: Any, experiment: str, known: _Known) -> _Poll:
        """What is there, and which version of it.

        TensorBoard's list is the cheapest to ask for, but it carries all class names, and fails where these exceed a message of
        gRPC: then the last step of each series tells the same.
        """
        if not known.is_heavy:
            try:
                infos = flatten(self._list(ctx, experiment, None))
            except errors.PublicError:
                raise
            except Exception:  # noqa: BLE001  # gRPC's own errors: the other question shows whether TensorBoard answers at all
                known.is_heavy = True
            else:
                return _Poll({key: ("listed", info.max_step, info.max_wall_time) for key, info in infos.items()}, infos, {})
        last = functools.partial(self._read, ctx, experiment, 1)
        problems: dict[SeriesKey, str] = {}
        try:
            sequences = flatten(last(None))
        except errors.PublicError:
            raise
        except Exception:  # noqa: BLE001  # see above; list_runs raises where TensorBoard doesn't answer
            runs = self._provider.list_runs(ctx, experiment_id=experiment)
            sequences, problems = ask_in_parts(last, {run.run_name: None for run in runs})
        return _Poll({key: _version_of(data) for key, data in sequences.items()}, None, problems)

    def _read_changed(
        self, ctx: Any, experiment: str, poll: _Poll, changed: list[SeriesKey], known: _Known
    ) -> dict[SeriesKey, StoredSeries]:
        tags_of_run = _tags_of_run(changed)
        infos, unlisted = poll.infos or {}, dict[SeriesKey, str]()
        if poll.infos is None:
            infos, unlisted = ask_in_parts(functools.partial(self._list, ctx, experiment), tags_of_run)
        sequences, unread = ask_in_parts(functools.partial(self._read, ctx, experiment, ALL_STEPS), tags_of_run)
        read = {}
        # The class names of many runs are often the same: one copy is enough.
        contents = {content: content for content in (one.plugin_content for one in known.series.values())}
        for key in changed:
            content = infos[key].plugin_content if key in infos else b""
            content = contents.setdefault(content, content)
            notice = (
                f"shows class indices: TensorBoard can't list what it says of itself ({unlisted[key]})" if key in unlisted else None
            )
            read[key] = (
                _unread(*key, content, unread[key])
                if key in unread
                else self._series(ctx, key, content, sequences.get(key, ()), notice)
            )
        return read

    def _list(self, ctx: Any, experiment: str, run_tag_filter: provider.RunTagFilter | None) -> Any:
        return self._provider.list_blob_sequences(
            ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME, run_tag_filter=run_tag_filter
        )

    def _read(self, ctx: Any, experiment: str, num_steps: int, run_tag_filter: provider.RunTagFilter | None) -> Any:
        return self._provider.read_blob_sequences(
            ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME, downsample=num_steps, run_tag_filter=run_tag_filter
        )

    def _series(self, ctx: Any, key: SeriesKey, content: bytes, sequence: Any, notice: str | None) -> StoredSeries:
        # A datum without a blob is a removal (docs/format.md): it supersedes what it goes back over, and is nothing itself.
        kept = [datum for datum in drop_superseded(sequence) if datum.values]
        data = tuple(StoredDatum(datum.step, datum.wall_time, self._blob_reader(ctx, datum.values)) for datum in kept)
        return StoredSeries(*key, content, data, notice=notice)

    def _blob_reader(self, ctx: Any, references: Any) -> Callable[[], bytes]:
        return functools.partial(self._read_blob, ctx, references[0].blob_key)

    def _read_blob(self, ctx: Any, blob_key: str) -> bytes:
        try:
            blob = self._provider.read_blob(ctx, blob_key=blob_key)
        except (IndexError, TypeError) as error:  # the Python reader's way to say that it isn't a sequence of blobs
            raise ValueError(f"invalid matrix: no sequence of blobs in the event ({describe_error(error)})") from error
        return bytes(blob)


def _version_of(data: Any) -> Any:
    return ("last", data[-1].step, data[-1].wall_time) if data else ("last", None, None)


def _tags_of_run(keys: Iterable[SeriesKey]) -> Mapping[str, list[str]]:
    tags: dict[str, list[str]] = {}
    for run, tag in keys:
        tags.setdefault(run, []).append(tag)
    return tags


def _unread(run: str, tag: str, content: bytes, problem: str) -> StoredSeries:
    return StoredSeries(run, tag, content, (), f"TensorBoard can't read it ({problem})")
