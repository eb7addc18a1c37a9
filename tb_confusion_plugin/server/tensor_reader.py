"""Lists series of plain [K, K] tensors, and reads those that have changed, one at a time."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING, Any

from tensorboard import errors
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.data import provider

from tb_confusion_plugin.server.asking import ALL_STEPS, SeriesKey, ask_in_parts, flatten
from tb_confusion_plugin.server.byte_cache import ByteCache
from tb_confusion_plugin.server.stored import StoredSeries
from tb_confusion_plugin.server.tensor_series import KEPT_BYTES, READ_BYTES, Ask, TensorSeries
from tb_confusion_plugin.storage.metadata import PLUGIN_NAME

if TYPE_CHECKING:
    from tb_confusion_plugin.server.tensor_encoding import EncodedDatum

# How long one listing reads series; those that are left come with the next.
LISTING_S = 1.0
_MAX_TOGETHER = 64


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
        due.sort(key=lambda one: (one != first, not known[one].stored.is_pending, one))
        deadline = time.monotonic() + LISTING_S
        num_together = 1
        while due:
            group = [key for key in due[:num_together] if known[key].is_small] or due[:1]
            together = self._read_together(ctx, experiment, group) if len(group) > 1 and not self._gives_all else {}
            for key in group:
                ask = functools.partial(self._ask, ctx, experiment, key)
                known[key].update(_from(together[key], ask) if key in together else ask, versions[key])
                if time.monotonic() > deadline:
                    return
            due = [key for key in due if key not in group]
            # In fast mode each answer takes 45 ms, however small; how large others are shows only when they are read.
            num_together = min(2 * num_together, _MAX_TOGETHER) if all(known[key].is_small for key in group) else 1

    def _read_together(self, ctx: Any, experiment: str, group: list[SeriesKey]) -> dict[SeriesKey, list[provider.TensorDatum]]:
        """Those of a group that one answer holds with all their steps."""
        run_tag_filter = provider.RunTagFilter(runs={run for run, _ in group}, tags={tag for _, tag in group})
        ask = functools.partial(self._read, ctx, experiment, run_tag_filter)
        try:
            size = sum(datum.numpy.nbytes for data in ask(1).values() for datum in data)
            num_steps = min(READ_BYTES // max(size, 1), ALL_STEPS)
            answers = ask(num_steps) if num_steps > 1 else {}
        except Exception:  # noqa: BLE001  # a malformed tensor, or too large an answer: each is read alone, and tells what is wrong with it
            return {}
        return {key: data for key in group if (data := answers.get(key)) and len(data) < num_steps}

    def _ask(self, ctx: Any, experiment: str, key: SeriesKey, num_steps: int) -> list[provider.TensorDatum]:
        answers = self._read(ctx, experiment, provider.RunTagFilter(runs=[key[0]], tags=[key[1]]), num_steps)
        return answers.get(key, [])

    def _read(
        self, ctx: Any, experiment: str, run_tag_filter: provider.RunTagFilter, num_steps: int
    ) -> dict[SeriesKey, list[provider.TensorDatum]]:
        tensors = self._provider.read_tensors(
            ctx, experiment_id=experiment, plugin_name=PLUGIN_NAME, downsample=num_steps, run_tag_filter=run_tag_filter
        )
        return {key: list(data) for key, data in flatten(tensors).items()}


def _from(data: list[provider.TensorDatum], ask: Ask) -> Ask:
    """Asks for what isn't there already: `data` are a whole series."""
    return lambda num_steps: data[-num_steps:] if num_steps == 1 or num_steps > len(data) else ask(num_steps)
