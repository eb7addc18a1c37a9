"""Fixtures that tests of the writers and of the server share: logs opened as TensorBoard opens them."""

from __future__ import annotations

import re
import subprocess
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from tensorboard.backend.event_processing.data_ingester import LocalDataIngester
from tensorboard.context import RequestContext
from tensorboard.data.server_ingester import ExistingServerDataIngester, get_server_binary
from tensorboard.util.grpc_util import ChannelCredsType

from tb_confusion_plugin.storage.codec import decode_counts

ROOT = Path(__file__).resolve().parents[1]
SAMPLES_PER_PLUGIN = {"confusion": 1000}
EVERY_RUN_AND_TAG: dict[str, Any] = {"experiment_id": "", "plugin_name": "confusion"}

# What is left out where TensorFlow isn't installed, which is all that needs it: files, and single tests of the other files.
NEED_TENSORFLOW = (
    "writers/test_demo.py",
    "writers/test_keras_*.py",
    "writers/test_notebook.py",
    "writers/test_summary.py",
)
TESTS_NEED_TENSORFLOW = (
    "tests/server/test_history.py::test_plain_tensors_come_as_blobs",
    "tests/server/test_routes.py::test_a_plain_tensor_is_served_as_a_blob",
    "tests/writers/test_class_groups.py::test_the_summary_writes_them_too",
    "tests/writers/test_docs.py::test_keras_and_tf_summary",
    "tests/writers/test_docs.py::test_several_workers",
)
HAS_TENSORFLOW = find_spec("tensorflow") is not None
collect_ignore_glob = [] if HAS_TENSORFLOW else list(NEED_TENSORFLOW)

Steps = list[tuple[int, list[list[Any]]]]


def pytest_collection_modifyitems(config, items) -> None:
    if not HAS_TENSORFLOW:
        left_out = [item for item in items if item.nodeid.partition("[")[0] in TESTS_NEED_TENSORFLOW]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(params=["fast", "slow"])
def load_mode(request) -> str:
    """TensorBoard's two ways to read a log: `--load_fast=true` (its data server, in Rust) and `false` (Python)."""
    return str(request.param)


@pytest.fixture
def open_log(load_mode, tmp_path_factory) -> Iterator[Callable[[Path], Any]]:
    """A function that has TensorBoard read a whole logdir, once, and gives its data provider."""
    with ExitStack() as servers:

        def open_in_mode(logdir: Path) -> Any:
            if load_mode == "fast":
                ingester = _start_data_server(logdir, tmp_path_factory.mktemp("data_server"), servers)
            else:
                ingester = _local_ingester(logdir)
            ingester.start()
            return ingester.data_provider

        yield open_in_mode


@pytest.fixture
def stored_matrices(open_log) -> Callable[[Path], dict[tuple[str, str], Steps]]:
    """A function that gives what TensorBoard has of a logdir: by (run, tag), each step with its counts."""

    def stored(logdir: Path) -> dict[tuple[str, str], Steps]:
        provider = open_log(logdir)
        listing = provider.read_blob_sequences(RequestContext(), downsample=1000, **EVERY_RUN_AND_TAG)
        return {
            (run, tag): [(datum.step, _counts(provider, datum)) for datum in data if len(datum.values)]
            for run, tags in listing.items()
            for tag, data in tags.items()
        }

    return stored


@pytest.fixture
def run_snippets(tmp_path, monkeypatch) -> Callable[..., Path]:
    """A function that runs the Python blocks of a document that bear a name, in turn, and gives the logdir that they name.

    They run in an empty directory, with what a reader has at hand where they begin.
    """

    def run(document: str, name: str, **at_hand: Any) -> Path:
        text = (ROOT / document).read_text(encoding="utf-8")
        snippets = list(re.finditer(rf"^```python {name}\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
        assert snippets, f"{document} has no Python named {name}"
        monkeypatch.chdir(tmp_path)
        for snippet in snippets:
            line = text.count("\n", 0, snippet.start(1))
            exec(compile("\n" * line + snippet.group(1), document, "exec"), at_hand)
        return tmp_path / "logs"

    return run


def _counts(provider: Any, datum: Any) -> list[list[Any]]:
    blob = provider.read_blob(RequestContext(), blob_key=datum.values[0].blob_key)
    return decode_counts(blob).tolist()


def _local_ingester(logdir: Path) -> LocalDataIngester:
    flags = Namespace(
        logdir=str(logdir),
        logdir_spec="",
        samples_per_plugin=SAMPLES_PER_PLUGIN,
        purge_orphaned_data=True,
        max_reload_threads=1,
        reload_multifile=False,
        detect_file_replacement=None,
        reload_interval=0,
        reload_task="blocking",
    )
    return LocalDataIngester(flags)


def _start_data_server(logdir: Path, own_dir: Path, servers: ExitStack) -> ExistingServerDataIngester:
    """TensorBoard's own start doesn't tell when the log is read, nor ends the process before Python does."""
    samples = ",".join(f"{name}={count}" for name, count in SAMPLES_PER_PLUGIN.items())
    port_file = own_dir / "port"
    command = [
        get_server_binary().path,
        f"--logdir={logdir}",
        "--reload=once",
        "--port=0",
        f"--port-file={port_file}",
        "--die-after-stdin",
    ]
    pipes = {"stdin": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = servers.enter_context(subprocess.Popen([*command, f"--samples-per-plugin={samples}", "--verbose"], **pipes))
    servers.callback(process.kill)
    assert any(b"Finished load cycle" in line for line in process.stderr), "the data server ended before it had read the log"
    return ExistingServerDataIngester(f"localhost:{int(port_file.read_text())}", channel_creds_type=ChannelCredsType.LOCAL)
