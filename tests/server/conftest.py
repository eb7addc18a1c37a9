"""TensorBoard's own application, with this plugin, over a log that TensorBoard's data provider has read."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tensorboard.backend.application import TensorBoardWSGIApp
from werkzeug.test import Client

from tb_confusion_plugin import ConfusionWriter
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
