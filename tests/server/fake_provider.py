"""A data provider that a test changes while it is asked, and that counts what it is asked."""

from __future__ import annotations

import threading

import grpc
import numpy as np
from tensorboard.data import provider

from tb_confusion_plugin.storage.codec import encode_counts

PATIENCE_S = 20


class RpcFailure(grpc.RpcError):
    """As gRPC raises them: the first line of the text says nothing."""

    def __init__(self, code, details):
        super().__init__()
        self._code, self._details = code, details

    def code(self):
        return self._code

    def details(self):
        return self._details

    def __str__(self):
        return f"<_MultiThreadedRendezvous of RPC that terminated with:\n\tstatus = {self._code}"


TOO_LONG = RpcFailure(grpc.StatusCode.RESOURCE_EXHAUSTED, "Received message larger than max")


class FakeProvider:
    """Series of blobs and of tensors, by run, tag and step; a datum's wall time is its step unless a test gives another.

    `asked` has (method, runs, number of steps) of each question; a test may set `fail`, which is called with the same, to raise.
    """

    def __init__(self):
        self.blobs = {"run": {"val": [0, 1, 2]}}
        self.tensors = {}
        self.wall_times = {}
        self.contents = {}
        self.read_failures = {}
        self.asked = []
        self.fail = lambda *_: None
        self.may_answer = threading.Event()
        self.may_answer.set()

    def times_asked(self, method):
        return sum(asked == method for asked, _, _ in self.asked)

    def list_runs(self, _ctx, **_):
        self._ask("list_runs", None)
        return [provider.Run(run_id=run, run_name=run, start_time=0.0) for run in {**self.blobs, **self.tensors}]

    def list_blob_sequences(self, _ctx, run_tag_filter=None, **_):
        self._ask("list_blob_sequences", run_tag_filter)
        assert self.may_answer.wait(PATIENCE_S)
        return {
            run: {tag: provider.BlobSequenceTimeSeries(max_length=1, **self._info(run, tag, steps)) for tag, steps in tags.items()}
            for run, tags in chosen(self.blobs, run_tag_filter).items()
        }

    def read_blob_sequences(self, _ctx, downsample, run_tag_filter=None, **_):
        self._ask("read_blob_sequences", run_tag_filter, downsample)

        def datum(run, tag, step):
            values = (provider.BlobReference(blob_key=f"{run}/{tag}/{step}"),)
            return provider.BlobSequenceDatum(step=step, wall_time=self._wall_time(run, tag, step), values=values)

        return {
            run: {tag: [datum(run, tag, step) for step in steps[-downsample:]] for tag, steps in tags.items()}
            for run, tags in chosen(self.blobs, run_tag_filter).items()
        }

    def read_blob(self, _ctx, *, blob_key):
        step = int(blob_key.rsplit("/", 1)[1])
        self.asked.append(("read_blob", None, step))
        if step in self.read_failures:
            raise self.read_failures[step]
        return encode_counts(np.eye(2, dtype=np.int64))

    def list_tensors(self, _ctx, run_tag_filter=None, **_):
        self._ask("list_tensors", run_tag_filter)
        return {
            run: {tag: provider.TensorTimeSeries(**self._info(run, tag, steps)) for tag, steps in tags.items()}
            for run, tags in chosen(self.tensors, run_tag_filter).items()
        }

    def read_tensors(self, _ctx, downsample, run_tag_filter, **_):
        """As the data server: the last step is among those that are given, and the others are any."""
        self._ask("read_tensors", run_tag_filter, downsample)

        def datum(run, tag, step):
            return provider.TensorDatum(
                step=step, wall_time=self._wall_time(run, tag, step), numpy=np.full((2, 2), step, dtype=np.int32)
            )

        return {
            run: {tag: [datum(run, tag, step) for step in steps[-downsample:]] for tag, steps in tags.items()}
            for run, tags in chosen(self.tensors, run_tag_filter).items()
        }

    def _ask(self, method, run_tag_filter, num_steps=None):
        runs = None if run_tag_filter is None else run_tag_filter.runs
        self.asked.append((method, runs, num_steps))
        self.fail(method, runs, num_steps)

    def _wall_time(self, run, tag, step):
        return self.wall_times.get((run, tag, step), float(step))

    def _info(self, run, tag, steps):
        return {
            "max_step": max(steps),
            "max_wall_time": max(self._wall_time(run, tag, step) for step in steps),
            "plugin_content": self.contents.get(run, b""),
            "description": "",
            "display_name": "",
        }


def chosen(series, run_tag_filter):
    """What passes a filter."""
    if run_tag_filter is None:
        return series
    runs, tags = run_tag_filter.runs, run_tag_filter.tags
    return {
        run: {tag: steps for tag, steps in of_run.items() if tags is None or tag in tags}
        for run, of_run in series.items()
        if runs is None or run in runs
    }
