"""What the page weighs on the way to the browser, against the libraries that draw a heat map."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import partial
from importlib import resources

from benchmarks.peers import js_libraries
from benchmarks.row import Row, peer

BUDGET_KB = 120.0


def rows() -> Iterator[Row]:
    """Yields one row: all scripts of the page, gzipped, beside each library alone."""
    static = resources.files("tb_confusion_plugin") / "server" / "static"
    scripts = [one.read_bytes() for one in static.iterdir() if one.name.endswith(".js")]
    peers = [peer(name, partial(_kb, name)) for name in ("Vega-Lite", "ECharts", "Plotly")]
    note = "the whole page; the peers are the library alone (Vega-Lite with Vega)"
    ours = sum(len(gzip.compress(one)) for one in scripts) / 1000
    yield Row.beside(peers, "bundle, gzipped", "KB", ours, BUDGET_KB, note=note)


def _kb(name: str) -> float:
    return js_libraries.gzipped_bytes(name) / 1000
