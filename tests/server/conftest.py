"""TensorBoard's own application, with this plugin, over a log that TensorBoard's data provider has read."""

from __future__ import annotations

import time
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tensorboard.backend.application import TensorBoardWSGIApp
from tensorboard.plugins.base_plugin import TBContext
from werkzeug.test import Client

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.server import catalog, tensor_reader, tensor_series
from tb_confusion_plugin.server.loader import ConfusionLoader

ROUTES = "/data/plugin/confusion"


@pytest.fixture
def serve(open_log) -> Callable[..., Client]:
    """A function that gives a client of TensorBoard serving a logdir, in the load mode of the test."""

    def serve_log(logdir: Path, path_prefix: str = "", samples_per_plugin: dict[str, int] | None = None) -> Client:
        flags = Namespace(
            logdir=str(logdir), path_prefix=path_prefix, samples_per_plugin=samples_per_plugin, window_title="", generic_data="true"
        )
        loader = ConfusionLoader()
        loader.fix_flags(flags)
        return Client(TensorBoardWSGIApp(flags, [loader], open_log(logdir)))

    return serve_log


@pytest.fixture
def get(serve) -> Callable:
    """A function that serves a logdir and asks one route of it."""

    def get_route(logdir: Path, route: str, **query):
        return serve(logdir).get(f"{ROUTES}/{route}", query_string=query)

    return get_route


@pytest.fixture
def get_of() -> Callable:
    """A function that gives a function that asks one route of the plugin over a data provider."""

    def get_of_provider(data_provider) -> Callable:
        plugin = ConfusionLoader().load(TBContext(data_provider=data_provider, flags=SimpleNamespace(samples_per_plugin={})))
        apps = plugin.get_plugin_apps()

        def get_route(route: str, experiment: str = "", headers: dict[str, str] | None = None, **query):
            named = {"TensorBoard-Experiment-Id": experiment} if experiment else {}
            return Client(apps[f"/{route}"]).get(query_string=query, headers={**named, **(headers or {})})

        return get_route

    return get_of_provider


@pytest.fixture
def clock(monkeypatch) -> SimpleNamespace:
    """A clock that a test moves."""
    moved = SimpleNamespace(by=0.0)
    moved_time = SimpleNamespace(monotonic=lambda: time.monotonic() + moved.by)
    for module in (catalog, tensor_reader, tensor_series):
        monkeypatch.setattr(module, "time", moved_time)
    return moved


@pytest.fixture
def rng():
    return np.random.default_rng(20)


@pytest.fixture
def two_runs(tmp_path, rng) -> Path:
    """Runs sgd and adam, tags train/confusion and val/confusion, steps 0 to 4, three named classes."""
    for run in ("sgd", "adam"):
        with ConfusionWriter(tmp_path / run, class_names=["cat", "dog", "<b>bird</b>"]) as writer:
            for step in range(5):
                for tag in ("train/confusion", "val/confusion"):
                    writer.write(
                        tag, rng.integers(0, 50, (3, 3)) + 20 * np.eye(3, dtype=int), step, wall_time=1_700_000_000.25 + step
                    )
    return tmp_path
