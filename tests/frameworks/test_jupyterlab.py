"""The tab inside a cell of JupyterLab, through %tensorboard: a real server, a real kernel, a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM_FLAGS, Tab, find_chromium

pytestmark = pytest.mark.frameworks

DEADLINE_S = 60
LOG = """
from tb_confusion_plugin import ConfusionWriter

with ConfusionWriter("logs/run", class_names=["cat", "dog", "bird"]) as writer:
    for step in range(3):
        writer.write("val/confusion", [[880 + step, 120 - step, 0], [30, 460, 10], [0, 5, 245]], step=step)
"""
SHOW = """
%load_ext tensorboard
%tensorboard --logdir logs --host 127.0.0.1 --port 0
"""


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """JupyterLab's, with every folder of its own. At the end whatever has inherited it is ended, TensorBoard too."""
    with tempfile.TemporaryDirectory() as temporary:  # short: sockets are made below it
        folders = ("HOME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR")
        own = {name: str(tmp_path / "home" / name.lower()) for name in (*folders, "JUPYTERLAB_WORKSPACES_DIR")}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # %tensorboard looks for its command there
        yield {**os.environ, **own, "PATH": path, "TMPDIR": temporary}
        for process in processes_with(temporary):
            process.terminate()
        psutil.wait_procs(processes_with(temporary), timeout=20)
        assert processes_with(temporary) == []


def processes_with(temporary: str) -> list[psutil.Process]:
    """The processes whose folder of temporary files this is."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get("TMPDIR") == temporary:
                found.append(process)
    return found


@pytest.fixture
def jupyterlab(environment, tmp_path) -> Iterator[str]:
    """The address of a JupyterLab that has the notebook in its folder."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source.strip()) for source in (LOG, SHOW)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    folder = tmp_path / "notebooks"
    folder.mkdir()
    nbformat.write(notebook, folder / "confusion.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": folder,
        "IdentityProvider.token": "",
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",  # which asks a host outside
    }
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        *(f"--{name}={value}" for name, value in options.items()),
    ]
    with (
        (tmp_path / "jupyterlab.log").open("w") as log,
        subprocess.Popen(command, env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait_for(f"http://127.0.0.1:{port}/api", process, tmp_path / "jupyterlab.log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
    raise AssertionError(f"JupyterLab doesn't answer: {log.read_text()}")


@pytest.fixture
def page(jupyterlab) -> Iterator[Page]:
    """The notebook, open in JupyterLab."""
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS) as browser,
    ):
        page = browser.new_page(viewport={"width": 1400, "height": 1100})
        page.set_default_timeout(DEADLINE_S * 1000)
        page.goto(f"{jupyterlab}/lab/tree/confusion.ipynb")
        yield page


def test_the_matrix_is_drawn_in_the_cell_of_a_notebook_and_tells_its_counts(page, tmp_path):
    expect(page.get_by_text("| Idle")).to_be_visible()  # a menu opened earlier is closed again
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    tensorboard = page.frame_locator("iframe[id^=tensorboard-frame]")
    tensorboard.get_by_role("tab", name="Confusion").click()
    tab = Tab(page)
    tab.frame = tensorboard.frame_locator("iframe")
    tab.is_drawn("run")
    tab.grid("run").scroll_into_view_if_needed()
    tab.hover("run", 0, 1)
    expect(tab.status).to_contain_text("118 of 1,000")
    expect(tab.status).to_contain_text("cat")
    page.screenshot(path=tmp_path / "jupyterlab.png")
