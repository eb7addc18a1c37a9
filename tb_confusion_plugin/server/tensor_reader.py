"""Lists series of plain [K, K] tensors, and reads those that have changed, one at a time."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING, Any

from tensorboard import errors
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.data import provider

from tb_confusion_plugin.server.asking import SeriesKey, ask_in_parts, flatten
from tb_confusion_plugin.server.byte_cache import ByteCache
from tb_confusion_plugin.server.stored import StoredSeries
from tb_confusion_plugin.server.tensor_series import KEPT_BYTES, TensorSeries
from tb_confusion_plugin.storage.metadata import PLUGIN_NAME

if TYPE_CHECKING:
    from tb_confusion_plugin.server.tensor_encoding import EncodedDatum

# How long one listing reads series; those that are left come with the next.
LISTING_S = 1.0


class TensorReader:
    """Lists series of tensors; not for several threads at once, but for what reads a blob."""

    def __init__(self, data_provider: provider.DataProvider) -> None:
        """Remembers what it asks."""
        self._provider = data_provider
        self._gives_all = isinstance(data_provider, MultiplexerDataProvider)
        self._read_lock = threading.Lock()
        self._series: dict[str, dict[SeriesKey, TensorSeries]] = {}
        self._encoded: ByteCache[tuple[str, str, str], tuple[EncodedDatum, ...]] = ByteCache(KEPT_BYTES)

    def list_series(self, ctx: Any, experiment: str, first: SeriesKey | None) -> list[StoredSeries]:
        """Lists all series of tensors, and reads for a while those that are new or have a new last step.

        Args:
            ctx: TensorBoard's request context.
            experiment: id of the experiment.
            first: the series to begin with.

        Raises:
            tensorboard.errors.PublicError: the experiment is unknown or may not be read.
        """
        infos, problems = self._list(ctx, experiment)
        known = self._series.setdefault(experiment, {})
        for key in [key for key in known if key not in infos]:
            self._forget(experiment, key)
        for key in infos.keys() - known.keys():
            content = infos[key].plugin_content
            known[key] = TensorSeries((experiment, *key), content, self._encoded, self._read_lock, gives_all=self._gives_all)
        self._update(ctx, experiment, infos, first)
        unlisted = (StoredSeries(*key, b"", (), f"TensorBoard can't list its tensors ({why})") for key, why in problems.items())
        return [*(series.stored for series in known.values()), *unlisted]

    def forget(self, experiment: str) -> None:
        """Forgets an experiment."""
        for key in list(self._series.get(experiment, {})):
            self._forget(experiment, key)
        self._series.pop(experiment, None)

    def _forget(self, experiment: str, key: SeriesKey) -> None:
        del self._series[experiment][key]
        self._encoded.drop((experiment, *key))

    def _list(self, ctx: Any, experiment: str) -> tuple[dict[SeriesKey, provider.TensorTimeSeries], dict[SeriesKey, str]]:
        def ask(run_tag_filter: provider.RunTagFilter | None) -> Any:
            return self._provider.list_tensors(
                ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME, run_tag_filter=run_tag_filter
            )

        try:
            return flatten(ask(None)), {}
        except errors.PublicError:
            raise
        except Exception:  # noqa: BLE001  # gRPC's own errors; list_runs raises where TensorBoard doesn't answer at all
            runs = self._provider.list_runs(ctx, experiment_id=experiment)
            return ask_in_parts(ask, {run.run_name: None for run in runs})

    def _update(
        self, ctx: Any, experiment: str, infos: dict[SeriesKey, provider.TensorTimeSeries], first: SeriesKey | None
    ) -> None:
        """Reads what is due until the time is up, and at least one."""
        known = self._series[experiment]
        versions = {key: (info.max_step, info.max_wall_time) for key, info in infos.items()}
        due = [key for key, version in versions.items() if known[key].is_due(version)]
        deadline = time.monotonic() + LISTING_S
        for key in sorted(due, key=lambda one: (one != first, not known[one].stored.is_pending, one)):
            known[key].update(functools.partial(self._ask, ctx, experiment, key), versions[key])
            if time.monotonic() > deadline:
                break

    def _ask(self, ctx: Any, experiment: str, key: SeriesKey, num_steps: int) -> list[provider.TensorDatum]:
        run, tag = key
        tensors = self._provider.read_tensors(
            ctx,
            experiment_id=experiment,
            plugin_name=PLUGIN_NAME,
            downsample=num_steps,
            run_tag_filter=provider.RunTagFilter(runs=[run], tags=[tag]),
        )
        return list(flatten(tensors).get(key, ()))
