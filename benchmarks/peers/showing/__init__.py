"""Libraries that draw a heat map, each on a bare page in the same browser with the same counts."""

from __future__ import annotations

import contextlib
import json
import threading
import urllib.parse
from collections.abc import Iterator
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from benchmarks.in_browser import Times, heap_mb, open_page, snippet
from benchmarks.peers import js_libraries
from benchmarks.row import LeftOut
from tb_confusion_plugin.core.matrix import nonzero_cells

# Those of peers that take longer are left out.
TIMEOUT_S = 60
SLOW_MS = 200
REPEATS = 15
# Plotly answers the pointer every 50 ms at most.
_HOVER_PAUSE_MS = 60
_MODULES = "/modules/"
_SCRIPTS = {"Plotly": "plotly.js", "Vega-Lite": "vega_lite.js", "ECharts": "echarts.js", "a plain canvas": "canvas.js"}
NAMES = tuple(_SCRIPTS)


@contextlib.contextmanager
def serve(matrices: list[NDArray[Any]]) -> Iterator[str]:
    """Serves the pages, the libraries and the counts of some steps on 127.0.0.1 while the context lasts.

    Args:
        matrices: counts[true_class, pred_class] of each step, dense.

    Yields:
        The address, without a slash at the end.
    """
    num_classes = len(matrices[0])
    steps = []
    for counts in matrices:
        indices, cell_counts = nonzero_cells(counts)
        steps.append([[*divmod(int(i), num_classes), int(n)] for i, n in zip(indices, cell_counts, strict=True)])
    handler = partial(_Handler, counts_json=json.dumps({"numClasses": num_classes, "steps": steps}).encode())
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def measure(browser: Any, address: str, name: str, openings: int) -> dict[str, float]:
    """What a peer takes.

    Args:
        browser: Chromium.
        address: of `serve`.
        name: one of NAMES.
        openings: how often to open the page; a slow one is opened once.

    Returns:
        first (ms), script (ms of JavaScript of a change of step), drawn (ms until that is drawn), hover (ms), heap (MB).

    Raises:
        LeftOut: the library can't be installed, or takes longer than a minute.
    """
    from playwright.sync_api import Error
    from playwright.sync_api import TimeoutError as TooSlow

    files = js_libraries.FILES.get(name, ())
    if files:
        js_libraries.ensure()
    query = {"peer": _SCRIPTS[name], "library": [_MODULES + file for file in files]}
    url = f"{address}/?{urllib.parse.urlencode(query, doseq=True)}"
    firsts: list[float] = []
    try:
        while len(firsts) < openings and (not firsts or firsts[0] < 10 * SLOW_MS):
            with open_page(browser, 1000 * TIMEOUT_S) as page:
                empty_mb = heap_mb(page)
                page.goto(url)
                page.wait_for_function("() => window.firstPictureMs")
                firsts.append(page.evaluate("() => firstPictureMs"))
                if len(firsts) == 1:
                    step, hover = _times(page, "step"), _times(page, "hover", _HOVER_PAUSE_MS)
                    heap = heap_mb(page) - empty_mb
    except TooSlow as error:
        raise LeftOut(f"takes over {TIMEOUT_S} s") from error
    except Error as error:
        raise LeftOut(f"fails: {error.message.splitlines()[0]}") from error
    return {
        "first": sorted(firsts)[len(firsts) // 2],
        "script": step.script,
        "drawn": step.drawn,
        "hover": hover.script,
        "heap": heap,
    }


def _times(page: Any, action: str, pause_ms: int = 0) -> Times:
    """Repeats what is quick; what a page is asked for has a deadline, unlike what it is told to evaluate."""
    page.evaluate(snippet("measure.js"))
    js = """([action, repeats, options]) => {
      window.result = null;
      measure(peer[action], repeats, options).then((times) => { window.result = times; });
    }"""
    for repeats, warm_up in ((1, 0), (REPEATS, 2)):
        page.evaluate(js, [action, repeats, {"pauseMs": pause_ms, "warmUp": warm_up}])
        page.wait_for_function("() => window.result")
        times = page.evaluate("() => window.result")
        if times["drawn"] > SLOW_MS:
            break
    return Times(times["script"], times["drawn"])


class _Handler(SimpleHTTPRequestHandler):
    """This folder, the libraries below /modules/, and the counts."""

    def __init__(self, *args: Any, counts_json: bytes) -> None:
        self.counts_json = counts_json
        super().__init__(*args, directory=str(Path(__file__).parent))

    def do_GET(self) -> None:
        """Answers with the counts, or a file."""
        if self.path != "/counts.json":
            super().do_GET()
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(self.counts_json)

    def translate_path(self, path: str) -> str:
        """The file of an address."""
        inside = super().translate_path(path.removeprefix(_MODULES[:-1]) if path.startswith(_MODULES) else path)
        return str(js_libraries.MODULES / Path(inside).relative_to(self.directory)) if path.startswith(_MODULES) else inside

    def log_message(self, *_: Any) -> None:
        """Says nothing."""
