"""Lists the series of an experiment. This and the two readers beside it are all that asks TensorBoard's data provider."""

from __future__ import annotations

from typing import Any

from tensorboard import errors
from tensorboard.data import provider

from tb_confusion_plugin.server.asking import SeriesKey, describe_error, is_rpc_error
from tb_confusion_plugin.server.blob_reader import BlobReader
from tb_confusion_plugin.server.stored import StoredSeries
from tb_confusion_plugin.server.tensor_reader import TensorReader


class UnavailableError(errors.PublicError):  # type: ignore[misc]  # TensorBoard has no annotations
    """TensorBoard's data server doesn't answer."""

    http_code = 503


class Reader:
    """Lists and reads series of both kinds: blobs, and plain [K, K] tensors, which it encodes so that all else sees blobs."""

    def __init__(self, data_provider: provider.DataProvider) -> None:
        """Remembers what it asks."""
        self._blobs = BlobReader(data_provider)
        self._tensors = TensorReader(data_provider)

    def list_series(self, ctx: Any, experiment: str, first: SeriesKey | None = None) -> list[StoredSeries]:
        """Lists all series and their steps, sorted by run and tag; not for several threads at once.

        Args:
            ctx: TensorBoard's request context.
            experiment: id of the experiment.
            first: the series that somebody waits for, where not all can be read now.

        Raises:
            tensorboard.errors.PublicError: the experiment is unknown or may not be read, or the data server has ended.
        """
        try:
            series = [*self._blobs.list_series(ctx, experiment), *self._tensors.list_series(ctx, experiment, first)]
        except Exception as error:
            if not is_rpc_error(error):
                raise
            raise UnavailableError(
                f"TensorBoard can't list its runs ({describe_error(error)}); if this stays, start it again"
            ) from error
        return sorted(series, key=lambda one: (one.run, one.tag))

    def forget(self, experiment: str) -> None:
        """Forgets an experiment that nobody has looked at for long."""
        self._blobs.forget(experiment)
        self._tensors.forget(experiment)
